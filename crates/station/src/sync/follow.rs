//! Following what others did: seats and tickets of an event, from a cursor, with an overlap, each item taken over once.
//!
//! Items are written in small portions, so that a gate never waits long for its turn at the file.

use wicket_domain::cloud::rules::Claimant;
use wicket_domain::cloud::{
    CloudTicketStatus, InventoryRecord, TicketRecord, admission_id_after, annulled_admissions,
};
use wicket_domain::id::{StationId, TicketId};
use wicket_domain::seat::SeatId;
use wicket_store::{CloudTicketRow, EventRow, Failure as _, FollowRow, Read, Write};

use super::claims::{claimant, take_record};
use super::places::take_grant;
use super::{Cut, Tally, moment};
use crate::Station;
use crate::admit::without_admission;
use crate::cloud::{Answered, Cloud, CloudFault, CloudTrouble, Page, Pages};
use crate::fault::Fault;

/// The cloud's writers' clocks, and its indexes, may be apart by so much, in milliseconds.
const OVERLAP_MS: i64 = 120_000;
/// Mostly they are together, to a second or two: so much is read again in every round, and the whole overlap in every so
/// many. What is read again is most of what a station fetches, and is paid for (docs/deploy.md, "What it costs").
const SHORT_OVERLAP_MS: i64 = 5_000;
const LONG_EVERY: u64 = 15;
/// How far a feed has been read is written down when it has moved by so much, in milliseconds, or with news: a station
/// that starts anew reads that much again.
const WRITTEN_EVERY_MS: i64 = 60_000;
/// So many items are written in one transaction.
const PORTION: usize = 100;
/// The same once the first reading is through, when a gate is at work beside it: its turn comes after one portion.
const SMALL_PORTION: usize = 40;
/// After so many items of one page the log is written back at once, before it is so long that a sale or scan has to.
const LOG_LONG: usize = 400;

/// The feeds of an event, as they stand in the file.
const INVENTORY: &str = "inventory";
const TICKETS: &str = "tickets";

