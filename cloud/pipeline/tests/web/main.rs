//! Orders of the web for a published event, in memory: from the request to the ticket, paid, not paid, paid too late and
//! given back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that meets the unexpected ends there"
)]

mod cut;
mod late;
mod orders;
mod paid;
mod shop;
