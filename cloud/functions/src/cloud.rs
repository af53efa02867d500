//! What a function is given: its settings, the cloud's clients, the time, and how long it may take.

use std::collections::HashMap;
use std::future::Future;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::fault::Fault;

/// Attempts of one request, the first among them. What fails after these goes back to its queue.
const ATTEMPTS: u32 = 4;
const CONNECTING: Duration = Duration::from_secs(2);
const ONE_ATTEMPT: Duration = Duration::from_secs(4);
const ALL_ATTEMPTS: Duration = Duration::from_secs(12);

/// One Lambda.
pub trait Function: Sized {
    /// What it is called with.
    type Event: DeserializeOwned;
    /// What it answers.
    type Answer: Serialize;

    /// Takes its settings. Nothing is asked of the cloud yet.
    ///
    /// # Errors
    /// Names the first setting that is missing.
    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting>;

    /// Deals with one event. A fault here is one of the whole call: the caller tries again.
    fn handle(&self, event: Self::Event, call: &Call) -> impl Future<Output = Result<Self::Answer, Fault>>;
}

/// One call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The call's own id; the same when the call is tried again.
    pub request_id: String,
    /// When the call has to have answered.
    pub until: Instant,
}

/// A setting that the template did not give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment has no {0}")]
pub struct MissingSetting(pub &'static str);

/// The function's environment variables.
#[derive(Debug, Clone)]
pub struct Settings(HashMap<String, String>);

impl Settings {
    /// Those of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars().collect())
    }

    /// Those given.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn get(&self, name: &'static str) -> Result<String, MissingSetting> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned().ok_or(MissingSetting(name))
    }

    /// The environment's name, for metrics.
    pub(crate) fn environment(&self) -> String {
        self.get("ENVIRONMENT").unwrap_or_else(|_| "dev".to_owned())
    }
}

/// The cloud's clients share one configuration and one pool of connections; the time comes with it.
#[derive(Clone)]
pub struct Cloud {
    sdk: SdkConfig,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    metrics: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Cloud {
    /// The cloud of this process's environment: region, credentials and endpoints as the SDK finds them
    /// (`AWS_ENDPOINT_URL` and its kin among them).
    pub async fn of_process() -> Self {
        let tls = Provider::Rustls(CryptoMode::Ring);
        let http = aws_smithy_http_client::Builder::new().tls_provider(tls).build_https();
        let times = TimeoutConfig::builder()
            .connect_timeout(CONNECTING)
            .operation_attempt_timeout(ONE_ATTEMPT)
            .operation_timeout(ALL_ATTEMPTS)
            .build();
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(times)
            .load()
            .await;
        Self::new(sdk, Timestamp::now)
    }

    /// A cloud of any configuration, with any clock. Chooses ring for the process's TLS, as the SDK's clients do for
    /// theirs, since the third party's client asks the process.
    pub fn new(sdk: SdkConfig, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        // Another provider can only have been installed by an earlier call, which installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let metrics = |line: &str| {
            // A log that cannot be written to must not stop a sale.
            let _ = writeln!(std::io::stdout().lock(), "{line}");
        };
        Self { sdk, clock: Arc::new(clock), metrics: Arc::new(metrics) }
    }

    /// The same, its lines of metrics going elsewhere than to the log.
    #[must_use]
    pub fn counting_to(mut self, metrics: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.metrics = Arc::new(metrics);
        self
    }

    pub(crate) fn say(&self, line: &str) {
        (self.metrics)(line);
    }

    /// The SDK's configuration.
    pub const fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) fn millis(&self) -> i64 {
        self.now().as_millisecond()
    }

    pub(crate) fn dynamo(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.sdk)
    }

    pub(crate) fn sns(&self) -> aws_sdk_sns::Client {
        aws_sdk_sns::Client::new(&self.sdk)
    }

    /// An emulator on loopback has no host names for buckets, so their names go into the path there.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let emulated = self.sdk.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.sdk).force_path_style(emulated).build();
        aws_sdk_s3::Client::from_conf(config)
    }
}
