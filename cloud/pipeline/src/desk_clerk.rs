//! `DeskClerk`: what a desk puts into the cloud. It publishes events (seats, standing places, plan, manifest), and says
//! which conflicts are settled.
//!
//! The event stands first, as one that is being published, so that whatever follows is known to be its house's.

use std::collections::HashSet;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::rules::seat_key;
use wicket_domain::cloud::{
    CloudSeatState, CounterRecord, EventRecord, EventStatus, GrantRecord, Manifest, SeatRecord,
    StationRecord, grant_id, hex, plan_key,
};
use wicket_domain::door::{
    Door, EventAnswer, EventAsk, NewArea, NewSeat, Noted, PlanAsk, Refusal, SEATS_AT_ONCE, Settle,
};
use wicket_domain::id::EventId;
use wicket_domain::pipeline::{concert_id_for, wire};
use wicket_domain::plan::MAX_BYTES;
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Condition, Item, Key, Table, Write};

use crate::entrance::{self, Knock, Shut, answer, said};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::houses::Houses;
use crate::http::{HttpAnswer, HttpEvent};
use crate::stations;
use crate::world::{File, World, Written};

/// The most standing areas that an event may have.
const AREAS_MAX: usize = 500;
/// A digest in hexadecimal.
const DIGEST_LETTERS: usize = 64;

/// The function.
pub struct DeskClerk {
    world: World,
    houses: Houses,
}

impl Function for DeskClerk {
    type Event = HttpEvent;
    type Answer = HttpAnswer;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Stations),
        Need::Table(Table::Events),
        Need::Table(Table::SeatInventory),
        Need::Table(Table::Conflicts),
        Need::Files,
    ];

    fn new(world: World) -> Self {
        Self { world, houses: Houses::default() }
    }

    async fn handle(&self, event: HttpEvent, _: &Call) -> Result<HttpAnswer, Fault> {
        let door = entrance::door(&event)?;
        let outcome = match door {
            Door::Events => self.events(&event).await,
            Door::Plans => self.plans(&event).await,
            Door::Settle => self.settle(&event).await,
            _ => return Err(Fault::Broken("another function's door".to_owned())),
        };
        Ok(answer(door, outcome))
    }
}

impl DeskClerk {
    async fn events(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<EventAsk> = Knock::of(&self.world, event, Door::Events)?;
        let desk = knock.enter_let_in(&self.world).await?.station;
        let (done, there) = match &knock.request.ask {
            EventAsk::Event { event, expected } => {
                (self.put_event(&desk, event, *expected).await?, Vec::new())
            }
            EventAsk::Areas { event_id, areas } => {
                self.check_unsold(&desk, *event_id).await?;
                self.put_areas(&desk, *event_id, areas).await?;
                (true, Vec::new())
            }
            EventAsk::Seats { event_id, seats } => {
                self.check_unsold(&desk, *event_id).await?;
                (true, self.put_seats(&desk, *event_id, seats).await?)
            }
        };
        said(&EventAnswer { done, there })
    }

    /// Writes an event; false where another version of it is there.
    async fn put_event(
        &self,
        desk: &StationRecord,
        event: &EventRecord,
        expected: Option<u64>,
    ) -> Result<bool, Shut> {
        let manifest = sound(desk, event).ok_or(Refusal::Form)?;
        self.check_keys(desk, event, &manifest).await?;
        let version = expected.map_or_else(
            || Condition::lacks("eventId"),
            // Whoever published it writes its next version, and nobody else.
            |known| {
                let organizer = Condition::is("organizerId", &event.organizer_id);
                let house = Condition::is("venue", event.venue.to_string());
                Condition::is("version", known).and(organizer).and(house)
            },
        );
        if event.status == EventStatus::Live {
            self.leave_names(event).await?;
        }
        let event = EventRecord { updated_at: self.world.millis(), ..event.clone() };
        let write = Write::to(Key::of(Table::Events, &event.event_id))
            .set_record(&event)
            .map_err(Fault::from)?
            .only_if(version);
        match self.world.write(write).await? {
            Written::Yes(_) => Ok(true),
            // After an answer that was lost, the event that stands there is this very one.
            Written::No(item) => Ok(item
                .and_then(|item| item.read::<EventRecord>().ok())
                .is_some_and(|there| EventRecord { updated_at: event.updated_at, ..there } == event)),
        }
    }

