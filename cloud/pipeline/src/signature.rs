//! Whether a webhook is Stripe's: the `Stripe-Signature` header over the time and the body
//! (Stripe's documentation, "Verify webhook signatures manually").
//!
//! `t=TIME,v1=HEX[,v1=HEX…]`; each `v1` is HMAC-SHA256 of `TIME.BODY` under the endpoint's secret. Several stand there
//! while a secret is being changed. A time more than five minutes away in either direction is not taken, so that an
//! overheard request is of no use later.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq as _};

const TOLERANCE_SECONDS: u64 = 300;
const HEADER_MAX: usize = 4_096;
const SIGNATURES_MAX: usize = 16;

/// Why a webhook is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotSigned {
    /// The header is missing or not of its form.
    #[error("the signature cannot be read")]
    Form,
    /// No signature fits any secret.
    #[error("the signature does not fit")]
    Other,
    /// It was signed too long ago, or by a clock too far ahead.
    #[error("the signature's time is more than five minutes away")]
    Time,
}

/// Checks a body against its header. `secrets` are those in force, one a line or separated by spaces or commas; `now`
/// is in seconds since 1970.
///
/// # Errors
/// As [`NotSigned`] says. A wrong time is only told of a signature that fits.
pub fn verify(header: &str, body: &[u8], secrets: &str, now: i64) -> Result<(), NotSigned> {
    if header.len() > HEADER_MAX {
        return Err(NotSigned::Form);
    }
    let mut time: Option<(&str, i64)> = None;
    let mut given: Vec<[u8; 32]> = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) if time.is_none() => {
                time = Some((text, text.parse().map_err(|_| NotSigned::Form)?));
            }
            Some(("t", _)) => return Err(NotSigned::Form),
            Some(("v1", text)) if given.len() < SIGNATURES_MAX => given.extend(bytes(text)),
            _ => {}
        }
    }
    let (text, at) = time.ok_or(NotSigned::Form)?;
    if given.is_empty() {
        return Err(NotSigned::Form);
    }
    let fits = secrets
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|secret| !secret.is_empty())
        .filter_map(|secret| signature(secret, text, body))
        .fold(Choice::from(0), |fits, own| given.iter().fold(fits, |fits, given| fits | own.ct_eq(given)));
    if !bool::from(fits) {
        return Err(NotSigned::Other);
    }
    if at.abs_diff(now) > TOLERANCE_SECONDS { Err(NotSigned::Time) } else { Ok(()) }
}

/// The signature that belongs to a body signed at `time`.
pub fn signature(secret: &str, time: &str, body: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac.finalize().into_bytes().into())
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).ok()?;
        *byte = u8::from_str_radix(pair, 16).ok().filter(|_| !pair.contains('+'))?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    const NOW: i64 = 1_800_000_000;
    const BODY: &[u8] = b"{\"id\":\"evt_1\"}";

    fn hex(secret: &str, time: &str, body: &[u8]) -> String {
        signature(secret, time, body).unwrap().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
    }

    fn header(secret: &str, at: i64) -> String {
        format!("t={at},v1={}", hex(secret, &at.to_string(), BODY))
    }

    #[test]
    fn a_known_answer() {
        // Worked out with OpenSSL: printf '1492774577.{"a":1}' | openssl dgst -sha256 -hmac whsec_test
        let known = "2a55874e33dedb30da6fac02873208f53a243141599a71c0d52a1d5b89656823";
        assert_eq!(hex("whsec_test", "1492774577", b"{\"a\":1}"), known);
    }

    #[test]
    fn a_fresh_signature_under_any_secret_in_force_is_taken() {
        assert_eq!(verify(&header("new", NOW), BODY, "old\nnew", NOW), Ok(()));
        let two = format!("{},v1={}", header("other", NOW), hex("new", &NOW.to_string(), BODY));
        assert_eq!(verify(&two, BODY, "new", NOW), Ok(()), "one of several fits");
        assert_eq!(verify(&format!("{},v0=ab", header("new", NOW)), BODY, "new", NOW), Ok(()));
    }

    #[test]
    fn another_body_time_or_secret_is_not() {
        assert_eq!(verify(&header("x", NOW), b"{}", "x", NOW), Err(NotSigned::Other));
        assert_eq!(verify(&header("x", NOW), BODY, "y", NOW), Err(NotSigned::Other));
        assert_eq!(verify(&header("x", NOW), BODY, "", NOW), Err(NotSigned::Other), "no secret, no trust");
        let moved = header("x", NOW - 1_000).replace(&(NOW - 1_000).to_string(), &NOW.to_string());
        assert_eq!(verify(&moved, BODY, "x", NOW), Err(NotSigned::Other), "the time is signed, too");
    }

    #[test]
    fn five_minutes_either_way_and_no_more() {
        for (off, expected) in [
            (-300, Ok(())),
            (300, Ok(())),
            (-301, Err(NotSigned::Time)),
            (301, Err(NotSigned::Time)),
            (i64::MIN + NOW, Err(NotSigned::Time)),
        ] {
            assert_eq!(verify(&header("x", NOW.saturating_add(off)), BODY, "x", NOW), expected, "{off}");
        }
    }

    #[test]
    fn what_is_no_header_is_no_signature() {
        let long = format!("t={NOW},v1={}", "0".repeat(5_000));
        let twice = format!("t={NOW},{}", header("x", NOW));
        for header in ["", "t=1", "v1=00", "t=x,v1=00", "t=1,v1=zz", ",,,=", &long, &twice] {
            assert_eq!(verify(header, BODY, "x", NOW), Err(NotSigned::Form), "{header:.40}");
        }
        let plus = format!("t={NOW},v1={}", "+f".repeat(32));
        assert_eq!(verify(&plus, BODY, "x", NOW), Err(NotSigned::Form), "a sign is no digit");
    }
}
