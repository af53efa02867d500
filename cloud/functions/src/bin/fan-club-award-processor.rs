//! The binary of `FanClubAwardProcessor`: see `wicket_pipeline::awards`.

use wicket_pipeline::awards::FanClubAwardProcessor;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<FanClubAwardProcessor>().await
}
