//! The binary of `PaymentProcessor`: see `wicket_functions::payment`.

use wicket_functions::payment::PaymentProcessor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<PaymentProcessor>().await
}
