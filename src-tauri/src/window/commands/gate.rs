//! The gate: scans by hand or scanner, the camera, and what the steward sees beside it.

use tauri::State;
use tauri::ipc::{Channel, Response};
use wicket_domain::id::{EventId, ScanId};
use wicket_domain::staff::Role;
use wicket_station::view::{
    CameraChoice, GateCount, GateEvent, GateOrder, HandRequest, ScanLine, ScanRequest, UndoOutcome, Verdict,
};

use crate::window::app::{Answer, App, beside};
use crate::window::gate::{Gate, GatePost, choices, reading};

#[tauri::command]
pub(super) async fn admit(app: State<'_, App>, request: ScanRequest) -> Answer<Verdict> {
    app.run(Role::Steward, move |station, by| station.admit(by, &request)).await
}

#[tauri::command]
pub(super) async fn admit_by_hand(app: State<'_, App>, request: HandRequest) -> Answer<Verdict> {
    app.run(Role::Steward, move |station, by| station.admit_by_hand(by, &request)).await
}

/// Whether the role suffices is the station's to say, as for an admission at any time.
#[tauri::command]
pub(super) async fn let_in(app: State<'_, App>, scan_id: ScanId) -> Answer<Verdict> {
    app.run(Role::Steward, move |station, by| station.let_in(by, scan_id)).await
}

#[tauri::command]
pub(super) async fn undo_admission(app: State<'_, App>, scan_id: ScanId) -> Answer<UndoOutcome> {
    app.run(Role::Steward, move |station, by| station.undo_admission(by, scan_id)).await
}

#[tauri::command]
pub(super) async fn orders_at_gate(
    app: State<'_, App>,
    query: String,
    gate: Option<String>,
    event_id: Option<EventId>,
) -> Answer<Vec<GateOrder>> {
    app.run(Role::Steward, move |station, _| station.orders_at_gate(&query, gate.as_deref(), event_id)).await
}

#[tauri::command]
pub(super) async fn recent_scans(
    app: State<'_, App>,
    event_id: Option<EventId>,
    limit: u32,
) -> Answer<Vec<ScanLine>> {
    app.run(Role::Steward, move |station, _| station.recent_scans(event_id, limit)).await
}

#[tauri::command]
pub(super) async fn gate_count(app: State<'_, App>, event_id: EventId) -> Answer<GateCount> {
    app.run(Role::Steward, move |station, _| station.gate_count(event_id)).await
}

#[tauri::command]
pub(super) async fn cameras(app: State<'_, App>) -> Answer<Vec<CameraChoice>> {
    app.allowed(Role::Steward)?;
    let replay = app.replay.clone();
    beside(move || Ok(choices(replay.as_ref()))).await
}

#[tauri::command]
pub(super) async fn open_camera(
    app: State<'_, App>,
    camera_id: Option<String>,
    gate: Option<String>,
    event_id: Option<EventId>,
    channel: Channel<GateEvent>,
) -> Answer<()> {
    let who = app.signed_in();
    let actor = app.allowed(Role::Steward)?;
    let post = GatePost { actor, station: app.station().await?, gate, event_id };
    let replay = app.replay.clone();
    // The camera before is closed first: a camera can be opened once.
    app.set_gate(None).await?;
    let report = move |event| post.report(event);
    let gate = beside(move || Gate::open(camera_id.as_deref(), replay, report, channel)).await?;
    app.keep_gate(gate, who).await
}

/// Reads codes and judges none: for a pairing code, also at a station that nobody has set up yet.
#[tauri::command]
pub(super) async fn open_reader(app: State<'_, App>, channel: Channel<GateEvent>) -> Answer<()> {
    let (who, station) = (app.signed_in(), app.station().await?);
    let set_up = beside(move || Ok(station.start(None)?.station.is_some())).await?;
    if set_up {
        app.allowed(Role::Supervisor)?;
    }
    let replay = app.replay.clone();
    app.set_gate(None).await?;
    let gate = beside(move || Gate::open(None, replay, reading, channel)).await?;
    app.keep_gate(gate, who).await
}

#[tauri::command]
pub(super) async fn close_camera(app: State<'_, App>) -> Answer<()> {
    app.set_gate(None).await
}

#[tauri::command]
pub(super) async fn preview(app: State<'_, App>, seen: Option<u64>) -> Answer<Response> {
    let Some(gate) = app.gate() else { return Ok(Response::new(Vec::new())) };
    beside(move || Ok(Response::new(gate.picture(seen)))).await
}
