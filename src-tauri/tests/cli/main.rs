//! The command line as scripts know it: the program itself on real folders, without a screen. What is asserted here is
//! promised, so a failure means that scripts break.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod desk;
#[cfg(target_os = "linux")]
mod disk;
mod evening;
#[cfg(target_os = "linux")]
mod full;
mod gate;
mod odd;
mod offline;
mod plans;
mod refusals;
mod station;
