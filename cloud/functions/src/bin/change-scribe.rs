//! The binary of `ChangeScribe`: see `wicket_pipeline::change_scribe`.

use wicket_pipeline::change_scribe::ChangeScribe;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<ChangeScribe>().await
}
