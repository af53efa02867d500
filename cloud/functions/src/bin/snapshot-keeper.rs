//! The binary of `SnapshotKeeper`: see `wicket_pipeline::snapshot_keeper`.

use wicket_pipeline::snapshot_keeper::SnapshotKeeper;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<SnapshotKeeper>().await
}
