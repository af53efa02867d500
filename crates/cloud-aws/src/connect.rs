//! One set of connections and one configuration for every service. The pairing alone says where the cloud is: the
//! SDK's profile and environment are asked for nothing but credentials.

use std::sync::Arc;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::IdentityCache;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::shared::IntoShared;
use aws_smithy_types::retry::RetryConfig;
use wicket_domain::pairing::Pairing;
use wicket_station::ports::Clock;

use crate::clock::{ClockOffset, Measuring, StationTime};
use crate::door::Api;

const CONNECT: Duration = Duration::from_secs(2);
const ATTEMPT: Duration = Duration::from_secs(5);
const OPERATION: Duration = Duration::from_secs(12);
/// A quarter of a megabyte over a phone's uplink.
const SEND: Duration = Duration::from_secs(10);
/// A plan is megabytes.
const FILE: Duration = Duration::from_mins(1);

/// A client a purpose: they share connections and credentials, and differ in patience.
pub(crate) struct Clients {
    /// Reads, which may be asked twice.
    pub(crate) table: aws_sdk_dynamodb::Client,
    pub(crate) queue: aws_sdk_sqs::Client,
    pub(crate) file: aws_sdk_s3::Client,
}

/// What every client begins with.
#[derive(Clone)]
pub(crate) struct SdkSetup {
    config: SdkConfig,
    connector: SharedHttpConnector,
    clock: Arc<dyn Clock>,
    offset: Arc<ClockOffset>,
}

impl SdkSetup {
    /// Without credentials; they come with [`SdkSetup::signed`].
    pub(crate) fn new(pairing: &Pairing, clock: Arc<dyn Clock>, offset: Arc<ClockOffset>) -> Self {
        // The pairing takes plain addresses on this machine alone.
        let plain = |address: &Option<String>| address.as_ref().is_none_or(|at| at.starts_with("http://"));
        let here =
            pairing.endpoint.is_some() && plain(&pairing.endpoint) && plain(&pairing.dynamodb_endpoint);
        let connector = connector(here);
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(pairing.region.clone()))
            .http_client(http_client(&connector))
            .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
            .time_source(StationTime(Arc::clone(&clock)))
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            .timeout_config(patience(ATTEMPT, OPERATION))
            .identity_cache(IdentityCache::lazy().build());
        let config = match &pairing.endpoint {
            Some(address) => config.endpoint_url(address),
            None => config,
        };
        Self { config: config.build(), connector, clock, offset }
    }

    /// The same with credentials.
    pub(crate) fn signed(&self, credentials: SharedCredentialsProvider) -> Self {
        let config = self.config.clone().into_builder().credentials_provider(credentials).build();
        Self { config, ..self.clone() }
    }

    /// For services that are asked without a signature, and for the default chain.
    pub(crate) const fn config(&self) -> &SdkConfig {
        &self.config
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    pub(crate) fn offset(&self) -> Arc<ClockOffset> {
        Arc::clone(&self.offset)
    }

    /// The HTTP API, asked with the same connections and credentials.
    pub(crate) fn api(&self, pairing: &Pairing) -> Api {
        Api::new(self.connector.clone(), self.config.credentials_provider(), pairing)
    }

    pub(crate) fn measuring(&self) -> Measuring {
        Measuring { clock: self.clock(), offset: self.offset() }
    }

    /// Every client that [`crate::AwsCloud`] asks.
    pub(crate) fn clients(&self, pairing: &Pairing) -> Clients {
        let address = pairing.dynamodb_endpoint.as_ref().or(pairing.endpoint.as_ref());
        let mut table = aws_sdk_dynamodb::config::Builder::from(&self.config).interceptor(self.measuring());
        table.set_endpoint_url(address.cloned());
        let queue = aws_sdk_sqs::config::Builder::from(&self.config)
            .interceptor(self.measuring())
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience(SEND, OPERATION));
        let file = aws_sdk_s3::config::Builder::from(&self.config)
            .interceptor(self.measuring())
            .timeout_config(patience(FILE, FILE * 2))
            .force_path_style(pairing.endpoint.is_some());
        Clients {
            table: aws_sdk_dynamodb::Client::from_conf(table.build()),
            queue: aws_sdk_sqs::Client::from_conf(queue.build()),
            file: aws_sdk_s3::Client::from_conf(file.build()),
        }
    }
}

fn patience(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}

/// TLS by ring with the system's roots, proxies by the environment. A cloud on this machine is spoken to in plain and
/// directly, whatever proxy is set.
pub(crate) fn connector(here: bool) -> SharedHttpConnector {
    let roots = if here { TrustStore::empty() } else { TrustStore::default() };
    let context: Result<TlsContext, _> = tls::TlsContext::builder().with_trust_store(roots).build();
    let settings = HttpConnectorSettings::builder().connect_timeout(CONNECT).build();
    let mut connector = Connector::builder()
        .connector_settings(settings)
        .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
        .proxy_config(if here { ProxyConfig::disabled() } else { ProxyConfig::from_env() })
        .tls_provider(Provider::rustls(CryptoMode::Ring));
    if let Ok(context) = context {
        connector = connector.tls_context(context);
    }
    connector.build().into_shared()
}

/// The same for the SDK's clients.
fn http_client(connector: &SharedHttpConnector) -> SharedHttpClient {
    let shared = connector.clone();
    http_client_fn(move |_settings, _components| shared.clone())
}
