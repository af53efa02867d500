use proptest::prelude::*;
use uuid::Uuid;

use super::*;

/// The key of RFC 8032, section 7.1, test 1.
const SECRET: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

fn window_a() -> SigningKey {
    let bytes: Vec<u8> =
        (0..32).map(|at| u8::from_str_radix(&SECRET[at * 2..at * 2 + 2], 16).unwrap()).collect();
    SigningKey::from_bytes(&bytes.try_into().unwrap())
}

fn payload(key: &SigningKey) -> TokenPayload {
    let event = EventId::from_uuid(Uuid::from_u128(0x0198_c0de_0000_7abc_8def_0123_4567_89ab));
    let ticket = TicketId::from_uuid(Uuid::from_u128(0x0198_c0de_1234_7000_8000_0000_0000_002a));
    TokenPayload::new(&key.verifying_key(), 3, event, ticket)
}

/// A payload of any class, event and key, with a well-formed ticket id.
fn any_payload() -> impl Strategy<Value = TokenPayload> {
    (any::<u16>(), any::<u32>(), any::<u64>(), any::<[u8; 16]>()).prop_map(|(class, key, event, random)| {
        let ticket = uuid::Builder::from_bytes(random)
            .with_version(uuid::Version::SortRand)
            .with_variant(Variant::RFC4122)
            .into_uuid();
        let ticket = TicketId::from_uuid(ticket);
        TokenPayload { flags: 0, class, key_id: KeyId(key), event, ticket }
    })
}

#[test]
fn a_token_is_the_same_for_ever() {
    let key = window_a();
    let text = payload(&key).sign(&key);
    assert_eq!(text, GOLDEN, "tickets already printed carry this format");
    let token = Token::decode(GOLDEN).unwrap();
    assert_eq!(token.payload, payload(&key));
    assert_eq!(token.payload.key_id.to_string(), "21fe31df");
    assert_eq!(token.payload.event, 0x0198_c0de_0000_7abc);
    assert!(token.verify(&key.verifying_key()));
}

/// Computed with another implementation of Ed25519, SHA-256 and base45.
const GOLDEN: &str = concat!(
    "WK1:V50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSZOVDM45E6XXU7CK0ST4",
    "J8.4RF1L3CBG:UZQMKQO:TSSXB2ZMA*5:BH%Y1PLOXQE$P45T6R/VQ+B/A6QCQI-206IU33:ND",
);

#[test]
fn a_token_is_made_of_the_characters_a_small_code_can_hold() {
    let key = window_a();
    let text = payload(&key).sign(&key);
    assert_eq!(text.len(), TOKEN_LENGTH);
    assert!(text.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || " $%*+-./:".contains(c)));
}

#[test]
fn another_stations_key_does_not_verify() {
    let key = window_a();
    let token = Token::decode(&payload(&key).sign(&key)).unwrap();
    assert!(!token.verify(&SigningKey::from_bytes(&[7; 32]).verifying_key()));
}

#[test]
fn what_is_not_canonical_is_refused() {
    let key = window_a();
    let good = payload(&key).sign(&key);
    let body = &good[PREFIX.len()..];
    assert_eq!(Token::decode(""), Err(NotAToken::Foreign));
    assert_eq!(Token::decode(body), Err(NotAToken::Foreign));
    assert_eq!(Token::decode(&format!("wk1:{body}")), Err(NotAToken::Foreign));
    assert_eq!(Token::decode(&format!("WK2:{body}")), Err(NotAToken::Foreign));
    assert_eq!(Token::decode(&format!(" {good}")), Err(NotAToken::Foreign));
    assert_eq!(Token::decode(&format!("{good} ")), Err(NotAToken::Length));
    assert_eq!(Token::decode(&format!("{good}\n")), Err(NotAToken::Length));
    assert_eq!(Token::decode(&good[..147]), Err(NotAToken::Length));
    assert_eq!(Token::decode(&format!("{good}000")), Err(NotAToken::Length));
    assert_eq!(Token::decode(&format!("WK1:{}", body.to_lowercase())), Err(NotAToken::Damaged));
    assert_eq!(
        Token::decode(&format!("WK1::::{}", &body[3..])),
        Err(NotAToken::Damaged),
        "a group too large"
    );
    assert_eq!(Token::decode(&format!("WK1:\u{e4}{}", &body[2..])), Err(NotAToken::Damaged));
}

#[test]
fn what_this_version_does_not_know_is_refused_though_well_signed() {
    let key = window_a();
    let flagged = TokenPayload { flags: 1, ..payload(&key) };
    assert_eq!(Token::decode(&flagged.sign(&key)), Err(NotAToken::Flags(1)));

    let version = |ticket: u128| {
        let ticket = TicketId::from_uuid(Uuid::from_u128(ticket));
        Token::decode(&TokenPayload { ticket, ..payload(&key) }.sign(&key))
    };
    assert_eq!(version(0x0198_c0de_1234_4000_8000_0000_0000_002a), Err(NotAToken::TicketId), "version 4");
    assert_eq!(version(0x0198_c0de_1234_7000_c000_0000_0000_002a), Err(NotAToken::TicketId), "other variant");
    assert_eq!(version(0), Err(NotAToken::TicketId));

    let mut bytes = payload(&key).to_bytes();
    bytes[0] = 2;
    assert_eq!(TokenPayload::from_bytes(&bytes), Err(NotAToken::Version(2)));
}

#[test]
fn a_weak_key_verifies_nothing() {
    // The neutral point: signatures under it can be made by anybody.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let key = VerifyingKey::from_bytes(&neutral).unwrap();
    let mut token = Token::decode(&payload(&window_a()).sign(&window_a())).unwrap();
    token.signature = [0; SIGNATURE];
    token.signature[0] = 1;
    assert!(!token.verify(&key));
}

proptest! {
    #[test]
    fn a_token_reads_back(payload in any_payload(), secret in any::<[u8; 32]>()) {
        let key = SigningKey::from_bytes(&secret);
        let token = Token::decode(&payload.sign(&key)).unwrap();
        prop_assert_eq!(token.payload, payload);
        prop_assert!(token.verify(&key.verifying_key()));
    }

    #[test]
    fn one_changed_character_is_noticed(at in 0..TOKEN_LENGTH, with in "[0-9A-Z $%*+./:a-z-]") {
        let key = window_a();
        let good = payload(&key).sign(&key);
        let changed = format!("{}{with}{}", &good[..at], &good[at + 1..]);
        let accepted = Token::decode(&changed).is_ok_and(|token| token.verify(&key.verifying_key()));
        prop_assert_eq!(accepted, changed == good);
    }

    #[test]
    fn any_text_is_only_refused(text in "(WK1:)?[0-9A-Z $%*+./:-]{0,160}|.*") {
        if let Ok(token) = Token::decode(&text) {
            prop_assert!(!token.verify(&window_a().verifying_key()));
        }
    }

    #[test]
    fn any_well_formed_text_is_only_refused(body in "[0-9A-Z $%*+./:-]{144}") {
        prop_assert!(Token::decode(&format!("WK1:{body}")).is_err(), "version, flags and id bits all match: unlikely");
    }
}
