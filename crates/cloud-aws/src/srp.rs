//! The Secure Remote Password protocol as Cognito speaks it (`USER_SRP_AUTH`): the password never leaves this
//! computer, and what does leave it helps nobody to guess.
//!
//! It is SRP-6a (RFC 5054, RFC 2945) with the 3072-bit group of RFC 3526 and generator 2, SHA-256, and a proof of
//! Cognito's own: every number is hashed as its shortest big-endian bytes with a zero before a set highest bit, the
//! user's part of `x` is `poolName userId ":" password` without separators between the first two, the shared secret
//! goes through HKDF (RFC 5869) to 16 bytes, and the proof is an HMAC over pool, user, the service's opaque block and
//! the time. All arithmetic on secrets takes the same time whatever they are.
//!
//! It may not draw randomness or read the clock; both come in.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U3072, const_monty_params};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// The group's generator.
const GENERATOR: u8 = 2;
/// So many random bytes are this side's ephemeral secret.
pub(crate) const SECRET_BYTES: usize = 128;
/// `a + u·x` has at most so many bits: 1,024 of `a`, 512 of the product, one of the sum.
const EXPONENT_BITS: u32 = 1_025;
const HASH_BITS: u32 = 256;
const NUMBER_BYTES: usize = 384;
const INFO: &[u8] = b"Caldera Derived Key";

mod group {
    #![allow(unreachable_pub, reason = "the macro makes its type public")]
    use super::{U3072, const_monty_params};

    const_monty_params!(
        Prime,
        U3072,
        concat!(
            "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
            "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
            "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
            "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
            "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
            "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
            "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
            "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
        )
    );
}

use group::Prime;

type Residue = ConstMontyForm<Prime, { U3072::LIMBS }>;

/// What the service asks for once it knows who signs in.
pub(crate) struct Challenge<'a> {
    /// The pool's id, `REGION_NAME`.
    pub(crate) pool_id: &'a str,
    /// The user as the service calls them (`USER_ID_FOR_SRP`).
    pub(crate) user_id: &'a str,
    /// The user's salt, hexadecimal.
    pub(crate) salt: &'a str,
    /// The service's public number, hexadecimal.
    pub(crate) service_public: &'a str,
    /// Given back as it came, Base64.
    pub(crate) secret_block: &'a str,
}

/// What proves the password.
#[derive(Debug)]
pub(crate) struct Proof {
    /// `PASSWORD_CLAIM_SIGNATURE`, Base64.
    pub(crate) signature: String,
    /// `TIMESTAMP`, as signed.
    pub(crate) timestamp: String,
}

/// The challenge makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Senseless;

/// One sign-in: this side's secret and public number.
pub(crate) struct Exchange {
    secret: U3072,
    public: U3072,
}

impl Exchange {
    /// Begins with fresh random bytes.
    pub(crate) fn new(random: &[u8; SECRET_BYTES]) -> Self {
        let secret = number(random).unwrap_or(U3072::ONE);
        let public = generator().pow_bounded_exp(&secret, EXPONENT_BITS).retrieve();
        Self { secret, public }
    }

    /// This side's public number (`SRP_A`), hexadecimal.
    pub(crate) fn public(&self) -> String {
        padded(&self.public)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .fold(String::new(), |all, two| all + &two)
    }

    /// Proves the password, at a time that should be the service's.
    pub(crate) fn prove(
        &self,
        asked: &Challenge<'_>,
        password: &str,
        at: Timestamp,
    ) -> Result<Proof, Senseless> {
        let service = from_hex(asked.service_public).ok_or(Senseless)?;
        let salt = from_hex(asked.salt).ok_or(Senseless)?;
        let block = STANDARD.decode(asked.secret_block).map_err(|_| Senseless)?;
        let pool = asked.pool_id.split_once('_').map_or(asked.pool_id, |(_, name)| name);
        let residue = Residue::new(&service);
        let scramble = hashed(&[&padded(&self.public), &padded(&service)]).ok_or(Senseless)?;
        // Numbers by which the service could make the secret one that it knows (RFC 5054, section 2.5.3).
        if residue.retrieve() == U3072::ZERO || scramble == U3072::ZERO {
            return Err(Senseless);
        }
        let identity = digest(&[pool.as_bytes(), asked.user_id.as_bytes(), b":", password.as_bytes()]);
        let private = hashed(&[&padded(&salt), &identity]).ok_or(Senseless)?;
        let verifier = generator().pow_bounded_exp(&private, HASH_BITS);
        let exponent = self.secret.wrapping_add(&scramble.wrapping_mul(&private));
        let shared =
            (residue - multiplier().ok_or(Senseless)? * verifier).pow_bounded_exp(&exponent, EXPONENT_BITS);
        let key = derived(&padded(&shared.retrieve()), &padded(&scramble))?;
        let timestamp = at.strftime("%a %b %-d %H:%M:%S UTC %Y").to_string();
        let key = key.first_chunk::<16>().ok_or(Senseless)?;
        let proof = mac(key, &[pool.as_bytes(), asked.user_id.as_bytes(), &block, timestamp.as_bytes()])?;
        Ok(Proof { signature: STANDARD.encode(proof), timestamp })
    }
}

