//! A cloud in memory, with the conditional writes of the real one, and a line to it that cuts off where a test wants.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;
use wicket_domain::cloud::{
    CloudSeatState, CloudTicketStatus, ConflictRecord, CounterRecord, EventRecord, EventStatus, GrantRecord,
    InventoryRecord, SeatRecord, StationRecord, TicketRecord, grant_id,
};
use wicket_domain::id::EventId;
use wicket_domain::seat::SeatId;
use wicket_station::cloud::{
    AdmissionClaim, Answered, Claim, ClaimAnswer, Cloud, CloudFault, CloudTrouble, Delivery, EventMark,
    GateAnswer, Goal, GrantAnswer, GrantClaim, Page, Pages, Parcel, Queue, StationCard,
};

use crate::support::{Dice, NOON};

/// What stands in the tables.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) seats: BTreeMap<(String, SeatId), SeatRecord>,
    /// As seats were before their last change: an index may still show them so.
    before: BTreeMap<(String, SeatId), SeatRecord>,
    pub(crate) counters: BTreeMap<(String, SeatId), CounterRecord>,
    pub(crate) grants: BTreeMap<(String, SeatId), GrantRecord>,
    pub(crate) tickets: BTreeMap<String, TicketRecord>,
    pub(crate) events: BTreeMap<String, EventRecord>,
    pub(crate) plans: BTreeMap<String, String>,
    pub(crate) stations: BTreeMap<String, StationRecord>,
    pub(crate) conflicts: Vec<ConflictRecord>,
    /// Every message that was taken, as often as it was sent.
    pub(crate) messages: Vec<Value>,
    /// How many of them the pipeline has worked on.
    worked: usize,
    orders: HashSet<String>,
    /// How many items the feeds have shown.
    pub(crate) shown: usize,
    pub(crate) orders_of_seat: BTreeMap<(String, String), Vec<String>>,
    clock: i64,
}

impl World {
    fn tick(&mut self) -> i64 {
        self.clock += 1;
        NOON + self.clock
    }

    /// Lets time pass, as it does in the houses.
    pub(crate) fn pass(&mut self, minutes: i64) {
        self.clock += minutes * 60_000;
    }

    /// The pipeline, in short: sold seats, tickets, first admissions.
    pub(crate) fn work(&mut self) {
        let fresh: Vec<Value> = self.messages[self.worked..].to_vec();
        self.worked = self.messages.len();
        // Out of order and twice: that is what a standard queue may do.
        for message in fresh.iter().rev().chain(&fresh) {
            match message["kind"].as_str().unwrap() {
                "purchase" => self.purchase(&message["body"]),
                "admission" => self.admission(&message["body"]),
                _ => {}
            }
        }
    }

    fn purchase(&mut self, body: &Value) {
        let (order, concert) = (text(&body["orderId"]), text(&body["concertId"]));
        let first = self.orders.insert(order.clone());
        for ticket in body["tickets"].as_array().unwrap() {
            let seat_id = SeatId::new(text(&ticket["seatId"]));
            if first {
                self.orders_of_seat
                    .entry((concert.clone(), seat_id.to_string()))
                    .or_default()
                    .push(order.clone());
            }
            let now = self.tick();
            if let Some(seat) = self.seats.get_mut(&(concert.clone(), seat_id.clone()))
                && seat.state != CloudSeatState::Sold
            {
                self.before.insert((concert.clone(), seat_id.clone()), seat.clone());
                seat.state = CloudSeatState::Sold;
                seat.order_id = Some(order.clone());
                seat.version += 1;
                seat.updated_at = now;
            }
            let id = text(&ticket["ticketId"]);
            let entry = self.tickets.entry(id.clone()).or_insert_with(|| blank(&id, &concert));
            entry.order_id = Some(order.clone());
            entry.seat_id = Some(seat_id.to_string());
            entry.holder = body["holder"].as_str().map(str::to_owned);
            entry.updated_at = now;
        }
    }

