//! The binary of `StationRegistrar`: see `wicket_pipeline::registrar`.

use wicket_pipeline::registrar::StationRegistrar;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<StationRegistrar>().await
}
