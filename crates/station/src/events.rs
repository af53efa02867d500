//! Events: listing and finding them, and adding one from a seating plan.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use wicket_domain::event::{Event, Venue};
use wicket_domain::fold::fold;
use wicket_domain::id::EventId;
use wicket_domain::money::{Currency, Money};
use wicket_domain::pipeline::wire;
use wicket_domain::plan::{self, Imported, SeatingPlan, StandingArea};
use wicket_domain::price::{CategoryPrice, PriceList};
use wicket_domain::sample;
use wicket_domain::token::event_prefix;
use wicket_store::{CategoryRow, EventRow, IssuerRow, NewEvent, Read, StandingClaimRow, StandingRow, Write};

use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::keys::trusted;
use crate::lookup::{own_only, places_left};
use crate::paper::{event_notes, plan_notes};
use crate::ports::{Random, draw};
use crate::setup::checked_long_name;
use crate::view::EventSummary;

/// A venue's address is this long at most; it has to fit on a ticket.
const LINE_MAX: usize = 200;

/// An event to be added, as somebody describes it.
#[derive(Debug, Clone)]
pub struct EventDraft {
    /// Its name.
    pub name: String,
    /// What sort of event.
    pub kind: String,
    /// Where.
    pub venue: VenueDraft,
    /// When.
    pub starts_at: Timestamp,
    /// Of all its prices.
    pub currency: Currency,
    /// One for each category of the plan and each standing area.
    pub prices: Vec<CategoryPrice>,
    /// Areas of the plan where people stand.
    pub standing: Vec<StandingArea>,
    /// When its doors are open and until when it is sold, where that is not what follows from its start.
    pub hours: HoursDraft,
}

/// An event's hours, as far as somebody gives them; see [`Event::hours`] for the rest.
#[derive(Debug, Clone, Copy, Default)]
pub struct HoursDraft {
    /// When doors open.
    pub doors_from: Option<Timestamp>,
    /// When doors close.
    pub doors_until: Option<Timestamp>,
    /// When tills stop selling without a question.
    pub sells_until: Option<Timestamp>,
}

/// A venue, as somebody describes it.
#[derive(Debug, Clone)]
pub struct VenueDraft {
    /// Its name; without one it has the plan's, or the event's where the plan's is none that a venue can have.
    pub name: Option<String>,
    /// Its address, on one line.
    pub address: Option<String>,
    /// Its IANA time zone.
    pub time_zone: String,
}

impl EventDraft {
    fn check(&self) -> Result<(), Fault> {
        check_zone(&self.venue.time_zone)?;
        checked_long_name("The event", &self.name)?;
        self.venue.name.as_ref().map(|name| checked_long_name("The venue", name)).transpose()?;
        if !wire::is_event_time(self.starts_at) {
            let message = "The event's time lies before 2000 or after 2199. Correct it.";
            return Err(Fault::new(Code::BadInput, message));
        }
        let lines = [Some(self.kind.as_str()), self.venue.address.as_deref()];
        let sound = |text: &str| text.chars().count() <= LINE_MAX && !text.chars().any(char::is_control);
        if lines.into_iter().flatten().all(sound) {
            return Ok(());
        }
        let message = format!(
            "The kind of event and the venue's address have {LINE_MAX} characters at most, on one line."
        );
        Err(Fault::new(Code::BadInput, message))
    }

    fn event(&self, event_id: EventId, plan: &SeatingPlan, sample: bool) -> Event {
        let name = self.name.trim().to_owned();
        let plans = || checked_long_name("The venue", &plan.name).unwrap_or_else(|_| name.clone());
        let venue = &self.venue;
        Event {
            event_id,
            venue: Venue {
                name: venue.name.as_ref().map_or_else(plans, |name| name.trim().to_owned()),
                address: venue.address.clone(),
                time_zone: venue.time_zone.clone(),
            },
            name,
            kind: self.kind.trim().chars().take(40).collect(),
            starts_at: self.starts_at,
            currency: self.currency,
            sample,
            doors_from: self.hours.doors_from,
            doors_until: self.hours.doors_until,
            sells_until: self.hours.sells_until,
        }
    }
}

