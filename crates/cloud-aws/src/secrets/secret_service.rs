//! The Secret Service of a Linux desktop (GNOME Keyring, `KWallet`, `KeePassXC`), over the session's own D-Bus.
//!
//! Secrets go over that bus as they are: it is a socket of this user alone, and whoever listens there as this user can
//! ask the keyring itself.

use std::collections::HashMap;

use dbus_secret_service::{EncryptionType, Error, SecretService};

use super::SecretsFault;

/// So long may somebody take to unlock the keyring, in seconds.
const UNLOCKING: u64 = 120;

fn marks(name: &str) -> HashMap<&str, &str> {
    HashMap::from([("application", "wicket"), ("name", name)])
}

fn service() -> Result<SecretService, SecretsFault> {
    // A program may be started without a session's bus, as over SSH or by a timer: then there is no keyring either.
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, UNLOCKING)
        .map_err(|_| SecretsFault::None)
}

pub(super) fn get(name: &str) -> Result<Option<Vec<u8>>, SecretsFault> {
    let service = service()?;
    let found = service.search_items(marks(name)).map_err(trouble)?;
    let Some(item) = found.unlocked.first().or(found.locked.first()) else { return Ok(None) };
    item.ensure_unlocked().map_err(trouble)?;
    item.get_secret().map(Some).map_err(trouble)
}

pub(super) fn get_if_open(name: &str) -> Result<Option<Vec<u8>>, SecretsFault> {
    let service = service()?;
    let found = service.search_items(marks(name)).map_err(trouble)?;
    found.unlocked.first().map(|item| item.get_secret().map_err(trouble)).transpose()
}

pub(super) fn put(name: &str, secret: &str) -> Result<(), SecretsFault> {
    let service = service()?;
    let collection = service.get_default_collection().map_err(trouble)?;
    collection.ensure_unlocked().map_err(trouble)?;
    let label = format!("Wicket: {name}");
    let kept = collection.create_item(&label, marks(name), secret.as_bytes(), true, "text/plain");
    kept.map(drop).map_err(trouble)
}

pub(super) fn forget(name: &str) -> Result<(), SecretsFault> {
    let service = service()?;
    let found = service.search_items(marks(name)).map_err(trouble)?;
    for item in found.unlocked.iter().chain(&found.locked) {
        item.ensure_unlocked().map_err(trouble)?;
        item.delete().map_err(trouble)?;
    }
    Ok(())
}

fn trouble(error: Error) -> SecretsFault {
    match error {
        // Without a collection there is nowhere to keep anything.
        Error::Unavailable | Error::NoResult => SecretsFault::None,
        Error::Locked | Error::Prompt => SecretsFault::Locked,
        other => SecretsFault::Broken(other.to_string().chars().take(100).collect()),
    }
}
