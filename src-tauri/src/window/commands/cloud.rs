//! The cloud: how it stands, what leaves for it, what has collided, and which events it has.

use tauri::State;
use tauri::ipc::Channel;
use wicket_domain::id::EventId;
use wicket_domain::staff::Role;
use wicket_station::view::{
    CloudEvent, CloudStatus, ConflictLine, OutboxView, PairingView, PublishProgress, SavedFile,
};

use crate::cloud;
use crate::folders::write_whole;
use crate::window::app::{Answer, App, beside};

/// Nobody has to be signed in for it: the sign-in page says how the cloud stands, too.
#[tauri::command]
pub(super) async fn cloud_status(app: State<'_, App>) -> Answer<CloudStatus> {
    let station = app.station().await?;
    beside(move || station.cloud_status()).await
}

#[tauri::command]
pub(super) async fn pair(app: State<'_, App>, code: String) -> Answer<()> {
    let actor = app.allowed(Role::Supervisor)?;
    let station = app.station().await?;
    let guide = app.asks(cloud::guide()?);
    beside(move || {
        station.pair(&actor, &code, &*guide)?;
        cloud::begin(&station).map(drop)
    })
    .await
}

/// Gives up waiting for a cloud that is asked what it is made of. A station that is paired already stays so.
#[tauri::command]
pub(super) async fn cancel_pairing(app: State<'_, App>) -> Answer<()> {
    app.gives_up_asking();
    Ok(())
}

#[tauri::command]
pub(super) async fn pairing_view(app: State<'_, App>) -> Answer<PairingView> {
    app.run(Role::Supervisor, |station, _| station.pairing_view()).await
}

#[tauri::command]
pub(super) async fn sync_now(app: State<'_, App>) -> Answer<CloudStatus> {
    app.run(Role::Steward, |station, _| {
        station.sync_round()?;
        station.cloud_status()
    })
    .await
}

#[tauri::command]
pub(super) async fn outbox_view(app: State<'_, App>) -> Answer<OutboxView> {
    app.run(Role::Steward, |station, _| station.outbox_view()).await
}

#[tauri::command]
pub(super) async fn retry_message(app: State<'_, App>, sequence: u64) -> Answer<()> {
    app.run(Role::Supervisor, move |station, by| station.retry_message(by, sequence)).await
}

#[tauri::command]
pub(super) async fn export_message(app: State<'_, App>, sequence: u64) -> Answer<SavedFile> {
    let path = app.folders.tickets().join("messages").join(format!("message-{sequence}.json"));
    app.run(Role::Supervisor, move |station, _| {
        write_whole(&path, station.message_json(sequence)?.as_bytes())?;
        Ok(SavedFile { path: path.display().to_string() })
    })
    .await
}

#[tauri::command]
pub(super) async fn conflicts(app: State<'_, App>) -> Answer<Vec<ConflictLine>> {
    app.run(Role::Steward, |station, _| station.conflicts()).await
}

#[tauri::command]
pub(super) async fn settle_conflict(
    app: State<'_, App>,
    event_id: EventId,
    conflict_id: String,
) -> Answer<()> {
    app.run(Role::Supervisor, move |station, by| station.settle_conflict(by, event_id, &conflict_id)).await
}

#[tauri::command]
pub(super) async fn cloud_events(app: State<'_, App>) -> Answer<Vec<CloudEvent>> {
    app.run(Role::Steward, |station, _| station.cloud_events()).await
}

#[tauri::command]
pub(super) async fn publish_event(
    app: State<'_, App>,
    event_id: EventId,
    channel: Channel<PublishProgress>,
) -> Answer<()> {
    app.run(Role::Supervisor, move |station, by| {
        station.publish_event(by, event_id, &mut |progress| {
            // A window that is gone hears nothing; what was published stays published.
            let _ = channel.send(progress);
        })
    })
    .await
}

#[tauri::command]
pub(super) async fn allot(app: State<'_, App>, event_id: EventId, count: u32) -> Answer<u32> {
    app.run(Role::Supervisor, move |station, by| station.allot(by, event_id, count)).await
}

#[tauri::command]
pub(super) async fn give_back(app: State<'_, App>, event_id: EventId) -> Answer<u32> {
    app.run(Role::Supervisor, move |station, by| station.give_back_allotted(by, event_id)).await
}
