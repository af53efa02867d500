//! The commands the window calls, each of them one use-case.
//!
//! `names.rs` declares them and `capabilities/main.json` grants them; one that is missing here does not compile.

mod cloud;
mod gate;
mod hall;
mod orders;
mod start;
mod stations;
mod till;

/// Answers the window's calls.
pub(super) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool {
    tauri::generate_handler![
        start::start,
        start::read_notice,
        start::set_up,
        start::unprintable,
        start::sign_in,
        start::sign_out,
        start::cloud_sign_in,
        start::set_pin,
        start::add_sample,
        start::remove_sample,
        hall::events,
        hall::hall,
        hall::seat_states,
        hall::best_seats,
        hall::open_cart,
        hall::hold_seats,
        hall::release_seat,
        hall::release_cart,
        hall::claim_places,
        hall::check_buyer,
        hall::sell,
        hall::sale_of,
        till::unfinished_sales,
        till::finish_sale,
        till::till_settings,
        till::set_till_settings,
        orders::save_tickets,
        orders::printers,
        orders::print_tickets,
        orders::find_orders,
        orders::order,
        gate::admit,
        gate::admit_by_hand,
        gate::let_in,
        gate::undo_admission,
        gate::orders_at_gate,
        gate::recent_scans,
        gate::gate_count,
        gate::cameras,
        gate::open_camera,
        gate::open_reader,
        gate::close_camera,
        gate::preview,
        cloud::cloud_status,
        cloud::pair,
        cloud::pairing_view,
        cloud::cancel_pairing,
        cloud::sync_now,
        cloud::outbox_view,
        cloud::retry_message,
        cloud::export_message,
        cloud::conflicts,
        cloud::settle_conflict,
        stations::register,
        stations::stations,
        stations::approve_station,
        stations::revoke_station,
        stations::fence_station,
        stations::resume_station,
        cloud::cloud_events,
        cloud::publish_event,
        cloud::allot,
        cloud::give_back,
    ]
}
