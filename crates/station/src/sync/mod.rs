//! Keeping in step with the cloud: one round after another, each of which ends by itself.
//!
//! There are three sorts of rounds, for delivering, for loading events and for following, and none waits for another. Whoever
//! runs them (the window's own threads, the command line, a simulation) decides when; nothing here waits or starts a
//! thread.

mod claims;
mod conflicts;
mod deliver;
mod door;
mod edition;
mod envelope;
mod feeds;
mod fence;
mod follow;
mod health;
mod hours;
mod link;
mod news;
mod pages;
mod pair;
mod places;
mod publish;
mod register;
mod status;
mod take;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wicket_store::EventRow;

use crate::Station;
use crate::cloud::{Cloud, CloudFault};
use crate::fault::Fault;
use crate::ports::draw;

pub(crate) use claims::{CLAIM_TRIES, Got, Wanted};
pub(crate) use envelope::draft;
pub(crate) use feeds::Feeds;
pub(crate) use health::Purpose;
pub(crate) use link::Link;
pub use link::OFFSET_SHOWN_MS;
pub use news::Heard;
pub(crate) use news::News;
pub(crate) use register::COPIED;

/// Seats and tickets of an event are followed until so long after it has started: it may last three days, and a station
/// that was off may tell of the last one a day late.
const FOLLOWED_FOR: SignedDuration = SignedDuration::from_hours(96);
/// The same where its doors are open for longer: until so long after they close.
const FOLLOWED_AFTER_DOORS: SignedDuration = SignedDuration::from_hours(24);
/// An event is followed in every round from so long before it starts.
const AT_HAND: SignedDuration = SignedDuration::from_hours(24);
/// One that is further ahead only now and then, unless somebody at this station has had to do with it in the last ten
/// minutes. Whoever takes a seat asks the cloud first, in any case.
const AHEAD_EVERY_MS: i64 = 10_000;
const USED_FOR_MS: i64 = 600_000;
/// Now and then for longer: somebody settles its conflicts in the weeks after.
const SETTLED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);
const OLD_EVERY_MS: i64 = 60_000;
/// Delivered messages are kept for so long, for whoever looks into what happened.
const DELIVERED_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// As many of them are cleared away at once, every so many rounds: more than a till can sell meanwhile.
const CLEARED_AT_ONCE: u32 = 5_000;
const CLEARED_EVERY: u64 = 1_000;

/// What a round did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRound {
    /// Messages delivered.
    pub sent: u32,
    /// Items received that were news.
    pub received: u32,
    /// Messages that still wait.
    pub waiting: u32,
    /// Why it ended early, if it did.
    pub fault: Option<CloudFault>,
    /// What the cloud would not do or said unreadably, while the rest of the round went on.
    pub warning: Option<CloudFault>,
    /// Whether `warning` is something that this station may not do: it stays so until somebody else signs in.
    pub barred: bool,
    /// How long to wait before the next one, unless something is to be sent.
    pub pause: Duration,
}

impl SyncRound {
    /// Both as one.
    fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            received: self.received.saturating_add(other.received),
            waiting: other.waiting,
            fault: self.fault.or(other.fault),
            warning: if other.barred && !self.barred {
                other.warning
            } else {
                self.warning.or(other.warning)
            },
            barred: self.barred || other.barred,
            pause: self.pause.max(other.pause),
        }
    }

    /// Whether there was nothing to do, and nothing is left to do.
    pub fn idle(&self) -> bool {
        self.fault.is_none() && self.sent == 0 && self.received == 0 && self.waiting == 0
    }
}

/// Why a step of a round ended: the cloud's fault ends the round, the file's is everybody's.
pub(crate) enum StepError {
    Cloud(CloudFault),
    Here(Fault),
}

impl From<CloudFault> for StepError {
    fn from(fault: CloudFault) -> Self {
        Self::Cloud(fault)
    }
}

impl<E: Into<Fault>> From<E> for StepError {
    fn from(error: E) -> Self {
        Self::Here(error.into())
    }
}

