//! What is said at the start about a clock that cannot be right. It is said and nothing else: no sale and no scan waits
//! for a clock.

use jiff::{SignedDuration, Timestamp};

use wicket_domain::pipeline::wire;
use wicket_store::Write;

use crate::Station;
use crate::fault::Fault;

/// The clock is before the last entry of the audit log.
const BEHIND: &str = "clock_behind";
/// The clock is years after it.
const AHEAD: &str = "clock_ahead";
/// The clock is before the day this program was made.
const BEFORE_PROGRAM: &str = "clock_before_program";

/// A clock that is set by the network may step back by this much, and nobody has to be told.
const STEP: SignedDuration = SignedDuration::from_mins(1);
/// A station may rest from one season to the next: only what is longer is told.
const REST: SignedDuration = SignedDuration::from_hours(24 * 548);
/// The program may have been made on a computer in another time zone, whose clock was off by that.
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Station {
    /// Notes for the people here that the clock cannot be right, unless they have such a note to read already. `built` is
    /// when the program was made.
    pub fn check_clock(&self, built: Timestamp) -> Result<(), Fault> {
        let now = self.clock.now();
        let last = self.store.read::<_, Fault>(|read| Ok(read.last_audit_at()?))?;
        let Some((code, than)) = doubt(now, last, built) else { return Ok(()) };
        self.write(|tx| note(tx, code, than, now))
    }
}

/// Notes for the people here that the clock is wrong by so much that no message can carry its time: it may have been set
/// since the start. Called before the audit log gets an entry of that time.
pub(crate) fn note_impossible(tx: &Write<'_>, now: Timestamp) -> Result<(), Fault> {
    if wire::is_clock_time(now) {
        return Ok(());
    }
    let last = tx.last_audit_at()?.map_or(Timestamp::UNIX_EPOCH, wire::clock_time);
    let code = if now < Timestamp::UNIX_EPOCH { BEHIND } else { AHEAD };
    note(tx, code, last, now)
}

/// One note of each kind is enough.
fn note(tx: &Write<'_>, code: &str, than: Timestamp, now: Timestamp) -> Result<(), Fault> {
    if !tx.notices()?.iter().any(|notice| notice.code == code) {
        tx.insert_notice(code, &than.to_string(), now)?;
    }
    Ok(())
}

/// Why `now` cannot be right, and the moment that says so.
fn doubt(now: Timestamp, last: Option<Timestamp>, built: Timestamp) -> Option<(&'static str, Timestamp)> {
    match last {
        Some(last) if last.duration_since(now) > STEP => Some((BEHIND, last)),
        _ if built.duration_since(now) > DAY => Some((BEFORE_PROGRAM, built)),
        Some(last) if now.duration_since(last) > REST => Some((AHEAD, last)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_is_doubted_that_cannot_be_right() {
        let built = at("2026-06-01T00:00:00Z");
        let last = at("2026-11-20T20:00:00Z");
        let with = |now: &str| doubt(at(now), Some(last), built);
        assert_eq!(with("2026-11-20T20:00:01Z"), None);
        assert_eq!(with("2026-11-20T19:59:30Z"), None, "a small step back is no wonder");
        assert_eq!(with("2026-11-20T19:00:00Z"), Some((BEHIND, last)));
        assert_eq!(with("1970-01-01T00:00:00Z"), Some((BEHIND, last)));
        assert_eq!(with("2027-11-20T20:00:00Z"), None, "a station that rested for a year");
        assert_eq!(with("2028-11-20T20:00:00Z"), Some((AHEAD, last)));
        assert_eq!(with("2099-01-01T00:00:00Z"), Some((AHEAD, last)));
    }

    #[test]
    fn the_program_is_older_than_any_right_clock() {
        let built = at("2026-06-01T00:00:00Z");
        assert_eq!(doubt(at("1970-01-01T00:00:00Z"), None, built), Some((BEFORE_PROGRAM, built)));
        let wrong = at("1970-01-01T00:00:00Z");
        assert_eq!(doubt(at("1970-01-01T09:00:00Z"), Some(wrong), built), Some((BEFORE_PROGRAM, built)));
        assert_eq!(doubt(at("2031-06-01T00:00:00Z"), None, built), None, "an old program is nothing to tell");
    }
}
