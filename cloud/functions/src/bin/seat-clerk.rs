//! The binary of `SeatClerk`: see `wicket_pipeline::seat_clerk`.

use wicket_pipeline::seat_clerk::SeatClerk;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    wicket_functions::start::<SeatClerk>().await
}
