//! The requests of a sign-in. They are not signed: whoever has no credentials yet must be able to send them.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::types::{AuthFlowType, AuthenticationResultType, ChallengeNameType};
use aws_smithy_types::retry::RetryConfig;
use jiff::{SignedDuration, Timestamp};
use wicket_domain::pairing::Pairing;
use wicket_station::cloud::CloudTrouble;
use wicket_station::ports::Clock;

use crate::clock::ClockOffset;
use crate::connect::SdkSetup;
use crate::fault::{Asked, fault};
use crate::sign_in::{Question, SignInFault, Wanted, refusal};
use crate::srp::{Challenge, Exchange};

/// The pool and this program's place in it.
pub(crate) struct Pool {
    client: Client,
    clock: Arc<dyn Clock>,
    offset: Arc<ClockOffset>,
    id: String,
    client_id: String,
}

/// What a whole sign-in gives.
pub(crate) struct Tokens {
    pub(crate) id_token: String,
    pub(crate) refresh_token: Option<String>,
}

/// Where a sign-in is.
pub(crate) enum Step {
    Done(Tokens),
    Asks(Question),
}

impl Pool {
    pub(crate) fn new(setup: &SdkSetup, pairing: &Pairing) -> Self {
        let config = aws_sdk_cognitoidentityprovider::config::Builder::from(setup.config())
            .interceptor(setup.measuring())
            // A step that was answered is over, so that its repetition would be told as a wrong password.
            .retry_config(RetryConfig::disabled());
        Self {
            client: Client::from_conf(config.build()),
            clock: setup.clock(),
            offset: setup.offset(),
            id: pairing.user_pool_id.clone(),
            client_id: pairing.user_pool_client_id.clone(),
        }
    }

    pub(crate) fn asked(&self) -> Asked {
        Asked { service: "Cognito", offset_ms: self.offset.median_ms() }
    }

    /// Names the user and proves the password.
    pub(crate) async fn begin(
        &self,
        exchange: &Exchange,
        user: &str,
        password: &str,
    ) -> Result<Step, SignInFault> {
        let answer = self
            .client
            .initiate_auth()
            .auth_flow(AuthFlowType::UserSrpAuth)
            .client_id(&self.client_id)
            .auth_parameters("USERNAME", user)
            .auth_parameters("SRP_A", exchange.public())
            .send()
            .await
            .map_err(|error| refusal(self, &error))?;
        if answer.challenge_name != Some(ChallengeNameType::PasswordVerifier) {
            return step(answer.authentication_result, answer.challenge_name, answer.session, user);
        }
        let said = answer.challenge_parameters.unwrap_or_default();
        let part = |name: &str| said.get(name).map(String::as_str).ok_or_else(senseless);
        let user_id = part("USER_ID_FOR_SRP")?;
        let secret_block = part("SECRET_BLOCK")?;
        let asked = Challenge {
            pool_id: &self.id,
            user_id,
            salt: part("SALT")?,
            service_public: part("SRP_B")?,
            secret_block,
        };
        let proof = exchange.prove(&asked, password, self.cloud_time()).map_err(|_| senseless())?;
        let responses = HashMap::from([
            ("USERNAME".to_owned(), user_id.to_owned()),
            ("PASSWORD_CLAIM_SECRET_BLOCK".to_owned(), secret_block.to_owned()),
            ("PASSWORD_CLAIM_SIGNATURE".to_owned(), proof.signature),
            ("TIMESTAMP".to_owned(), proof.timestamp),
        ]);
        self.respond(ChallengeNameType::PasswordVerifier, answer.session, responses, user_id).await
    }

    pub(crate) async fn answer(&self, question: &Question, answer: &str) -> Result<Step, SignInFault> {
        let (challenge, name) = match question.wanted {
            Wanted::NewPassword => (ChallengeNameType::NewPasswordRequired, "NEW_PASSWORD"),
            Wanted::AuthenticatorCode => (ChallengeNameType::SoftwareTokenMfa, "SOFTWARE_TOKEN_MFA_CODE"),
            Wanted::TextMessageCode => (ChallengeNameType::SmsMfa, "SMS_MFA_CODE"),
            Wanted::MailCode => (ChallengeNameType::EmailOtp, "EMAIL_OTP_CODE"),
        };
        let responses = HashMap::from([
            ("USERNAME".to_owned(), question.user.clone()),
            (name.to_owned(), answer.to_owned()),
        ]);
        self.respond(challenge, Some(question.session.clone()), responses, &question.user).await
    }

    pub(crate) async fn refresh(&self, refresh_token: &str) -> Result<Tokens, SignInFault> {
        let asked = self.client.initiate_auth().auth_flow(AuthFlowType::RefreshTokenAuth);
        let asked = asked.client_id(&self.client_id).auth_parameters("REFRESH_TOKEN", refresh_token);
        let answer = asked.send().await.map_err(|error| match refusal(self, &error) {
            SignInFault::Wrong => SignInFault::Over,
            other => other,
        })?;
        match step(answer.authentication_result, answer.challenge_name, answer.session, "")? {
            Step::Done(tokens) => Ok(tokens),
            Step::Asks(_) => Err(SignInFault::Over),
        }
    }

    async fn respond(
        &self,
        challenge: ChallengeNameType,
        session: Option<String>,
        responses: HashMap<String, String>,
        user: &str,
    ) -> Result<Step, SignInFault> {
        let asked = self.client.respond_to_auth_challenge().client_id(&self.client_id);
        let asked = asked.challenge_name(challenge).set_session(session);
        let answer = asked.set_challenge_responses(Some(responses)).send().await;
        let answer = answer.map_err(|error| refusal(self, &error))?;
        step(answer.authentication_result, answer.challenge_name, answer.session, user)
    }

    /// Now by the cloud's clock, as its last answer told it: a proof of another time is refused.
    fn cloud_time(&self) -> Timestamp {
        let now = self.clock.now();
        let ahead = SignedDuration::from_millis(self.offset.median_ms().unwrap_or(0));
        now.checked_sub(ahead).unwrap_or(now)
    }

    /// A moment of the cloud's clock, in milliseconds, by this computer's, by which the SDK measures.
    pub(crate) fn by_own_clock(&self, at: i64) -> i64 {
        at.saturating_add(self.offset.median_ms().unwrap_or(0))
    }
}

fn step(
    result: Option<AuthenticationResultType>,
    challenge: Option<ChallengeNameType>,
    session: Option<String>,
    user: &str,
) -> Result<Step, SignInFault> {
    if let Some(result) = result {
        let id_token = result.id_token.ok_or_else(senseless)?;
        return Ok(Step::Done(Tokens { id_token, refresh_token: result.refresh_token }));
    }
    let wanted = match challenge.ok_or_else(senseless)? {
        ChallengeNameType::NewPasswordRequired => Wanted::NewPassword,
        ChallengeNameType::SoftwareTokenMfa => Wanted::AuthenticatorCode,
        ChallengeNameType::SmsMfa => Wanted::TextMessageCode,
        ChallengeNameType::EmailOtp => Wanted::MailCode,
        other => {
            let name: String = other.as_str().chars().take(40).collect();
            return Err(SignInFault::Step(name));
        }
    };
    let session = session.ok_or_else(senseless)?;
    Ok(Step::Asks(Question { wanted, session, user: user.to_owned() }))
}

fn senseless() -> SignInFault {
    SignInFault::Cloud(fault(CloudTrouble::Unreadable, "Cognito's challenge makes no sense"))
}
