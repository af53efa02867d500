//! Orders of the web for published events (`docs/contract.md`, "Orders of the web"): they own their places before they are
//! accepted, are paid with them, and give them back.
//!
//! An order and its places change in one transaction, so a call that is cut anywhere leaves both or neither. What follows
//! from a payment (tickets, the publication) comes after it, and whoever hears of the payment again does what is missing.

mod halls;
mod keeper;
mod moves;
mod paid;
mod places;
mod refund;

pub use keeper::{Kept, WebOrderKeeper};

pub(crate) use halls::{Found, Halls};
pub(crate) use moves::{Reserved, reserve};
pub(crate) use paid::{Paid, pay, report_too_late};
pub(crate) use places::{Lost, Placed, lost_places, placed};
pub(crate) use refund::refund;
