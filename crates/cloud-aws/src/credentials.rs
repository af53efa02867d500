//! Whose credentials sign the requests: an emulator's made-up ones, those of whoever signed in with Cognito, or what
//! the SDK's default chain finds.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_cognitoidentity::Client;
use wicket_domain::pairing::Pairing;
use wicket_station::cloud::{CloudFault, CloudTrouble};

use crate::connect::SdkSetup;
use crate::fault::{Asked, fault};
use crate::pool::Pool;
use crate::sign_in::SignInFault;

/// Who signs the requests of a cloud that is no emulator.
#[derive(Clone, PartialEq, Eq)]
pub enum Sign {
    /// Whoever has this refresh token ([`crate::SignedIn::refresh_token`]), where the pairing names an identity pool.
    Session {
        /// From the keyring.
        refresh_token: String,
    },
    /// What the SDK's default chain finds: environment, profile, single sign-on, container or machine.
    Chain,
}

impl fmt::Debug for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session { .. } => "Session",
            Self::Chain => "Chain",
        })
    }
}

pub(crate) async fn credentials(
    setup: &SdkSetup,
    pairing: &Pairing,
    sign: Sign,
) -> SharedCredentialsProvider {
    if let Some(emulator) = &pairing.emulator {
        let made_up =
            Credentials::new(&emulator.access_key_id, &emulator.secret_access_key, None, None, "pairing");
        return SharedCredentialsProvider::new(made_up);
    }
    match (sign, &pairing.identity_pool_id) {
        (Sign::Session { refresh_token }, Some(identities)) => {
            SharedCredentialsProvider::new(Session::new(setup, pairing, identities, refresh_token))
        }
        _ => default_chain(setup).await,
    }
}

/// Asked when a request needs it, not before.
async fn default_chain(setup: &SdkSetup) -> SharedCredentialsProvider {
    let config = setup.config();
    let chain = aws_config::default_provider::credentials::DefaultCredentialsChain::builder();
    let mut provider =
        aws_config::provider_config::ProviderConfig::without_region().with_region(config.region().cloned());
    if let Some(client) = config.http_client() {
        provider = provider.with_http_client(client);
    }
    SharedCredentialsProvider::new(chain.configure(provider).build().await)
}

/// The credentials of whoever signed in. The SDK keeps what this gives until shortly before it ends.
struct Session {
    pool: Pool,
    identities: Client,
    identity_pool: String,
    /// The user pool as an identity pool calls it.
    login: String,
    refresh_token: Mutex<String>,
    identity: Mutex<Option<String>>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session")
    }
}

impl Session {
    fn new(setup: &SdkSetup, pairing: &Pairing, identity_pool: &str, refresh_token: String) -> Self {
        let config =
            aws_sdk_cognitoidentity::config::Builder::from(setup.config()).interceptor(setup.measuring());
        Self {
            pool: Pool::new(setup, pairing),
            identities: Client::from_conf(config.build()),
            identity_pool: identity_pool.to_owned(),
            login: format!("cognito-idp.{}.amazonaws.com/{}", pairing.region, pairing.user_pool_id),
            refresh_token: Mutex::new(refresh_token),
            identity: Mutex::new(None),
        }
    }

    async fn fetch(&self) -> Result<Credentials, CloudFault> {
        let kept = self.refresh_token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let tokens = self.pool.refresh(&kept).await.map_err(|refused| match refused {
            SignInFault::Cloud(fault) => fault,
            _ => fault(CloudTrouble::Refused, "the sign-in has ended; sign in again"),
        })?;
        if let Some(newer) = tokens.refresh_token {
            *self.refresh_token.lock().unwrap_or_else(PoisonError::into_inner) = newer;
        }
        let identity = self.identity(&tokens.id_token).await?;
        let asked = self.identities.get_credentials_for_identity().identity_id(identity);
        let answer = asked.logins(&self.login, tokens.id_token).send().await;
        let given = answer.map_err(|error| self.asked().fault(&error))?.credentials;
        let missing = || self.asked().unreadable("credentials");
        let given = given.ok_or_else(missing)?;
        let ends = given.expiration.and_then(|at| at.to_millis().ok()).map(|at| self.pool.by_own_clock(at));
        Ok(Credentials::new(
            given.access_key_id.ok_or_else(missing)?,
            given.secret_key.ok_or_else(missing)?,
            Some(given.session_token.ok_or_else(missing)?),
            ends.and_then(moment),
            "cognito",
        ))
    }

    async fn identity(&self, id_token: &str) -> Result<String, CloudFault> {
        if let Some(known) = self.identity.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(known);
        }
        let asked = self.identities.get_id().identity_pool_id(&self.identity_pool);
        let answer = asked.logins(&self.login, id_token).send().await;
        let identity = answer.map_err(|error| self.asked().fault(&error))?.identity_id;
        let identity = identity.ok_or_else(|| self.asked().unreadable("an identity"))?;
        *self.identity.lock().unwrap_or_else(PoisonError::into_inner) = Some(identity.clone());
        Ok(identity)
    }

    fn asked(&self) -> Asked {
        Asked { service: "Cognito's identity pool", ..self.pool.asked() }
    }
}

impl ProvideCredentials for Session {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.fetch().await.map_err(CredentialsError::provider_error)
        })
    }
}

fn moment(milliseconds: i64) -> Option<SystemTime> {
    let since = Duration::from_millis(u64::try_from(milliseconds).ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since)
}
