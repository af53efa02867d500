//! The binary of `PrintNotification`: see `wicket_pipeline::audit`.

use wicket_pipeline::audit::PrintNotification;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<PrintNotification>().await
}
