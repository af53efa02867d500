//! What people and scripts are told of the cloud.

use wicket_domain::id::MessageId;
use wicket_domain::pairing::Pairing;
use wicket_store::{OutboxRow, OutboxState};

use super::fence::FENCED;
use super::link::{trouble_of, trouble_shown, unheard};
use super::register::shown;
use super::{Purpose, envelope};
use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::view::{CloudEvent, CloudMode, CloudStatus, MessageState, OutboxLine, OutboxView, Trouble};

/// The outbox page shows so many of each sort.
const LINES: u32 = 100;

impl Station {
    /// How the cloud stands, as far as real requests have told.
    pub fn cloud_status(&self) -> Result<CloudStatus, Fault> {
        let now = self.clock.now();
        let (row, counts, conflicts, fenced) = self.store.read::<_, Fault>(|read| {
            let fenced = read.notices()?.iter().any(|notice| notice.code == FENCED);
            Ok((read.cloud()?, read.outbox_counts()?, read.open_conflicts()?, fenced))
        })?;
        let standalone = row.is_none();
        let register = row.as_ref().and_then(|row| shown(row.register));
        let register = if self.is_behind_mark() { Some(Trouble::Copied) } else { register };
        let environment = row.as_ref().and_then(|row| Pairing::read(&row.pairing).ok());
        // This process's own requests say more than what another has written down.
        let link = if self.link.cloud().is_some() {
            self.link.state()
        } else {
            unheard(row.map(|row| row.link).unwrap_or_default())
        };
        let oldest = counts.oldest.filter(|_| !standalone);
        let seconds = oldest.map(|oldest| now.as_second().saturating_sub(oldest.as_second()).max(0));
        let catching_up = if standalone { Vec::new() } else { self.catching_up()? };
        let delivering = self.link.stuck(Purpose::Delivering);
        let following = self.link.stuck(Purpose::Following).or_else(|| self.link.stuck(Purpose::Loading));
        // What cannot be read or is barred does not stop the rest, so it comes after what does.
        let stuck = delivering.clone().or_else(|| following.clone());
        let warning = stuck.or_else(|| self.link.warning()).filter(|_| link.trouble.is_none());
        let (trouble, words) = match warning {
            Some(warning) => (trouble_shown(warning.trouble), Some(warning.words)),
            None => (link.trouble.as_deref().and_then(trouble_of), link.words.clone()),
        };
        Ok(CloudStatus {
            mode: if standalone { CloudMode::Standalone } else { CloudMode::Connected },
            online: link.online,
            since: link.since,
            waiting: if standalone { 0 } else { counts.waiting },
            oldest_seconds: seconds.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
            dead_letters: counts.dead,
            conflicts,
            clock_offset_ms: link.offset_ms,
            // Told until somebody has read the notice of it.
            trouble: register.or(trouble).or(fenced.then_some(Trouble::Fenced)),
            words,
            environment: environment.map(|pairing| pairing.environment),
            synced_at: link.synced_at,
            delivering: delivering.and_then(|fault| trouble_shown(fault.trouble)),
            following: following.and_then(|fault| trouble_shown(fault.trouble)),
            catching_up,
        })
    }

    fn catching_up(&self) -> Result<Vec<String>, Fault> {
        let events = self.followed(self.clock.now())?;
        self.store.read(|read| {
            let mut names = Vec::new();
            for row in events {
                if !read.follow(row.event_no)?.whole {
                    names.push(row.event.name);
                }
            }
            Ok(names)
        })
    }

    /// The outbox: what is dead, then what waits, then what went last.
    pub fn outbox_view(&self) -> Result<OutboxView, Fault> {
        self.store.read(|read| {
            let counts = read.outbox_counts()?;
            let newest = read.outbox_newest(LINES)?;
            let sent = newest.into_iter().filter(|row| row.state == OutboxState::Sent);
            let rows = read.outbox_dead(LINES)?.into_iter().chain(read.outbox_waiting(0, LINES)?).chain(sent);
            Ok(OutboxView { waiting: counts.waiting, dead: counts.dead, lines: rows.map(line).collect() })
        })
    }

