//! Claiming seats: what nobody owns becomes this station's before money is taken, and goes back when it is not needed.
//!
//! Three rules keep a seat from being sold twice. A seat is sold only while the file says that it is this station's. The
//! file says so only after the cloud said so of a newer version than the one known. And the file stops saying so before
//! the cloud is asked to take the seat back.

use wicket_domain::cart::HOLD;
use wicket_domain::cloud::rules::{Claimant, is_within_reach};
use wicket_domain::cloud::{CloudSeatState, SeatRecord};
use wicket_domain::door::{Claim, ClaimAnswer, ClaimAsk, Door, Goal, HOLD_MAX_MS, SEATS_IN_A_CLAIM};
use wicket_domain::id::{EventId, StationId};
use wicket_domain::seat::SeatId;
use wicket_domain::table::Item;
use wicket_store::{ClaimCode, EventRow, Read, SeatClaimRow, Write};

use super::{StepError, moment};
use crate::Station;
use crate::actor::Actor;
use crate::fault::Fault;
use crate::lookup::unknown_seat;

/// A claim that was refused because the file was behind is tried again so often with what the cloud said.
pub(crate) const CLAIM_TRIES: u32 = 3;

/// What became of seats that were wanted.
pub(crate) enum Got {
    /// Every one.
    All,
    /// None more: these are somebody else's.
    Lost(Vec<SeatId>),
}

/// What for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A cart is being filled.
    InCart,
    /// A cart is about to be paid.
    ToSell,
    /// To have them when the network is gone.
    ToKeep,
}

impl Station {
    /// Claims seats, all or none of each transaction's worth.
    pub(crate) fn get_seats(
        &self,
        row: &EventRow,
        seats: &[SeatId],
        wanted: Wanted,
    ) -> Result<Got, StepError> {
        for portion in seats.chunks(SEATS_IN_A_CLAIM) {
            if let Got::Lost(lost) = self.get_portion(row, portion, wanted)? {
                return Ok(Got::Lost(lost));
            }
        }
        Ok(Got::All)
    }

    fn get_portion(&self, row: &EventRow, portion: &[SeatId], wanted: Wanted) -> Result<Got, StepError> {
        let mut lost = portion.to_vec();
        for _ in 0..CLAIM_TRIES {
            let for_ms = u32::try_from(HOLD.as_millis()).unwrap_or(HOLD_MAX_MS);
            let goal = if wanted == Wanted::InCart { Goal::Hold { for_ms } } else { Goal::Own };
            let known = self.known(row, portion)?;
            let epoch = self.own()?.epoch;
            match self.claim_seats(row, epoch, goal, &known)? {
                ClaimAnswer::Done { until, .. } => {
                    if !self.claimed(row, epoch, &known, wanted, until)? {
                        continue;
                    }
                    return Ok(Got::All);
                }
                ClaimAnswer::Fenced => {
                    self.probe()?;
                }
                ClaimAnswer::Refused { seats, unknown, .. } => {
                    self.take_records(row, &seats)?;
                    lost = out_of_reach(&seats, self.own()?.station_id, self.link.cloud_now())?;
                    lost.extend(unknown);
                    if !lost.is_empty() {
                        return Ok(Got::Lost(lost));
                    }
                }
            }
        }
        Ok(Got::Lost(if lost.is_empty() { portion.to_vec() } else { lost }))
    }

    fn claim_seats(
        &self,
        row: &EventRow,
        epoch: u32,
        goal: Goal,
        known: &[SeatClaimRow],
    ) -> Result<ClaimAnswer, StepError> {
        let seats = known.iter().map(|claim| (claim.seat_id.clone(), claim.version)).collect();
        let event_id = row.event.event_id;
        self.asked(Door::Claims, &ClaimAsk { event_id, epoch, claim: Claim::Seats { goal, seats } })
    }

    fn known(&self, row: &EventRow, seats: &[SeatId]) -> Result<Vec<SeatClaimRow>, Fault> {
        self.store.read(|read| {
            let one = |seat_id: &SeatId| {
                read.seat_claim(row.event_no, seat_id)?.ok_or_else(|| unknown_seat(seat_id))
            };
            seats.iter().map(one).collect()
        })
    }