/// What a round has done so far.
#[derive(Default)]
pub(crate) struct Tally {
    sent: u32,
    received: u32,
    warning: Option<CloudFault>,
    barred: bool,
}

impl Tally {
    /// Notes what does not stop the rest of the round; the first is told.
    pub(crate) fn note_warning(&mut self, fault: CloudFault) {
        self.warning.get_or_insert(fault);
    }

    /// Notes that something of this station's was not accepted. This replaces any other warning.
    pub(crate) fn note_barred(&mut self, fault: CloudFault) {
        if !std::mem::replace(&mut self.barred, true) {
            self.warning = Some(fault);
        }
    }

    /// Returns the step's result. If the cloud refuses this one thing or does not have it, notes a warning and returns none:
    /// the rest of the round goes on. `what` names the thing for the warning.
    fn unless_barred<T>(
        &mut self,
        step: Result<T, StepError>,
        what: impl FnOnce() -> String,
    ) -> Result<Option<T>, StepError> {
        match step {
            Err(StepError::Cloud(fault)) if fault.trouble.bars_one() => {
                let words = format!("{}: {}", what(), fault.words);
                self.note_barred(CloudFault { words, ..fault });
                Ok(None)
            }
            step => step.map(Some),
        }
    }
}

impl Station {
    /// One round of each sort, in turn, for whoever has one hand; the first that ends early ends it. Somebody waits for it, so
    /// every event is asked for.
    pub fn sync_round(&self) -> Result<SyncRound, Fault> {
        let mut whole = self.deliver_round()?;
        for round in [Self::load_round, |station: &Self| station.follow(true)] {
            if whole.fault.is_some() {
                return Ok(whole);
            }
            whole = whole.and(round(self)?);
        }
        Ok(whole)
    }

    /// Delivers what waits, and gives back what is not needed.
    pub fn deliver_round(&self) -> Result<SyncRound, Fault> {
        self.round(Purpose::Delivering, |cloud, tally| {
            self.deliver(cloud, tally)?;
            let now = self.clock.now();
            for event in self.followed(now)? {
                let given_back = self.give_back_unneeded(&event);
                tally.unless_barred(given_back, || {
                    format!("Places of {} cannot be given back", event.event.name)
                })?;
            }
            if self.link.rounds(Purpose::Delivering).is_multiple_of(CLEARED_EVERY) {
                let before = now.checked_sub(DELIVERED_KEPT).unwrap_or(Timestamp::MIN);
                self.write(|tx| Ok(tx.clear_delivered(before, CLEARED_AT_ONCE)?))?;
            }
            Ok(())
        })
    }

    /// Takes events that are new or have changed.
    pub fn load_round(&self) -> Result<SyncRound, Fault> {
        self.round(Purpose::Loading, |cloud, tally| self.take_events(cloud, tally))
    }

    /// Takes what others did: with events at hand in each round, with those further ahead now and then.
    pub fn follow_round(&self) -> Result<SyncRound, Fault> {
        self.follow(false)
    }

    fn follow(&self, every: bool) -> Result<SyncRound, Fault> {
        self.round(Purpose::Following, |cloud, tally| {
            let now = self.clock.now();
            for event in self.followed(now)? {
                let at_hand = every
                    || starts_soon(&event, now)
                    || self.feeds().is_used(event.event_no, millis(now), USED_FOR_MS);
                if at_hand || self.feeds().is_due(event.event_no, millis(now), AHEAD_EVERY_MS) {
                    self.follow_event(cloud, &event, tally)?;
                }
            }
            self.follow_old(cloud, now, tally)?;
            self.link.note_synced(now)?;
            Ok(())
        })
    }

