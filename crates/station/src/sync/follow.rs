//! Following what others did: seats, tickets and conflicts of an event, page by numbered page (`docs/contract.md`,
//! "Following"). What is taken over goes by the items' own versions, so that a page may come again.
//!
//! Items are written in small portions, so that a gate never waits long for its turn at the file.

use wicket_domain::cloud::rules::Claimant;
use wicket_domain::cloud::{
    Change, ChangePage, CloudTicketStatus, ConflictRecord, InventoryRecord, TicketRecord, admission_id_after,
    annulled_admissions, event_feed, takes_its_place,
};
use wicket_domain::id::{StationId, TicketId};
use wicket_domain::seat::SeatId;
use wicket_store::{CloudTicketRow, EventRow, Failure as _, FollowRow, Read, Write};

use super::claims::{claimant, take_record};
use super::conflicts::conflict_row;
use super::pages::{Reading, missing};
use super::places::take_grant;
use super::{StepError, Tally, moment};
use crate::Station;
use crate::admit::without_admission;
use crate::cloud::{Cloud, CloudFault, CloudTrouble};
use crate::fault::Fault;

/// How far a feed has been read is written down with news, or when so many pages have brought none: a station that
/// starts anew reads that many again.
const WRITTEN_EVERY: u64 = 50;
/// So many items are written in one transaction.
const PORTION: usize = 500;
/// The same once the first reading is through, when a gate is at work beside it: its turn comes after one portion.
const SMALL_PORTION: usize = 40;
/// After so many items of one page the log is written back at once, before it is so long that a sale or scan has to.
const LOG_LONG: usize = 400;

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
    ) -> Result<(), StepError> {
        let own = self.own()?;
        let feed = event_feed(&own.audience.venue.to_string(), &row.event.event_id.to_string());
        let before = self.store.read::<_, Fault>(|read| Ok(read.follow(row.event_no)?))?;
        let from = before.number.max(self.feeds().read_up_to(row.event_no));
        let read = self.read_feed(cloud, &feed, from, |page| {
            let unreadable = self.feeds().note_unreadable(row.event_no, page.unreadable);
            // A newer Wicket, which may make out what this one cannot, reads from here on again.
            let reached = if unreadable > 0 { before } else { FollowRow { number: page.number, ..before } };
            let news = self.take_page(row, page, before.whole, reached)?;
            tally.received = tally.received.saturating_add(news);
            self.feeds().note_read(row.event_no, page.number);
            Ok(())
        })?;
        let unreadable = self.feeds().note_unreadable(row.event_no, 0);
        if unreadable > 0 {
            let words = format!("{unreadable} entries of {} cannot be read. Update Wicket.", row.event.name);
            tally.note_warning(CloudFault { trouble: CloudTrouble::Unreadable, words });
        }
        match read {
            Reading::Whole { number, began } => self.note_reached(row, number, began, unreadable > 0),
            Reading::Missing(number) => {
                tally.note_warning(missing(&row.event.name, number));
                Ok(())
            }
        }
    }

    /// Writes down how far an event's feed has been read, where that is worth a write.
    fn note_reached(
        &self,
        row: &EventRow,
        number: u64,
        began: bool,
        unreadable: bool,
    ) -> Result<(), StepError> {
        let there = self.store.read::<_, Fault>(|read| Ok(read.follow(row.event_no)?))?;
        let number = if unreadable { there.number } else { number.max(there.number) };
        if !there.whole
            || (began && number > there.number)
            || number.saturating_sub(there.number) >= WRITTEN_EVERY
        {
            let reached = FollowRow { number, whole: true };
            self.write(|tx| Ok(tx.put_follow(row.event_no, reached)?))?;
        }
        Ok(())
    }

    /// Takes a page over; gives how many of its changes were news. A page that brings none is not written at all: reading
    /// it once more costs less than waking every window.
    fn take_page(
        &self,
        row: &EventRow,
        page: &ChangePage,
        whole: bool,
        reached: FollowRow,
    ) -> Result<u32, Fault> {
        let own = self.own()?;
        let me = own.station_id;
        let fresh = if whole {
            self.store.read::<_, Fault>(|read| {
                let mut fresh = Vec::new();
                for change in &page.changes {
                    if !change.known(read, row, me)? {
                        fresh.push(change);
                    }
                }
                Ok(fresh)
            })?
        } else {
            // At the first reading hardly anything is known; taking it over looks once more anyway.
            page.changes.iter().collect()
        };
        let mut news = 0;
        let portion = if whole { SMALL_PORTION } else { PORTION };
        let portions: Vec<_> = fresh.chunks(portion).collect();
        for (index, portion) in portions.iter().enumerate() {
            let last = index + 1 == portions.len();
            news += self.write(|tx| {
                let (mut news, mut count) = (0, Count::default());
                let me = claimant(tx, me)?;
                for change in *portion {
                    news += u32::from(change.take(tx, row, me, &mut count)?);
                }
                if count.sold > 0 || count.admitted != 0 {
                    tx.add_elsewhere(row.event_no, count.sold, count.admitted)?;
                }
                for ticket_id in count.inside {
                    self.tell_again(tx, &own, row.event.event_id, ticket_id)?;
                }
                if last && reached.number > tx.follow(row.event_no)?.number {
                    tx.put_follow(row.event_no, reached)?;
                }
                Ok(news)
            })?;
            // Whoever waits for the file comes in between.
            std::thread::yield_now();
        }
        if whole && fresh.len() >= LOG_LONG {
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

impl Item for Change {
    fn known(&self, read: &Read<'_>, row: &EventRow, me: StationId) -> Result<bool, Fault> {
        match self {
            Self::Inventory(record) => record.known(read, row, me),
            Self::Ticket(ticket) => ticket.known(read, row, me),
            Self::Conflict(conflict) => conflict.known(read, row, me),
            // Those stand in the house's feed.
            Self::Event(_) => Ok(true),
        }
    }

    fn take(&self, tx: &Write<'_>, row: &EventRow, me: Claimant, count: &mut Count) -> Result<bool, Fault> {
        match self {
            Self::Inventory(record) => record.take(tx, row, me, count),
            Self::Ticket(ticket) => ticket.take(tx, row, me, count),
            Self::Conflict(conflict) => conflict.take(tx, row, me, count),
            Self::Event(_) => Ok(false),
        }
    }
}

impl Item for ConflictRecord {
    fn known(&self, read: &Read<'_>, row: &EventRow, _: StationId) -> Result<bool, Fault> {
        let Some(fresh) = conflict_row(row.event_no, self) else { return Ok(true) };
        // Settled once, it stays so: an older page says otherwise.
        Ok(read.conflict(row.event_no, &self.conflict_id)?.is_some_and(|known| {
            known == fresh || (known.settled_at.is_some() && fresh.settled_at.is_none())
        }))
    }

    fn take(&self, tx: &Write<'_>, row: &EventRow, me: Claimant, _: &mut Count) -> Result<bool, Fault> {
        let Some(fresh) = conflict_row(row.event_no, self) else { return Ok(false) };
        let news = !self.known(tx, row, me.station)?;
        if news {
            tx.put_conflict(&fresh)?;
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
        let by_others = fresh.sold_by.is_some_and(|station| station != me);
        count.sold += u32::from(before.is_none() && (by_others || !tx.has_ticket(fresh.ticket_id)?));
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
    // A stadium's tickets are mostly valid ones whose admission nobody has undone.
    if fresh.annulled.is_empty()
        || fresh.status != CloudTicketStatus::Valid.as_str()
        || read.admission(fresh.ticket_id)?.is_none()
    {
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

/// Whether what the cloud says of a ticket is new, and takes the place of what is known.
fn is_news(known: &CloudTicketRow, fresh: &CloudTicketRow) -> bool {
    known != fresh && takes_its_place((&known.status, known.updated_at), (&fresh.status, fresh.updated_at))
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
