//! AWS as the pipeline's world: the clients share one configuration and one pool of connections.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::config::retry::RetryConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use jiff::Timestamp;
use wicket_pipeline::{Need, World};

use crate::dynamo::Dynamo;
use crate::files::Bucket;
use crate::metrics::Metrics;
use crate::outside::{Clock, Kept, Web};
use crate::settings::{MissingSetting, Names, Settings};
use crate::topics::Sns;

/// Attempts of one request, the first among them. What fails after these goes back to its queue.
const ATTEMPTS: u32 = 4;
const CONNECTING: Duration = Duration::from_secs(2);
const ONE_ATTEMPT: Duration = Duration::from_secs(4);
const ALL_ATTEMPTS: Duration = Duration::from_secs(12);

/// AWS, with the time, and with a place for the lines of metrics.
#[derive(Clone)]
pub struct Aws {
    sdk: SdkConfig,
    clock: Arc<dyn Fn() -> Timestamp>,
    metrics: Arc<dyn Fn(&str)>,
}

impl Aws {
    /// That of this process's environment: region, credentials and endpoints as the SDK finds them
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

    /// AWS of any configuration, with any clock. Chooses ring for the process's TLS, as the SDK's clients do for
    /// theirs, since the third party's client asks the process.
    pub fn new(sdk: SdkConfig, clock: impl Fn() -> Timestamp + 'static) -> Self {
        // Another provider can only have been installed by an earlier call, which installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { sdk, clock: Arc::new(clock), metrics: Arc::new(crate::metrics::log) }
    }

    /// The same, its lines of metrics going elsewhere than to the log.
    #[must_use]
    pub fn counting_to(mut self, metrics: impl Fn(&str) + 'static) -> Self {
        self.metrics = Arc::new(metrics);
        self
    }

    /// The world of a function that needs so much of it. Nothing is asked of the cloud yet.
    ///
    /// # Errors
    /// Names the first setting that is missing.
    pub fn world(&self, settings: &Settings, needs: &[Need]) -> Result<World, MissingSetting> {
        let names = Names::of(settings, needs)?;
        let metrics = Metrics { environment: names.environment.clone(), say: Arc::clone(&self.metrics) };
        Ok(World {
            environment: names.environment,
            tables: Rc::new(Dynamo::new(aws_sdk_dynamodb::Client::new(&self.sdk), names.tables)),
            topics: Rc::new(Sns::new(aws_sdk_sns::Client::new(&self.sdk), names.topics)),
            files: Rc::new(Bucket::new(&self.sdk, names.bucket)),
            settings: Rc::new(Kept::new(&self.sdk, names.secrets, names.parameters)),
            third_party: Rc::new(Web::new().ok_or(MissingSetting("certificates to trust"))?),
            time: Rc::new(Clock::new(Arc::clone(&self.clock))),
            counts: Rc::new(metrics),
            letters_are_read: names.letters_are_read,
            pay_for: names.pay_for,
            tries: names.tries,
            pairing: names.pairing,
        })
    }
}
