//! The binary of `SeatInventoryUpdater`: see `wicket_functions::inventory`.

use wicket_functions::inventory::SeatInventoryUpdater;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<SeatInventoryUpdater>().await
}
