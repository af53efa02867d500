//! The commands the window calls, each of them one use-case.
//!
//! `names.rs` declares them and `capabilities/main.json` grants them; one that is missing here does not compile.

mod gate;
mod hall;
mod orders;
mod start;

/// Answers the window's calls.
pub(super) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool {
    tauri::generate_handler![
        start::start,
        start::read_notice,
        start::set_up,
        start::sign_in,
        start::sign_out,
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
        hall::sell,
        hall::sale_of,
        orders::save_tickets,
        orders::printers,
        orders::print_tickets,
        orders::find_orders,
        orders::order,
        gate::admit,
        gate::recent_scans,
        gate::gate_count,
        gate::cameras,
        gate::open_camera,
        gate::close_camera,
        gate::preview,
    ]
}
