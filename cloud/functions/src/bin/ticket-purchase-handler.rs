//! The binary of `TicketPurchaseHandler`: see `wicket_pipeline::purchase`.

use wicket_pipeline::purchase::TicketPurchaseHandler;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<TicketPurchaseHandler>().await
}
