//! The station's file as it lies on the disk: opening, damage, other processes, and older schemas.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod damage;
mod frozen;
mod mark;
mod opening;
mod outbox;
mod support;
