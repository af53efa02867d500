//! The link to the cloud: what real requests say of it. The status is never better than the last answer.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use wicket_domain::cloud::EventMark;
use wicket_store::{LinkState, RegisterState};

use super::health::Healths;
use super::{Feeds, Purpose};
use crate::Station;
use crate::cloud::{Cloud, CloudFault, CloudTrouble};
use crate::fault::{Code, Fault};
use crate::view::Trouble;

/// A clock that is further off than this is shown, in milliseconds.
pub const OFFSET_SHOWN_MS: i64 = 120_000;
/// A measured clock is written down again when it has moved by more than this.
const OFFSET_MOVED_MS: i64 = 2_000;
/// An event that could not be taken is tried again after so many rounds, some five minutes.
const SPOILED_ROUNDS: u64 = 150;
/// The notice of a station that was fenced.
pub(crate) const FENCED: &str = "fenced";
/// The file is told that all is up to date this often at most, in milliseconds.
const SYNCED_EVERY_MS: i64 = 60_000;

/// The cloud as this process knows it.
#[derive(Default)]
pub(crate) struct Link {
    cloud: Option<Arc<dyn Cloud>>,
    /// Whether this process has asked and heard anything yet; before, the state is what another run left.
    heard: bool,
    state: LinkState,
    written: LinkState,
    /// How the rounds go.
    pub(crate) healths: Healths,
    /// What the register of stations said last.
    pub(crate) register: RegisterState,
    /// When this process has presented the station last, in milliseconds.
    pub(crate) hello_at: Option<i64>,
    /// When a desk last asked whom its events' manifests have to list.
    pub(crate) stations_at: Option<i64>,
    /// Events that could not be taken: of which version, in which round, and why.
    spoiled: HashMap<String, (u64, u64, CloudFault)>,
}

impl Station {
    /// Gives the station its cloud, or takes it away.
    pub fn connect(&self, cloud: Option<Arc<dyn Cloud>>) -> Result<(), Fault> {
        let known = self.store.read::<_, Fault>(|read| Ok(read.cloud()?))?;
        let mut link = self.link();
        (link.state, link.register) = known.map(|row| (row.link, row.register)).unwrap_or_default();
        (link.hello_at, link.stations_at) = (None, None);
        link.written = link.state.clone();
        // Nothing was asked yet: an earlier run's yes does not count, but since when it has been so does.
        link.heard = false;
        link.cloud = cloud;
        link.healths = Healths::default();
        link.spoiled.clear();
        drop(link);
        *self.feeds() = Feeds::default();
        self.keys().forget_own();
        self.tell_hurry();
        Ok(())
    }

    /// Why an event could not be taken a moment ago, as it still stands: trying again costs its plan each time.
    pub(crate) fn spoiled(&self, mark: &EventMark) -> Option<CloudFault> {
        let rounds = self.rounds(Purpose::Loading);
        let link = self.link();
        let (version, round, fault) = link.spoiled.get(&mark.event_id)?;
        let fresh = rounds.saturating_sub(*round) < SPOILED_ROUNDS;
        (*version == mark.version && fresh).then(|| fault.clone())
    }

    pub(crate) fn note_spoiled(&self, mark: &EventMark, fault: &CloudFault) {
        let now = (mark.version, self.rounds(Purpose::Loading), fault.clone());
        let mut link = self.link();
        link.spoiled.insert(mark.event_id.clone(), now);
    }

    /// Whether this process has been given the station's cloud.
    pub fn has_cloud(&self) -> bool {
        self.cloud().is_some()
    }

    /// The cloud, if there is one.
    pub(crate) fn cloud(&self) -> Option<Arc<dyn Cloud>> {
        self.link().cloud.clone()
    }

    /// Whether the last request was answered, and a desk has let this station in: what nobody owns can be claimed now.
    pub(crate) fn online(&self) -> bool {
        let link = self.link();
        let online = link.cloud.is_some() && link.heard && link.state.online;
        drop(link);
        online && self.barred().is_none()
    }