fn generator() -> Residue {
    Residue::new(&U3072::from_u8(GENERATOR))
}

/// `k`: the hash of prime and generator.
fn multiplier() -> Option<Residue> {
    let prime = <Prime as crypto_bigint::modular::ConstMontyParams<{ U3072::LIMBS }>>::PARAMS.modulus().get();
    hashed(&[&padded(&prime), &[GENERATOR]]).map(|hash| Residue::new(&hash))
}

/// HKDF of one block, of which Cognito takes 16 bytes.
fn derived(secret: &[u8], salt: &[u8]) -> Result<[u8; 32], Senseless> {
    let extracted = mac(salt, &[secret])?;
    mac(&extracted, &[INFO, &[1]])
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], Senseless> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Senseless)?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

fn hashed(parts: &[&[u8]]) -> Option<U3072> {
    number(&digest(parts))
}

/// Big-endian bytes as a number; none when there are too many of them.
fn number(bytes: &[u8]) -> Option<U3072> {
    let mut wide = [0; NUMBER_BYTES];
    let start = NUMBER_BYTES.checked_sub(bytes.len())?;
    wide.get_mut(start..)?.copy_from_slice(bytes);
    Some(U3072::from_be_slice(&wide))
}

/// A number's shortest big-endian bytes, with a zero before a set highest bit.
fn padded(number: &U3072) -> Vec<u8> {
    let wide = number.to_be_bytes();
    let wide: &[u8] = wide.as_ref();
    let start = wide.iter().position(|byte| *byte != 0).unwrap_or(wide.len());
    let short = wide.get(start..).unwrap_or_default();
    let mut bytes = Vec::with_capacity(short.len() + 1);
    if short.first().is_none_or(|first| first & 0x80 != 0) {
        bytes.push(0);
    }
    bytes.extend_from_slice(short);
    bytes
}

/// Reads hexadecimal digits, an odd number of them too.
fn from_hex(text: &str) -> Option<U3072> {
    if text.is_empty() || text.len() > NUMBER_BYTES * 2 + 2 {
        return None;
    }
    let digits: Vec<u8> =
        text.chars().map(|sign| sign.to_digit(16)?.try_into().ok()).collect::<Option<_>>()?;
    let mut bytes: Vec<u8> =
        digits.rchunks(2).map(|pair| pair.iter().fold(0, |byte: u8, digit| (byte << 4) | digit)).collect();
    bytes.reverse();
    // One more pair may stand before, of zeros.
    match bytes.split_first() {
        Some((0, rest)) if bytes.len() > NUMBER_BYTES => number(rest),
        _ => number(&bytes),
    }
}

#[cfg(test)]
mod tests {
    use sha2::Sha512;

    use super::*;

    const POOL: &str = "us-east-1_7DZy4Fkn7";
    const PASSWORD: &str = "Grüße-1!";

    fn seed(name: &str) -> [u8; SECRET_BYTES] {
        let half: [u8; 64] = Sha512::digest(name).into();
        [half, half].concat().try_into().unwrap()
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
    }