    fn admission(&mut self, body: &Value) {
        let (Some(ticket), Some(id)) = (body["ticketId"].as_str(), body["admissionId"].as_str()) else {
            return;
        };
        let now = self.tick();
        let event = text(&body["eventId"]);
        let entry = self.tickets.entry(ticket.to_owned()).or_insert_with(|| blank(ticket, &event));
        if entry.admission_id.is_none() {
            entry.status = CloudTicketStatus::Used;
            entry.admission_id = Some(id.to_owned());
            entry.station = body["stationName"].as_str().map(str::to_owned);
            entry.gate = body["gate"].as_str().map(str::to_owned);
            entry.updated_at = now;
        }
    }
}

fn blank(ticket: &str, event: &str) -> TicketRecord {
    TicketRecord {
        ticket_id: ticket.to_owned(),
        event_id: event.to_owned(),
        order_id: None,
        order_code: None,
        seat_id: None,
        label: None,
        category: None,
        holder: None,
        status: CloudTicketStatus::Valid,
        admission_id: None,
        validated_at: None,
        gate: None,
        station: None,
        pdf_url: None,
        qr_code: None,
        updated_at: 0,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// What the line does to the next requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weather {
    Fine,
    /// Nothing arrives.
    Cut,
    /// Everything arrives, no answer comes back.
    Mute,
    /// Each of the three, by dice: so many in a hundred go wrong.
    Stormy(u64),
}

/// A station's line to the world.
pub(crate) struct Line {
    pub(crate) world: Arc<Mutex<World>>,
    weather: Mutex<Weather>,
    /// Whether the index shows seats as they were before their last change.
    pub(crate) lag: AtomicBool,
    /// What this station's account may not do.
    barred: Mutex<Vec<Barred>>,
    /// How far the house's clock is ahead, as the answers tell.
    pub(crate) offset_ms: AtomicI64,
    /// So many entries of every page of tickets make no sense.
    pub(crate) unreadable: AtomicU32,
    /// How often an event was read whole.
    pub(crate) read_whole: AtomicU32,
    /// Whether the answer to the next seats that are put down is lost.
    pub(crate) lose_seats: AtomicBool,
    /// What happens elsewhere just before the next grant.
    pub(crate) before_grant: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    dice: Dice,
}

/// Something an account may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Barred {
    Sales,
    Claims,
    Conflicts,
}

impl Line {
    pub(crate) fn new(world: &Arc<Mutex<World>>, seed: u64) -> Arc<Self> {
        let (weather, dice) = (Mutex::new(Weather::Fine), Dice::new(seed));
        Arc::new(Self {
            world: Arc::clone(world),
            weather,
            lag: AtomicBool::new(false),
            barred: Mutex::default(),
            offset_ms: AtomicI64::new(0),
            unreadable: AtomicU32::new(0),
            read_whole: AtomicU32::new(0),
            lose_seats: AtomicBool::new(false),
            before_grant: Mutex::default(),
            dice,
        })
    }

    pub(crate) fn bar(&self, what: &[Barred]) {
        *self.barred.lock().unwrap() = what.to_vec();
    }

    fn may(&self, what: Barred) -> Answered<()> {
        let barred = self.barred.lock().unwrap().contains(&what);
        let words = "AccessDenied".to_owned();
        if barred { Err(CloudFault { trouble: CloudTrouble::Refused, words }) } else { Ok(()) }
    }

