//! A monkey at the till: a random walk from a seed through the real window. After every step it compares what the screen
//! says with what the station holds, and tells its story when they differ.
//!
//! `cargo xtask test` walks a short way from fixed seeds; `cargo xtask monkey` walks as far as it is told.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod checks;
mod dice;
mod eyes;
mod file;
mod hands;
mod house;
mod mind;
mod monkey;
mod moves;
#[path = "../e2e/running.rs"]
#[allow(dead_code, reason = "the end-to-end test uses more of it")]
mod running;
#[path = "../e2e/stage.rs"]
mod stage;
mod story;
mod walk;
mod words;

use walk::{Wish, walk};

#[test]
fn screen_and_station_agree_wherever_the_monkey_goes() {
    let wish = Wish::from_environment();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    if let Some(story) = runtime.block_on(walk(&wish)) {
        panic!("{story}");
    }
}
