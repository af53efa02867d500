//! The binary of `FanNotifier`: see `wicket_pipeline::notify`.

use wicket_pipeline::notify::FanNotifier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<FanNotifier>().await
}
