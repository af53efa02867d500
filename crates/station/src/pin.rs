//! PINs are kept as Argon2id hashes and compared by the hash function, in constant time.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::fault::{Code, Fault};
use crate::ports::{Random, draw};

/// What one guess costs. A PIN has few digits, so the cost is what slows a thief of the file down.
#[derive(Debug, Clone, Copy)]
pub enum Cost {
    /// OWASP's first choice for Argon2id: 19 MiB, 2 passes.
    Full,
    /// For simulations and tests that sign in thousands of times.
    Least,
}

fn hasher(cost: Cost) -> Result<Argon2<'static>, Fault> {
    let params = match cost {
        Cost::Full => Params::new(19 * 1024, 2, 1, None),
        Cost::Least => Params::new(8, 1, 1, None),
    };
    let params = params.map_err(|error| Fault::new(Code::Internal, error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a PIN with a fresh salt, in the PHC string format.
pub(crate) fn hash(pin: &str, cost: Cost, random: &dyn Random) -> Result<String, Fault> {
    let salt = draw::<16>(random)?;
    let hash = hasher(cost)?
        .hash_password_with_salt(pin.as_bytes(), &salt)
        .map_err(|error| Fault::new(Code::Internal, error.to_string()))?;
    Ok(hash.to_string())
}

/// Says whether `pin` is the one that was hashed.
pub(crate) fn verify(pin: &str, hash: &str) -> bool {
    // The hash names its own cost, so any instance can check it.
    Argon2::default().verify_password(pin.as_bytes(), hash).is_ok()
}
