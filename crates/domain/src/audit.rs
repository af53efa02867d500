//! The audit log: every act that touches money or admissions, each entry sealed over the one before.
//!
//! Whoever edits, drops or reorders an entry breaks the chain from there on. Cutting off the newest entries is found
//! by comparing the log with the orders and scans it speaks of.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A SHA-256 seal.
pub type Seal = [u8; 32];

/// The seal before the first entry.
pub const FIRST: Seal = [0; 32];

/// One entry before it is sealed.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// 1, 2, 3 … without a gap.
    pub seq: u64,
    /// When it happened, to the millisecond: finer parts are not stored and not sealed.
    pub at: Timestamp,
    /// Who did it: a staff id, or "command line".
    pub actor: &'a str,
    /// What sort of act: "sale", "admission".
    pub kind: &'a str,
    /// Its facts as JSON, byte for byte as stored.
    pub body: &'a str,
}

impl Entry<'_> {
    /// Seals the entry over `previous`. Every field goes in with its length, so that no two entries share an input.
    pub fn seal(&self, previous: &Seal) -> Seal {
        let mut hash = Sha256::new();
        hash.update(b"wicket audit v1");
        hash.update(previous);
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at.as_millisecond().to_be_bytes());
        for field in [self.actor, self.kind, self.body] {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_difference_changes_the_seal() {
        let at = Timestamp::from_second(1).unwrap();
        let entry = Entry { seq: 1, at, actor: "a", kind: "sale", body: "{}" };
        let seal = entry.seal(&FIRST);
        assert_eq!(seal, entry.seal(&FIRST), "the seal is a function of the entry");
        let changed = [
            Entry { seq: 2, ..entry },
            Entry { at: Timestamp::from_second(2).unwrap(), ..entry },
            Entry { actor: "as", kind: "ale", ..entry },
            Entry { body: "{ }", ..entry },
        ];
        for other in changed {
            assert_ne!(other.seal(&FIRST), seal, "{other:?}");
        }
        assert_ne!(entry.seal(&seal), seal, "it depends on the one before");
    }
}
