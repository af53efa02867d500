//! What the functions' part of 10,000 orders costs, counted on the wire as the test `cost` does, in one line for
//! `cargo xtask bench`. Needs `WICKET_TEST_ENDPOINT`, as the tests do.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what measures uses a part of what the tests have, and ends where it meets the unexpected"
)]

#[path = "../tests/pipeline/asks.rs"]
mod asks;
#[path = "../tests/pipeline/cost.rs"]
mod cost;
#[path = "../tests/pipeline/messages.rs"]
mod messages;
#[path = "../tests/pipeline/net.rs"]
mod net;
#[path = "../tests/pipeline/stage.rs"]
mod stage;
#[path = "../tests/pipeline/web.rs"]
mod web;
#[path = "../tests/pipeline/webhooks.rs"]
mod webhooks;

use serde_json::json;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (dollars, _) = cost::counted(false).await;
    let measure = json!({
        "measure": "functions' part of 10,000 orders of two seats",
        "value": dollars,
        "unit": "USD",
        "target": (cost::FUNCTIONS_BUDGET * 1_000.0).round() / 1_000.0,
        "better": "lower",
    });
    println!("{measure}");
}
