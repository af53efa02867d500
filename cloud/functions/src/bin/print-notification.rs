//! The binary of `PrintNotification`: see `wicket_functions::audit`.

use wicket_functions::audit::PrintNotification;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<PrintNotification>().await
}
