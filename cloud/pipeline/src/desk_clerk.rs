//! `DeskClerk`: what a desk puts into the cloud. It publishes events (seats, standing places, plan, manifest), and says
//! which conflicts are settled.
//!
//! The event stands first, as one that is being published, so that whatever follows is known to be its house's.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use wicket_domain::cloud::rules::seat_key;
use wicket_domain::cloud::{
    CloudSeatState, CounterRecord, EventRecord, EventStatus, GrantRecord, Manifest, ManifestKey, SeatRecord,
    StationRecord, Trust, grant_id, hex, plan_key,
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
        if !sound(desk, event) {
            return Err(Refusal::Form.into());
        }
        let before = self.world.read(Key::of(Table::Events, &event.event_id)).await?;
        let before = before.map(Item::read::<EventRecord>).transpose().map_err(Fault::from)?;
        if before.as_ref().map(|before| before.version) != expected {
            return Ok(before.is_some_and(|there| is_same(&there, event)));
        }
        if event.version != expected.map_or(1, |expected| expected.saturating_add(1)) {
            return Err(Refusal::Form.into());
        }
        check_writer(desk, event, before.as_ref())?;
        self.check_edition(desk, event, before.as_ref()).await?;
        let unchanged = expected.map_or_else(
            || Condition::lacks("eventId"),
            |known| Condition::is("version", known).and(Condition::is("venue", event.venue.to_string())),
        );
        if event.status == EventStatus::Live {
            self.leave_names(event).await?;
        }
        let event = EventRecord { updated_at: self.world.millis(), ..event.clone() };
        let write = Write::to(Key::of(Table::Events, &event.event_id))
            .set_record(&event)
            .map_err(Fault::from)?
            .only_if(unchanged);
        match self.world.write(write).await? {
            Written::Yes(_) => Ok(true),
            Written::No(item) => Ok(item
                .and_then(|item| item.read::<EventRecord>().ok())
                .is_some_and(|there| is_same(&there, &event))),
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

    /// A new edition is the next one, signed by this desk, which is one of the event's. It forgets no key, trusts only
    /// stations that the register has as sellers now, and takes only desks for desks.
    async fn check_edition(
        &self,
        desk: &StationRecord,
        event: &EventRecord,
        before: Option<&EventRecord>,
    ) -> Result<(), Shut> {
        if before.is_some_and(|before| before.manifest == event.manifest) {
            return Ok(());
        }
        let next = next_edition(desk, event, before).ok_or(Refusal::Form)?;
        let stations = stations::all(&self.world, &desk.venue).await?;
        let stands = |key: &ManifestKey| {
            let station = stations.iter().find(|station| key.is_of(station));
            station.is_some_and(|station| station.may_issue() && (station.kind.is_desk() || !key.desk))
        };
        if next.keys.iter().all(stands) { Ok(()) } else { Err(Refusal::Pending.into()) }
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

/// Whether an event is one that a desk of this house can write.
fn sound(desk: &StationRecord, event: &EventRecord) -> bool {
    let digest = &event.plan_digest;
    let own = event.venue == desk.venue && event.event_id == event.event.event_id.to_string();
    let plan = is_digest(digest) && event.plan_key == plan_key(&desk.venue, digest);
    let few = event.standing.len() <= AREAS_MAX && wire::is_event_time(event.event.starts_at);
    own && plan && few
}

/// Whoever published an event changes it. Another desk of the house writes the next edition of its manifest, and nothing
/// else.
fn check_writer(
    desk: &StationRecord,
    event: &EventRecord,
    before: Option<&EventRecord>,
) -> Result<(), Refusal> {
    let organizes = |record: &EventRecord| record.organizer_id == desk.station_id.to_string();
    let may = match before {
        None => organizes(event),
        Some(before) if organizes(before) => organizes(event) && before.venue == desk.venue,
        Some(before) => {
            let EventRecord { manifest, version, updated_at, .. } = event.clone();
            let but_edition = EventRecord { manifest, version, updated_at, ..before.clone() };
            but_edition == *event && before.status == EventStatus::Live
        }
    };
    if may { Ok(()) } else { Err(Refusal::Event) }
}

/// The manifest of an event, if it is the edition after the one that stands there, and this desk may write it.
fn next_edition(desk: &StationRecord, event: &EventRecord, before: Option<&EventRecord>) -> Option<Manifest> {
    if !event.manifest.signer_key.eq_ignore_ascii_case(&desk.public_key) {
        return None;
    }
    let Some(before) = before else {
        let first = event.manifest.open_first().ok()?;
        let own = first.organizer_key.eq_ignore_ascii_case(&desk.public_key);
        return Some(first).filter(|first| own && first.event_id == event.event.event_id);
    };
    let before = before.manifest.open_first().ok()?;
    let next = event.manifest.open(&Trust::after(&before)).ok()?;
    let same = next.event_id == before.event_id && next.organizer_key == before.organizer_key;
    let follows = next.edition == before.edition.checked_add(1)?;
    let kept = |key: &ManifestKey| {
        next.all_keys()
            .any(|other| (other.station_id, &other.public_key) == (key.station_id, &key.public_key))
    };
    let grants = before.grants.iter().all(|grant| next.grants.contains(grant));
    (same && follows && grants && before.all_keys().all(kept)).then_some(next)
}

/// Whether an event that stands there is this very one: after an answer that was lost, it is written once more.
fn is_same(there: &EventRecord, event: &EventRecord) -> bool {
    EventRecord { updated_at: event.updated_at, ..there.clone() } == *event
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
