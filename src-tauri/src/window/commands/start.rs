//! The first start, signing in and out, and the sample events.

use tauri::State;
use wicket_domain::cloud::StationKind;
use wicket_domain::id::StaffId;
use wicket_domain::staff::Role;
use wicket_station::view::{CloudSignIn, SignIn, StaffMember, Start};
use wicket_station::{Station, paper};

use crate::account;
use crate::window::app::{Answer, App, beside};

#[tauri::command]
pub(super) async fn start(app: State<'_, App>) -> Answer<Start> {
    let (station, signed_in) = (app.station().await?, app.signed_in());
    beside(move || station.start(signed_in)).await
}

#[tauri::command]
pub(super) async fn read_notice(app: State<'_, App>, notice_no: i64) -> Answer<()> {
    let station = app.station().await?;
    beside(move || station.read_notice(notice_no)).await
}

#[tauri::command]
pub(super) async fn set_up(
    app: State<'_, App>,
    station: String,
    kind: StationKind,
    supervisor: String,
    pin: String,
    sample: bool,
) -> Answer<StaffMember> {
    let opened = app.station().await?;
    let member = beside(move || opened.set_up(&station, kind, &supervisor, &pin, sample)).await?;
    app.sign_in(member.clone());
    Ok(member)
}

/// The letters of a name that tickets leave out.
#[tauri::command]
pub(super) async fn unprintable(text: String) -> Answer<Vec<String>> {
    beside(move || Ok(paper::left_out(&text))).await
}

#[tauri::command]
pub(super) async fn sign_in(app: State<'_, App>, staff_id: StaffId, pin: String) -> Answer<SignIn> {
    let station = app.station().await?;
    let outcome = beside(move || station.sign_in(staff_id, &pin)).await?;
    if let SignIn::SignedIn { staff } = &outcome {
        app.sign_in(staff.clone());
    }
    Ok(outcome)
}

#[tauri::command]
pub(super) async fn cloud_sign_in(
    app: State<'_, App>,
    user: String,
    password: String,
    new_password: Option<String>,
) -> Answer<CloudSignIn> {
    let station = app.station().await?;
    let outcome =
        beside(move || account::sign_in(&station, &user, &password, new_password.as_deref())).await?;
    if let CloudSignIn::SignedIn { staff, .. } = &outcome {
        app.sign_in(staff.clone());
    }
    Ok(outcome)
}

#[tauri::command]
pub(super) async fn set_pin(app: State<'_, App>, pin: String) -> Answer<()> {
    app.allowed(Role::Steward)?;
    let (station, who) = (app.station().await?, app.signed_in());
    beside(move || who.map_or(Ok(()), |staff_id| station.set_pin(staff_id, &pin))).await
}

#[tauri::command]
pub(super) async fn sign_out(app: State<'_, App>) -> Answer<()> {
    app.sign_out().await
}

#[tauri::command]
pub(super) async fn add_sample(app: State<'_, App>) -> Answer<u32> {
    app.run(Role::Supervisor, Station::add_sample).await
}

#[tauri::command]
pub(super) async fn remove_sample(app: State<'_, App>) -> Answer<u32> {
    app.run(Role::Supervisor, Station::remove_sample).await
}
