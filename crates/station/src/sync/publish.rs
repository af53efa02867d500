//! Publishing an event: its plan, its seats, its manifest, from where every paired station takes it.
//!
//! It can be cut off anywhere and begun again. Seats are put down portion by portion: first the file marks the free ones
//! of a portion as not to be sold, then the cloud gets them, then they are anybody's. What is sold here, or in a cart
//! here at that moment, is put down as this station's.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::{
    CloudSeatState, EventRecord, EventStatus, Manifest, ManifestClass, ManifestKey, StandingRecord,
    StationKind, hex, plan_key,
};
use wicket_domain::door::{
    Door, EventAnswer, EventAsk, NewArea, NewSeat, Noted, PlanAsk, Refusal, SEATS_AT_ONCE,
};
use wicket_domain::event::Publication;
use wicket_domain::id::EventId;
use wicket_domain::pipeline::wire;
use wicket_store::{CategoryRow, ClaimCode, EventRow, SeatClaimRow, StandingRow};

use super::claims::{claimant, take_record};
use super::link::{key_text, not_paired, told};
use super::register::said;
use super::take::{issuers, opened_first, unreadable};
use super::{StepError, millis};
use crate::Station;
use crate::actor::Actor;
use crate::cloud::Cloud;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::sell::unsendable_seat;
use crate::view::PublishProgress;

/// Bytes of a request beside a plan.
const ROOM: usize = 1_024;

impl Station {
    /// Puts an event into the cloud; if it is there, nothing is done. `progress` is told after every portion.
    pub fn publish_event(
        &self,
        by: &Actor,
        event_id: EventId,
        progress: &mut dyn FnMut(PublishProgress),
    ) -> Result<(), Fault> {
        let cloud = self.link.cloud().ok_or_else(not_paired)?;
        match self.publish(cloud.as_ref(), event_id, progress) {
            Ok(()) => {}
            Err(StepError::Cloud(fault)) => return Err(told(&fault)),
            Err(StepError::Here(fault)) => return Err(fault),
        }
        let now = self.clock.now();
        let body = serde_json::json!({ "eventId": event_id });
        self.write(|tx| self.books(tx).enter(now, &by.text(), "event_published", &body.to_string()))?;
        self.keys().forget_issuers();
        self.tell_news();
        Ok(())
    }

    fn publish(
        &self,
        cloud: &dyn Cloud,
        event_id: EventId,
        progress: &mut dyn FnMut(PublishProgress),
    ) -> Result<(), StepError> {
        self.probe()?;
        let own = self.own()?;
        self.check_may_publish(&own)?;
        let row = self.on_sale(event_id)?;
        let there = self.link.noted(cloud.event(event_id))?;
        if let Some(record) = &there
            && record.organizer_id != own.station_id.to_string()
        {
            let message = format!("{} was published by another station; it changes it.", row.event.name);
            return Err(Fault::new(Code::NotAllowed, message).into());
        }
        let total = row.seats;
        if let Some(record) = there.as_ref().filter(|record| record.status != EventStatus::Publishing) {
            self.take_as_published(&own, &row, record)?;
            progress(PublishProgress { done: total, total });
            return Ok(());
        }
        // The cloud keeps seats by their ids; an older Wicket took some that it cannot.
        let plan = self.plan_of(event_id)?;
        if let Some(seat) = plan.seats.iter().find(|seat| !wire::is_seat_id(seat.id.as_str())) {
            return Err(unsendable_seat(&seat.id).into());
        }
        let version = there.as_ref().map_or(0, |record| record.version);
        let document = self.store.read::<_, Fault>(|read| Ok(read.plan(row.plan_no)?))?;
        let record = self.record(&own, &row, &document, version)?;
        self.put_plan(&record.plan_digest, &document)?;
        if there.is_none() && !self.put_event(&record, None)? {
            return Err(unreadable("the event was published by somebody else at the same moment").into());
        }
        self.begin(&own, &row, &record)?;
        progress(PublishProgress { done: 0, total });
        self.put_areas(&row)?;
        self.put_all_seats(&own, &row, progress)?;
        let live = EventRecord {
            status: EventStatus::Live,
            version: record.version.saturating_add(1),
            updated_at: self.link.cloud_now(),
            ..record.clone()
        };
        if !self.put_event(&live, Some(record.version))? {
            return Err(unreadable("the event was changed by somebody else at the same moment").into());
        }
        let key = own.key.verifying_key().to_bytes();
        self.write(|tx| {
            Ok(tx.set_publication(row.event_no, Publication::Live { version: live.version }, &key, 1)?)
        })?;
        Ok(())
    }

