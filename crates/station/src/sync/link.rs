//! The link to the cloud: what real requests say of it. The status is never better than the last answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wicket_domain::cloud::EventMark;
use wicket_store::{LinkState, RegisterState, Store};

use super::health::Healths;
use super::{Feeds, Purpose, StepError};
use crate::Station;
use crate::cloud::{Answered, Cloud, CloudFault, CloudTrouble};
use crate::fault::{Code, Fault};
use crate::ports::Clock;
use crate::view::Trouble;

/// A clock that is further off than this is shown, in milliseconds.
pub const OFFSET_SHOWN_MS: i64 = 120_000;
/// A measured clock is written down again when it has moved by more than this.
const OFFSET_MOVED_MS: i64 = 2_000;
/// An event that could not be taken is tried again after so many rounds, some five minutes.
const SPOILED_ROUNDS: u64 = 150;
/// The file is told that all is up to date this often at most, in milliseconds.
const SYNCED_EVERY_MS: i64 = 60_000;

/// The cloud as this process knows it: whether it answers, how the rounds go, and what it last said of this station.
pub(crate) struct Link {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    weather: Mutex<Weather>,
    /// Held by whoever writes the state down.
    turn: Mutex<()>,
}

/// What changes with every answer and fault.
#[derive(Default)]
pub(super) struct Weather {
    cloud: Option<Arc<dyn Cloud>>,
    /// Whether this process has asked and heard anything yet. Until then, `state` is what the previous run stored.
    heard: bool,
    state: LinkState,
    written: LinkState,
    /// How the rounds go.
    pub(super) healths: Healths,
    /// What the register of stations said last.
    register: RegisterState,
    /// When this process has presented the station last, in milliseconds.
    hello_at: Option<i64>,
    /// When a desk last asked whom its events' manifests have to list, in milliseconds.
    stations_at: Option<i64>,
    /// Events that could not be taken: of which version, in which round, and why.
    spoiled: HashMap<String, (u64, u64, CloudFault)>,
}

