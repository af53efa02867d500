//! The binary of `PairingGuide`: see `wicket_pipeline::pairing_guide`.

use wicket_pipeline::pairing_guide::PairingGuide;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<PairingGuide>().await
}
