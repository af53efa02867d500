//! The binary of `PaymentProcessor`: see `wicket_pipeline::payment`.

use wicket_pipeline::payment::PaymentProcessor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<PaymentProcessor>().await
}
