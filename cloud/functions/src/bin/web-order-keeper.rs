//! The binary of `WebOrderKeeper`: see `wicket_pipeline::web`.

use wicket_pipeline::web::WebOrderKeeper;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<WebOrderKeeper>().await
}