    pub(crate) fn set(&self, weather: Weather) {
        *self.weather.lock().unwrap() = weather;
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    fn ask<T>(&self, work: impl FnOnce(&mut World) -> T) -> Answered<T> {
        let weather = match *self.weather.lock().unwrap() {
            Weather::Stormy(percent) if self.dice.roll(100) < percent => {
                if self.dice.roll(2) == 0 {
                    Weather::Cut
                } else {
                    Weather::Mute
                }
            }
            Weather::Stormy(_) => Weather::Fine,
            other => other,
        };
        let lost = CloudFault { trouble: CloudTrouble::Unreachable, words: "cut off".to_owned() };
        if weather == Weather::Cut {
            return Err(lost);
        }
        let answer = work(&mut self.world());
        if weather == Weather::Mute { Err(lost) } else { Ok(answer) }
    }

    /// Pages of three, so that paging is met, more where several were written at one time. A place to go on from is the
    /// last item's, as in the real one: what was written meanwhile comes after it.
    fn pages<T: Clone + Send + 'static>(
        &self,
        items: impl Fn(&World) -> Vec<(i64, T)> + Send + 'static,
        since: i64,
        resume: Option<String>,
    ) -> Pages<'_, T> {
        let Ok(start) = resume.map_or(Ok(since - 1), |text| text.parse::<i64>()) else {
            let words = "no such place".to_owned();
            return Box::new(std::iter::once(Err(CloudFault { trouble: CloudTrouble::Rejected, words })));
        };
        let mut at = Some(start);
        Box::new(std::iter::from_fn(move || {
            let from = at?;
            let answer = self.ask(|world| {
                let mut all = items(world);
                all.retain(|(time, _)| *time > from);
                all.sort_by_key(|(time, _)| *time);
                let last = all.get(2).or(all.last()).map_or(from, |(time, _)| *time);
                let many = all.len();
                let page: Vec<T> =
                    all.into_iter().take_while(|(time, _)| *time <= last).map(|(_, item)| item).collect();
                let next = (page.len() < many).then_some(last);
                world.shown += page.len();
                (page, next)
            });
            Some(match answer {
                Ok((items, next)) => {
                    at = next;
                    let unreadable = self.unreadable.load(Ordering::SeqCst);
                    Ok(Page { items, unreadable, next: next.map(|next| next.to_string()) })
                }
                Err(fault) => {
                    at = None;
                    Err(fault)
                }
            })
        }))
    }
}

impl Cloud for Line {
    fn clock_offset_ms(&self) -> Option<i64> {
        Some(self.offset_ms.load(Ordering::SeqCst)).filter(|offset| *offset != 0)
    }

    fn enrol(&self, card: &StationCard) -> Answered<StationRecord> {
        self.ask(|world| {
            let fresh = StationRecord {
                station_id: card.station_id,
                name: card.name.clone(),
                public_key: card.public_key.clone(),
                epoch: card.epoch,
                last_sequence: 0,
                last_seen: card.now,
            };
            world.stations.entry(card.station_id.to_string()).or_insert(fresh).clone()
        })
    }

    fn stations(&self) -> Answered<Vec<StationRecord>> {
        self.ask(|world| world.stations.values().cloned().collect())
    }

    fn send(&self, queue: Queue, parcels: &[Parcel]) -> Answered<Vec<Delivery>> {
        if queue == Queue::Station {
            self.may(Barred::Sales)?;
        }
        self.ask(|world| {
            let one = |parcel: &Parcel| {
                world.messages.push(serde_json::from_str(&parcel.body).unwrap());
                Delivery::Taken
            };
            parcels.iter().map(one).collect()
        })
    }

    fn claim(&self, claim: &Claim) -> Answered<ClaimAnswer> {
        self.may(Barred::Claims)?;
        self.ask(|world| {
            let concert = claim.event_id.to_string();
            if world.stations.get(&claim.station_id.to_string()).is_none_or(|row| row.epoch != claim.epoch) {
                return ClaimAnswer::Fenced;
            }
            let mine = |seat: &SeatRecord| seat.station == Some(claim.station_id);
            let may = |seat: &SeatRecord| match (claim.goal, seat.state) {
                (Goal::Release, CloudSeatState::Held | CloudSeatState::Owned) => mine(seat),
                (Goal::Release, _) | (_, CloudSeatState::Sold | CloudSeatState::Blocked) => false,
                (_, CloudSeatState::Available) => true,
                (_, CloudSeatState::Held) => mine(seat) || seat.hold_until.unwrap() < claim.now,
                (_, CloudSeatState::Owned) => mine(seat),
            };
            let key = |seat: &SeatId| (concert.clone(), seat.clone());
            let all = claim.seats.iter().all(|(seat, version)| {
                world.seats.get(&key(seat)).is_some_and(|seat| seat.version == *version && may(seat))
            });
            if !all {
                let stand = claim.seats.iter().filter_map(|(seat, _)| world.seats.get(&key(seat)).cloned());
                return ClaimAnswer::Refused(stand.collect());
            }
            for (seat, _) in &claim.seats {
                let now = world.tick();
                let key = key(seat);
                let seat = world.seats.get_mut(&key).unwrap();
                world.before.insert(key, seat.clone());
                seat.version += 1;
                seat.updated_at = now;
                let (state, station, until) = match claim.goal {
                    Goal::Hold { until } => (CloudSeatState::Held, Some(claim.station_id), Some(until)),
                    Goal::Own => (CloudSeatState::Owned, Some(claim.station_id), None),
                    Goal::Release => (CloudSeatState::Available, None, None),
                };
                (seat.state, seat.station, seat.hold_until) = (state, station, until);
            }
            ClaimAnswer::Done
        })
    }

