//! A cloud in memory, with the conditional writes of the real one, and a line to it that cuts off where a test wants.

mod answers;

use std::collections::{BTreeMap, HashSet};
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::Value;
use wicket_domain::cloud::{
    Change, ChangePage, CloudSeatState, CloudTicketStatus, ConflictRecord, CounterRecord, EventMark,
    EventRecord, Folded, GrantRecord, InventoryRecord, SeatRecord, Snapshot, TicketRecord, event_feed,
    house_feed,
};
use wicket_domain::door::Door;
use wicket_domain::id::{EventId, StationId};
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Item, Table};
use wicket_pipeline::desk_clerk::DeskClerk;
use wicket_pipeline::gate_clerk::GateClerk;
use wicket_pipeline::http::HttpEvent;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::purchase::TicketPurchaseHandler;
use wicket_pipeline::registrar::StationRegistrar;
use wicket_pipeline::seat_clerk::SeatClerk;
use wicket_pipeline::{Call, Function};
use wicket_station::cloud::{
    Answered, Ask, Beginning, Cloud, CloudFault, CloudTrouble, Delivery, Pages, Parcel, Queue, Reply, Sending,
};

use crate::support::{Dice, NOON};

/// What stands in the tables.
#[derive(Default)]
pub(crate) struct World {
    pub(crate) seats: BTreeMap<(String, SeatId), SeatRecord>,
    pub(crate) counters: BTreeMap<(String, SeatId), CounterRecord>,
    pub(crate) grants: BTreeMap<(String, SeatId), GrantRecord>,
    pub(crate) tickets: BTreeMap<String, TicketRecord>,
    pub(crate) events: BTreeMap<String, EventRecord>,
    pub(crate) plans: BTreeMap<String, String>,
    /// The register of stations, which the real registrar keeps.
    pub(crate) register: Vec<Item>,
    /// Whether a station has to be let in by a desk; otherwise each is at once.
    pub(crate) strict: bool,
    pub(crate) conflicts: Vec<ConflictRecord>,
    /// Every message that was taken, as often as it was sent.
    pub(crate) messages: Vec<Value>,
    /// The same, letter by letter: each is signed.
    sent: Vec<String>,
    /// How many of them the pipeline has worked on.
    worked: usize,
    /// The pipeline's own book, where the real handler has worked.
    written: Vec<Item>,
    orders: HashSet<String>,
    /// The feeds' pages.
    pub(crate) pages: BTreeMap<String, Vec<ChangePage>>,
    /// The feeds' files, unpacked.
    pub(crate) beginnings: BTreeMap<String, String>,
    /// Of a feed, the pages up to this one are gone.
    pub(crate) gone: BTreeMap<String, u64>,
    /// How each item stood when a page was written last.
    told: BTreeMap<(String, &'static str, String), Change>,
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

    /// A station's row in the register.
    pub(crate) fn station(&mut self, id: StationId) -> &mut Item {
        let id = id.to_string();
        self.register.iter_mut().find(|item| item.text("stationId") == Some(&id)).unwrap()
    }

    /// The answer at a door: that of the real clerk, over the items that the request is about.
    fn ask(&mut self, ask: &Ask) -> Reply {
        let request: Value = serde_json::from_str(&ask.body).unwrap();
        let sent = jiff::Timestamp::from_millisecond(request["sentAt"].as_i64().unwrap()).unwrap();
        let memory = Memory::new(sent);
        self.lay_out(&memory, &request["ask"]);
        let event: HttpEvent = serde_json::from_value(serde_json::json!({
            "routeKey": format!("POST /venues/{{venue}}/{}", ask.door.as_str()),
            "pathParameters": {"venue": "house"},
            "headers": {"wicket-signature": ask.signature},
            "body": ask.body,
        }))
        .unwrap();
        let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
        let answer = match ask.door {
            Door::Claims | Door::Reclaim => memory.run(SeatClerk::new(memory.world()).handle(event, &call)),
            Door::Admissions => memory.run(GateClerk::new(memory.world()).handle(event, &call)),
            Door::Events | Door::Plans | Door::Settle => {
                memory.run(DeskClerk::new(memory.world()).handle(event, &call))
            }
            _ => memory.run(StationRegistrar::new(memory.world()).handle(event, &call)),
        };
        let answer = answer.unwrap();
        self.take_up(&memory);
        let mut body: Value = serde_json::from_str(&answer.body).unwrap();
        if !self.strict {
            for item in self.register.iter_mut().filter(|item| item.text("approval") == Some("pending")) {
                item.put("approval", "approved");
            }
            if body["approval"] == "pending" {
                body["approval"] = "approved".into();
            }
        }
        Reply { status: answer.status_code, body: body.to_string() }
    }

    /// Puts into the clerk's tables what a request may be about: a hall's other seats would only take time.
    pub(crate) fn lay_out(&self, memory: &Memory, ask: &Value) {
        for item in &self.register {
            memory.put(Table::Stations, item.clone());
        }
        let event = ask["eventId"].as_str().or(ask["event"]["eventId"].as_str()).unwrap_or_default();
        if let Some(record) = self.events.get(event) {
            memory.put(Table::Events, Item::of(record).unwrap());
        }
        let named =
            |seat: &Value| SeatId::new(text(if seat.is_array() { &seat[0] } else { &seat["seatId"] }));
        let seats = ask["seats"].as_array().or(ask["claim"]["seats"].as_array());
        for seat in seats.into_iter().flatten().map(named) {
            if let Some(record) = self.seats.get(&(event.to_owned(), seat)) {
                memory.put(Table::SeatInventory, Item::of(record).unwrap());
            }
        }
        // A fenced station's seats may be any.
        let all = self.seats.values().filter(|_| ask["stationId"].is_string());
        let of_event = |concert: &str| concert == event;
        let seats = all.filter(|seat| of_event(&seat.concert_id)).map(Item::of);
        let counters = self.counters.values().filter(|counter| of_event(&counter.concert_id)).map(Item::of);
        let grants = self.grants.values().filter(|grant| of_event(&grant.concert_id)).map(Item::of);
        for item in seats.chain(counters).chain(grants) {
            memory.put(Table::SeatInventory, item.unwrap());
        }
        if let Some(ticket) = ask["ticketId"].as_str().and_then(|id| self.tickets.get(id)) {
            let mut item = Item::of(ticket).unwrap();
            if item.take("annulled").is_some() {
                item.put(
                    "annulled",
                    wicket_domain::table::Value::Texts(ticket.annulled.iter().cloned().collect()),
                );
            }
            memory.put(Table::Tickets, item);
        }
        for conflict in self.conflicts.iter().filter(|conflict| of_event(&conflict.event_id)) {
            memory.put(Table::Conflicts, Item::of(conflict).unwrap());
        }
    }

    /// Takes over what a clerk has written.
    pub(crate) fn take_up(&mut self, memory: &Memory) {
        self.register = memory.items(Table::Stations);
        // Beside the events stand their names.
        for item in memory.items(Table::Events).into_iter().filter(|item| item.has("status")) {
            let event: EventRecord = item.read().unwrap();
            self.events.insert(event.event_id.clone(), event);
        }
        for item in memory.items(Table::SeatInventory) {
            let (concert, id) = (item.text("concertId").unwrap(), SeatId::new(item.text("seatId").unwrap()));
            let key = (concert.to_owned(), id);
            if item.has("capacity") {
                let fresh: CounterRecord = item.read().unwrap();
                if self.counters.get(&key) != Some(&fresh) {
                    let updated_at = self.tick();
                    self.counters.insert(key, CounterRecord { updated_at, ..fresh });
                }
            } else if item.has("granted") {
                let fresh: GrantRecord = item.read().unwrap();
                if self.grants.get(&key) != Some(&fresh) {
                    let updated_at = self.tick();
                    self.grants.insert(key, GrantRecord { updated_at, ..fresh });
                }
            } else {
                let fresh: SeatRecord = item.read().unwrap();
                if self.seats.get(&key) != Some(&fresh) {
                    let updated_at = self.tick();
                    self.seats.insert(key, SeatRecord { updated_at, ..fresh });
                }
            }
        }
        for item in memory.items(Table::Tickets) {
            let fresh: TicketRecord = item.read().unwrap();
            if self.tickets.get(&fresh.ticket_id) != Some(&fresh) {
                let updated_at = self.tick();
                self.tickets.insert(fresh.ticket_id.clone(), TicketRecord { updated_at, ..fresh });
            }
        }
        let settled = memory.items(Table::Conflicts).into_iter().map(|item| item.read().unwrap());
        for fresh in settled.collect::<Vec<ConflictRecord>>() {
            let known = self.conflicts.iter_mut().find(|known| known.conflict_id == fresh.conflict_id);
            *known.unwrap() = fresh;
        }
        for file in memory.files().into_iter().filter(|file| file.key.starts_with("plans/")) {
            let mut document = String::new();
            GzDecoder::new(file.bytes.as_slice()).read_to_string(&mut document).unwrap();
            self.plans.insert(file.key, document);
        }
    }

    /// Writes pages of what has changed since, three changes each, as the real scribe does of streams.
    pub(crate) fn write_pages(&mut self) {
        let seats = self.seats.values().cloned().map(InventoryRecord::Seat);
        let counters = self.counters.values().cloned().map(InventoryRecord::Counter);
        let grants = self.grants.values().cloned().map(InventoryRecord::Grant);
        let places = seats.chain(counters).chain(grants);
        let places = places.map(|record| (record.concert_id().to_owned(), Change::Inventory(record)));
        let tickets = self.tickets.values().cloned();
        let tickets = tickets.map(|ticket| (ticket.event_id.clone(), Change::Ticket(ticket)));
        let conflicts = self.conflicts.iter().cloned();
        let conflicts = conflicts.map(|conflict| (conflict.event_id.clone(), Change::Conflict(conflict)));
        let of_events = places.chain(tickets).chain(conflicts);
        let of_events = of_events.filter(|(event, _)| self.events.contains_key(event));
        let of_events = of_events.map(|(event, change)| (event_feed("house", &event), change));
        let house = house_feed(&"house".parse().unwrap());
        let events = self.events.values().map(|event| (house.clone(), Change::Event(EventMark::of(event))));
        let mut fresh: BTreeMap<String, Vec<Change>> = BTreeMap::new();
        for (feed, change) in of_events.chain(events) {
            let (kind, id) = change.about();
            let known = self.told.insert((feed.clone(), kind, id), change.clone());
            if known.as_ref() != Some(&change) {
                fresh.entry(feed).or_default().push(change);
            }
        }
        for (feed, changes) in fresh {
            let pages = self.pages.entry(feed).or_default();
            for changes in changes.chunks(3) {
                let number = pages.len() as u64 + 1;
                pages.push(ChangePage { number, changes: changes.to_vec(), unreadable: 0 });
            }
        }
    }

    /// Folds all pages of a feed into its file, and drops those before its last.
    pub(crate) fn fold(&mut self, feed: &str) {
        let mut folded = Folded::default();
        for page in &self.pages[feed] {
            folded.add(page.changes.clone());
        }
        let last = self.pages[feed].len() as u64;
        self.beginnings.insert(feed.to_owned(), folded.text(feed, last));
        self.gone.insert(feed.to_owned(), last - 1);
    }

    /// The real handler of sales reads every message, as often as it was sent: how many it did not take.
    pub(crate) fn take_sales(&mut self) -> usize {
        let memory = Memory::new(jiff::Timestamp::from_millisecond(NOON).unwrap());
        for item in &self.register {
            memory.put(Table::Stations, item.clone());
        }
        for item in &self.written {
            memory.put(Table::Orders, item.clone());
        }
        for event in self.events.values() {
            memory.put(Table::Events, Item::of(event).unwrap());
        }
        for ticket in self.tickets.values() {
            memory.put(Table::Tickets, Item::of(ticket).unwrap());
        }
        let sales = self.sent.iter().zip(&self.messages).filter(|(_, message)| message["kind"] == "purchase");
        let records: Vec<_> =
            sales.map(|(text, _)| serde_json::json!({"messageId": "m", "body": text})).collect();
        let call = Call { request_id: "r".to_owned(), until: Duration::from_mins(1) };
        let handler = TicketPurchaseHandler::new(memory.world());
        let answer = memory.run(handler.handle(serde_json::json!({ "Records": records }), &call)).unwrap();
        self.take_up(&memory);
        self.written = memory.items(Table::Orders);
        let refused = serde_json::to_value(answer).unwrap()["batchItemFailures"].as_array().unwrap().len();
        self.worked = self.messages.len();
        refused
    }

    /// Every message as it was sent.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent.clone()
    }

