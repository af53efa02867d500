//! The pairing code of a cloud. Stations read it with `wicket-domain`, which this program may not depend on; the test of
//! several stations and a development cloud (`crates/cloud-aws/tests/together`) pairs with what is written here.

use serde_json::{Map, Value, json};

/// What a pairing code begins with.
const PREFIX: &str = "WKP1.";

/// The fields that the deployment's facts and a pairing code share.
const SHARED: &[&str] = &[
    "environment",
    "region",
    "endpoint",
    "dynamodbEndpoint",
    "tables",
    "stationQueueUrl",
    "admissionQueueUrl",
    "bucket",
    "userPoolId",
    "userPoolClientId",
    "identityPoolId",
    "apiUrl",
    "venue",
];

/// The code for these facts. Where they name an address of this machine, with the credentials that an emulator takes
/// from anybody.
pub(super) fn code(facts: &Value) -> String {
    let mut fields = Map::new();
    fields.insert("version".to_owned(), json!(1));
    for name in SHARED {
        if let Some(value) = facts.get(name) {
            fields.insert((*name).to_owned(), value.clone());
        }
    }
    if facts.get("endpoint").is_some() {
        fields.insert("emulator".to_owned(), json!({"accessKeyId": "test", "secretAccessKey": "test"}));
    }
    format!("{PREFIX}{}", base64url(Value::Object(fields).to_string().as_bytes()))
}

/// RFC 4648, section 5, without padding.
fn base64url(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            let index = (bits >> (18 - 6 * place)) & 63;
            text.extend(SIGNS.get(index as usize).map(|sign| char::from(*sign)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(base64url(bytes.as_bytes()), text, "{bytes}");
        }
        assert_eq!(base64url(&[0xfb, 0xff]), "-_8", "the two signs that differ from plain base64");
    }

    #[test]
    fn a_code_holds_what_a_station_needs_and_no_password() {
        let facts = json!({"endpoint": "http://127.0.0.1:4566", "region": "us-east-1", "password": "secret"});
        let code = code(&facts);
        assert!(code.starts_with("WKP1."), "{code}");
        assert!(code.contains(base64url(br#"{"emulator""#).as_str()), "keys come in order: {code}");
        assert!(!code.contains(&base64url(b"secret")));
    }
}