impl Link {
    /// A link to no cloud yet.
    pub(crate) fn new(store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, weather: Mutex::default(), turn: Mutex::default() }
    }

    pub(super) fn weather(&self) -> MutexGuard<'_, Weather> {
        self.weather.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins anew with a cloud, or without one. An earlier run's yes does not count, but since when it has been so does.
    fn connect(&self, cloud: Option<Arc<dyn Cloud>>) -> Result<(), Fault> {
        let known = self.store.read::<_, Fault>(|read| Ok(read.cloud()?))?;
        let (state, register) = known.map(|row| (row.link, row.register)).unwrap_or_default();
        *self.weather() = Weather { cloud, written: state.clone(), state, register, ..Weather::default() };
        Ok(())
    }

    /// The cloud, if there is one.
    pub(crate) fn cloud(&self) -> Option<Arc<dyn Cloud>> {
        self.weather().cloud.clone()
    }

    /// Whether the last request was answered.
    fn answers(&self) -> bool {
        let weather = self.weather();
        weather.cloud.is_some() && weather.heard && weather.state.online
    }

    /// How the link stands.
    pub(crate) fn state(&self) -> LinkState {
        let weather = self.weather();
        if weather.heard { weather.state.clone() } else { unheard(weather.state.clone()) }
    }

    /// Now, by the cloud's clock as far as it is known, in milliseconds.
    pub(crate) fn cloud_now(&self) -> i64 {
        self.clock.now().as_millisecond().saturating_sub(self.clock_offset())
    }

    /// How far the clock is ahead of the cloud's, in milliseconds; 0 while it is not known.
    pub(crate) fn clock_offset(&self) -> i64 {
        let weather = self.weather();
        let measured = weather.cloud.as_ref().and_then(|cloud| cloud.clock_offset_ms());
        measured.or(weather.state.offset_ms).unwrap_or(0)
    }

    /// What the register of stations said last.
    pub(crate) fn register(&self) -> RegisterState {
        self.weather().register
    }

    pub(crate) fn set_register(&self, register: RegisterState) {
        self.weather().register = register;
    }

    /// When this process has presented the station last, in milliseconds.
    pub(crate) fn hello_at(&self) -> Option<i64> {
        self.weather().hello_at
    }

    pub(crate) fn set_hello_at(&self, at: i64) {
        self.weather().hello_at = Some(at);
    }

    /// Notes when a desk asked for the stations, and returns when it did before. None makes it ask in the next round.
    pub(crate) fn set_stations_at(&self, at: Option<i64>) -> Option<i64> {
        std::mem::replace(&mut self.weather().stations_at, at)
    }

    /// Why an event could not be taken a moment ago, as it still stands: trying again costs its plan each time.
    pub(crate) fn spoiled(&self, mark: &EventMark) -> Option<CloudFault> {
        let rounds = self.rounds(Purpose::Loading);
        let weather = self.weather();
        let (version, round, fault) = weather.spoiled.get(&mark.event_id)?;
        let fresh = rounds.saturating_sub(*round) < SPOILED_ROUNDS;
        (*version == mark.version && fresh).then(|| fault.clone())
    }

    pub(crate) fn note_spoiled(&self, mark: &EventMark, fault: &CloudFault) {
        let now = (mark.version, self.rounds(Purpose::Loading), fault.clone());
        self.weather().spoiled.insert(mark.event_id.clone(), now);
    }

    pub(crate) fn note_answer(&self) -> Result<(), Fault> {
        let mut weather = self.weather();
        weather.stands(true, self.clock.now());
        weather.state.trouble = None;
        weather.state.words = None;
        drop(weather);
        self.write_down()
    }

    pub(crate) fn note_fault(&self, fault: &CloudFault) -> Result<(), Fault> {
        let mut weather = self.weather();
        // A refused request was answered all the same.
        weather.stands(fault.trouble == CloudTrouble::Rejected, self.clock.now());
        weather.state.trouble = Some(word(fault.trouble).to_owned());
        weather.state.words = Some(fault.words.chars().take(300).collect());
        drop(weather);
        self.write_down()
    }

    /// Notes a fault that nobody waited for.
    pub(crate) fn note_fault_behind(&self, fault: &CloudFault) -> Result<(), Fault> {
        match fault.trouble {
            CloudTrouble::Unreachable | CloudTrouble::Clock => self.note_fault(fault),
            _ => Ok(()),
        }
    }

    /// Notes how a request at the door `hello` went, and passes its answer on.
    pub(crate) fn answered<T>(&self, answer: Answered<T>) -> Result<T, StepError> {
        self.passed_on(answer, Self::note_fault)
    }

    /// The same of a request for anything but the station's own row. That one thing is barred says nothing of the line: the
    /// others are asked as before.
    pub(crate) fn noted<T>(&self, answer: Answered<T>) -> Result<T, StepError> {
        self.passed_on(
            answer,
            |link, fault| {
                if fault.trouble.bars_one() { Ok(()) } else { link.note_fault(fault) }
            },
        )
    }

    /// The same of a request that nobody waits for. A fault is of its purpose alone, unless it tells of the whole line.
    pub(crate) fn heard<T>(&self, answer: Answered<T>) -> Result<T, StepError> {
        self.passed_on(answer, Self::note_fault_behind)
    }

    fn passed_on<T>(
        &self,
        answer: Answered<T>,
        note: impl FnOnce(&Self, &CloudFault) -> Result<(), Fault>,
    ) -> Result<T, StepError> {
        match answer {
            Ok(value) => {
                self.note_answer()?;
                Ok(value)
            }
            Err(fault) => {
                note(self, &fault)?;
                Err(StepError::Cloud(fault))
            }
        }
    }

    pub(crate) fn note_synced(&self, at: jiff::Timestamp) -> Result<(), Fault> {
        self.weather().state.synced_at = Some(at);
        self.write_down()
    }

    /// Writes the state down when it says something new: every window looks again after each write to the file.
    fn write_down(&self) -> Result<(), Fault> {
        // One after another: what is written last is what was said last.
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut weather = self.weather();
        let (state, written) = (&weather.state, &weather.written);
        let moved = |a: Option<i64>, b: Option<i64>, by: i64| match (a, b) {
            (Some(a), Some(b)) => a.abs_diff(b) > by.unsigned_abs(),
            (a, b) => a.is_some() != b.is_some(),
        };
        let synced = |state: &LinkState| state.synced_at.map(jiff::Timestamp::as_millisecond);
        let said = |state: &LinkState| (state.online, state.since, state.trouble.clone());
        let news = said(state) != said(written)
            || moved(state.offset_ms, written.offset_ms, OFFSET_MOVED_MS)
            || moved(synced(state), synced(written), SYNCED_EVERY_MS);
        if !news {
            return Ok(());
        }
        weather.written = weather.state.clone();
        let state = weather.state.clone();
        drop(weather);
        self.store.write::<_, Fault>(|tx| Ok(tx.put_link(&state)?))
    }
}