/// What an imported plan brought that Wicket has no use for, and what tickets cannot show.
#[derive(Debug, Clone)]
pub struct Warnings {
    /// What tickets cannot show, and the first hundred of the rest.
    pub notes: Vec<plan::Note>,
    /// How many there are.
    pub total: usize,
}

/// An event that has been checked and only needs writing.
pub(crate) struct Prepared {
    event: Event,
    made_at: Timestamp,
    plan: SeatingPlan,
    document: String,
    categories: Vec<CategoryRow>,
    standing: Vec<StandingRow>,
}

impl Prepared {
    fn new(
        event_id: EventId,
        made_at: Timestamp,
        mut plan: SeatingPlan,
        draft: &EventDraft,
        sample: bool,
    ) -> Result<Self, Fault> {
        let event = draft.event(event_id, &plan, sample);
        let bad = |message: String| Fault::new(Code::BadInput, message);
        event.check_hours().map_err(|error| bad(error.to_string()))?;
        plan.attach_standing(&draft.standing).map_err(|error| bad(error.to_string()))?;
        let names: Vec<_> = plan.categories.iter().map(|category| category.name.clone()).collect();
        let prices = PriceList::new(draft.currency, &names, draft.prices.clone())
            .map_err(|error| bad(error.to_string()))?;
        let mut categories = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            let category_no =
                u16::try_from(index).map_err(|_| bad("The plan has too many categories.".into()))?;
            let price = prices.price(name).map_or(0, |price| price.minor);
            let (valid_from, valid_until, gates) = (None, None, Vec::new());
            categories.push(CategoryRow {
                category_no,
                name: name.clone(),
                price,
                valid_from,
                valid_until,
                gates,
            });
        }
        let standing = draft.standing.iter().filter_map(|area| {
            let category = categories.iter().find(|category| category.name == area.id)?;
            let (area_id, capacity) = (area.id.clone(), area.capacity);
            let claim = StandingClaimRow::default();
            Some(StandingRow { area_id, category_no: category.category_no, capacity, sold: 0, claim })
        });
        let standing = standing.collect();
        let document = serde_json::to_string(&plan).map_err(|error| bad(error.to_string()))?;
        Ok(Self { event, made_at, plan, document, categories, standing })
    }

    /// The event, with an id that is told from every other event's by its first half alone.
    fn told_apart(&self, read: &Read<'_>, random: &dyn Random) -> Result<Event, Fault> {
        let (mut event, mut made_at) = (self.event.clone(), self.made_at);
        while looks_alike(read, event.event_id)?.is_some() {
            // The time stands in the first half: an id of the next millisecond has another.
            made_at = made_at.checked_add(SignedDuration::from_millis(1)).unwrap_or(Timestamp::UNIX_EPOCH);
            event.event_id = EventId::new(made_at, draw(random)?);
        }
        Ok(event)
    }

    /// Writes the event with its plan and seats, and returns its id. `issuer` is this station's key, which may issue its
    /// tickets.
    pub(crate) fn insert(
        &self,
        tx: &Write<'_>,
        issuer: &IssuerRow,
        random: &dyn Random,
    ) -> Result<EventId, Fault> {
        let digest: [u8; 32] = Sha256::digest(self.document.as_bytes()).into();
        let event = self.told_apart(tx, random)?;
        let event_no = tx.insert_event(&NewEvent {
            event: &event,
            plan_no: tx.put_plan(&digest, &self.plan.name, &self.document)?,
            seats: u32::try_from(self.plan.seats.len()).unwrap_or(u32::MAX),
            categories: &self.categories,
            standing: &self.standing,
            issuers: std::slice::from_ref(issuer),
        })?;
        for (index, seat) in self.plan.seats.iter().enumerate() {
            let seat_no = u32::try_from(index).unwrap_or(u32::MAX);
            tx.insert_seat(event_no, &seat.id, seat_no, seat.category)?;
        }
        Ok(event.event_id)
    }
}

/// Another event of this file whose tickets would be taken for this one's, and the other way round: a token has room for
/// the first half of an event's id only.
pub(crate) fn looks_alike(read: &Read<'_>, event_id: EventId) -> Result<Option<EventId>, Fault> {
    Ok(read.event_of_prefix(event_prefix(event_id))?)
}

