//! From a process to a function that waits for calls.

use std::pin::Pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lambda_runtime::{Error, LambdaEvent, service_fn};
use tracing_subscriber::EnvFilter;
use wicket_pipeline::{Call, Function, World};

use crate::aws::Aws;
use crate::settings::Settings;

/// Runs a function for as long as the process lives.
///
/// # Errors
/// When a setting is missing, or the platform that calls the function cannot be reached.
pub async fn start<F: Function>() -> Result<(), Error> {
    let filter = EnvFilter::try_from_env("WICKET_LOG").unwrap_or_else(|_| {
        EnvFilter::new("warn,wicket_functions=info,wicket_pipeline=info,lambda_runtime=info")
    });
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        // The runtime's span: the call's id, and its trace's where there is one.
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stdout)
        .init();
    let world = Aws::of_process().await.world(&Settings::of_process(), F::NEEDS)?;
    let (function, world) = (&F::new(world.clone()), &world);
    let handler = |event: LambdaEvent<F::Event>| async move {
        let until = deadline(world, event.context.deadline);
        let call = Call { until, request_id: event.context.request_id };
        // Behind a pointer: the SDK's futures nest too deep for the compiler to lay them all out in one.
        let answer: Pin<Box<dyn Future<Output = _>>> = Box::pin(function.handle(event.payload, &call));
        answer.await.map_err(|fault| {
            tracing::error!(fault = %fault, "the call was not dealt with");
            Error::from(fault.to_string())
        })
    };
    lambda_runtime::run(service_fn(handler)).await
}

/// The platform gives the deadline in milliseconds since 1970.
fn deadline(world: &World, millis: u64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    world.time.passed() + Duration::from_millis(millis).saturating_sub(now)
}
