//! The binary of `OrderFulfilment`: see `wicket_functions::fulfilment`.

use wicket_functions::fulfilment::OrderFulfilment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<OrderFulfilment>().await
}