impl Station {
    /// Every event, soonest first.
    pub fn events(&self) -> Result<Vec<EventSummary>, Fault> {
        let (now, claims) = (self.clock.now(), self.online());
        self.store
            .read(|read| read.events()?.into_iter().map(|row| summary(read, row, claims, now)).collect())
    }

    /// Finds an event by its id, its name, or a part of its name that fits no other.
    pub fn find_event(&self, text: &str) -> Result<EventId, Fault> {
        let text = text.trim();
        let events = self.store.read::<_, Fault>(|read| Ok(read.events()?))?;
        let id = EventId::from_str(text).ok();
        let wanted = fold(text);
        let exactly = |row: &EventRow| Some(row.event.event_id) == id || row.event.name == text;
        let called = |row: &EventRow| !wanted.is_empty() && fold(&row.event.name) == wanted;
        let partly = |row: &EventRow| !wanted.is_empty() && fold(&row.event.name).contains(&wanted);
        // The text to the letter first: two names may differ by an accent alone.
        let ways: [&dyn Fn(&EventRow) -> bool; 3] = [&exactly, &called, &partly];
        let fitting =
            |fits: &dyn Fn(&EventRow) -> bool| events.iter().filter(|row| fits(row)).collect::<Vec<_>>();
        let found = ways.into_iter().map(fitting).find(|found| !found.is_empty()).unwrap_or_default();
        let shown: String = text.chars().take(64).collect();
        match found.as_slice() {
            [one] => Ok(one.event.event_id),
            [] => {
                let message = format!("There is no event {shown:?}. `wicket events` lists them.");
                Err(Fault::new(Code::NotFound, message))
            }
            several => {
                let names: Vec<_> = several.iter().take(5).map(|row| row.event.name.as_str()).collect();
                let message = format!("{shown:?} fits several events: {}. Use the id.", names.join(", "));
                Err(Fault::new(Code::Ambiguous, message))
            }
        }
    }

    /// Adds an event from a seating-plan file. A refused plan changes nothing. Gives its id and the plan's warnings.
    pub fn import_event(
        &self,
        by: &Actor,
        json: &[u8],
        draft: &EventDraft,
    ) -> Result<(EventId, Warnings), Fault> {
        let imported = plan::import(json).map_err(|refused| plan_refused(&refused))?;
        let Imported { plan, warnings: notes, warnings_total: total } = imported;
        let own = self.own()?;
        let now = self.clock.now();
        draft.check()?;
        let random = self.random.as_ref();
        let prepared = Prepared::new(EventId::new(now, draw(random)?), now, plan, draft, false)?;
        let issuer = trusted(own.station_id, own.key.verifying_key().to_bytes());
        let event_id = self.write(|tx| {
            let event_id = prepared.insert(tx, &issuer, random)?;
            let body = serde_json::json!({ "eventId": event_id, "name": prepared.event.name });
            self.books(tx).enter(now, &by.text(), "event_added", &body.to_string())?;
            Ok(event_id)
        })?;
        self.keys().forget_issuers();
        let mut unprintable = event_notes(&prepared.event);
        unprintable.extend(plan_notes(&prepared.plan));
        let total = total + unprintable.len();
        unprintable.extend(notes);
        Ok((event_id, Warnings { notes: unprintable, total }))
    }

    /// Brings the sample events into a station that is set up and has none.
    pub fn add_sample(&self, by: &Actor) -> Result<u32, Fault> {
        let own = self.own()?;
        let now = self.clock.now();
        let issuer = trusted(own.station_id, own.key.verifying_key().to_bytes());
        let samples = self.sample_events(now)?;
        self.write(|tx| {
            if tx.events()?.iter().any(|row| row.event.sample) {
                return Err(Fault::new(Code::InUse, "The sample events are here already."));
            }
            for event in &samples {
                event.insert(tx, &issuer, self.random.as_ref())?;
            }
            self.books(tx).enter(now, &by.text(), "sample_added", "{}")
        })?;
        self.keys().forget_issuers();
        Ok(u32::try_from(samples.len()).unwrap_or(u32::MAX))
    }