    /// Lets a message that the cloud would not take wait again.
    pub fn retry_message(&self, by: &Actor, sequence: u64) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|tx| {
            if tx.outbox_message(sequence)?.is_none() {
                return Err(no_message(sequence));
            }
            if !tx.revive_message(sequence)? {
                let message = format!("Message {sequence} is not stuck. Nothing was changed.");
                return Err(Fault::new(Code::BadInput, message));
            }
            let body = serde_json::json!({ "sequence": sequence });
            self.books(tx).enter(now, &by.text(), "message_retried", &body.to_string())
        })?;
        self.tell_hurry();
        Ok(())
    }

    /// Lets every message that the cloud would not take wait again; gives how many.
    pub fn retry_all_messages(&self, by: &Actor) -> Result<u32, Fault> {
        let now = self.clock.now();
        let count = self.write(|tx| {
            let count = u32::try_from(tx.revive_all_messages()?).unwrap_or(u32::MAX);
            if count > 0 {
                let body = serde_json::json!({ "count": count });
                self.books(tx).enter(now, &by.text(), "messages_retried", &body.to_string())?;
            }
            Ok(count)
        })?;
        self.tell_hurry();
        Ok(count)
    }

    /// A message's number in the outbox, by its id.
    pub fn message_number(&self, message_id: MessageId) -> Result<Option<u64>, Fault> {
        self.store.read(|read| Ok(read.outbox_number(message_id)?))
    }

    /// A message as it goes out, to the letter, for whoever has to find out why it is stuck.
    pub fn message_json(&self, sequence: u64) -> Result<String, Fault> {
        let own = self.own()?;
        let row = self.store.read::<_, Fault>(|read| Ok(read.outbox_message(sequence)?))?;
        let row = row.ok_or_else(|| no_message(sequence))?;
        // A command that only looks into the file has no cloud, and the file knows how far the clock was off.
        let offset = if self.has_cloud() {
            self.link.clock_offset()
        } else {
            let known = self.store.read::<_, Fault>(|read| Ok(read.cloud()?))?;
            known.and_then(|row| row.link.offset_ms).unwrap_or(0)
        };
        envelope::envelope(&own, &row, offset)
    }

    /// Events as the sync page shows them: whether others have them, and what of them is this station's.
    pub fn cloud_events(&self) -> Result<Vec<CloudEvent>, Fault> {
        self.store.read(|read| {
            let mut events = Vec::new();
            for row in read.events()? {
                let published = row.publication.is_live();
                let (owned, allotted) = if published { read.seats_owned(row.event_no)? } else { (0, 0) };
                let standing = read.standing(row.event_no)?;
                let granted = standing.iter().filter(|area| area.claim.granted.is_some());
                let granted = granted.map(|area| area.claim.sellable(area.capacity, area.sold)).sum();
                let kept: u32 = standing.iter().map(|area| area.claim.allotted).sum();
                let caught_up = read.follow(row.event_no)?.whole;
                events.push(CloudEvent {
                    event_id: row.event.event_id,
                    name: row.event.name,
                    starts_at: row.event.starts_at,
                    time_zone: row.event.venue.time_zone,
                    published,
                    owned,
                    allotted: allotted + kept,
                    granted,
                    caught_up: published && caught_up,
                });
            }
            Ok(events)
        })
    }
}

fn line(row: OutboxRow) -> OutboxLine {
    OutboxLine {
        sequence: row.sequence,
        message_id: row.message_id,
        kind: row.kind,
        occurred_at: row.occurred_at,
        state: match row.state {
            OutboxState::Waiting => MessageState::Waiting,
            OutboxState::Sent => MessageState::Sent,
            OutboxState::Dead => MessageState::Dead,
        },
        attempts: row.attempts,
        words: row.words,
    }
}

fn no_message(sequence: u64) -> Fault {
    let message = format!("There is no message {sequence}. `wicket outbox` lists what waits.");
    Fault::new(Code::NotFound, message)
}