/// Something a feed brings.
trait Item: Sized {
    /// Whether the file knows it already, or knows better.
    fn known(&self, read: &Read<'_>, row: &EventRow, me: StationId) -> Result<bool, Fault>;
    /// Takes it over, for the station `me`; says whether it was news.
    fn take(&self, tx: &Write<'_>, row: &EventRow, me: Claimant, count: &mut Count) -> Result<bool, Fault>;
}

/// What a portion adds to the event's counts, written once.
#[derive(Default)]
struct Count {
    sold: u32,
    /// Negative where others have undone admissions.
    admitted: i64,
    /// Tickets whose admission elsewhere was undone, and whose holder this station has let in.
    inside: Vec<TicketId>,
}

impl Station {
    /// Takes over what is new of an event.
    pub(crate) fn follow_event(
        &self,
        cloud: &dyn Cloud,
        row: &EventRow,
        tally: &mut Tally,
    ) -> Result<(), Cut> {
        let event_id = row.event.event_id;
        let mut unreadable = 0_u32;
        for feed in [INVENTORY, TICKETS] {
            let (news, odd) = if feed == INVENTORY {
                self.follow_feed(row, feed, |since, resume| cloud.inventory(event_id, since, resume))?
            } else {
                self.follow_feed(row, feed, |since, resume| cloud.tickets(event_id, since, resume))?
            };
            tally.received = tally.received.saturating_add(news);
            unreadable = unreadable.saturating_add(odd);
        }
        if unreadable > 0 {
            let words = format!("{unreadable} entries of {} cannot be read. Update Wicket.", row.event.name);
            tally.note_odd(CloudFault { trouble: CloudTrouble::Unreadable, words });
        }
        Ok(())
    }

    /// Gives how many items were news, and how many of the feed cannot be read.
    fn follow_feed<'a, T: Item>(
        &self,
        row: &EventRow,
        feed: &'static str,
        pages: impl FnOnce(i64, Option<String>) -> Pages<'a, T>,
    ) -> Result<(u32, u32), Cut> {
        let before = self.store.read::<_, Fault>(|read| Ok(read.follow(row.event_no, feed)?))?;
        let began = self.cloud_now();
        let known = before.since.max(self.read_until(row.event_no, feed));
        // A clock that was set forward for a moment made this station believe that it had read what was yet to come.
        let ahead = known > began;
        let known = known.min(began);
        // After a pause, too: what was written just before it may have come into the index during it.
        let paused = began.saturating_sub(known) > OVERLAP_MS;
        let long = ahead || paused || self.rounds().is_multiple_of(LONG_EVERY);
        let jumped = self.jumped_ms();
        let overlap = match (jumped > SHORT_OVERLAP_MS, long) {
            // What was read until then was dated by another clock (docs/adr/0011).
            (true, _) => OVERLAP_MS.saturating_add(jumped),
            (false, true) => OVERLAP_MS,
            (false, false) => SHORT_OVERLAP_MS,
        };
        let since = if before.whole { known.saturating_sub(overlap).max(0) } else { 0 };
        // A reading that goes on has not looked again at what it had passed: it reaches as far as when it began.
        let until = if before.resume.is_some() { before.reached.min(began) } else { began };
        let reading = FollowRow { reached: until, ..before.clone() };
        let (mut news, mut unreadable, mut first) = (0_u32, 0_u32, true);
        for page in pages(since, before.resume.clone()) {
            if std::mem::take(&mut first) {
                self.forget_lost_place(row, feed, &before, &page)?;
            }
            let page = self.noted(page)?;
            unreadable = unreadable.saturating_add(page.unreadable);
            news = news.saturating_add(self.take_page(row, feed, &page, &reading)?);
        }
        let unreadable = self.note_unreadable(row.event_no, feed, unreadable);
        // Not the newest item's time: then a quiet event would be read again from its last change on, for ever.
        self.note_read_until(row.event_no, feed, until);
        // A newer Wicket, which may make out what this one cannot, reads from here on again.
        let since = if unreadable > 0 { before.since.min(until) } else { until };
        let moved = since.saturating_sub(before.since) > WRITTEN_EVERY_MS;
        let end = FollowRow { since, resume: None, whole: true, reached: 0 };
        // With news a page may have written a place to go on from, which is passed now.
        if news > 0 || ((moved || ahead || !before.whole || before.resume.is_some()) && end != before) {
            self.store.write::<_, Fault>(|tx| Ok(tx.put_follow(row.event_no, feed, &end)?))?;
        }
        Ok((news, unreadable))
    }

    /// A place to go on from that the cloud does not take would not be taken the next time either: the next round begins
    /// the reading anew.
    fn forget_lost_place<T>(
        &self,
        row: &EventRow,
        feed: &str,
        before: &FollowRow,
        page: &Answered<Page<T>>,
    ) -> Result<(), Fault> {
        let lost = matches!(page, Err(fault) if fault.trouble == CloudTrouble::Rejected);
        if !lost || before.resume.is_none() {
            return Ok(());
        }
        let anew = FollowRow { resume: None, ..before.clone() };
        self.store.write(|tx| Ok(tx.put_follow(row.event_no, feed, &anew)?))
    }

    /// Takes a page over. A page that brings no news is not written at all, cursor included: reading it once more costs
    /// less than waking every window.
    fn take_page<T: Item>(
        &self,
        row: &EventRow,
        feed: &str,
        page: &Page<T>,
        reading: &FollowRow,
    ) -> Result<u32, Fault> {
        let own = self.own()?;
        let me = own.station_id;
        let fresh = if reading.whole {
            self.store.read::<_, Fault>(|read| {
                let mut fresh = Vec::new();
                for item in &page.items {
                    if !item.known(read, row, me)? {
                        fresh.push(item);
                    }
                }
                Ok(fresh)
            })?
        } else {
            // At the first reading hardly anything is known; taking it over looks once more anyway.
            page.items.iter().collect()
        };
        let mut news = 0;
        let portion = if reading.whole { SMALL_PORTION } else { PORTION };
        let portions: Vec<_> = fresh.chunks(portion).collect();
        for (index, portion) in portions.iter().enumerate() {
            let last = index + 1 == portions.len();
            news += self.store.write::<_, Fault>(|tx| {
                let (mut news, mut count) = (0, Count::default());
                let me = claimant(tx, me)?;
                for item in *portion {
                    news += u32::from(item.take(tx, row, me, &mut count)?);
                }
                if count.sold > 0 || count.admitted != 0 {
                    tx.add_elsewhere(row.event_no, count.sold, count.admitted)?;
                }
                for ticket_id in count.inside {
                    self.tell_again(tx, &own, row.event.event_id, ticket_id)?;
                }
                if last && page.next.is_some() {
                    let there = FollowRow { resume: page.next.clone(), ..reading.clone() };
                    tx.put_follow(row.event_no, feed, &there)?;
                }
                Ok(news)
            })?;
            // Whoever waits for the file comes in between.
            std::thread::yield_now();
        }
        if reading.whole && fresh.len() >= LOG_LONG {
            // What is not written back now is later, by somebody's commit. Damage is told at once.
            if let Err(error) = self.store.write_log_back()
                && error.is_damage()
            {
                return Err(error.into());
            }
        }
        Ok(news)
    }
}

impl Item for InventoryRecord {
    fn known(&self, read: &Read<'_>, row: &EventRow, _: StationId) -> Result<bool, Fault> {
        Ok(match self {
            Self::Seat(seat) => read
                .seat_claim(row.event_no, &seat.seat_id)?
                .is_none_or(|claim| claim.version >= seat.version),
            // An event has few of these.
            Self::Counter(_) | Self::Grant(_) => {
                let standing = read.standing(row.event_no)?;
                standing.iter().all(|area| match self {
                    Self::Counter(counter) => {
                        counter.seat_id.standing_area() != Some(&area.area_id)
                            || area.claim.counter_version >= counter.version
                    }
                    Self::Grant(grant) => {
                        grant_area(&grant.seat_id) != Some(&area.area_id)
                            || area.claim.grant_version >= grant.version
                    }
                    Self::Seat(_) => true,
                })
            }
        })
    }