    /// Leaves the event's id under its name and date, by which the web shop's orders may name it.
    async fn leave_names(&self, event: &EventRecord) -> Result<(), Fault> {
        let dates = [event.starts_on.clone(), event.event.starts_at.to_string()];
        let name = |date: &String| {
            let key = Key::of(Table::Events, concert_id_for(&event.event.name, date));
            Write::to(key).insert("names", [event.event_id.clone()])
        };
        self.world.tables.write_each(dates.iter().map(name).collect()).await.map(|_| ())
    }

    /// Nobody issues tickets whom no desk has let in to sell: each key that an edition adds is such a station's.
    async fn check_keys(
        &self,
        desk: &StationRecord,
        event: &EventRecord,
        manifest: &Manifest,
    ) -> Result<(), Shut> {
        let before = self.world.read(Key::of(Table::Events, &event.event_id)).await?;
        let before = before.and_then(|item| item.read::<EventRecord>().ok());
        let known: HashSet<_> = before
            .and_then(|record| record.manifest.open(&record.manifest.organizer().ok()?).ok())
            .into_iter()
            .flat_map(|manifest| manifest.keys)
            .map(|key| (key.station_id, key.public_key))
            .collect();
        let mut fresh = manifest
            .keys
            .iter()
            .filter(|key| !known.contains(&(key.station_id, key.public_key.clone())))
            .peekable();
        if fresh.peek().is_none() {
            return Ok(());
        }
        let stations = stations::all(&self.world, &desk.venue).await?;
        let may = stations.iter().filter(|station| station.may_issue());
        let may: HashSet<_> = may.map(|station| (station.station_id, &station.public_key)).collect();
        if fresh.all(|key| may.contains(&(key.station_id, &key.public_key))) {
            Ok(())
        } else {
            Err(Refusal::Pending.into())
        }
    }

    /// Seats and areas are put down while an event is being published, by the desk that publishes it.
    async fn check_unsold(&self, desk: &StationRecord, event: EventId) -> Result<(), Shut> {
        let item = self.world.read(Key::of(Table::Events, event.to_string())).await?;
        let record: EventRecord = item.and_then(|item| item.read().ok()).ok_or(Refusal::Event)?;
        let own = record.venue == desk.venue && record.organizer_id == desk.station_id.to_string();
        if own && record.status == EventStatus::Publishing { Ok(()) } else { Err(Refusal::Event.into()) }
    }

    async fn put_areas(&self, desk: &StationRecord, event: EventId, areas: &[NewArea]) -> Result<(), Shut> {
        let concert = event.to_string();
        if areas.len() > AREAS_MAX {
            return Err(Refusal::Form.into());
        }
        let now = self.world.millis();
        let mut writes = Vec::with_capacity(areas.len() * 2);
        for area in areas {
            let remaining = area.capacity.checked_sub(area.granted).ok_or(Refusal::Form)?;
            let seat_id = SeatId::standing(&area.area_id);
            if !wire::is_seat_id(seat_id.as_str()) {
                return Err(Refusal::Form.into());
            }
            writes.push(new(&CounterRecord {
                concert_id: concert.clone(),
                seat_id,
                capacity: area.capacity,
                remaining,
                version: 1,
                updated_at: now,
            })?);
            writes.push(new(&GrantRecord {
                concert_id: concert.clone(),
                seat_id: grant_id(desk.station_id, &area.area_id),
                station: desk.station_id,
                epoch: desk.epoch,
                granted: area.granted,
                sold: 0,
                version: 1,
                updated_at: now,
            })?);
        }
        self.world.tables.write_each(writes).await?;
        Ok(())
    }

    /// Gives the seats that were there already, as they stand.
    async fn put_seats(
        &self,
        desk: &StationRecord,
        event: EventId,
        seats: &[NewSeat],
    ) -> Result<Vec<SeatRecord>, Shut> {
        let sound = |seat: &NewSeat| {
            wire::is_seat_id(seat.seat_id.as_str())
                && seat.seat_id.standing_area().is_none()
                && seat.state != CloudSeatState::Held
        };
        if seats.len() > SEATS_AT_ONCE || !seats.iter().all(sound) {
            return Err(Refusal::Form.into());
        }
        let (concert_id, updated_at) = (event.to_string(), self.world.millis());
        let record = |seat: &NewSeat| {
            let desks = matches!(seat.state, CloudSeatState::Owned | CloudSeatState::Sold);
            SeatRecord {
                concert_id: concert_id.clone(),
                seat_id: seat.seat_id.clone(),
                state: seat.state,
                station: desks.then_some(desk.station_id),
                epoch: (seat.state == CloudSeatState::Owned).then_some(desk.epoch),
                hold_until: None,
                order_id: seat.order_id.clone(),
                pay_until: None,
                version: 1,
                updated_at,
            }
        };
        let writes = seats.iter().map(|seat| new(&record(seat))).collect::<Result<_, _>>()?;
        let there =
            self.world.tables.write_each(writes).await?.into_iter().filter_map(|written| match written {
                Written::Yes(_) => None,
                Written::No(item) => item,
            });
        // One that cannot be read is not taken over now; whoever follows the event meets it again.
        Ok(there.filter_map(|item| item.read().ok()).collect())
    }

