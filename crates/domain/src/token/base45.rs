//! Base45 (RFC 9285) for whole byte pairs, which is all a token needs.
//!
//! It accepts only what [`encode`] gives: nothing lower-case, no group above 65,535, no short last group. So two
//! texts never stand for the same bytes.

const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Writes byte pairs as groups of three characters (RFC 9285, section 4.1).
pub(super) fn encode(pairs: &[[u8; 2]]) -> String {
    let mut text = String::with_capacity(pairs.len() * 3);
    for pair in pairs {
        let mut rest = usize::from(u16::from_be_bytes(*pair));
        for _ in 0..3 {
            text.extend(ALPHABET.get(rest % 45).map(|&c| char::from(c)));
            rest /= 45;
        }
    }
    text
}

/// Reads what [`encode`] wrote; none if it is anything else (RFC 9285, section 4.2).
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let (groups, []) = text.as_bytes().as_chunks::<3>() else { return None };
    let mut bytes = Vec::with_capacity(groups.len() * 2);
    for &[low, middle, high] in groups {
        let value = digit(low)? + 45 * digit(middle)? + 45 * 45 * digit(high)?;
        bytes.extend(u16::try_from(value).ok()?.to_be_bytes());
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u32> {
    let at = ALPHABET.iter().position(|&c| c == character)?;
    u32::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_agrees_with_the_examples_of_the_rfc() {
        assert_eq!(encode(&[*b"AB"]), "BB8", "RFC 9285, section 4.3");
        assert_eq!(encode(&[*b"ie", *b"tf"]), "QED8WE", "the first four bytes of the example in section 4.4");
        assert_eq!(decode("QED8WE").as_deref(), Some(&b"ietf"[..]));
    }

    #[test]
    fn what_is_out_of_range_or_alphabet_is_refused() {
        assert_eq!(decode("GGW"), None, "65,536 is refused (RFC 9285, section 6)");
        assert_eq!(decode("FGW").as_deref(), Some(&[0xff, 0xff][..]));
        assert_eq!(decode(":::"), None);
        for text in ["bb8", "BB", "BB8B", "B\u{1}8", "BÄ", "Ä8"] {
            assert_eq!(decode(text), None, "{text:?} was taken");
        }
    }

    proptest! {
        #[test]
        fn bytes_read_back(pairs in prop::collection::vec(any::<[u8; 2]>(), 0..64)) {
            prop_assert_eq!(decode(&encode(&pairs)), Some(pairs.concat()));
        }

        #[test]
        fn only_one_text_stands_for_the_same_bytes(text in "[0-9A-Z $%*+./:-]{0,30}") {
            if let Some(bytes) = decode(&text) {
                let (pairs, _) = bytes.as_chunks::<2>();
                prop_assert_eq!(encode(pairs), text);
            }
        }
    }
}