    /// Somebody puts a message into the queue.
    pub(crate) fn put_message(&mut self, text: &str) {
        self.messages.push(serde_json::from_str(text).unwrap());
        self.sent.push(text.to_owned());
    }

    /// The pipeline, in short: sold seats, tickets, first admissions.
    pub(crate) fn work(&mut self) {
        let fresh: Vec<Value> = self.messages[self.worked..].to_vec();
        self.worked = self.messages.len();
        // Out of order and twice: that is what a standard queue may do.
        for message in fresh.iter().rev().chain(&fresh) {
            self.hear_of(message);
            match message["kind"].as_str().unwrap() {
                "purchase" => self.purchase(&message["body"]),
                "admission" => self.admission(&message["body"]),
                _ => {}
            }
        }
    }

    /// Notes how far a station's messages have come.
    fn hear_of(&mut self, message: &Value) {
        let sequence = message["sequence"].as_i64().unwrap();
        let station = self.station(text(&message["stationId"]).parse().unwrap());
        if message["kind"] != "admission" && station.number("lastSequence").unwrap_or(0) < sequence {
            station.put("lastSequence", sequence);
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
                seat.state = CloudSeatState::Sold;
                seat.order_id = Some(order.clone());
                seat.version += 1;
                seat.updated_at = now;
            }
            let id = text(&ticket["ticketId"]);
            let entry = self.tickets.entry(id.clone()).or_insert_with(|| blank(&id, &concert));
            entry.order_id = Some(order.clone());
            entry.sold_by = body["stationId"].as_str().and_then(|station| station.parse().ok());
            entry.order_code = body["orderCode"].as_str().map(str::to_owned);
            entry.seat_id = Some(seat_id.to_string());
            entry.label = Some(seat_id.to_string());
            entry.category = ticket["seatClass"].as_str().map(str::to_owned);
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
        if body["outcome"] == "annulment" {
            if entry.admission_id.as_deref() == Some(id) {
                (entry.status, entry.admission_id) = (CloudTicketStatus::Valid, None);
                (entry.station, entry.gate, entry.validated_at) = (None, None, None);
                entry.updated_at = now;
            }
            remember(entry, [id.to_owned()]);
            return;
        }
        let undone = body["annulled"].as_array().into_iter().flatten().map(text);
        let undone: Vec<String> = undone.collect();
        if takes(entry, id, &undone) {
            remember(entry, undone);
            entry.status = CloudTicketStatus::Used;
            entry.admission_id = Some(id.to_owned());
            entry.station = body["stationName"].as_str().map(str::to_owned);
            entry.gate = body["gate"].as_str().map(str::to_owned);
            entry.updated_at = now;
        }
    }
}

