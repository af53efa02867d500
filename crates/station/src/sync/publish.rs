//! Publishing an event: its plan, its seats, its manifest, from where every paired station takes it.
//!
//! It can be cut off anywhere and begun again. Seats are put down portion by portion: first the file marks the free ones
//! of a portion as not to be sold, then the cloud gets them, then they are anybody's. What is sold here, or in a cart
//! here at that moment, is put down as this station's.

use sha2::{Digest, Sha256};
use wicket_domain::cloud::{
    CloudSeatState, CounterRecord, EventRecord, EventStatus, GrantRecord, Manifest, ManifestClass,
    ManifestKey, SeatRecord, StandingRecord, StationKind, grant_id,
};
use wicket_domain::door::Refusal;
use wicket_domain::id::EventId;
use wicket_domain::pipeline::wire;
use wicket_domain::seat::SeatId;
use wicket_store::{CategoryRow, ClaimCode, EventRow, SeatClaimRow, StandingRow};

use super::claims::take_record;
use super::link::{key_text, not_paired, told};
use super::register::said;
use super::take::{opened, unreadable};
use super::{Cut, hex, millis};
use crate::Station;
use crate::actor::Actor;
use crate::cloud::Cloud;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::sell::unsendable_seat;
use crate::view::PublishProgress;

/// So many seats are put down at once.
const PORTION: u32 = 500;

impl Station {
    /// Puts an event into the cloud; if it is there, nothing is done. `progress` is told after every portion.
    pub fn publish_event(
        &self,
        by: &Actor,
        event_id: EventId,
        progress: &mut dyn FnMut(PublishProgress),
    ) -> Result<(), Fault> {
        let cloud = self.cloud().ok_or_else(not_paired)?;
        match self.publish(cloud.as_ref(), event_id, progress) {
            Ok(()) => {}
            Err(Cut::Cloud(fault)) => return Err(told(&fault)),
            Err(Cut::Here(fault)) => return Err(fault),
        }
        let now = self.clock.now();
        let body = serde_json::json!({ "eventId": event_id });
        self.store.write::<_, Fault>(|tx| {
            Ok(tx.append_audit(now, &by.text(), "event_published", &body.to_string())?)
        })?;
        self.keys().forget_issuers();
        self.tell_news();
        Ok(())
    }

    fn publish(
        &self,
        cloud: &dyn Cloud,
        event_id: EventId,
        progress: &mut dyn FnMut(PublishProgress),
    ) -> Result<(), Cut> {
        self.probe()?;
        let own = self.own()?;
        self.check_may_publish(&own)?;
        let row = self.on_sale(event_id)?;
        let there = self.noted(cloud.event(event_id))?;
        if let Some(record) = &there
            && record.manifest.organizer_key != key_text(&own)
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
        self.noted(cloud.put_plan(&record.plan_key, &document))?;
        if there.is_none() && !self.noted(cloud.put_event(&record, None))? {
            return Err(unreadable("the event was published by somebody else at the same moment").into());
        }
        self.begin(&own, &row)?;
        progress(PublishProgress { done: 0, total });
        self.put_areas(cloud, &own, &row)?;
        self.put_all_seats(cloud, &own, &row, progress)?;
        let live = EventRecord {
            status: EventStatus::Live,
            version: record.version.saturating_add(1),
            updated_at: self.cloud_now(),
            ..record.clone()
        };
        if !self.noted(cloud.put_event(&live, Some(record.version)))? {
            return Err(unreadable("the event was changed by somebody else at the same moment").into());
        }
        let key = own.key.verifying_key().to_bytes();
        self.store
            .write::<_, Fault>(|tx| Ok(tx.set_event_in_cloud(row.event_no, live.version, &key, 1)?))?;
        Ok(())
    }

    /// Only a desk that was let in publishes: it signs who may issue the event's tickets.
    fn check_may_publish(&self, own: &Own) -> Result<(), Cut> {
        if let Some(barred) = self.barred_by_register() {
            return Err(said(barred).into());
        }
        if own.kind == StationKind::Desk { Ok(()) } else { Err(said(Refusal::Kind).into()) }
    }

    /// The event is on sale in the cloud. A file that does not know has missed the last answer of publishing it, or is an
    /// older copy, which must not write over what others have bought meanwhile.
    fn take_as_published(&self, own: &Own, row: &EventRow, record: &EventRecord) -> Result<(), Cut> {
        match row.cloud_version {
            None => self.adopt_event(own, row, record).map(drop),
            Some(0) => {
                let (organizer, manifest) = opened(record)?;
                self.store.write::<_, Fault>(|tx| {
                    let key = organizer.to_bytes();
                    Ok(tx.set_event_in_cloud(row.event_no, record.version, &key, manifest.edition)?)
                })?;
                Ok(())
            }
            Some(_) => Ok(()),
        }
    }