    fn take(&self, tx: &Write<'_>, row: &EventRow, me: Claimant, _: &mut Count) -> Result<bool, Fault> {
        Ok(match self {
            Self::Seat(seat) => take_record(tx, row.event_no, seat, me)?,
            Self::Counter(counter) => match counter.seat_id.standing_area() {
                Some(area) => tx.put_counter(row.event_no, area, counter.remaining, counter.version)?,
                None => false,
            },
            Self::Grant(grant) => match grant_area(&grant.seat_id) {
                Some(area) if grant.station == me.station => take_grant(tx, row.event_no, area, grant, me)?,
                _ => false,
            },
        })
    }
}

/// The area of `grant#STATION#AREA`; a station's id has no `#`.
fn grant_area(id: &SeatId) -> Option<&str> {
    id.as_str().strip_prefix("grant#")?.split_once('#').map(|(_, area)| area)
}

impl Item for TicketRecord {
    fn known(&self, read: &Read<'_>, _: &EventRow, me: StationId) -> Result<bool, Fault> {
        // A ticket with an id that no station makes has no token either: no gate will ever see it.
        let Some(fresh) = ticket_row(self) else { return Ok(true) };
        let known = read.cloud_ticket(fresh.ticket_id)?;
        let fresh = as_it_stands(read, me, known.as_ref(), fresh)?;
        Ok(known.is_some_and(|known| !is_news(&known, &fresh)))
    }