    fn grant(&self, claim: &GrantClaim) -> Answered<GrantAnswer> {
        let happens = self.before_grant.lock().unwrap().take();
        if let Some(happens) = happens {
            happens();
        }
        self.ask(|world| {
            let concert = claim.event_id.to_string();
            let counter_key = (concert.clone(), SeatId::standing(&claim.area_id));
            let grant_key = (concert.clone(), grant_id(claim.station_id, &claim.area_id));
            let grant = world.grants.get(&grant_key).cloned();
            let counter = world.counters.get(&counter_key).cloned();
            let version = grant.as_ref().map_or(0, |grant| grant.version);
            let left = counter.as_ref().map_or(0, |counter| i64::from(counter.remaining)) - claim.change;
            let granted = i64::from(claim.granted) + claim.change;
            if version != claim.version || left < 0 || granted < 0 {
                return GrantAnswer::Refused { grant, counter };
            }
            let now = world.tick();
            let counter = world.counters.get_mut(&counter_key).unwrap();
            counter.remaining = u32::try_from(left).unwrap();
            counter.version += 1;
            counter.updated_at = now;
            let fresh = GrantRecord {
                concert_id: concert,
                seat_id: grant_key.1.clone(),
                station: claim.station_id,
                granted: u32::try_from(granted).unwrap(),
                sold: 0,
                version: version + 1,
                updated_at: now,
            };
            world.grants.insert(grant_key, fresh);
            GrantAnswer::Done
        })
    }

