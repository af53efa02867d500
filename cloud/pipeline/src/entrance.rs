//! The way in for whatever a station asks: its signature, its time, its count and its approval are looked at once, here,
//! for every door.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use wicket_domain::cloud::rules::station_key;
use wicket_domain::cloud::{Approval, StationRecord, VenueId};
use wicket_domain::door::{
    Audience, Counters, Door, Heard, REQUEST_AGE_MAX_MS, Refusal, Request, SIGNATURE_HEADER,
};
use wicket_domain::table::{Condition, Item, Write};

use crate::fault::Fault;
use crate::http::{HttpAnswer, HttpEvent};
use crate::stations::record;
use crate::world::{World, Written};

/// Two requests of one station that come at the same moment get in one after the other.
const TRIES: usize = 5;

/// Seconds from its last hello until a station that nobody let in is forgotten.
const PENDING_KEPT_SECONDS: i64 = 7 * 24 * 3_600;

/// When a pending station's row goes, in seconds, as DynamoDB wants it.
pub(crate) const fn forgotten_at(now: i64) -> i64 {
    now / 1_000 + PENDING_KEPT_SECONDS
}

/// Why somebody does not get in.
#[derive(Debug)]
pub(crate) enum Shut {
    /// They are told why.
    Refused(Refusal),
    /// Not now.
    Fault(Fault),
}

impl From<Fault> for Shut {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Refusal> for Shut {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A request that has a form and a signature; nobody has looked at whose it is yet.
pub(crate) struct Knock<Ask> {
    pub(crate) venue: VenueId,
    door: Door,
    body: String,
    signature: String,
    pub(crate) request: Request<Ask>,
}

/// Who got in: the station as its row says, and whether its request was heard before.
pub(crate) struct Visitor {
    pub(crate) station: StationRecord,
    pub(crate) heard: Heard,
}

/// Who stands at the door with a request that is theirs. Its count has still to be noted.
pub(crate) struct Entry {
    pub(crate) visitor: Visitor,
    /// Notes the count, if the station's row stands as it was read; none where it was noted before.
    pub(crate) note: Option<Write>,
}

impl<Ask: DeserializeOwned> Knock<Ask> {
    /// Reads a request, and looks at its time.
    pub(crate) fn of(world: &World, event: &HttpEvent, door: Door) -> Result<Self, Shut> {
        let venue = event.path_parameters.as_ref().and_then(|path| path.get("venue")?.parse().ok());
        let body = event.text().map_err(|_| Refusal::Form)?;
        if body.len() > door.body_max() {
            return Err(Refusal::Form.into());
        }
        let request: Request<Ask> = serde_json::from_str(&body).map_err(|_| Refusal::Form)?;
        let signature = event.header(SIGNATURE_HEADER).ok_or(Refusal::Signature)?.to_owned();
        if request.sent_at.abs_diff(world.millis()) > REQUEST_AGE_MAX_MS {
            return Err(Refusal::Time.into());
        }
        Ok(Self { venue: venue.ok_or(Refusal::Form)?, door, body, signature, request })
    }

    /// Whether that key has signed it.
    pub(crate) fn is_signed_by(&self, world: &World, public_key: &str) -> bool {
        let audience = Audience { environment: world.environment.clone(), venue: self.venue.clone() };
        audience.has_signed_request(public_key, self.door, &self.body, &self.signature)
    }

    /// The station that asks, once its signature holds and its count is noted. Its approval is not looked at.
    pub(crate) async fn enter(&self, world: &World) -> Result<Visitor, Shut> {
        for _ in 0..TRIES {
            let Entry { visitor, note } = self.look(world).await?;
            let Some(note) = note else { return Ok(visitor) };
            if let Written::Yes(_) = world.write(note).await? {
                return Ok(visitor);
            }
        }
        Err(Fault::Waiting("the station's row is being written by others").into())
    }

    /// The same for a station that a desk has let in, as a kind that this door is open to, with the one copy of its file.
    pub(crate) async fn enter_let_in(&self, world: &World) -> Result<Visitor, Shut> {
        let visitor = self.enter(world).await?;
        may_pass(&visitor, self.door)?;
        Ok(visitor)
    }

