//! The Cloud port against an emulator of AWS: every request and both answers to every condition.
//!
//! Needs `WICKET_TEST_ENDPOINT` (and `WICKET_TEST_DYNAMODB_ENDPOINT` where tables live elsewhere), as
//! `cargo xtask test` sets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod cut;
mod follow;
mod messages;
mod records;
mod sign_in;
mod stage;
