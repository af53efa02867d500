//! The binary of `FanNotifier`: see `wicket_functions::notify`.

use wicket_functions::notify::FanNotifier;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<FanNotifier>().await
}
