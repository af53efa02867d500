//! What a station is told when the cloud does not answer as it should: every sort of trouble, seen through a server
//! of this test's own that misbehaves on demand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod clock;
mod door;
mod fake;
mod guide;
mod messages;
mod pages;
mod sign_in;
mod troubles;
