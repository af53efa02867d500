//! The binary of `FanClubAwardProcessor`: see `wicket_functions::awards`.

use wicket_functions::awards::FanClubAwardProcessor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<FanClubAwardProcessor>().await
}