    fn inventory(&self, event_id: EventId, since: i64, resume: Option<String>) -> Pages<'_, InventoryRecord> {
        let concert = event_id.to_string();
        let lags = self.lag.load(Ordering::SeqCst);
        let of = move |world: &World| {
            let here = |id: &String| *id == concert;
            let shown = |(key, seat): (&(String, SeatId), &SeatRecord)| {
                let past = world.before.get(key).filter(|_| lags);
                past.map_or_else(
                    || seat.clone(),
                    |past| SeatRecord { updated_at: seat.updated_at, ..past.clone() },
                )
            };
            let seats = world.seats.iter().filter(|(_, seat)| here(&seat.concert_id)).map(shown);
            let counters = world.counters.values().filter(|row| here(&row.concert_id)).cloned();
            let grants = world.grants.values().filter(|row| here(&row.concert_id)).cloned();
            seats
                .map(InventoryRecord::Seat)
                .chain(counters.map(InventoryRecord::Counter))
                .chain(grants.map(InventoryRecord::Grant))
                .map(|item| (item.updated_at(), item))
                .collect()
        };
        self.pages(of, since, resume)
    }

    fn tickets(&self, event_id: EventId, since: i64, resume: Option<String>) -> Pages<'_, TicketRecord> {
        let concert = event_id.to_string();
        let of = move |world: &World| {
            let here = world.tickets.values().filter(|ticket| ticket.event_id == concert);
            here.map(|ticket| (ticket.updated_at, ticket.clone())).collect()
        };
        self.pages(of, since, resume)
    }

    fn conflicts(&self, event_id: EventId) -> Answered<Vec<ConflictRecord>> {
        self.may(Barred::Conflicts)?;
        let id = event_id.to_string();
        self.ask(|world| world.conflicts.iter().filter(|row| row.event_id == id).cloned().collect())
    }

    fn settle(&self, _: EventId, conflict_id: &str, by: &str, now: i64) -> Answered<()> {
        self.ask(|world| {
            for row in world.conflicts.iter_mut().filter(|row| row.conflict_id == conflict_id) {
                (row.resolved_at, row.resolved_by) = (Some(now), Some(by.to_owned()));
            }
        })
    }

    fn events(&self) -> Answered<Vec<EventMark>> {
        self.ask(|world| {
            let live = world.events.values().filter(|event| event.status == EventStatus::Live);
            let mark =
                |event: &EventRecord| EventMark { event_id: event.event_id.clone(), version: event.version };
            live.map(mark).collect()
        })
    }

    fn event(&self, event_id: EventId) -> Answered<Option<EventRecord>> {
        self.read_whole.fetch_add(1, Ordering::SeqCst);
        self.ask(|world| world.events.get(&event_id.to_string()).cloned())
    }

    fn put_event(&self, event: &EventRecord, expected: Option<u64>) -> Answered<bool> {
        self.ask(|world| {
            if world.events.get(&event.event_id).map(|row| row.version) != expected {
                return false;
            }
            world.events.insert(event.event_id.clone(), event.clone());
            true
        })
    }

    fn put_plan(&self, key: &str, document: &str) -> Answered<()> {
        self.ask(|world| {
            world.plans.insert(key.to_owned(), document.to_owned());
        })
    }

    fn plan(&self, key: &str, _: usize) -> Answered<String> {
        let words = "NoSuchKey".to_owned();
        self.ask(|world| world.plans.get(key).cloned())?
            .ok_or(CloudFault { trouble: CloudTrouble::NotThere, words })
    }

    fn put_seats(&self, seats: &[SeatRecord]) -> Answered<Vec<SeatRecord>> {
        let answer = self.ask(|world| {
            let mut there = Vec::new();
            for seat in seats {
                let updated_at = world.tick();
                let key = (seat.concert_id.clone(), seat.seat_id.clone());
                match world.seats.get(&key) {
                    Some(known) => there.push(known.clone()),
                    None => drop(world.seats.insert(key, SeatRecord { updated_at, ..seat.clone() })),
                }
            }
            there
        })?;
        if self.lose_seats.swap(false, Ordering::SeqCst) {
            return Err(CloudFault { trouble: CloudTrouble::Unreachable, words: "lost".to_owned() });
        }
        Ok(answer)
    }

    fn put_standing(&self, counter: &CounterRecord, grant: Option<&GrantRecord>) -> Answered<()> {
        self.ask(|world| {
            let now = world.tick();
            let key = |seat: &SeatId| (counter.concert_id.clone(), seat.clone());
            let fresh = CounterRecord { updated_at: now, ..counter.clone() };
            world.counters.entry(key(&counter.seat_id)).or_insert(fresh);
            if let Some(grant) = grant {
                let fresh = GrantRecord { updated_at: now, ..grant.clone() };
                world.grants.entry(key(&grant.seat_id)).or_insert(fresh);
            }
        })
    }

    fn admit(&self, claim: &AdmissionClaim, _: Duration) -> Answered<GateAnswer> {
        self.ask(|world| {
            let now = world.tick();
            let id = claim.ticket_id.to_string();
            let fresh = blank(&id, &claim.event_id.to_string());
            let ticket = world.tickets.entry(id).or_insert(fresh);
            match &ticket.admission_id {
                Some(admission) if *admission == claim.admission_id.to_string() => GateAnswer::First,
                Some(_) => GateAnswer::Already {
                    at: ticket.validated_at,
                    gate: ticket.gate.clone(),
                    station: ticket.station.clone(),
                },
                None if ticket.status != CloudTicketStatus::Valid => GateAnswer::Fallen(ticket.status),
                None => {
                    ticket.status = CloudTicketStatus::Used;
                    ticket.admission_id = Some(claim.admission_id.to_string());
                    ticket.validated_at = Some(claim.at);
                    ticket.gate.clone_from(&claim.gate);
                    ticket.station = Some(claim.station_name.clone());
                    ticket.updated_at = now;
                    GateAnswer::First
                }
            }
        })
    }
}
