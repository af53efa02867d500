//! The station's SQLite file: opening, migrating, and one module for each aggregate.
//!
//! This crate reads and writes rows. It decides nothing: which seat may be sold and who may come in is `domain`'s and
//! `station`'s. It never reads a clock, and no type of rusqlite leaves it.

mod audit;
mod category;
mod claim;
mod connect;
mod damage;
mod error;
mod event;
mod follow;
mod issuer;
mod link;
mod lock;
mod mark;
mod migrate;
mod notice;
mod open;
mod order;
mod outbox;
mod plan;
mod row;
mod run;
mod scan;
mod seat;
mod staff;
mod standing;
mod station;
mod unfinished;
mod write;

pub use audit::AuditRow;
pub use category::CategoryRow;
pub use claim::{ClaimCode, SeatClaimRow, StandingClaimRow};
pub use error::{Failure, StoreError};
pub use event::{EventRow, NewEvent};
pub use follow::{CloudTicketRow, ConflictRow, FollowRow};
pub use issuer::IssuerRow;
pub use link::{CloudRow, LinkState, RegisterState};
pub use mark::{MarkError, MarkFolder};
pub use notice::NoticeRow;
pub use open::{Opened, Store};
pub use order::{NewOrder, NewPayment, NewTicket, OrderRow, PaymentRow, TicketRow};
pub use outbox::{OutboxCounts, OutboxRow, OutboxState};
pub use scan::{AdmissionRow, NewScan, ScanRow};
pub use seat::SeatRow;
pub use staff::StaffRow;
pub use standing::StandingRow;
pub use station::StationRow;
pub use write::{Read, Write};