    /// Only a desk that was let in publishes: it signs who may issue the event's tickets.
    fn check_may_publish(&self, own: &Own) -> Result<(), StepError> {
        if let Some(barred) = self.barred() {
            return Err(said(barred).into());
        }
        if own.kind == StationKind::Desk { Ok(()) } else { Err(said(Refusal::Kind).into()) }
    }

    /// The event is on sale in the cloud. A file that does not know has missed the last answer of publishing it, or is an
    /// older copy, which must not write over what others have bought meanwhile.
    fn take_as_published(&self, own: &Own, row: &EventRow, record: &EventRecord) -> Result<(), StepError> {
        match row.publication {
            Publication::Own => self.adopt_event(own, row, record).map(drop),
            Publication::Publishing => {
                let (organizer, manifest) = opened_first(record)?;
                self.write(|tx| {
                    let key = organizer.to_bytes();
                    tx.put_issuers(row.event_no, &issuers(&manifest))?;
                    let live = Publication::Live { version: record.version };
                    Ok(tx.set_publication(row.event_no, live, &key, manifest.edition)?)
                })?;
                Ok(())
            }
            Publication::Live { .. } => Ok(()),
        }
    }

    /// The event as the cloud gets it. `version` is the version there now; 0 if it is not there.
    fn record(
        &self,
        own: &Own,
        row: &EventRow,
        document: &str,
        version: u64,
    ) -> Result<EventRecord, StepError> {
        let (categories, standing) = self
            .store
            .read::<_, Fault>(|read| Ok((read.categories(row.event_no)?, read.standing(row.event_no)?)))?;
        let manifest = Manifest {
            event_id: row.event.event_id,
            edition: 1,
            organizer_key: key_text(own),
            keys: vec![ManifestKey { station_id: own.station_id, public_key: key_text(own), desk: true }],
            revoked: Vec::new(),
            grants: Vec::new(),
            classes: categories.into_iter().map(class).collect(),
        };
        let sealed = manifest.seal(&own.key).map_err(|error| unreadable(&error.to_string()))?;
        let digest: [u8; 32] = Sha256::digest(document.as_bytes()).into();
        let digest = hex(&digest);
        let zone = jiff::tz::TimeZone::get(&row.event.venue.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Ok(EventRecord {
            event_id: row.event.event_id.to_string(),
            venue: own.audience.venue.clone(),
            organizer_id: own.station_id.to_string(),
            status: EventStatus::Publishing,
            category: row.event.kind.clone(),
            starts_at: millis(row.event.starts_at),
            starts_on: row.event.starts_at.to_zoned(zone).date().to_string(),
            // Elsewhere nobody's sample data can remove it.
            event: wicket_domain::event::Event { sample: false, ..row.event.clone() },
            seats: row.seats,
            standing: standing.iter().map(standing_record).collect(),
            plan_key: plan_key(&own.audience.venue, &digest),
            plan_digest: digest,
            manifest: sealed,
            version: version.max(1),
            updated_at: self.link.cloud_now(),
        })
    }

    /// Marks the event as on its way: from now on its standing places are granted, not simply there.
    fn begin(&self, own: &Own, row: &EventRow, record: &EventRecord) -> Result<(), StepError> {
        let key = own.key.verifying_key().to_bytes();
        let (_, manifest) = opened_first(record)?;
        self.write(|tx| {
            for area in tx.standing(row.event_no)? {
                tx.begin_grants(row.event_no, &area.area_id)?;
            }
            tx.put_issuers(row.event_no, &issuers(&manifest))?;
            Ok(tx.set_publication(row.event_no, Publication::Publishing, &key, 1)?)
        })?;
        Ok(())
    }

    /// Writes an event if it still is of version `expected` (none: if it is not there); says whether it was.
    pub(crate) fn put_event(&self, event: &EventRecord, expected: Option<u64>) -> Result<bool, StepError> {
        let ask = EventAsk::Event { event: Box::new(event.clone()), expected };
        Ok(self.asked::<EventAnswer>(Door::Events, &ask)?.done)
    }

    fn put_plan(&self, digest: &str, document: &str) -> Result<(), StepError> {
        let packed = packed(document)
            .map_err(|_| Fault::new(Code::Internal, "The event's plan cannot be compressed."))?;
        if packed.len() > Door::Plans.body_max() / 4 * 3 - ROOM {
            let message = "The event's plan is too large to be published. Import it with fewer details.";
            return Err(Fault::new(Code::BadInput, message).into());
        }
        let plan = PlanAsk { digest: digest.to_owned(), packed: STANDARD.encode(packed) };
        self.asked::<Noted>(Door::Plans, &plan).map(drop)
    }

    fn put_areas(&self, row: &EventRow) -> Result<(), StepError> {
        let areas = self.store.read::<_, Fault>(|read| Ok(read.standing(row.event_no)?))?;
        let areas: Vec<_> = areas.iter().filter(|area| area.claim.grant_version == 0).collect();
        if areas.is_empty() {
            return Ok(());
        }
        let new = |area: &&StandingRow| NewArea {
            area_id: area.area_id.clone(),
            capacity: area.capacity,
            granted: area.claim.granted.unwrap_or(0),
        };
        let new: Vec<_> = areas.iter().map(new).collect();
        let ask = EventAsk::Areas { event_id: row.event.event_id, areas: new.clone() };
        self.asked::<EventAnswer>(Door::Events, &ask)?;
        self.write(|tx| {
            for area in &new {
                tx.put_grant(row.event_no, &area.area_id, area.granted, 1)?;
                let remaining = area.capacity.saturating_sub(area.granted);
                tx.put_counter(row.event_no, &area.area_id, remaining, 1)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    fn put_all_seats(
        &self,
        own: &Own,
        row: &EventRow,
        progress: &mut dyn FnMut(PublishProgress),
    ) -> Result<(), StepError> {
        let total = row.seats;
        let mut left = self.store.read::<_, Fault>(|read| Ok(read.count_to_publish(row.event_no)?))?;
        loop {
            let (seats, new) = self.next_portion(row)?;
            if seats.is_empty() {
                return Ok(());
            }
            let ask = EventAsk::Seats { event_id: row.event.event_id, seats: new };
            let there = self.asked::<EventAnswer>(Door::Events, &ask)?.there;
            self.write(|tx| {
                let me = claimant(tx, own.station_id)?;
                // Written by an earlier try whose answer was lost: the cloud has it as it was then, perhaps as this
                // station's, which lets go of it in its next round.
                for record in &there {
                    take_record(tx, row.event_no, record, me)?;
                }
                for seat in &seats {
                    let claim =
                        if seat.claim == ClaimCode::Publishing { ClaimCode::Available } else { seat.claim };
                    tx.put_seat_claim(row.event_no, &seat.seat_id, claim, 1, None)?;
                }
                Ok(())
            })?;
            left = left.saturating_sub(u32::try_from(seats.len()).unwrap_or(u32::MAX));
            progress(PublishProgress { done: total.saturating_sub(left), total });
        }
    }

    /// Marks the next free seats as not to be sold, and gives the portion as the cloud is to have it.
    fn next_portion(&self, row: &EventRow) -> Result<(Vec<SeatClaimRow>, Vec<NewSeat>), Fault> {
        let now = self.clock.now();
        let most = u32::try_from(SEATS_AT_ONCE).unwrap_or(u32::MAX);
        self.write(|tx| {
            let mut seats = tx.seats_to_publish(row.event_no, most)?;
            let mut new = Vec::with_capacity(seats.len());
            for seat in &mut seats {
                if tx.mark_publishing(row.event_no, now, &seat.seat_id)? {
                    seat.claim = ClaimCode::Publishing;
                }
                let order = if seat.sold { tx.order_of_seat(row.event_no, &seat.seat_id)? } else { None };
                let state = match (seat.claim, seat.sold, seat.blocked) {
                    (_, true, _) => CloudSeatState::Sold,
                    (_, _, true) => CloudSeatState::Blocked,
                    (ClaimCode::Publishing, ..) => CloudSeatState::Available,
                    _ => CloudSeatState::Owned,
                };
                let order_id = order.map(|order| order.to_string());
                new.push(NewSeat { seat_id: seat.seat_id.clone(), state, order_id });
            }
            Ok((seats, new))
        })
    }
}

fn packed(document: &str) -> std::io::Result<Vec<u8>> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(document.as_bytes())?;
    packing.finish()
}

fn class(category: CategoryRow) -> ManifestClass {
    let CategoryRow { category_no, name, price, valid_from, valid_until, gates } = category;
    ManifestClass { category_no, name, price, valid_from, valid_until, gates }
}

fn standing_record(area: &StandingRow) -> StandingRecord {
    StandingRecord { area_id: area.area_id.clone(), category_no: area.category_no, capacity: area.capacity }
}
