//! Whose credentials sign the requests: an emulator's made-up ones, those of whoever signed in with Cognito, or what
//! the SDK's default chain finds.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use wicket_domain::pairing::Pairing;

use crate::connect::Ground;

/// Who signs the requests of a cloud that is no emulator.
#[derive(Clone, PartialEq, Eq)]
pub enum Sign {
    /// What the SDK's default chain finds: environment, profile, single sign-on, container or machine.
    Chain,
}

pub(crate) async fn credentials(ground: &Ground, pairing: &Pairing, sign: Sign) -> SharedCredentialsProvider {
    if let Some(emulator) = &pairing.emulator {
        let made_up =
            Credentials::new(&emulator.access_key_id, &emulator.secret_access_key, None, None, "pairing");
        return SharedCredentialsProvider::new(made_up);
    }
    match sign {
        Sign::Chain => default_chain(ground).await,
    }
}

/// Asked when a request needs it, not before.
async fn default_chain(ground: &Ground) -> SharedCredentialsProvider {
    let config = ground.config();
    let chain = aws_config::default_provider::credentials::DefaultCredentialsChain::builder();
    let mut provider =
        aws_config::provider_config::ProviderConfig::without_region().with_region(config.region().cloned());
    if let Some(client) = config.http_client() {
        provider = provider.with_http_client(client);
    }
    SharedCredentialsProvider::new(chain.configure(provider).build().await)
}