/// Whether an admission is the first, or comes in place of an undone one.
fn takes(ticket: &TicketRecord, id: &str, undone: &[String]) -> bool {
    let gives_way = ticket.admission_id.as_ref().is_none_or(|there| undone.contains(there));
    gives_way && !ticket.annulled.iter().any(|gone| gone == id)
}

fn remember(ticket: &mut TicketRecord, undone: impl IntoIterator<Item = String>) {
    ticket.annulled.extend(undone);
    ticket.annulled.sort_unstable();
    ticket.annulled.dedup();
}

fn blank(ticket: &str, event: &str) -> TicketRecord {
    TicketRecord {
        ticket_id: ticket.to_owned(),
        event_id: event.to_owned(),
        order_id: None,
        sold_by: None,
        order_code: None,
        seat_id: None,
        label: None,
        category: None,
        holder: None,
        status: CloudTicketStatus::Valid,
        admission_id: None,
        annulled: Vec::new(),
        validated_at: None,
        gate: None,
        station: None,
        pdf_url: None,
        code_digest: None,
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
    /// Whether pages are late: what changes meanwhile is in none.
    pub(crate) late: AtomicBool,
    /// Why no page comes, though everything else does; likewise no plan.
    pub(crate) pages_stuck: Mutex<Option<CloudTrouble>>,
    pub(crate) plans_stuck: Mutex<Option<CloudTrouble>>,
    /// What this station's account may not do.
    barred: Mutex<Vec<Barred>>,
    /// How far the house's clock is ahead, as the answers tell.
    pub(crate) offset_ms: AtomicI64,
    /// So many entries of every page make no sense.
    pub(crate) unreadable: AtomicU32,
    /// How often an event was read whole.
    pub(crate) read_whole: AtomicU32,
    /// How often the register's list was asked for.
    pub(crate) listed: AtomicU32,
    /// Whether the answer to the next seats that are put down is lost.
    pub(crate) lose_seats: AtomicBool,
    /// What happens elsewhere just before the next grant.
    pub(crate) before_grant: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    /// What happens elsewhere just before the next event is written.
    pub(crate) before_event: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    /// What happens elsewhere while the next claim's answer is on its way.
    pub(crate) after_claim: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    dice: Dice,
}

/// Something an account may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Barred {
    Sales,
    Claims,
    /// The register's list.
    Stations,
}

impl Line {
    pub(crate) fn new(world: &Arc<Mutex<World>>, seed: u64) -> Arc<Self> {
        let (weather, dice) = (Mutex::new(Weather::Fine), Dice::new(seed));
        Arc::new(Self {
            world: Arc::clone(world),
            weather,
            late: AtomicBool::new(false),
            pages_stuck: Mutex::default(),
            plans_stuck: Mutex::default(),
            barred: Mutex::default(),
            offset_ms: AtomicI64::new(0),
            unreadable: AtomicU32::new(0),
            read_whole: AtomicU32::new(0),
            listed: AtomicU32::new(0),
            lose_seats: AtomicBool::new(false),
            before_grant: Mutex::default(),
            before_event: Mutex::default(),
            after_claim: Mutex::default(),
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

    fn answer<T>(&self, work: impl FnOnce(&mut World) -> T) -> Answered<T> {
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
}