    fn take(&self, tx: &Write<'_>, row: &EventRow, me: Claimant, count: &mut Count) -> Result<bool, Fault> {
        let me = me.station;
        let Some(fresh) = ticket_row(self) else { return Ok(false) };
        let before = tx.cloud_ticket(fresh.ticket_id)?;
        let fresh = as_it_stands(tx, me, before.as_ref(), fresh)?;
        if before.as_ref().is_some_and(|before| !is_news(before, &fresh)) {
            return Ok(false);
        }
        // Counted where this station had not: sold elsewhere, admitted elsewhere.
        count.sold += u32::from(before.is_none() && !tx.has_ticket(fresh.ticket_id)?);
        let used = |row: &CloudTicketRow| row.status == CloudTicketStatus::Used.as_str();
        let (was_used, is_used) = (before.as_ref().is_some_and(used), used(&fresh));
        // A holder whom this station has let in is counted already, and stays so.
        if was_used != is_used && tx.admission(fresh.ticket_id)?.is_none() {
            count.admitted += if is_used { 1 } else { -1 };
        }
        if admitted_beside(tx, me, before.as_ref(), &fresh)? {
            count.inside.push(fresh.ticket_id);
        }
        tx.put_cloud_ticket(row.event_no, &fresh)?;
        Ok(true)
    }
}

/// Whether a ticket is good again since another station has undone its admission, while its holder is in by this station's:
/// this gate decided alone, and the cloud has kept only the first of the two.
fn admitted_beside(
    read: &Read<'_>,
    me: StationId,
    before: Option<&CloudTicketRow>,
    fresh: &CloudTicketRow,
) -> Result<bool, Fault> {
    if fresh.status != CloudTicketStatus::Valid.as_str() || read.admission(fresh.ticket_id)?.is_none() {
        return Ok(false);
    }
    let here = read.annulments(fresh.ticket_id)?;
    let standing = admission_id_after(me, fresh.ticket_id, here);
    let mut known = annulled_admissions(me, fresh.ticket_id, here);
    known.extend(before.iter().flat_map(|before| &before.annulled));
    let undone_elsewhere = fresh.annulled.iter().any(|id| !known.contains(id));
    Ok(undone_elsewhere && !fresh.annulled.contains(&standing))
}

/// What the cloud says of a ticket, without an admission that was undone: the page may be older than that, or the cloud
/// may not have heard of it yet.
fn as_it_stands(
    read: &Read<'_>,
    me: StationId,
    known: Option<&CloudTicketRow>,
    mut fresh: CloudTicketRow,
) -> Result<CloudTicketRow, Fault> {
    if let Some(known) = known {
        fresh.annulled.extend_from_slice(&known.annulled);
    }
    fresh.annulled.sort_unstable();
    fresh.annulled.dedup();
    let Some(admission) = fresh.admission_id else { return Ok(fresh) };
    let undone = fresh.annulled.contains(&admission) || {
        let here = read.annulments(fresh.ticket_id)?;
        annulled_admissions(me, fresh.ticket_id, here).contains(&admission)
    };
    Ok(if undone { without_admission(fresh) } else { fresh })
}

/// Whether what the cloud says of a ticket is newer than what is known. A ticket falls from valid whatever the times say:
/// an admission counts even if its gate's clock dated it before the sale.
fn is_news(known: &CloudTicketRow, fresh: &CloudTicketRow) -> bool {
    let valid = CloudTicketStatus::Valid.as_str();
    let falls = known.status == valid && fresh.status != valid;
    known != fresh && (known.updated_at <= fresh.updated_at || falls)
}

fn ticket_row(record: &TicketRecord) -> Option<CloudTicketRow> {
    Some(CloudTicketRow {
        ticket_id: record.known_id()?,
        order_id: record.order_id.clone(),
        sold_by: record.sold_by,
        order_code: record.order_code.clone(),
        seat_id: record.seat_id.clone(),
        label: record.label.clone(),
        category: record.category.clone(),
        holder: record.holder.clone(),
        status: record.status.as_str().to_owned(),
        admission_id: record.admission_id.as_deref().and_then(|id| id.parse().ok()),
        admitted_at: record.validated_at.and_then(moment),
        gate: record.gate.clone(),
        station: record.station.clone(),
        updated_at: record.updated_at,
        annulled: record.annulled.iter().filter_map(|id| id.parse().ok()).collect(),
    })
}
