//! Signing in with the organizer's account: asks the user pool, keeps the sign-in in the system's keyring, and lets the
//! station know who it is. A password goes no further than to the pool, and no secret goes to a file.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use wicket_cloud_aws::{AwsCloud, Keyring, Secrets, Sign, SignIn, SignInFault, SignedIn, UserPool, Wanted};
use wicket_domain::pairing::Pairing;
use wicket_domain::staff::Role;
use wicket_station::Station;
use wicket_station::cloud::Cloud;
use wicket_station::fault::{Code, Fault};
use wicket_station::ports::{SystemClock, SystemRandom};
use wicket_station::view::CloudSignIn;

/// The sign-in that signs this process's requests, with the name it has in a keyring: there may be none to look it up in.
static CURRENT: Mutex<Option<(String, Kept)>> = Mutex::new(None);

/// Signs somebody in; `new_password` is for an account that asks for one.
pub(crate) fn sign_in(
    station: &Station,
    user: &str,
    password: &str,
    new_password: Option<&str>,
) -> Result<CloudSignIn, Fault> {
    let Some(pairing) = station.pairing()? else {
        let message = "This station has no cloud, so accounts are not known here. Sign in with your PIN.";
        return Err(Fault::new(Code::NotPaired, message));
    };
    let pool = UserPool::new(&pairing, Arc::new(SystemClock), Arc::new(SystemRandom))
        .map_err(|fault| Fault::new(Code::Cloud, fault.words))?;
    match asked(&pool, user.trim(), password, new_password) {
        Ok(Some(person)) => entered(station, &pairing, &pool, &person),
        Ok(None) => Ok(CloudSignIn::NewPassword),
        Err(fault) => Ok(CloudSignIn::Refused { message: fault.to_string() }),
    }
}

/// Nobody yet where the pool asks for a new password and none was given.
fn asked(
    pool: &UserPool,
    user: &str,
    password: &str,
    new_password: Option<&str>,
) -> Result<Option<SignedIn>, SignInFault> {
    let mut step = pool.sign_in(user, password)?;
    if let (SignIn::Asks(question), Some(new)) = (&step, new_password)
        && question.wanted == Wanted::NewPassword
    {
        step = pool.answer(question, new)?;
    }
    match step {
        SignIn::Done(person) => Ok(Some(person)),
        SignIn::Asks(question) if question.wanted == Wanted::NewPassword => Ok(None),
        SignIn::Asks(_) => Err(SignInFault::Step("a code of a second device".to_owned())),
    }
}

fn entered(
    station: &Station,
    pairing: &Pairing,
    pool: &UserPool,
    person: &SignedIn,
) -> Result<CloudSignIn, Fault> {
    let (staff, has_pin) = station.account_signed_in(&person.subject, &person.name, person.role)?;
    let not_kept = if keeps(pairing) {
        let name = secret_name(station)?;
        let before = in_keyring(&name, Keys::Unlock).or_else(|| in_memory(&name));
        if outranked(before.as_ref(), person.role, |token| pool.refresh(token).is_ok()) {
            // What the station may do in the cloud must not shrink because a steward signs in at the till.
            return Ok(CloudSignIn::SignedIn { staff, has_pin, not_kept: None });
        }
        let fresh = Kept::of(person);
        let kept = Keyring.put(&name, &fresh.written());
        connect(station, pairing, name, fresh)?;
        kept.err().map(|fault| fault.to_string())
    } else {
        None
    };
    Ok(CloudSignIn::SignedIn { staff, has_pin, not_kept })
}

/// How a keyring is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Somebody may be asked to unlock it, and waited for.
    Unlock,
    /// Only if it is unlocked already.
    IfOpen,
}

/// Whether somebody's sign-in signs this station's requests, which takes more of them than keys that lie ready.
pub(crate) fn signs_in(station: &Station) -> Result<bool, Fault> {
    Ok(station.pairing()?.is_some_and(|pairing| keeps(&pairing)))
}

