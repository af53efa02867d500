//! The binary of `DeskClerk`: see `wicket_pipeline::desk_clerk`.

use wicket_pipeline::desk_clerk::DeskClerk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<DeskClerk>().await
}
