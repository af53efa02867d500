//! Which requests of a station the cloud has heard. A station counts its requests in its file before it sends them, so a
//! number that comes again under another request is a second copy of that file speaking.
//!
//! Window and command line share a file and may overtake each other, and an answer that was lost is asked for again:
//! the last [`WINDOW`] numbers are therefore remembered with a mark of each request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::id::MessageId;

/// How many numbers are remembered.
const WINDOW: u64 = 64;
/// A station does not count so far while a request of it is on its way.
const LEAP: u64 = 1_000_000;
/// A mark's bytes.
const MARK: usize = 4;

/// What a request's number says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is new.
    First,
    /// The very same request has been heard.
    Again,
    /// Another request had that number, or numbers have gone far beyond it: there are two copies of the station's file.
    Copy,
}

/// The numbers that were heard, as they stand in the station's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counters {
    highest: u64,
    /// A mark for each of the last numbers, at its number modulo the window; zeros where none was heard.
    marks: Vec<[u8; MARK]>,
}

impl Default for Counters {
    fn default() -> Self {
        Self { highest: 0, marks: vec![[0; MARK]; slot(WINDOW - 1) + 1] }
    }
}

impl Counters {
    /// As they stand in the row; nothing was heard where there is nothing that can be read.
    pub fn read(highest: u64, recent: &str) -> Self {
        let mut counters = Self { highest, ..Self::default() };
        let bytes = STANDARD_NO_PAD.decode(recent).unwrap_or_default();
        for (mark, bytes) in counters.marks.iter_mut().zip(bytes.chunks_exact(MARK)) {
            mark.copy_from_slice(bytes);
        }
        counters
    }

    /// The highest number heard.
    pub const fn highest(&self) -> u64 {
        self.highest
    }

    /// The marks as text, 342 characters.
    pub fn recent(&self) -> String {
        STANDARD_NO_PAD.encode(self.marks.concat())
    }

    /// Notes a request's number, and says what it tells.
    pub fn hear(&mut self, number: u64, request: MessageId) -> Heard {
        let mark = mark(request);
        if number > self.highest {
            let skipped = self.highest.saturating_add(1).max(number.saturating_sub(WINDOW - 1));
            (skipped..number).for_each(|number| self.set(number, [0; MARK]));
            self.highest = number;
            self.set(number, mark);
            return Heard::First;
        }
        if self.highest - number >= WINDOW {
            return Heard::Copy;
        }
        match self.marks.get(slot(number)) {
            Some(known) if *known == mark => Heard::Again,
            Some([0, 0, 0, 0]) => {
                self.set(number, mark);
                Heard::First
            }
            _ => Heard::Copy,
        }
    }

    /// Begins anew so far on that no copy of the file has counted there.
    pub fn leap(&mut self) {
        *self = Self { highest: self.highest.saturating_add(LEAP), ..Self::default() };
    }

    fn set(&mut self, number: u64, mark: [u8; MARK]) {
        if let Some(place) = self.marks.get_mut(slot(number)) {
            *place = mark;
        }
    }
}

const fn slot(number: u64) -> usize {
    (number % WINDOW) as usize
}

/// Four random bytes of a request's id, never all zero.
fn mark(request: MessageId) -> [u8; MARK] {
    let [.., a, b, c, d] = *request.as_bytes();
    [a | 1, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(no: u8) -> MessageId {
        MessageId::from_bytes([no; 16])
    }

    #[test]
    fn requests_may_overtake_each_other_and_come_again() {
        let mut counters = Counters::default();
        for number in [1, 3, 2, 70, 69, 7] {
            assert_eq!(counters.hear(number, request(9)), Heard::First, "{number}");
        }
        for number in [70, 69, 7] {
            assert_eq!(counters.hear(number, request(9)), Heard::Again, "{number}");
        }
        assert_eq!(counters.highest(), 70);
        assert_eq!(Counters::read(70, &counters.recent()), counters, "the row keeps all of it");
        assert_eq!(counters.recent().len(), 342);
    }

    #[test]
    fn a_number_under_another_request_is_a_copy() {
        let mut counters = Counters::default();
        assert_eq!(counters.hear(5, request(1)), Heard::First);
        assert_eq!(counters.hear(5, request(3)), Heard::Copy);
        assert_eq!(counters.hear(5, request(1)), Heard::Again, "the first one stays known");
        assert_eq!(counters.hear(200, request(1)), Heard::First);
        assert_eq!(counters.hear(136, request(1)), Heard::Copy, "far behind: a file that was put back");
        assert_eq!(counters.hear(137, request(1)), Heard::First, "the oldest that is remembered");
    }

    #[test]
    fn a_jump_forgets_what_was_in_its_place() {
        let mut counters = Counters::default();
        for number in 1..=64 {
            assert_eq!(counters.hear(number, request(1)), Heard::First);
        }
        assert_eq!(counters.hear(100, request(1)), Heard::First);
        for number in 65..100 {
            assert_eq!(counters.hear(number, request(5)), Heard::First, "{number} was not heard before");
        }
        assert_eq!(counters.hear(64, request(5)), Heard::Copy);
        assert_eq!(counters.hear(u64::MAX, request(5)), Heard::First);
        assert_eq!(counters.hear(u64::MAX - 1, request(5)), Heard::First);
        assert_eq!(counters.hear(100, request(5)), Heard::Copy);
    }

    #[test]
    fn after_a_leap_only_who_knows_of_it_goes_on() {
        let mut counters = Counters::default();
        assert_eq!(counters.hear(7, request(1)), Heard::First);
        counters.leap();
        assert_eq!(counters.hear(8, request(3)), Heard::Copy, "the other copy of the file");
        assert_eq!(counters.hear(counters.highest() + 1, request(5)), Heard::First);
    }

    #[test]
    fn what_cannot_be_read_counts_as_nothing_heard() {
        for odd in ["", "no base64!", "AAAA"] {
            assert_eq!(Counters::read(3, odd).hear(2, request(1)), Heard::First, "{odd}");
        }
    }
}
