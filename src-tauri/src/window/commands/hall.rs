//! Events, the hall, the cart and the sale.

use tauri::State;
use wicket_domain::id::{CartId, EventId};
use wicket_domain::seat::SeatId;
use wicket_domain::staff::Role;
use wicket_station::view::{
    BuyerCheck, ClaimOutcome, EventSummary, Hall, HoldOutcome, Receipt, SaleOutcome, SaleRequest, SeatStates,
    Suggestion,
};

use crate::window::app::{Answer, App};

#[tauri::command]
pub(super) async fn events(app: State<'_, App>) -> Answer<Vec<EventSummary>> {
    app.run(Role::Steward, |station, _| station.events()).await
}

#[tauri::command]
pub(super) async fn hall(app: State<'_, App>, event_id: EventId) -> Answer<Hall> {
    app.run(Role::Seller, move |station, _| station.hall(event_id)).await
}

#[tauri::command]
pub(super) async fn seat_states(
    app: State<'_, App>,
    event_id: EventId,
    cart_id: Option<CartId>,
    known: Option<u64>,
) -> Answer<Option<SeatStates>> {
    app.run(Role::Seller, move |station, _| station.seat_states(event_id, cart_id, known)).await
}

#[tauri::command]
pub(super) async fn best_seats(
    app: State<'_, App>,
    event_id: EventId,
    cart_id: CartId,
    count: u32,
    category: Option<u16>,
) -> Answer<Option<Suggestion>> {
    app.run(Role::Seller, move |station, _| station.best_seats(event_id, Some(cart_id), count, category))
        .await
}

#[tauri::command]
pub(super) async fn open_cart(app: State<'_, App>) -> Answer<CartId> {
    app.run(Role::Seller, |station, _| station.open_cart()).await
}

#[tauri::command]
pub(super) async fn hold_seats(
    app: State<'_, App>,
    event_id: EventId,
    cart_id: CartId,
    seats: Vec<SeatId>,
) -> Answer<HoldOutcome> {
    app.run(Role::Seller, move |station, _| station.hold_seats(event_id, cart_id, &seats)).await
}

#[tauri::command]
pub(super) async fn release_seat(
    app: State<'_, App>,
    event_id: EventId,
    cart_id: CartId,
    seat: SeatId,
) -> Answer<()> {
    app.run(Role::Seller, move |station, _| station.release_seat(event_id, cart_id, &seat)).await
}

#[tauri::command]
pub(super) async fn release_cart(app: State<'_, App>, cart_id: CartId) -> Answer<()> {
    app.run(Role::Seller, move |station, _| station.release_cart(cart_id)).await
}

#[tauri::command]
pub(super) async fn claim_places(app: State<'_, App>, request: SaleRequest) -> Answer<ClaimOutcome> {
    app.run(Role::Seller, move |station, by| station.claim_places(by, &request)).await
}

#[tauri::command]
pub(super) async fn check_buyer(
    app: State<'_, App>,
    holder: String,
    contact: String,
    fan_club_id: String,
) -> Answer<BuyerCheck> {
    app.run(Role::Seller, move |station, _| Ok(station.check_buyer(&holder, &contact, &fan_club_id))).await
}

#[tauri::command]
pub(super) async fn sell(app: State<'_, App>, request: SaleRequest) -> Answer<SaleOutcome> {
    app.run(Role::Seller, move |station, by| station.sell(by, &request)).await
}

#[tauri::command]
pub(super) async fn sale_of(app: State<'_, App>, cart_id: CartId) -> Answer<Option<Receipt>> {
    app.run(Role::Seller, move |station, _| station.sale_of(cart_id)).await
}