    fn round(
        &self,
        purpose: Purpose,
        work: impl FnOnce(&dyn Cloud, &mut Tally) -> Result<(), StepError>,
    ) -> Result<SyncRound, Fault> {
        let mut tally = Tally::default();
        let ended = match self.link.cloud() {
            None => Ok(()),
            Some(cloud) => {
                self.link.round_begins(purpose);
                self.is_let_in(purpose, &mut tally)
                    .and_then(|let_in| if let_in { work(cloud.as_ref(), &mut tally) } else { Ok(()) })
            }
        };
        let fault = match ended {
            Ok(()) => None,
            Err(StepError::Cloud(fault)) => Some(fault),
            Err(StepError::Here(fault)) => return Err(fault),
        };
        let Tally { sent, received, warning, barred } = tally;
        self.link.round_ends(purpose, fault.as_ref(), warning.as_ref());
        let waiting = self.store.read::<_, Fault>(|read| Ok(read.outbox_counts()?.waiting))?;
        let pause = match fault {
            Some(_) => {
                let [dice] = draw::<1>(self.random.as_ref())?;
                self.link.backoff(purpose, dice)
            }
            None => self.link.rest(purpose, received),
        };
        Ok(SyncRound { sent, received, waiting, fault, warning, barred, pause })
    }

    /// Whether a desk has let this station in, as far as its rounds have heard. Whoever delivers says hello now and then.
    fn is_let_in(&self, purpose: Purpose, tally: &mut Tally) -> Result<bool, StepError> {
        if purpose == Purpose::Delivering {
            let own = self.own()?;
            self.look_at_mark()?;
            self.present_now_and_then(&own)?;
        }
        if let Some(barred) = self.barred() {
            tally.note_barred(door::refused(barred));
            return Ok(false);
        }
        Ok(true)
    }

    /// Presents this station to the cloud: whether it is online, let in, fenced, and the only one of its name.
    pub fn probe(&self) -> Result<bool, Fault> {
        if self.link.cloud().is_none() || self.is_behind_mark() {
            return Ok(false);
        }
        let own = self.own()?;
        match self.present(&own) {
            Ok(()) => Ok(true),
            Err(StepError::Cloud(_)) => Ok(false),
            Err(StepError::Here(fault)) => Err(fault),
        }
    }

    /// Events that other stations have too and that are not long past.
    pub(crate) fn followed(&self, now: Timestamp) -> Result<Vec<EventRow>, Fault> {
        Ok(self.shared()?.into_iter().filter(|row| is_followed(row, now)).collect())
    }

    /// Events that other stations have too.
    fn shared(&self) -> Result<Vec<EventRow>, Fault> {
        let events = self.store.read::<_, Fault>(|read| Ok(read.events()?))?.into_iter();
        Ok(events.filter(|row| row.publication.is_live()).collect())
    }

    /// Events that are long past, now and then.
    fn follow_old(&self, cloud: &dyn Cloud, now: Timestamp, tally: &mut Tally) -> Result<(), StepError> {
        let old = |row: &EventRow| !is_followed(row, now) && lasted(row, SETTLED_FOR, SETTLED_FOR) > now;
        for event in self.shared()?.into_iter().filter(old) {
            if self.feeds().is_due(event.event_no, millis(now), OLD_EVERY_MS) {
                self.follow_event(cloud, &event, tally)?;
            }
        }
        Ok(())
    }
}

fn starts_soon(row: &EventRow, now: Timestamp) -> bool {
    row.event.starts_at.duration_since(now) <= AT_HAND
}

fn is_followed(row: &EventRow, now: Timestamp) -> bool {
    lasted(row, FOLLOWED_FOR, FOLLOWED_AFTER_DOORS) > now
}

/// The later of two moments: so long after the event's start, and so long after its doors close.
fn lasted(row: &EventRow, after_start: SignedDuration, after_doors: SignedDuration) -> Timestamp {
    let later = |from: Timestamp, by| from.checked_add(by).unwrap_or(Timestamp::MAX);
    later(row.event.starts_at, after_start).max(later(row.event.hours().doors_until, after_doors))
}

/// A time as the cloud's tables have it.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time from the cloud's tables.
pub(crate) fn moment(millis: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millis).ok()
}
