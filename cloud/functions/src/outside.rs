//! Secrets, parameters, the third party and the time behind their ports.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use jiff::Timestamp;
use tokio::time::Instant;
use wicket_pipeline::Fault;
use wicket_pipeline::world::{Asked, Parameter, Post, Secret, Settings, ThirdParty, Time};

use crate::fault::cloud;

const THIRD_PARTY_TIME: Duration = Duration::from_secs(10);
const THIRD_PARTY_CONNECTING: Duration = Duration::from_secs(3);

/// What the operator keeps in Secrets Manager and Parameter Store.
pub(crate) struct Kept {
    secrets: aws_sdk_secretsmanager::Client,
    parameters: aws_sdk_ssm::Client,
    secret_ids: BTreeMap<Secret, String>,
    parameter_names: BTreeMap<Parameter, String>,
}

impl Kept {
    pub(crate) fn new(
        sdk: &SdkConfig,
        secret_ids: BTreeMap<Secret, String>,
        parameter_names: BTreeMap<Parameter, String>,
    ) -> Self {
        let (secrets, parameters) = (aws_sdk_secretsmanager::Client::new(sdk), aws_sdk_ssm::Client::new(sdk));
        Self { secrets, parameters, secret_ids, parameter_names }
    }
}

impl Settings for Kept {
    fn secret(&self, secret: Secret) -> Asked<'_, String> {
        Box::pin(async move {
            let id = self.secret_ids.get(&secret);
            let id = id.ok_or_else(|| Fault::Broken(format!("{secret:?} was not asked for")))?;
            let answer = self.secrets.get_secret_value().secret_id(id).send().await;
            let answer = answer.map_err(|error| cloud("GetSecretValue", &error))?;
            answer.secret_string.ok_or_else(|| Fault::Broken(format!("{secret:?} is not a text")))
        })
    }

    fn parameter(&self, parameter: Parameter) -> Asked<'_, String> {
        Box::pin(async move {
            let name = self.parameter_names.get(&parameter);
            let name = name.ok_or_else(|| Fault::Broken(format!("{parameter:?} was not asked for")))?;
            let answer = self.parameters.get_parameter().name(name).with_decryption(true).send().await;
            let answer = answer.map_err(|error| cloud("GetParameter", &error))?;
            Ok(answer.parameter.and_then(|parameter| parameter.value).unwrap_or_default())
        })
    }
}

/// Somebody else's computer, by HTTP.
pub(crate) struct Web(reqwest::Client);

impl Web {
    /// None where this computer trusts nobody.
    pub(crate) fn new() -> Option<Self> {
        let client = reqwest::Client::builder()
            .timeout(THIRD_PARTY_TIME)
            .connect_timeout(THIRD_PARTY_CONNECTING)
            .redirect(reqwest::redirect::Policy::none())
            .build();
        client.ok().map(Self)
    }
}

impl ThirdParty for Web {
    fn post(&self, post: Post) -> Pin<Box<dyn Future<Output = Option<u16>> + '_>> {
        Box::pin(async move {
            let request = self
                .0
                .post(post.endpoint)
                .bearer_auth(post.bearer)
                .header("content-type", "application/json")
                .header("idempotency-key", post.idempotency_key)
                .body(post.body);
            request.send().await.ok().map(|answer| answer.status().as_u16())
        })
    }
}

/// The computer's clocks.
pub(crate) struct Clock {
    now: Arc<dyn Fn() -> Timestamp>,
    began: Instant,
}

impl Clock {
    pub(crate) fn new(now: Arc<dyn Fn() -> Timestamp>) -> Self {
        Self { now, began: Instant::now() }
    }
}

impl Time for Clock {
    fn now(&self) -> Timestamp {
        (self.now)()
    }

    fn passed(&self) -> Duration {
        self.began.elapsed()
    }

    fn sleep(&self, how_long: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(tokio::time::sleep(how_long))
    }
}
