//! Secrets in the operating system's keyring, and nowhere else: where there is none, nothing is kept, and whoever
//! works here is told so. It may never write a secret to a file or a log.

#[cfg(any(target_os = "macos", windows))]
#[path = "secrets/native.rs"]
mod system;
#[cfg(not(any(target_os = "macos", windows)))]
#[path = "secrets/secret_service.rs"]
mod system;

/// Why a secret was not kept or found, in words for whoever works here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretsFault {
    /// Nothing on this computer keeps secrets.
    #[error(
        "This computer has no keyring, so Wicket keeps no sign-in. Sign in again after each start, or give AWS \
         credentials through the environment."
    )]
    None,
    /// It is there, and nobody unlocked it.
    #[error(
        "The keyring stayed locked, so Wicket cannot reach the sign-in it keeps. Unlock it, then try again."
    )]
    Locked,
    /// It is there, and does not work.
    #[error("The keyring does not work ({0}). Sign in again after each start, or repair it.")]
    Broken(String),
}

/// Keeps secrets by name.
pub trait Secrets: Send + Sync {
    /// The secret of this name, if it was kept.
    fn get(&self, name: &str) -> Result<Option<String>, SecretsFault>;

    /// Keeps a secret, in place of the one of this name.
    fn put(&self, name: &str, secret: &str) -> Result<(), SecretsFault>;

    /// Forgets a secret; one that is not there is forgotten already.
    fn forget(&self, name: &str) -> Result<(), SecretsFault>;
}

/// The operating system's: the Secret Service of the desktop on Linux, the keychain on macOS, the credential manager
/// on Windows. May wait two minutes for a person to unlock it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Keyring;

impl Keyring {
    /// The secret of this name if nobody has to unlock anything for it.
    pub fn get_if_open(&self, name: &str) -> Result<Option<String>, SecretsFault> {
        text(system::get_if_open(name)?)
    }
}

fn text(secret: Option<Vec<u8>>) -> Result<Option<String>, SecretsFault> {
    let read = secret.map(String::from_utf8).transpose();
    read.map_err(|_| SecretsFault::Broken("what it holds is no text".to_owned()))
}

impl Secrets for Keyring {
    fn get(&self, name: &str) -> Result<Option<String>, SecretsFault> {
        text(system::get(name)?)
    }

    fn put(&self, name: &str, secret: &str) -> Result<(), SecretsFault> {
        system::put(name, secret)
    }

    fn forget(&self, name: &str) -> Result<(), SecretsFault> {
        system::forget(name)
    }
}