    /// The station that asks, once its signature holds.
    async fn look(&self, world: &World) -> Result<Entry, Shut> {
        let key = station_key(&self.venue, self.request.station_id);
        let item = world.read(key.clone()).await?.ok_or(Refusal::Unknown)?;
        let mut counters = counters(&item);
        let known = item.get("counter").cloned();
        let station = record(item)?;
        if !self.is_signed_by(world, &station.public_key) {
            return Err(Refusal::Signature.into());
        }
        let heard = counters.hear(self.request.counter, self.request.request_id);
        let counter =
            known.map_or_else(|| Condition::lacks("counter"), |counter| Condition::is("counter", counter));
        let now = world.millis();
        let pending = station.approval == Approval::Pending;
        // An approval at this moment must not be followed by a row that expires.
        let stands = counter
            .and(Condition::is("approval", station.approval.as_str()))
            .and(Condition::is("epoch", station.epoch));
        let note = (heard == Heard::First).then(|| {
            counted(Write::to(key), &counters)
                .set("lastSeen", now)
                .set_or_remove("expiresAt", pending.then(|| forgotten_at(now)))
                .only_if(stands)
        });
        Ok(Entry { visitor: Visitor { station, heard }, note })
    }

    /// The same for a station that may enter. Whoever may not has their count noted all the same.
    pub(crate) async fn look_let_in(&self, world: &World) -> Result<Entry, Shut> {
        let entry = self.look(world).await?;
        if may_pass(&entry.visitor, self.door).is_err() {
            // It may have been let in meanwhile.
            let visitor = self.enter_let_in(world).await?;
            return Ok(Entry { visitor, note: None });
        }
        Ok(entry)
    }
}

/// Whether a station gets through a door with this request.
const fn may_pass(visitor: &Visitor, door: Door) -> Result<(), Shut> {
    if matches!(visitor.heard, Heard::Copy) {
        return Err(Shut::Refused(Refusal::Copy));
    }
    may_enter(&visitor.station, door)
}

/// Whether a station gets through a door.
pub(crate) const fn may_enter(station: &StationRecord, door: Door) -> Result<(), Shut> {
    match station.approval {
        Approval::Pending => Err(Shut::Refused(Refusal::Pending)),
        Approval::Revoked => Err(Shut::Refused(Refusal::Revoked)),
        Approval::Approved if door.is_open_to(station.kind) => Ok(()),
        Approval::Approved => Err(Shut::Refused(Refusal::Kind)),
    }
}

/// The counts in a station's item.
pub(crate) fn counters(item: &Item) -> Counters {
    let highest = item.number("counter").and_then(|counter| u64::try_from(counter).ok()).unwrap_or(0);
    Counters::read(highest, item.text("recent").unwrap_or_default())
}

/// The same, written.
pub(crate) fn counted(write: Write, counters: &Counters) -> Write {
    write.set("counter", counters.highest()).set("recent", counters.recent())
}

/// Which door a request stands at.
pub(crate) fn door(event: &HttpEvent) -> Result<Door, Fault> {
    let route = event.route_key.as_deref().unwrap_or_default();
    Door::of_route(route).ok_or_else(|| Fault::Broken("a route that leads here and is no door".to_owned()))
}

/// An answer's JSON.
pub(crate) fn said(answer: &impl Serialize) -> Result<HttpAnswer, Shut> {
    Ok(HttpAnswer::said(200, answer).map_err(Fault::from)?)
}

/// What somebody is told who did not get in, or what they asked for.
pub(crate) fn answer(door: Door, outcome: Result<HttpAnswer, Shut>) -> HttpAnswer {
    match outcome {
        Ok(answer) => answer,
        Err(Shut::Refused(refusal)) => {
            tracing::info!(door = door.as_str(), refusal = ?refusal, "a request was refused");
            HttpAnswer::json(status(refusal), &json!({ "refusal": refusal }))
        }
        Err(Shut::Fault(fault)) => {
            tracing::error!(door = door.as_str(), fault = %fault, "a request could not be dealt with");
            HttpAnswer::later()
        }
    }
}

const fn status(refusal: Refusal) -> u16 {
    match refusal {
        Refusal::Form => 400,
        Refusal::Signature | Refusal::Time => 401,
        Refusal::Unknown | Refusal::Event => 404,
        Refusal::Pending | Refusal::Revoked | Refusal::Kind | Refusal::Itself => 403,
        Refusal::Copy | Refusal::Key | Refusal::Collision => 409,
    }
}
