//! The binary of `AdmissionRecorder`: see `wicket_functions::admission`.

use wicket_functions::admission::AdmissionRecorder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<AdmissionRecorder>().await
}
