//! Sales that somebody has still to finish, and how the till is set up.

use tauri::State;
use wicket_domain::id::OrderId;
use wicket_domain::staff::Role;
use wicket_station::view::{TillSettings, UnfinishedSale};

use crate::window::app::{Answer, App};

#[tauri::command]
pub(super) async fn unfinished_sales(app: State<'_, App>) -> Answer<Vec<UnfinishedSale>> {
    app.run(Role::Steward, |station, _| station.unfinished_sales()).await
}

#[tauri::command]
pub(super) async fn finish_sale(app: State<'_, App>, order_id: OrderId) -> Answer<()> {
    app.run(Role::Seller, move |station, _| station.finish_sale(order_id)).await
}

#[tauri::command]
pub(super) async fn till_settings(app: State<'_, App>) -> Answer<TillSettings> {
    app.run(Role::Steward, |station, _| station.till_settings()).await
}

#[tauri::command]
pub(super) async fn set_till_settings(app: State<'_, App>, settings: TillSettings) -> Answer<()> {
    app.run(Role::Seller, move |station, _| station.set_till_settings(&settings)).await
}