    /// Writes down what the cloud has granted in that epoch; false where the station has been fenced since, as another
    /// window or command heard: then it is to be had, and no longer its own.
    fn claimed(
        &self,
        row: &EventRow,
        epoch: u32,
        known: &[SeatClaimRow],
        wanted: Wanted,
        until: Option<i64>,
    ) -> Result<bool, Fault> {
        let own = self.own()?;
        self.write(|tx| {
            let stands = claimant(tx, own.station_id)?.epoch == epoch;
            for claim in known {
                let version = claim.version.saturating_add(1);
                let (code, until) = match wanted {
                    _ if !stands => (ClaimCode::Available, None),
                    Wanted::InCart => (ClaimCode::Reserved, until.and_then(moment)),
                    Wanted::ToSell | Wanted::ToKeep => (ClaimCode::Mine, None),
                };
                tx.put_seat_claim(row.event_no, &claim.seat_id, code, version, until)?;
                if stands && wanted == Wanted::ToKeep {
                    tx.allot_seat(row.event_no, &claim.seat_id)?;
                }
            }
            Ok(stands)
        })
    }

    /// Takes over how seats stand in the cloud; gives how many of them were news.
    pub(crate) fn take_records(&self, row: &EventRow, records: &[SeatRecord]) -> Result<u32, Fault> {
        let own = self.own()?;
        self.write(|tx| {
            let (me, mut news) = (claimant(tx, own.station_id)?, 0);
            for record in records {
                news += u32::from(take_record(tx, row.event_no, record, me)?);
            }
            Ok(news)
        })
    }

    /// Gives back what this station has of an event and nobody here needs.
    pub(crate) fn give_back_unneeded(&self, row: &EventRow) -> Result<(), StepError> {
        let now = self.clock.now();
        self.write(|tx| {
            tx.release_standing(None, now)?;
            Ok(tx.mark_giving_back(row.event_no, now)?)
        })?;
        self.give_back_places(row)?;
        let most = u32::try_from(SEATS_IN_A_CLAIM).unwrap_or(u32::MAX);
        loop {
            let seats =
                self.store.read::<_, Fault>(|read| Ok(read.seats_to_give_back(row.event_no, most)?))?;
            if seats.is_empty() || !self.give_back(row, &seats)? {
                return Ok(());
            }
        }
    }

    /// Gives seats back; says whether anything came of it.
    fn give_back(&self, row: &EventRow, seats: &[SeatClaimRow]) -> Result<bool, StepError> {
        match self.claim_seats(row, self.own()?.epoch, Goal::Release, seats)? {
            ClaimAnswer::Done { .. } => {
                self.write(|tx| {
                    for claim in seats {
                        let version = claim.version.saturating_add(1);
                        let code = ClaimCode::Available;
                        tx.put_seat_claim(row.event_no, &claim.seat_id, code, version, None)?;
                    }
                    Ok(())
                })?;
                Ok(true)
            }
            ClaimAnswer::Refused { seats, .. } => Ok(self.take_records(row, &seats)? > 0),
            ClaimAnswer::Fenced => {
                self.probe()?;
                Ok(false)
            }
        }
    }

    /// Takes places ahead, to have them when the network is gone: so many free seats, and as many places of each
    /// standing area. Gives how many were to be had.
    pub fn allot(&self, by: &Actor, event_id: EventId, count: u32) -> Result<u32, Fault> {
        let row = self.in_cloud(event_id)?;
        let took = match self.allot_from(&row, count) {
            Ok(took) => took,
            Err(StepError::Cloud(fault)) => return Err(super::link::told(&fault)),
            Err(StepError::Here(fault)) => return Err(fault),
        };
        let now = self.clock.now();
        let body = serde_json::json!({ "eventId": event_id, "asked": count, "took": took });
        self.write(|tx| self.books(tx).enter(now, &by.text(), "allotted", &body.to_string()))?;
        Ok(took)
    }

