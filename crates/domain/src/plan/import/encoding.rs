//! In which encoding a file is: UTF-8 is read, UTF-16 too, and anything else is refused in words.

use std::borrow::Cow;

const UTF_8: &[u8] = b"\xef\xbb\xbf";

/// The file's text, without its byte order mark; a sentence where there is no reading it.
pub(super) fn utf_8(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if let Some(text) = bytes.strip_prefix(UTF_8) {
        return plain(text);
    }
    match *bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] | [_, 0, 0, 0, ..] | [0, 0, 0, _, ..] => {
            Err("The file is UTF-32. Save it as UTF-8.".to_owned())
        }
        [0xFF, 0xFE, ..] => wide(bytes.get(2..).unwrap_or_default(), u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(bytes.get(2..).unwrap_or_default(), u16::from_be_bytes),
        // JSON begins with a brace or a blank, never with a zero: without a mark, that tells which half comes first.
        [first, 0, ..] if first != 0 => wide(bytes, u16::from_le_bytes),
        [0, second, ..] if second != 0 => wide(bytes, u16::from_be_bytes),
        _ => plain(bytes),
    }
}

fn plain(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.split(|byte| *byte == b'\n').count();
        format!(
            "The file is not UTF-8: what stands in line {line} is no unicode text. It may be Latin-1 (Windows-1252). Save \
             it as UTF-8."
        )
    })
}

fn wide<'a>(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<Cow<'a, str>, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| read(*pair))).collect::<Result<String, _>>();
    match text {
        Ok(text) if rest.is_empty() => Ok(Cow::Owned(text)),
        _ => Err("The file is UTF-16 and damaged. Save it again, as UTF-8.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"name\": \"Großer Saal 𝄞\"}";

    fn utf_16(write: fn(u16) -> [u8; 2]) -> Vec<u8> {
        TEXT.encode_utf16().flat_map(write).collect()
    }

    #[test]
    fn every_unicode_encoding_but_the_widest_is_read() {
        let (little, big) = (utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes));
        for bytes in [
            TEXT.as_bytes().to_vec(),
            [UTF_8, TEXT.as_bytes()].concat(),
            little.clone(),
            big.clone(),
            [&[0xFF, 0xFE], little.as_slice()].concat(),
            [&[0xFE, 0xFF], big.as_slice()].concat(),
        ] {
            assert_eq!(utf_8(&bytes).as_deref(), Ok(TEXT), "{bytes:02x?}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_which_encoding_it_has() {
        let cut = utf_16(u16::to_le_bytes);
        let cases: [(&[u8], &str); 5] = [
            (&cut[..cut.len() - 1], "UTF-16 and damaged"),
            (b"\xff\xfe{\x00\x00\xd8", "UTF-16 and damaged"),
            (b"{\0\0\0}\0\0\0", "UTF-32"),
            (b"\xff\xfe\0\0{\0\0\0", "UTF-32"),
            (b"{\n\"name\": \"Gro\xdfer Saal\"}", "line 2"),
        ];
        for (bytes, words) in cases {
            let message = utf_8(bytes).unwrap_err();
            assert!(message.contains(words) && message.contains("Save it"), "{message}");
        }
    }
}
