//! Counts requests on the wire for `cargo xtask bench`: what the functions' part of 10,000 orders costs, as the test `cost`
//! does, and what each key of the tables bears in a rush. One measure a line, as JSON, on standard output. Needs
//! `WICKET_TEST_ENDPOINT`, as the tests do.

#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what measures uses a part of what the tests have, and ends where it meets the unexpected"
)]

#[path = "../../tests/pipeline/asks.rs"]
mod asks;
#[path = "../../tests/pipeline/cost.rs"]
mod cost;
#[path = "../../tests/pipeline/messages.rs"]
mod messages;
#[path = "../../tests/pipeline/net.rs"]
mod net;
mod rush;
#[path = "../../tests/pipeline/stage.rs"]
mod stage;
#[path = "../../tests/pipeline/web.rs"]
mod web;
#[path = "../../tests/pipeline/webhooks.rs"]
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
    rush::measure().await;
}