    /// The service's side, of seed `b{at}`: its public number and the salt.
    fn service(at: u32, password: &str) -> (String, String) {
        let salt: [u8; 32] = Sha256::digest(format!("s{at}")).into();
        let identity = digest(&[b"7DZy4Fkn7", b"ada", b":", password.as_bytes()]);
        let private = hashed(&[&padded(&number(&salt[..16]).unwrap()), &identity]).unwrap();
        let verifier = generator().pow_bounded_exp(&private, HASH_BITS);
        let own = generator().pow_bounded_exp(&number(&seed(&format!("b{at}"))).unwrap(), EXPONENT_BITS);
        let public = multiplier().unwrap() * verifier + own;
        let shortest = hex(&padded(&public.retrieve()));
        (shortest.trim_start_matches('0').to_owned(), hex(&salt[..16]))
    }

    fn prove(at: u32, password: &str) -> (String, Proof) {
        let exchange = Exchange::new(&seed(&format!("a{at}")));
        let (public, salt) = service(at, PASSWORD);
        let block = STANDARD.encode("secret block");
        let asked = Challenge {
            pool_id: POOL,
            user_id: "ada",
            salt: &salt,
            service_public: &public,
            secret_block: &block,
        };
        let at = "2026-11-20T09:05:07Z".parse().unwrap();
        (exchange.public(), exchange.prove(&asked, password, at).unwrap())
    }

    /// Proofs that a service of another make (plain modular arithmetic in Python, the service's formula
    /// `(A·v^u)^b`) computed from the same seeds: with and without the highest bits of A, u, S and the salt set.
    #[test]
    fn the_proof_is_what_the_service_expects() {
        for (at, public, signature) in [
            (0, "e43dba0aa127fac3", "7A9wYsbRSnpfh8un5SdoD3znpFVPVSFv/mechvbjKlg="),
            (1, "c25c2a16dac323cf", "crmiczRHAce5D0gcxaggVmBhGJkv23vfNx47bCt3EtQ="),
            (2, "71647ce41f90ce0e", "6jLIYtoSaaf5GSbDsa0xyAUQJ2D8JL4QAuaJ3OD1pco="),
            (3, "b1e185cbefbb7bf1", "wuriBlu87ZFqsHfSUnKxRBupA26IZ38r9fGwPe5YhEM="),
            (20, "b245f60ae12b0c01", "gHcQFWl+zHT1q8NsxkZ7bwcqz9KVRy3KLNoQ+5CM13I="),
            (28, "fcd9de22c25cd120", "WG+cctZsCN+hDlThWbuMH0EySa7O1gTKDGPgvxaa3Ho="),
        ] {
            let (sent, proof) = prove(at, PASSWORD);
            let sent = padded(&from_hex(&sent).unwrap());
            assert_eq!(hex(&digest(&[&sent]))[..16], *public, "A of seed {at}");
            assert_eq!(proof.signature, signature, "proof of seed {at}");
            assert_eq!(proof.timestamp, "Fri Nov 20 09:05:07 UTC 2026");
        }
    }

    #[test]
    fn another_password_proves_nothing() {
        assert_ne!(prove(0, "Gruesse-1!").1.signature, prove(0, PASSWORD).1.signature);
    }

    #[test]
    fn a_day_is_written_without_a_zero() {
        let (_, salt) = service(0, PASSWORD);
        let asked =
            Challenge { pool_id: POOL, user_id: "ada", salt: &salt, service_public: "3", secret_block: "" };
        let at = "2026-01-02T23:00:00Z".parse().unwrap();
        let proof = Exchange::new(&[1; SECRET_BYTES]).prove(&asked, PASSWORD, at).unwrap();
        assert_eq!(proof.timestamp, "Fri Jan 2 23:00:00 UTC 2026");
    }

    #[test]
    fn numbers_that_give_the_secret_away_are_refused() {
        let prime = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
                     EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
                     EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
                     83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
                     E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
                     15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7\
                     ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C\
                     BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF";
        let long = "1".repeat(800);
        let at = "2026-11-20T09:05:07Z".parse().unwrap();
        for (service_public, salt) in [
            ("0", "aa"),
            ("00", "aa"),
            (prime, "aa"),
            ("", "aa"),
            ("xyz", "aa"),
            (&long, "aa"),
            ("3", ""),
            ("3", "é"),
        ] {
            let asked =
                Challenge { pool_id: POOL, user_id: "ada", salt, service_public, secret_block: "AA==" };
            let refused = Exchange::new(&[1; SECRET_BYTES]).prove(&asked, PASSWORD, at).unwrap_err();
            assert_eq!(refused, Senseless, "{service_public:.8} {salt}");
        }
    }
}
