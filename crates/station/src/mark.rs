//! Telling an older file that was put back, and a copy beside the original, without any network.
//!
//! Each commit raises a mark that this computer keeps outside the station's folder ([`Marks`](crate::ports::Marks)). A file
//! that has not come as far as its mark, or came another way, sells and admits nothing until a supervisor decides.

use std::sync::{MutexGuard, PoisonError};

use wicket_domain::door::Standing;
use wicket_domain::mark::Mark;
use wicket_store::{MarkError, Write};

use crate::Station;
use crate::fault::{Code, Fault};
use crate::sync::COPIED;

/// Who writes into the audit log what the mark has told.
const MARK: &str = "mark";
/// The audit entry of a mark that could not be read and was replaced.
const BROKEN: &str = "mark_broken";
/// The audit entry of a computer that has no place for marks.
const NOT_KEPT: &str = "mark_not_kept";
/// The same is not said again within so many entries: each command is a process of its own.
const SAID_EACH: u64 = 1_000;

/// What this process knows of the mark.
#[derive(Default)]
pub(crate) struct MarkState {
    /// A mark that this file has reached: it need not be looked up again.
    reached: Option<Mark>,
    /// Whether the file was behind its mark when somebody last looked.
    behind: bool,
    /// Whether the people here were told.
    told: bool,
    /// Whether it was logged that the mark is broken or has no place.
    logged: bool,
}

impl Station {
    /// Runs `work` in one transaction, on disk when this returns. Then raises the mark to where the file is now.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Write<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let (value, now) = self.store.write::<_, Fault>(|tx| Ok((work(tx)?, tx.mark()?)))?;
        if let Some(now) = now {
            self.raise_mark(now);
        }
        Ok(value)
    }

    /// Raises the mark to `now`, which is on disk. Never lowers it: another window may have come further. Where it cannot
    /// be raised, it stays behind the file, which harms nobody.
    fn raise_mark(&self, now: Mark) {
        let Ok(own) = self.own() else { return };
        if self.mark_state().reached == Some(now) {
            return;
        }
        let mut reached = None;
        let raised = self.marks.change(own.station_id, &mut |before| {
            // Another file's mark, or the file could not be asked.
            if before.is_some_and(|before| !self.has_reached(&before).unwrap_or(false)) {
                return None;
            }
            let next = before.filter(|before| !now.is_as_far_as(before)).unwrap_or(now);
            reached = Some(next);
            reached.filter(|_| before != Some(next))
        });
        if let Err(error) = raised {
            self.log_mark_error(&error);
        }
        if reached.is_some() {
            self.mark_state().reached = reached;
        }
    }

    fn has_reached(&self, mark: &Mark) -> Result<bool, Fault> {
        if self.mark_state().reached.as_ref() == Some(mark) {
            return Ok(true);
        }
        self.store.read(|read| Ok(read.has_reached(mark)?))
    }

    /// Whether this file is not the newest of its station, as far as this computer has seen.
    pub(crate) fn is_behind_mark(&self) -> bool {
        let Ok(own) = self.own() else { return false };
        // The mark before the file: a commit between the two looks makes nobody a copy.
        let behind = match self.marks.read(own.station_id) {
            Ok(None) | Err(MarkError::Broken { .. } | MarkError::NoPlace { .. }) => Some(false),
            Ok(Some(mark)) => self.has_reached(&mark).ok().map(|reached| !reached),
            Err(MarkError::Busy) => None,
        };
        let mut state = self.mark_state();
        state.behind = behind.unwrap_or(state.behind);
        state.told &= state.behind;
        state.behind
    }

    /// Compares the file with its mark. Where it is behind, the people here are told, and what the file only believes to be
    /// this station's is given up. Says whether it is behind.
    pub(crate) fn look_at_mark(&self) -> Result<bool, Fault> {
        if !self.is_behind_mark() {
            return Ok(false);
        }
        if self.mark_state().told {
            return Ok(true);
        }
        let at = self.clock.now();
        self.write(|tx| {
            // Whoever was told and has not read it yet need not be told again by the next command.
            if !tx.notices()?.iter().any(|notice| notice.code == COPIED) {
                tx.give_up_claims()?;
                self.tell_of_copy(tx, MARK, Standing::Old, at)?;
            }
            Ok(())
        })?;
        self.mark_state().told = true;
        Ok(true)
    }

    /// Looks at the mark when the file is opened, and raises it where an earlier run was killed before it could. A full disk
    /// or a busy file is no reason not to open.
    pub(crate) fn begin_mark(&self) {
        drop(self.look_at_mark());
        if let Ok(Some(now)) = self.store.read::<_, Fault>(|read| Ok(read.mark()?)) {
            self.raise_mark(now);
        }
    }

    /// Lowers or changes the mark to where this file is now: a supervisor has decided that it goes on.
    pub(crate) fn take_as_newest(&self) -> Result<(), Fault> {
        let own = self.own()?;
        let Some(now) = self.store.read::<_, Fault>(|read| Ok(read.mark()?))? else { return Ok(()) };
        match self.marks.change(own.station_id, &mut |_| Some(now)) {
            Ok(()) | Err(MarkError::Broken { .. }) => {
                *self.mark_state() = MarkState { reached: Some(now), ..MarkState::default() };
                Ok(())
            }
            Err(error) if self.is_behind_mark() => {
                let message = format!(
                    "This file cannot go on as the station yet: {error}. See that it can be written to, then try again."
                );
                Err(Fault::new(Code::Storage, message))
            }
            Err(_) => Ok(()),
        }
    }

    /// Writes into the audit log, once, that there is no mark to go by. The station works on without one.
    fn log_mark_error(&self, error: &MarkError) {
        let kind = match error {
            MarkError::Broken { .. } => BROKEN,
            MarkError::NoPlace { .. } => NOT_KEPT,
            MarkError::Busy => return,
        };
        if std::mem::replace(&mut self.mark_state().logged, true) {
            return;
        }
        let (at, body) = (self.clock.now(), serde_json::json!({ "why": error.to_string() }).to_string());
        let logged = self.store.write::<_, Fault>(|tx| {
            if kind == NOT_KEPT && tx.is_audited_lately(kind, SAID_EACH)? {
                return Ok(());
            }
            self.books(tx).enter(at, MARK, kind, &body)
        });
        // The next process says it, then.
        drop(logged);
    }

    fn mark_state(&self) -> MutexGuard<'_, MarkState> {
        self.mark_state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
