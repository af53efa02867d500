//! The venue's stations: how this one stands in their register, and what a desk decides about the others.

use tauri::State;
use wicket_domain::cloud::StationKind;
use wicket_domain::id::StationId;
use wicket_domain::staff::Role;
use wicket_station::Station;
use wicket_station::view::{Fenced, Register, StationLine};

use crate::window::app::{Answer, App};

#[tauri::command]
pub(super) async fn register(app: State<'_, App>) -> Answer<Register> {
    app.run(Role::Steward, |station, _| station.register()).await
}

#[tauri::command]
pub(super) async fn stations(app: State<'_, App>) -> Answer<Vec<StationLine>> {
    app.run(Role::Supervisor, |station, _| station.stations()).await
}

#[tauri::command]
pub(super) async fn approve_station(
    app: State<'_, App>,
    station_id: StationId,
    kind: Option<StationKind>,
) -> Answer<StationLine> {
    app.run(Role::Supervisor, move |station, by| station.approve_station(by, station_id, kind)).await
}

#[tauri::command]
pub(super) async fn revoke_station(app: State<'_, App>, station_id: StationId) -> Answer<Fenced> {
    app.run(Role::Supervisor, move |station, by| station.revoke_station(by, station_id)).await
}

#[tauri::command]
pub(super) async fn fence_station(app: State<'_, App>, station_id: StationId) -> Answer<Fenced> {
    app.run(Role::Supervisor, move |station, by| station.fence_station(by, station_id)).await
}

#[tauri::command]
pub(super) async fn resume_station(app: State<'_, App>) -> Answer<()> {
    app.run(Role::Supervisor, Station::resume).await
}
