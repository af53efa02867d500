//! Signing in with the organizer's account: asks the user pool, keeps the sign-in in the system's keyring, and lets the
//! station know who it is. A password goes no further than to the pool, and no secret goes to a file.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use wicket_cloud_aws::{AwsCloud, Keyring, Secrets, Sign, SignIn, SignInFault, SignedIn, UserPool, Wanted};
use wicket_domain::pairing::Pairing;
use wicket_domain::staff::Role;
use wicket_station::Station;
use wicket_station::cloud::Cloud;
use wicket_station::fault::{Code, Fault};
use wicket_station::ports::{SystemClock, SystemRandom};
use wicket_station::view::CloudSignIn;

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
        let before = Keyring.get(&name).ok().flatten().and_then(|text| Kept::read(&text));
        let stands = |kept: &Kept| kept.role > person.role && pool.refresh(&kept.refresh_token).is_ok();
        if before.is_some_and(|kept| stands(&kept)) {
            // What the station may do in the cloud must not shrink because a steward signs in at the till.
            return Ok(CloudSignIn::SignedIn { staff, has_pin, not_kept: None });
        }
        let kept = Keyring.put(&name, &Kept::write(person));
        let sign = Sign::Session { refresh_token: person.refresh_token.clone() };
        connect(station, pairing, sign)?;
        kept.err().map(|fault| fault.to_string())
    } else {
        None
    };
    Ok(CloudSignIn::SignedIn { staff, has_pin, not_kept })
}

/// Lets the sign-in that the keyring keeps sign the requests, if there is one. May wait for somebody to unlock it.
pub(crate) fn take_up(station: &Station) -> Result<(), Fault> {
    let Some(pairing) = station.pairing()?.filter(keeps) else { return Ok(()) };
    // Without a keyring the credentials are those of the SDK's default chain, as before.
    if let Some(kept) = Keyring.get(&secret_name(station)?).ok().flatten().and_then(|text| Kept::read(&text))
    {
        connect(station, &pairing, Sign::Session { refresh_token: kept.refresh_token })?;
    }
    Ok(())
}

/// A sign-in as the keyring keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    role: Role,
    refresh_token: String,
}

impl Kept {
    fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn write(person: &SignedIn) -> String {
        let kept = Self { role: person.role, refresh_token: person.refresh_token.clone() };
        // A word and a text cannot be refused as JSON.
        serde_json::to_string(&kept).unwrap_or_default()
    }
}

fn connect(station: &Station, pairing: &Pairing, sign: Sign) -> Result<(), Fault> {
    let cloud = AwsCloud::new(pairing, Arc::new(SystemClock), sign)
        .map_err(|fault| Fault::new(Code::Cloud, fault.words))?;
    let cloud: Arc<dyn Cloud> = Arc::new(cloud);
    station.connect(Some(cloud))
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
