//! The binary of `GateClerk`: see `wicket_pipeline::gate_clerk`.

use wicket_pipeline::gate_clerk::GateClerk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<GateClerk>().await
}
