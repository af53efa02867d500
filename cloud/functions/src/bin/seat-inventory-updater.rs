//! The binary of `SeatInventoryUpdater`: see `wicket_pipeline::inventory`.

use wicket_pipeline::inventory::SeatInventoryUpdater;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<SeatInventoryUpdater>().await
}