impl Weather {
    /// Notes whether the last request was answered, and what its answer told of the clock.
    fn stands(&mut self, online: bool, now: jiff::Timestamp) {
        if self.state.online != online || self.state.since.is_none() {
            self.state.since = Some(now);
        }
        self.state.online = online;
        self.heard = true;
        if let Some(offset) = self.cloud.as_ref().and_then(|cloud| cloud.clock_offset_ms()) {
            self.state.offset_ms = Some(offset);
        }
    }
}

impl Station {
    /// Gives the station its cloud, or takes it away. Nothing is asked of it yet.
    pub fn connect(&self, cloud: Option<Arc<dyn Cloud>>) -> Result<(), Fault> {
        self.link.connect(cloud)?;
        *self.feeds() = Feeds::default();
        self.keys().forget_own();
        self.tell_hurry();
        Ok(())
    }

    /// Whether this process has been given the station's cloud.
    pub fn has_cloud(&self) -> bool {
        self.link.cloud().is_some()
    }

    /// Whether the last request was answered, and a desk has let this station in: what nobody owns can be claimed now.
    pub(crate) fn online(&self) -> bool {
        self.link.answers() && self.barred().is_none()
    }

    /// As [`Link::heard`].
    pub(crate) fn heard<T>(&self, answer: Answered<T>) -> Result<T, StepError> {
        self.link.heard(answer)
    }
}

/// What an earlier run left, told by one that has heard nothing yet: since when it was online says nothing of now.
pub(crate) fn unheard(state: LinkState) -> LinkState {
    if state.online { LinkState { online: false, since: None, ..state } } else { state }
}

pub(crate) fn not_paired() -> Fault {
    let message = "This station has no cloud yet. Pair it with a pairing code (`wicket pair CODE`).";
    Fault::new(Code::NotPaired, message)
}

const TROUBLES: [(CloudTrouble, Trouble, &str); 9] = [
    (CloudTrouble::Unreachable, Trouble::Unreachable, "unreachable"),
    (CloudTrouble::Slow, Trouble::Slow, "slow"),
    (CloudTrouble::Throttled, Trouble::Throttled, "throttled"),
    (CloudTrouble::Broken, Trouble::Broken, "broken"),
    (CloudTrouble::Refused, Trouble::Refused, "refused"),
    (CloudTrouble::Clock, Trouble::Clock, "clock"),
    (CloudTrouble::NotThere, Trouble::NotThere, "not_there"),
    (CloudTrouble::Unreadable, Trouble::Unreadable, "unreadable"),
    (CloudTrouble::Rejected, Trouble::Rejected, "rejected"),
];

fn word(trouble: CloudTrouble) -> &'static str {
    TROUBLES.iter().find(|(known, ..)| *known == trouble).map_or("unreachable", |(.., word)| word)
}

/// What the window is told of a trouble.
pub(crate) fn trouble_shown(trouble: CloudTrouble) -> Option<Trouble> {
    TROUBLES.iter().find(|(known, ..)| *known == trouble).map(|(_, shown, _)| shown.clone())
}

/// What the window is told of a stored word.
pub(crate) fn trouble_of(word: &str) -> Option<Trouble> {
    TROUBLES.iter().find(|(.., known)| *known == word).map(|(_, trouble, _)| trouble.clone())
}

/// A fault that a person meets who asked for something that needs the cloud.
pub(crate) fn told(fault: &CloudFault) -> Fault {
    let what = match fault.trouble {
        CloudTrouble::Unreachable => "The cloud cannot be reached. See to the network, then try again.",
        CloudTrouble::Slow => "The cloud does not answer in time. Try again in a moment.",
        CloudTrouble::Throttled => "The cloud asks to go slower. Try again in a minute.",
        CloudTrouble::Broken => "The cloud is in trouble itself. Try again in a few minutes.",
        CloudTrouble::Refused => "The cloud does not let this station in. Sign in again.",
        CloudTrouble::Clock => "This computer's clock is too far off. Set it, then try again.",
        CloudTrouble::NotThere => {
            "The cloud this station is paired with is not there. Ask for a new pairing code."
        }
        CloudTrouble::Unreadable => "The cloud answers with something Wicket cannot read. Update Wicket.",
        CloudTrouble::Rejected => "The cloud refused this. Nothing was changed there.",
    };
    Fault::new(Code::Cloud, format!("{what} ({})", fault.words))
}

/// This station's public key as the cloud writes it.
pub(crate) fn key_text(own: &crate::keys::Own) -> String {
    wicket_domain::cloud::key_text(&own.key.verifying_key())
}