/// Lets the sign-in that the keyring keeps sign the requests, if there is one.
pub(crate) fn take_up(station: &Station, keys: Keys) -> Result<(), Fault> {
    let Some(pairing) = station.pairing()?.filter(keeps) else { return Ok(()) };
    let name = secret_name(station)?;
    // Without a keyring the credentials are those of the SDK's default chain, as before.
    match in_keyring(&name, keys).or_else(|| in_memory(&name)) {
        Some(kept) => connect(station, &pairing, name, kept),
        None => Ok(()),
    }
}

fn in_keyring(name: &str, keys: Keys) -> Option<Kept> {
    let found = match keys {
        Keys::Unlock => Keyring.get(name),
        Keys::IfOpen => Keyring.get_if_open(name),
    };
    found.ok().flatten().and_then(|text| Kept::read(&text))
}

fn in_memory(name: &str) -> Option<Kept> {
    let current = CURRENT.lock().unwrap_or_else(PoisonError::into_inner);
    current.as_ref().filter(|(known, _)| known == name).map(|(_, kept)| kept.clone())
}

/// Whether the sign-in so far may do more than one of `role`, and still stands.
fn outranked(before: Option<&Kept>, role: Role, stands: impl FnOnce(&str) -> bool) -> bool {
    before.is_some_and(|kept| kept.role > role && stands(&kept.refresh_token))
}

/// A sign-in as the keyring keeps it.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    role: Role,
    refresh_token: String,
}

impl Kept {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn of(person: &SignedIn) -> Self {
        Self { role: person.role, refresh_token: person.refresh_token.clone() }
    }

    fn written(&self) -> String {
        // A word and a text cannot be refused as JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Lets a sign-in sign the requests from now on.
fn connect(station: &Station, pairing: &Pairing, name: String, kept: Kept) -> Result<(), Fault> {
    let sign = Sign::Session { refresh_token: kept.refresh_token.clone() };
    let cloud = AwsCloud::new(pairing, Arc::new(SystemClock), sign)
        .map_err(|fault| Fault::new(Code::Cloud, fault.words))?;
    let cloud: Arc<dyn Cloud> = Arc::new(cloud);
    station.connect(Some(cloud))?;
    *CURRENT.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, kept));
    Ok(())
}

/// Whether a sign-in becomes credentials in this cloud.
fn keeps(pairing: &Pairing) -> bool {
    pairing.emulator.is_none() && pairing.identity_pool_id.is_some()
}

/// Several stations may share one account of the computer, and each has a sign-in of its own.
fn secret_name(station: &Station) -> Result<String, Fault> {
    let set_up = station.start(None)?.station;
    let not_yet = || Fault::new(Code::NotSetUp, "This station is not set up yet. Set it up first.");
    Ok(format!("wicket-sign-in-{}", set_up.ok_or_else(not_yet)?.station_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steward_takes_nothing_from_the_seller_who_stands() {
        let seller = Kept { role: Role::Seller, refresh_token: "s".into() };
        assert!(outranked(Some(&seller), Role::Steward, |token| token == "s"));
        assert!(!outranked(Some(&seller), Role::Steward, |_| false), "it has run out");
        assert!(!outranked(Some(&seller), Role::Seller, |_| true), "the newer of two");
        assert!(!outranked(None, Role::Steward, |_| true));
    }

    #[test]
    fn without_a_keyring_the_sign_in_is_known_as_long_as_the_program_runs() {
        let seller = Kept { role: Role::Seller, refresh_token: "s".into() };
        *CURRENT.lock().unwrap() = Some(("wicket-sign-in-1".into(), seller));
        assert!(in_memory("wicket-sign-in-1").is_some_and(|kept| kept.role == Role::Seller));
        assert!(in_memory("wicket-sign-in-2").is_none(), "another station's");
    }
}
