//! The high-water mark: how far a station's file has come. It is kept on the computer, outside the file and its folder, so
//! that an older file and a copy are told without any network.

use sha2::{Digest, Sha256};

use crate::audit::Seal;
use crate::cloud::{from_hex, hex};
use crate::id::StationId;

/// Every mark's text is exactly this long: a shorter or longer one is broken.
pub const MARK_BYTES: usize = 257;

/// A point that a station's file has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The number of the newest entry in the audit log. Every sale and every scan adds one.
    pub entry: u64,
    /// That entry's seal. It tells two files apart that have equally many entries.
    pub seal: Seal,
    /// The number of the newest request at the cloud's doors. Places come and go with requests alone.
    pub counter: u64,
}

impl Mark {
    /// Writes the mark as it is kept: numbers of one length, and a checksum over the rest.
    pub fn text(&self, station: StationId) -> String {
        let Self { entry, seal, counter } = self;
        let seal = hex(seal);
        let text = format!(
            "wicket mark v1\nstation {station}\nentry {entry:020}\nseal {seal}\ncounter {counter:020}\n"
        );
        let check = hex(&Sha256::digest(&text));
        format!("{text}check {check}\n")
    }

    /// Reads a mark; none where the text is not, letter by letter, a mark of this station.
    pub fn read(text: &str, station: StationId) -> Option<Self> {
        let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let mark = Self {
            entry: value("entry")?.parse().ok()?,
            seal: from_hex(value("seal")?)?,
            counter: value("counter")?.parse().ok()?,
        };
        (mark.text(station) == text).then_some(mark)
    }

    /// Whether a file that has come as far as `self` has at least come as far as `mark`. Whether it came the same way, its
    /// audit log has to say.
    pub const fn is_as_far_as(&self, mark: &Self) -> bool {
        self.entry >= mark.entry && self.counter >= mark.counter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn station(number: u8) -> StationId {
        StationId::from_bytes([number; 16])
    }

    const MARK: Mark = Mark { entry: 105, seal: [7; 32], counter: 17 };

    #[test]
    fn a_mark_is_read_as_it_was_written() {
        let text = MARK.text(station(1));
        assert_eq!((text.len(), Mark::read(&text, station(1))), (MARK_BYTES, Some(MARK)));
        let far = Mark { entry: u64::MAX, counter: u64::MAX, ..MARK };
        assert_eq!(
            (far.text(station(1)).len(), Mark::read(&far.text(station(1)), station(1))),
            (MARK_BYTES, Some(far))
        );
    }

    #[test]
    fn whatever_differs_is_no_mark() {
        let text = MARK.text(station(1));
        assert_eq!(Mark::read(&text, station(2)), None, "another station's");
        for end in 0..text.len() {
            assert_eq!(Mark::read(&text[..end], station(1)), None, "cut off after {end}");
        }
        for at in 0..text.len() {
            let mut torn = text.clone().into_bytes();
            torn[at] = if torn[at] == b'9' { b'8' } else { b'9' };
            assert_eq!(Mark::read(&String::from_utf8(torn).unwrap(), station(1)), None, "changed at {at}");
        }
        assert_eq!(Mark::read(&format!("{text}\n"), station(1)), None);
    }

    #[test]
    fn a_file_is_behind_in_either_number() {
        let earlier = [Mark { entry: 104, ..MARK }, Mark { counter: 16, ..MARK }];
        assert!(earlier.iter().all(|file| !file.is_as_far_as(&MARK) && MARK.is_as_far_as(file)));
        assert!(MARK.is_as_far_as(&MARK));
    }
}
