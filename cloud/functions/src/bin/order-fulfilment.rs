//! The binary of `OrderFulfilment`: see `wicket_pipeline::fulfilment`.

use wicket_pipeline::fulfilment::OrderFulfilment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<OrderFulfilment>().await
}
