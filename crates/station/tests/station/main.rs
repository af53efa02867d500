//! The station's use-cases on real files, with a clock and randomness of the test's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod admitting;
mod auditing;
mod by_hand;
mod clock;
mod cloudy;
mod events;
mod faults;
mod frozen;
mod holding;
mod hours;
mod kill;
mod marks;
mod orders;
mod people;
mod racing;
mod selling;
mod sending;
mod story;
mod support;
mod till;
mod undoing;