    async fn plans(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<PlanAsk> = Knock::of(&self.world, event, Door::Plans)?;
        knock.enter_let_in(&self.world).await?;
        let PlanAsk { digest, packed } = &knock.request.ask;
        let bytes = STANDARD.decode(packed).map_err(|_| Refusal::Form)?;
        if unpacked_digest(&bytes).as_ref() != Some(digest) {
            return Err(Refusal::Form.into());
        }
        let key = plan_key(&knock.venue, digest);
        let file = File { key, media_type: "application/gzip", name: "plan.json.gz", bytes };
        self.world.files.put(file).await?;
        said(&Noted {})
    }

    async fn settle(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<Settle> = Knock::of(&self.world, event, Door::Settle)?;
        knock.enter_let_in(&self.world).await?;
        let Settle { event_id, conflict_id, by } = &knock.request.ask;
        if !wire::is_name(by) {
            return Err(Refusal::Form.into());
        }
        self.houses.check(&self.world, &knock.venue, *event_id).await?;
        let now = self.world.millis();
        // Who was first stays: asked again, nothing changes.
        let write = Write::to(Key::pair(Table::Conflicts, event_id.to_string(), conflict_id))
            .set_once("resolvedAt", now)
            .set_once("resolvedBy", by)
            .set("updatedAt", now)
            .only_if(Condition::has("conflictId"));
        match self.world.write(write).await? {
            Written::Yes(_) => said(&Noted {}),
            Written::No(_) => Err(Refusal::Event.into()),
        }
    }
}

/// An item that is made where none is.
fn new(record: &impl serde::Serialize) -> Result<Write, Fault> {
    let item = Item::of(record)?;
    let (Some(concert), Some(seat)) = (item.text("concertId"), item.text("seatId")) else {
        return Err(Fault::Broken("a record of the inventory without its key".to_owned()));
    };
    let write = Write::to(seat_key(concert, &SeatId::new(seat)));
    Ok(write.set_record(record)?.only_if(Condition::lacks("seatId")))
}

/// The manifest of an event that this desk may write, if it is one.
fn sound(desk: &StationRecord, event: &EventRecord) -> Option<Manifest> {
    let digest = &event.plan_digest;
    let own = event.venue == desk.venue
        && event.event_id == event.event.event_id.to_string()
        && event.organizer_id == desk.station_id.to_string()
        && event.manifest.organizer_key.eq_ignore_ascii_case(&desk.public_key);
    let plan = is_digest(digest) && event.plan_key == plan_key(&desk.venue, digest);
    let few = event.standing.len() <= AREAS_MAX && wire::is_event_time(event.event.starts_at);
    let manifest = event.manifest.open(&event.manifest.organizer().ok()?).ok()?;
    let whole = own && plan && few && manifest.event_id == event.event.event_id;
    whole.then_some(manifest)
}

fn is_digest(text: &str) -> bool {
    text.len() == DIGEST_LETTERS && text.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'a'..=b'f'))
}

/// SHA-256 of what is packed; none where it cannot be unpacked or is too long.
fn unpacked_digest(packed: &[u8]) -> Option<String> {
    let mut reading = GzDecoder::new(packed).take(u64::try_from(MAX_BYTES).ok()?.saturating_add(1));
    let (mut hash, mut part, mut length) = (Sha256::new(), vec![0; 64 * 1024], 0_usize);
    loop {
        let read = reading.read(&mut part).ok()?;
        length = length.saturating_add(read);
        if length > MAX_BYTES {
            return None;
        }
        if read == 0 {
            let digest: [u8; 32] = hash.finalize().into();
            return Some(hex(&digest));
        }
        hash.update(part.get(..read)?);
    }
}
