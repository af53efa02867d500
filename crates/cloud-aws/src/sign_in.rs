//! Signing in with the organizer's user pool, while online. Afterwards a PIN is enough.

use std::fmt;
use std::sync::Arc;

use aws_sdk_cognitoidentityprovider::error::ProvideErrorMetadata;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use tokio::runtime::Runtime;
use wicket_domain::pairing::Pairing;
use wicket_domain::staff::Role;
use wicket_station::cloud::{CloudFault, CloudTrouble};
use wicket_station::ports::{Clock, Random};

use crate::clock::ClockOffset;
use crate::cloud::runtime;
use crate::connect::SdkSetup;
use crate::fault::fault;
use crate::person::person;
use crate::pool::{Pool, Step, Tokens};
use crate::srp::{Exchange, SECRET_BYTES};

/// Somebody who has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The pool's own id of the person; it never changes.
    pub subject: String,
    /// How the person is called.
    pub name: String,
    /// The highest role of the person's groups.
    pub role: Role,
    /// By which a new id token is had; a secret for the keyring.
    pub refresh_token: String,
    /// Good for an hour or so; a secret.
    pub id_token: String,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("subject", &self.subject)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// How far a sign-in is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// It is done.
    Done(SignedIn),
    /// The pool asks for one thing more: [`UserPool::answer`].
    Asks(Question),
}

/// What a pool asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A password of the person's own, instead of the one they were given.
    NewPassword,
    /// The code that an authenticator shows.
    AuthenticatorCode,
    /// The code that was sent by text message.
    TextMessageCode,
    /// The code that was sent by e-mail.
    MailCode,
}

/// A question of the pool's, to be given back with its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Question {
    /// What for.
    pub wanted: Wanted,
    pub(crate) session: String,
    pub(crate) user: String,
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

/// Why nobody was signed in, in words for whoever tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInFault {
    /// The pool does not say which of the two.
    #[error("The name or the password is not right. Try again.")]
    Wrong,
    /// The code of a second step.
    #[error("That code is not right or too old. Sign in again and take the newest code.")]
    WrongCode,
    /// Too many wrong ones.
    #[error("There were too many wrong passwords. Wait some minutes, then try again.")]
    TooOften,
    /// By an administrator.
    #[error("This account is switched off. Ask whoever runs the user pool.")]
    Disabled,
    /// By an administrator, or because it has never been confirmed.
    #[error("The password of this account has to be reset first. Ask whoever runs the user pool.")]
    Reset,
    /// Too short, or too plain.
    #[error(
        "The user pool does not take that password. Choose a longer one, with letters, digits and other signs."
    )]
    Password,
    /// A second step of another sort.
    #[error("This account asks for a step that Wicket does not know ({0}). Ask whoever runs the user pool.")]
    Step(String),
    /// In no group of the four.
    #[error("{0} is in no group that works with Wicket. An organizer adds people to one in the user pool.")]
    NoRole(String),
    /// A sign-in that was kept has ended.
    #[error("The sign-in has ended. Sign in again.")]
    Over,
    /// The pool could not be asked, or its answer not be read.
    #[error("The user pool could not be asked: {0}.")]
    Cloud(CloudFault),
}

/// The organizer's user pool. Its methods block until an answer has come.
pub struct UserPool {
    runtime: Option<Runtime>,
    pool: Pool,
    random: Arc<dyn Random>,
}

impl UserPool {
    /// Makes the pool that `pairing` speaks of. Nothing is sent yet.
    pub fn new(
        pairing: &Pairing,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, CloudFault> {
        let setup = SdkSetup::new(pairing, clock, Arc::new(ClockOffset::default()));
        Ok(Self { runtime: Some(runtime()?), pool: Pool::new(&setup, pairing), random })
    }

    /// Signs somebody in. The password does not leave this computer.
    pub fn sign_in(&self, user: &str, password: &str) -> Result<SignIn, SignInFault> {
        if user.is_empty() || password.is_empty() {
            return Err(SignInFault::Wrong);
        }
        let mut secret = [0; SECRET_BYTES];
        self.random.fill(&mut secret).map_err(|_| {
            SignInFault::Cloud(fault(CloudTrouble::Rejected, "this computer gives no random numbers"))
        })?;
        let step = self.running()?.block_on(self.pool.begin(&Exchange::new(&secret), user, password))?;
        signed(step, None)
    }

    /// Answers what the pool asked for.
    pub fn answer(&self, question: &Question, answer: &str) -> Result<SignIn, SignInFault> {
        let step = self.running()?.block_on(self.pool.answer(question, answer.trim()))?;
        signed(step, None)
    }

    /// Signs somebody in again who has signed in before.
    pub fn refresh(&self, refresh_token: &str) -> Result<SignedIn, SignInFault> {
        let tokens = self.running()?.block_on(self.pool.refresh(refresh_token))?;
        match signed(Step::Done(tokens), Some(refresh_token))? {
            SignIn::Done(person) => Ok(person),
            SignIn::Asks(_) => Err(SignInFault::Over),
        }
    }

    fn running(&self) -> Result<&Runtime, SignInFault> {
        let gone = || SignInFault::Cloud(fault(CloudTrouble::Unreachable, "the user pool was let go"));
        self.runtime.as_ref().ok_or_else(gone)
    }
}

impl Drop for UserPool {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn signed(step: Step, kept: Option<&str>) -> Result<SignIn, SignInFault> {
    let Tokens { id_token, refresh_token } = match step {
        Step::Asks(question) => return Ok(SignIn::Asks(question)),
        Step::Done(tokens) => tokens,
    };
    let odd = |what| {
        SignInFault::Cloud(fault(CloudTrouble::Unreadable, format!("Cognito answered without {what}")))
    };
    let person = person(&id_token).ok_or_else(|| odd("a person"))?;
    let role = person.role.ok_or(SignInFault::NoRole(person.name.clone()))?;
    let refresh_token =
        refresh_token.or_else(|| kept.map(str::to_owned)).ok_or_else(|| odd("a token to go on with"))?;
    Ok(SignIn::Done(SignedIn { subject: person.subject, name: person.name, role, refresh_token, id_token }))
}

/// What the pool's refusal means for whoever tries to sign in.
pub(crate) fn refusal<E>(pool: &Pool, error: &SdkError<E, HttpResponse>) -> SignInFault
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let said = error.as_service_error().map(|error| (error.code().unwrap_or_default(), error.message()));
    match said {
        Some(("NotAuthorizedException", Some(words))) if words.contains("attempts exceeded") => {
            SignInFault::TooOften
        }
        Some(("NotAuthorizedException", Some(words))) if words.contains("disabled") => SignInFault::Disabled,
        Some(("NotAuthorizedException", Some(words))) if words.contains("session") => SignInFault::WrongCode,
        Some(("NotAuthorizedException", Some(words))) if words.contains("Token") => SignInFault::Over,
        Some(("NotAuthorizedException" | "UserNotFoundException", _)) => SignInFault::Wrong,
        Some(("CodeMismatchException" | "ExpiredCodeException" | "EnableSoftwareTokenMFAException", _)) => {
            SignInFault::WrongCode
        }
        Some(("PasswordResetRequiredException" | "UserNotConfirmedException", _)) => SignInFault::Reset,
        Some(("InvalidPasswordException" | "PasswordHistoryPolicyViolationException", _)) => {
            SignInFault::Password
        }
        Some(("LimitExceededException", _)) => SignInFault::TooOften,
        _ => SignInFault::Cloud(pool.asked().fault(error)),
    }
}
