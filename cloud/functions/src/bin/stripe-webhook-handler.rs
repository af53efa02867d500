//! The binary of `StripeWebhookHandler`: see `wicket_pipeline::webhook`.

use wicket_pipeline::webhook::StripeWebhookHandler;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<StripeWebhookHandler>().await
}