    /// How the link stands.
    pub(crate) fn link_state(&self) -> LinkState {
        let link = self.link();
        if link.heard { link.state.clone() } else { unheard(link.state.clone()) }
    }

    /// Now, by the cloud's clock as far as it is known, in milliseconds.
    pub(crate) fn cloud_now(&self) -> i64 {
        let link = self.link();
        let offset = link.cloud.as_ref().and_then(|cloud| cloud.clock_offset_ms()).or(link.state.offset_ms);
        drop(link);
        self.clock.now().as_millisecond().saturating_sub(offset.unwrap_or(0))
    }

    /// How far the clock is ahead of the cloud's, in milliseconds; 0 while it is not known.
    pub(crate) fn clock_offset(&self) -> i64 {
        let link = self.link();
        link.cloud.as_ref().and_then(|cloud| cloud.clock_offset_ms()).or(link.state.offset_ms).unwrap_or(0)
    }

    pub(crate) fn note_answer(&self) -> Result<(), Fault> {
        let mut link = self.link();
        self.stands(&mut link, true);
        link.state.trouble = None;
        link.state.words = None;
        self.write_link(link)
    }

    /// Notes whether the last request was answered, and what its answer told of the clock.
    fn stands(&self, link: &mut Link, online: bool) {
        if link.state.online != online || link.state.since.is_none() {
            link.state.since = Some(self.clock.now());
        }
        link.state.online = online;
        link.heard = true;
        if let Some(offset) = link.cloud.as_ref().and_then(|cloud| cloud.clock_offset_ms()) {
            link.state.offset_ms = Some(offset);
        }
    }

    pub(crate) fn note_fault(&self, fault: &CloudFault) -> Result<(), Fault> {
        let mut link = self.link();
        // A refused request was answered all the same.
        self.stands(&mut link, fault.trouble == CloudTrouble::Rejected);
        link.state.trouble = Some(word(fault.trouble).to_owned());
        link.state.words = Some(fault.words.chars().take(300).collect());
        self.write_link(link)
    }

    /// Notes a fault of a request for something other than the station's own row. That one thing is barred says nothing
    /// of the line: the others are asked as before.
    pub(crate) fn note_fault_of_one(&self, fault: &CloudFault) -> Result<(), Fault> {
        if fault.trouble.bars_one() { Ok(()) } else { self.note_fault(fault) }
    }

    pub(crate) fn note_synced(&self, at: jiff::Timestamp) -> Result<(), Fault> {
        let mut link = self.link();
        link.state.synced_at = Some(at);
        self.write_link(link)
    }

    /// Writes the link down when it says something new: every window looks again after each write to the file.
    fn write_link(&self, link: MutexGuard<'_, Link>) -> Result<(), Fault> {
        drop(link);
        // One after another: what is written last is what was said last.
        let _turn = self.link_file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut link = self.link();
        let (state, written) = (&link.state, &link.written);
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
        link.written = link.state.clone();
        let state = link.state.clone();
        drop(link);
        self.write(|tx| Ok(tx.put_link(&state)?))
    }

    /// This station was fenced: what it had and did not sell is on sale elsewhere. It goes on under the new epoch; what
    /// it sold meanwhile is reported like everything else, and collides in the cloud where it must.
    pub(crate) fn accept_fence(&self, epoch: u32) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|tx| {
            // Another window or command has accepted it already, and may have claimed under it since.
            if tx.station()?.is_some_and(|row| row.epoch >= epoch) {
                return Ok(());
            }
            tx.set_epoch(epoch)?;
            tx.give_up_claims()?;
            tx.insert_notice(FENCED, &epoch.to_string(), now)?;
            Ok(tx.append_audit(now, "cloud", "fenced", &serde_json::json!({ "epoch": epoch }).to_string())?)
        })?;
        self.keys().forget_own();
        Ok(())
    }

    pub(crate) fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
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
