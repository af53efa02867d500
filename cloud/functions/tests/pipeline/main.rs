//! The functions against an emulator of AWS, called with the events that AWS would call them with.
//!
//! Needs `WICKET_TEST_ENDPOINT` (and `WICKET_TEST_DYNAMODB_ENDPOINT` where tables live elsewhere). What goes over the
//! network is counted and can be cut by the tests' own connector (`net`), so the cost of an order is measured here,
//! too.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod admissions;
mod asks;
mod awards;
mod cost;
mod doors;
mod faults;
mod fulfilment;
mod messages;
mod model;
#[allow(dead_code, reason = "the measurements use it too, and need more of it")]
mod net;
mod payments;
mod sales;
mod seats;
mod shuffle;
mod snapshots;
mod stage;
mod web;
mod webhooks;
