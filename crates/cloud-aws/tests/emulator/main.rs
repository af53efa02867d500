//! The Cloud port against an emulator of AWS: every request and both answers to every condition.
//!
//! Needs `WICKET_TEST_ENDPOINT` (and `WICKET_TEST_DYNAMODB_ENDPOINT` where tables live elsewhere), as
//! `cargo xtask test` sets them.

mod admission;
mod claims;
mod follow;
mod grants;
mod messages;
mod records;
mod stage;