    /// Removes the sample events. Those that have sold something leave the lists and keep their orders.
    pub fn remove_sample(&self, by: &Actor) -> Result<u32, Fault> {
        let now = self.clock.now();
        let removed = self.write(|tx| {
            let samples: Vec<_> = tx.events()?.into_iter().filter(|row| row.event.sample).collect();
            for row in &samples {
                tx.remove_event(row.event_no, now)?;
            }
            self.books(tx).enter(now, &by.text(), "sample_removed", "{}")?;
            Ok(samples.len())
        })?;
        self.keys().forget_issuers();
        Ok(u32::try_from(removed).unwrap_or(u32::MAX))
    }

    pub(crate) fn sample_events(&self, now: Timestamp) -> Result<Vec<Prepared>, Fault> {
        let arena = sample::arena().map_err(|refused| plan_refused(&refused))?;
        let samples = sample::events(now).into_iter().zip(0..).map(|(sample, place)| {
            // All in one millisecond, two of them could come to look alike in tokens.
            let made_at = now.checked_add(SignedDuration::from_millis(place)).unwrap_or(now);
            let line = |(category, price)| CategoryPrice { category, price };
            let venue = VenueDraft {
                name: Some(sample.venue_name),
                address: Some(sample.venue_address),
                time_zone: sample.time_zone,
            };
            let draft = EventDraft {
                name: sample.name,
                kind: sample.kind,
                venue,
                starts_at: sample.starts,
                currency: Currency::USD,
                prices: sample.prices.into_iter().map(line).collect(),
                standing: sample.standing,
                hours: HoursDraft::default(),
            };
            let event_id = EventId::new(made_at, draw(self.random.as_ref())?);
            Prepared::new(event_id, made_at, arena.clone(), &draft, true)
        });
        samples.collect()
    }
}

fn summary(read: &Read<'_>, row: EventRow, claims: bool, now: Timestamp) -> Result<EventSummary, Fault> {
    let standing = read.standing(row.event_no)?;
    let standing_sold: u32 = standing.iter().map(|area| area.sold).sum();
    let own_only = own_only(&row, claims);
    let seats_free = if own_only {
        read.seats_own_free(row.event_no, now)?
    } else {
        let elsewhere =
            if row.publication.is_shared() { read.seats_elsewhere(row.event_no, now)? } else { 0 };
        let gone = read.seats_kept(row.event_no, now)?.saturating_add(elsewhere);
        row.seats.saturating_sub(row.sold.saturating_sub(standing_sold)).saturating_sub(gone)
    };
    let categories = read.categories(row.event_no)?;
    let prices = || categories.iter().map(|category| category.price);
    let money = |minor: Option<i64>| Money::new(minor.unwrap_or(0), row.event.currency);
    Ok(EventSummary {
        seats_free,
        seats_total: row.seats,
        standing_free: standing.iter().map(|area| places_left(area, claims)).fold(0, u32::saturating_add),
        standing_total: standing.iter().map(|area| area.capacity).fold(0, u32::saturating_add),
        own_only,
        sold: row.sold.saturating_add(row.sold_elsewhere),
        admitted: row.admitted,
        price_from: money(prices().min()),
        price_to: money(prices().max()),
        hours: row.event.hours(),
        event: row.event,
    })
}

/// Says what is wrong with a plan: the first faults, one a line.
pub fn plan_refused(refused: &plan::Refused) -> Fault {
    let lines: Vec<_> =
        refused.faults.iter().map(|note| format!("{}: {}", note.path, note.message)).collect();
    let message =
        format!("The seating plan was not imported, {} to mend:\n{}", refused.total, lines.join("\n"));
    Fault::new(Code::PlanRefused, message)
}

fn check_zone(name: &str) -> Result<(), Fault> {
    jiff::tz::TimeZone::get(name).map(|_| ()).map_err(|_| {
        let message =
            format!("{name:?} is not a time zone. Use one like Europe/Berlin or America/Los_Angeles.");
        Fault::new(Code::BadInput, message)
    })
}