    fn allot_from(&self, row: &EventRow, count: u32) -> Result<u32, StepError> {
        let wanted = usize::try_from(count).unwrap_or(usize::MAX);
        let free = self.free_seats(row)?;
        let mut took = 0;
        // Portion by portion, so that a seat that goes elsewhere meanwhile costs its portion one more try, not all.
        let mut rest = free.as_slice();
        while took < wanted && !rest.is_empty() {
            let (portion, after) = rest.split_at((wanted - took).min(SEATS_IN_A_CLAIM).min(rest.len()));
            rest = after;
            match self.get_seats(row, portion, Wanted::ToKeep)? {
                Got::All => took += portion.len(),
                Got::Lost(lost) => {
                    let left: Vec<_> = portion.iter().filter(|seat| !lost.contains(seat)).cloned().collect();
                    if let Got::All = self.get_seats(row, &left, Wanted::ToKeep)? {
                        took += left.len();
                    }
                }
            }
        }
        let places = self.allot_places(row, count)?;
        Ok(u32::try_from(took).unwrap_or(u32::MAX).saturating_add(places))
    }

    /// Lets go of what was taken ahead and not sold. Gives how many seats and places that were.
    pub fn give_back_allotted(&self, by: &Actor, event_id: EventId) -> Result<u32, Fault> {
        let row = self.in_cloud(event_id)?;
        let now = self.clock.now();
        let count = self.write(|tx| {
            let mut count = u32::try_from(tx.unallot_seats(row.event_no)?).unwrap_or(u32::MAX);
            for area in tx.standing(row.event_no)? {
                count = count.saturating_add(area.claim.allotted);
                tx.set_standing_allotted(row.event_no, &area.area_id, 0)?;
            }
            let body = serde_json::json!({ "eventId": event_id, "places": count });
            self.books(tx).enter(now, &by.text(), "given_back", &body.to_string())?;
            Ok(count)
        })?;
        self.tell_news();
        Ok(count)
    }
}

/// This station, in the epoch that its file is in at this moment.
pub(crate) fn claimant(read: &Read<'_>, station: StationId) -> Result<Claimant, Fault> {
    Ok(Claimant { station, epoch: read.station()?.map_or(0, |row| row.epoch) })
}

/// Takes over how one seat stands in the cloud, if that is news.
pub(crate) fn take_record(
    tx: &Write<'_>,
    event_no: i64,
    record: &SeatRecord,
    me: Claimant,
) -> Result<bool, Fault> {
    let until = record.hold_until.or(record.pay_until).and_then(moment);
    let claim = claim_of(record, me);
    Ok(tx.put_seat_claim(event_no, &record.seat_id, claim, record.version, until)?)
}

/// Who may sell a seat that stands like this. What was this station's before it was fenced is to be had, and no longer
/// its own: a desk is giving it back.
pub(crate) fn claim_of(record: &SeatRecord, me: Claimant) -> ClaimCode {
    let mine = record.station == Some(me.station);
    let left_behind = mine && record.epoch.is_none_or(|epoch| epoch < me.epoch);
    match record.state {
        CloudSeatState::Available => ClaimCode::Available,
        CloudSeatState::Held | CloudSeatState::Owned if left_behind => ClaimCode::Available,
        CloudSeatState::Held if mine => ClaimCode::Reserved,
        CloudSeatState::Held => ClaimCode::HeldElsewhere,
        CloudSeatState::Owned if mine => ClaimCode::Mine,
        // An order's of the web until its time to pay is over, as a cart's elsewhere.
        CloudSeatState::Owned if record.pay_until.is_some() => ClaimCode::HeldElsewhere,
        CloudSeatState::Owned => ClaimCode::OwnedElsewhere,
        CloudSeatState::Sold => ClaimCode::SoldElsewhere,
        CloudSeatState::Blocked => ClaimCode::BlockedElsewhere,
    }
}

/// Seats that were in a claim's way and that another try cannot get either.
fn out_of_reach(records: &[SeatRecord], me: StationId, now: i64) -> Result<Vec<SeatId>, Fault> {
    let within = is_within_reach(me, now);
    let mut gone = Vec::new();
    for record in records {
        let item = Item::of(record).map_err(|_| {
            Fault::new(crate::fault::Code::Internal, "A seat's record is none that the cloud's tables have.")
        })?;
        if !within.holds(&item) {
            gone.push(record.seat_id.clone());
        }
    }
    Ok(gone)
}
