//! The cloud's doors in memory: who gets in, who may claim and admit, who decides, and who speaks for a copied file.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod desk;
mod gate;
mod house;
mod registrar;
mod seats;
