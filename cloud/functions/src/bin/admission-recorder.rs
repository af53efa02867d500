//! The binary of `AdmissionRecorder`: see `wicket_pipeline::admission`.

use wicket_pipeline::admission::AdmissionRecorder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<AdmissionRecorder>().await
}
