//! The keychain of macOS and the credential manager of Windows.

use std::sync::Arc;

use keyring_core::{Entry, Error};

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;

use super::SecretsFault;

const SERVICE: &str = "Wicket";

fn entry(name: &str) -> Result<Entry, SecretsFault> {
    let store: Arc<keyring_core::CredentialStore> = Store::new().map_err(trouble)?;
    store.build(SERVICE, name, None).map_err(trouble)
}

pub(super) fn get(name: &str) -> Result<Option<Vec<u8>>, SecretsFault> {
    match entry(name)?.get_secret() {
        Ok(secret) => Ok(Some(secret)),
        Err(Error::NoEntry) => Ok(None),
        Err(other) => Err(trouble(other)),
    }
}

/// These two are open as long as their user is signed in to the computer.
pub(super) fn get_if_open(name: &str) -> Result<Option<Vec<u8>>, SecretsFault> {
    get(name)
}

pub(super) fn put(name: &str, secret: &str) -> Result<(), SecretsFault> {
    // As bytes: as a text Windows would keep twice as many, and it has room for 2,560.
    entry(name)?.set_secret(secret.as_bytes()).map_err(trouble)
}

pub(super) fn forget(name: &str) -> Result<(), SecretsFault> {
    match entry(name)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(other) => Err(trouble(other)),
    }
}

fn trouble(error: Error) -> SecretsFault {
    match error {
        Error::NoDefaultStore | Error::NotSupportedByStore(_) => SecretsFault::None,
        Error::NoStorageAccess(_) => SecretsFault::Locked,
        // Some of its other words would hold the secret itself.
        Error::TooLong(..) => SecretsFault::Broken("the secret is too long for it".to_owned()),
        _ => SecretsFault::Broken("it refuses".to_owned()),
    }
}