    /// The event as the cloud gets it. `version` is the version there now; 0 if it is not there.
    fn record(&self, own: &Own, row: &EventRow, document: &str, version: u64) -> Result<EventRecord, Cut> {
        let (categories, standing) = self
            .store
            .read::<_, Fault>(|read| Ok((read.categories(row.event_no)?, read.standing(row.event_no)?)))?;
        let manifest = Manifest {
            event_id: row.event.event_id,
            edition: 1,
            keys: vec![ManifestKey {
                station_id: own.station_id,
                public_key: key_text(own),
                revoked_from: None,
            }],
            classes: categories.into_iter().map(class).collect(),
        };
        let sealed = manifest.seal(&own.key).map_err(|error| unreadable(&error.to_string()))?;
        let digest: [u8; 32] = Sha256::digest(document.as_bytes()).into();
        let digest = hex(&digest);
        let zone = jiff::tz::TimeZone::get(&row.event.venue.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Ok(EventRecord {
            event_id: row.event.event_id.to_string(),
            organizer_id: own.station_id.to_string(),
            status: EventStatus::Publishing,
            category: row.event.kind.clone(),
            starts_at: millis(row.event.starts_at),
            starts_on: row.event.starts_at.to_zoned(zone).date().to_string(),
            // Elsewhere nobody's sample data can remove it.
            event: wicket_domain::event::Event { sample: false, ..row.event.clone() },
            seats: row.seats,
            standing: standing.iter().map(standing_record).collect(),
            plan_key: format!("plans/{digest}.json.gz"),
            plan_digest: digest,
            manifest: sealed,
            version: version.max(1),
            updated_at: self.cloud_now(),
        })
    }

    /// Marks the event as on its way: from now on its standing places are granted, not simply there.
    fn begin(&self, own: &Own, row: &EventRow) -> Result<(), Fault> {
        let key = own.key.verifying_key().to_bytes();
        self.store.write(|tx| {
            for area in tx.standing(row.event_no)? {
                tx.begin_grants(row.event_no, &area.area_id)?;
            }
            Ok(tx.set_event_in_cloud(row.event_no, 0, &key, 1)?)
        })
    }

    fn put_areas(&self, cloud: &dyn Cloud, own: &Own, row: &EventRow) -> Result<(), Cut> {
        let areas = self.store.read::<_, Fault>(|read| Ok(read.standing(row.event_no)?))?;
        for area in areas.iter().filter(|area| area.claim.grant_version == 0) {
            let granted = area.claim.granted.unwrap_or(0);
            let concert_id = row.event.event_id.to_string();
            let now = self.cloud_now();
            let remaining = area.capacity.saturating_sub(granted);
            let counter = CounterRecord {
                concert_id: concert_id.clone(),
                seat_id: SeatId::standing(&area.area_id),
                capacity: area.capacity,
                remaining,
                version: 1,
                updated_at: now,
            };
            let grant = GrantRecord {
                concert_id,
                seat_id: grant_id(own.station_id, &area.area_id),
                station: own.station_id,
                granted,
                sold: 0,
                version: 1,
                updated_at: now,
            };
            self.noted(cloud.put_standing(&counter, Some(&grant)))?;
            self.store.write::<_, Fault>(|tx| {
                tx.put_grant(row.event_no, &area.area_id, granted, 1)?;
                tx.put_counter(row.event_no, &area.area_id, remaining, 1)?;
                Ok(())
            })?;
        }
        Ok(())
    }

    fn put_all_seats(
        &self,
        cloud: &dyn Cloud,
        own: &Own,
        row: &EventRow,
        progress: &mut dyn FnMut(PublishProgress),
    ) -> Result<(), Cut> {
        let total = row.seats;
        let mut left = self.store.read::<_, Fault>(|read| Ok(read.count_to_publish(row.event_no)?))?;
        loop {
            let (seats, records) = self.next_portion(own, row)?;
            if seats.is_empty() {
                return Ok(());
            }
            let there = self.noted(cloud.put_seats(&records))?;
            self.store.write::<_, Fault>(|tx| {
                // Written by an earlier try whose answer was lost: the cloud has it as it was then, perhaps as this
                // station's, which lets go of it in its next round.
                for record in &there {
                    take_record(tx, row.event_no, record, own.station_id)?;
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
    fn next_portion(&self, own: &Own, row: &EventRow) -> Result<(Vec<SeatClaimRow>, Vec<SeatRecord>), Fault> {
        let (now, updated_at) = (self.clock.now(), self.cloud_now());
        let concert_id = row.event.event_id.to_string();
        self.store.write(|tx| {
            let mut seats = tx.seats_to_publish(row.event_no, PORTION)?;
            let mut records = Vec::with_capacity(seats.len());
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
                let owned = matches!(state, CloudSeatState::Owned | CloudSeatState::Sold);
                records.push(SeatRecord {
                    concert_id: concert_id.clone(),
                    seat_id: seat.seat_id.clone(),
                    state,
                    station: owned.then_some(own.station_id),
                    hold_until: None,
                    order_id: order.map(|order| order.to_string()),
                    version: 1,
                    updated_at,
                });
            }
            Ok((seats, records))
        })
    }
}

fn class(category: CategoryRow) -> ManifestClass {
    let CategoryRow { category_no, name, price, valid_from, valid_until, gates } = category;
    ManifestClass { category_no, name, price, valid_from, valid_until, gates }
}

fn standing_record(area: &StandingRow) -> StandingRecord {
    StandingRecord { area_id: area.area_id.clone(), category_no: area.category_no, capacity: area.capacity }
}
