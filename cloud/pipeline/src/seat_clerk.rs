//! `SeatClerk`: who may sell what (`docs/contract.md`, "Seat ownership"). Stations claim here and give back, and a desk
//! takes back what a fenced station had.
//!
//! What makes seats a station's own is one transaction that also checks the station's epoch and notes the count of its
//! request, so a station that was fenced owns nothing from then on. One seat that is put into a cart, or back, is one write
//! after a look at the epoch: a hold ends by time and nobody sells from it, so one that is a moment late does no harm.

use std::time::Duration;

use serde::de::DeserializeOwned;
use wicket_domain::cloud::rules::{self, Claimant, KnownGrant, seat_key};
use wicket_domain::cloud::{GrantRecord, SeatRecord, grant_id};
use wicket_domain::door::{
    Claim, ClaimAnswer, ClaimAsk, Door, Goal, HOLD_MAX_MS, Reclaim, Reclaimed, Refusal, SEATS_IN_A_CLAIM,
};
use wicket_domain::id::EventId;
use wicket_domain::pipeline::wire;
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Item, Key, Table, Value, Write};

use crate::entrance::{self, Entry, Knock, Shut, answer, said};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::houses::Houses;
use crate::http::{HttpAnswer, HttpEvent};
use crate::stations;
use crate::world::{self, Find, Transacted, World, Written};

/// Milliseconds before each try. Two transactions on one item at the same moment cancel each other.
const AFTER_CONFLICT: [u64; 4] = [0, 20, 60, 140];

/// The function.
pub struct SeatClerk {
    world: World,
    houses: Houses,
}

/// What became of a claim. A refusal's part is the seat's place in it.
enum Claimed {
    Done,
    Fenced,
    Refused(Vec<world::Refusal>),
}

impl Function for SeatClerk {
    type Event = HttpEvent;
    type Answer = HttpAnswer;

    const NEEDS: &'static [Need] =
        &[Need::Table(Table::Stations), Need::Table(Table::SeatInventory), Need::Table(Table::Events)];

    fn new(world: World) -> Self {
        Self { world, houses: Houses::default() }
    }

    async fn handle(&self, event: HttpEvent, _: &Call) -> Result<HttpAnswer, Fault> {
        let door = entrance::door(&event)?;
        let outcome = match door {
            Door::Claims => self.claims(&event).await,
            Door::Reclaim => self.reclaim(&event).await,
            _ => return Err(Fault::Broken("another function's door".to_owned())),
        };
        Ok(answer(door, outcome))
    }
}

impl SeatClerk {
    async fn claims(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<ClaimAsk> = Knock::of(&self.world, event, Door::Claims)?;
        let mut entry = knock.look_let_in(&self.world).await?;
        let answer = self.claim(&knock, &mut entry).await;
        // The count stands in the transaction of a claim that was made.
        if entry.note.is_some() {
            knock.enter(&self.world).await?;
        }
        said(&answer?)
    }

    async fn claim(&self, knock: &Knock<ClaimAsk>, entry: &mut Entry) -> Result<ClaimAnswer, Shut> {
        let ask = &knock.request.ask;
        self.houses.check(&self.world, &knock.venue, ask.event_id).await?;
        match &ask.claim {
            Claim::Seats { goal, seats } => self.claim_seats(knock, entry, *goal, seats).await,
            Claim::Places { area_id, change, version } => {
                self.claim_places(knock, entry, area_id, (*version, *change)).await
            }
        }
    }

    async fn claim_seats(
        &self,
        knock: &Knock<ClaimAsk>,
        entry: &mut Entry,
        goal: Goal,
        seats: &[(SeatId, u64)],
    ) -> Result<ClaimAnswer, Shut> {
        let (event, who) = (knock.request.ask.event_id, claimant(knock));
        let mut ids: Vec<_> = seats.iter().map(|(seat, _)| seat).collect();
        ids.sort_unstable();
        ids.dedup();
        let sound = (1..=SEATS_IN_A_CLAIM).contains(&seats.len())
            && ids.len() == seats.len()
            && ids.iter().all(|seat| wire::is_seat_id(seat.as_str()) && seat.standing_area().is_none());
        if !sound {
            return Err(Refusal::Form.into());
        }
        let (concert, now) = (event.to_string(), self.world.millis());
        let until = match goal {
            Goal::Hold { for_ms } => Some(now.saturating_add(for_ms.min(HOLD_MAX_MS).into())),
            Goal::Own | Goal::Release => None,
        };
        let one = |(seat, version): &(SeatId, u64)| {
            let key = seat_key(&concert, seat);
            match (goal, until) {
                (Goal::Release, _) => rules::release(key, who.station, *version, now),
                (_, Some(until)) => rules::hold(key, who, *version, until, now),
                (_, None) => rules::own(key, who, *version, now),
            }
        };
        let claimed = match seats {
            [seat] if goal != Goal::Own => self.write(knock, entry, one(seat)).await?,
            _ => self.transact(knock, entry, seats.iter().map(one).collect()).await?,
        };
        let in_the_way = match claimed {
            Claimed::Done => return Ok(ClaimAnswer::Done { until, granted: None }),
            Claimed::Fenced => return Ok(ClaimAnswer::Fenced),
            Claimed::Refused(refusals) => refusals,
        };
        let (mut records, mut unknown) = (Vec::new(), Vec::new());
        for refusal in in_the_way {
            match (refusal.item, seats.get(refusal.part)) {
                (Some(item), _) => records.push(item.read::<SeatRecord>().map_err(Fault::from)?),
                (None, Some((seat, _))) => unknown.push(seat.clone()),
                (None, None) => {}
            }
        }
        Ok(ClaimAnswer::Refused { seats: records, unknown, grant: None, counter: None })
    }

    async fn claim_places(
        &self,
        knock: &Knock<ClaimAsk>,
        entry: &mut Entry,
        area_id: &str,
        (version, change): (u64, i64),
    ) -> Result<ClaimAnswer, Shut> {
        let who = claimant(knock);
        let area = SeatId::standing(area_id);
        if !wire::is_seat_id(area.as_str()) {
            return Err(Refusal::Form.into());
        }
        let concert = knock.request.ask.event_id.to_string();
        let grant_key = seat_key(&concert, &grant_id(who.station, area_id));
        let grant: Option<GrantRecord> = self.record(grant_key.clone()).await?;
        let known = grant.as_ref().map_or(KnownGrant { version: 0, granted: 0 }, |grant| KnownGrant {
            version: grant.version,
            granted: grant.granted,
        });
        if known.version == version {
            let now = self.world.millis();
            let moved =
                rules::move_places(&concert, area_id, who, known, change, now).ok_or(Refusal::Form)?;
            match self.transact(knock, entry, moved.into()).await? {
                Claimed::Done => {
                    let granted = i64::from(known.granted).saturating_add(change);
                    return Ok(ClaimAnswer::Done { until: None, granted: u32::try_from(granted).ok() });
                }
                Claimed::Fenced => return Ok(ClaimAnswer::Fenced),
                Claimed::Refused(_) => {}
            }
        }
        let grant = self.record(grant_key).await?;
        let counter = self.record(seat_key(&concert, &area)).await?;
        Ok(ClaimAnswer::Refused { seats: Vec::new(), unknown: Vec::new(), grant, counter })
    }

    async fn record<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, Fault> {
        Ok(self.world.read(key).await?.map(Item::read).transpose()?)
    }

    /// Makes a write after a look at the epoch.
    async fn write(&self, knock: &Knock<ClaimAsk>, entry: &mut Entry, write: Write) -> Result<Claimed, Shut> {
        if entry.note.take().is_some() {
            entry.visitor = knock.enter_let_in(&self.world).await?;
        }
        if entry.visitor.station.epoch != knock.request.ask.epoch {
            return Ok(Claimed::Fenced);
        }
        Ok(match self.world.write(write).await? {
            Written::Yes(_) => Claimed::Done,
            Written::No(item) => Claimed::Refused(vec![world::Refusal { part: 0, item }]),
        })
    }

    /// Makes these writes, all or none, if the station stands in the epoch that it says. Notes its count with them.
    async fn transact(
        &self,
        knock: &Knock<ClaimAsk>,
        entry: &mut Entry,
        writes: Vec<Write>,
    ) -> Result<Claimed, Shut> {
        let who = claimant(knock);
        for pause in AFTER_CONFLICT {
            if pause > 0 {
                self.world.time.sleep(Duration::from_millis(pause)).await;
                *entry = knock.look_let_in(&self.world).await?;
            }
            if entry.visitor.station.epoch != who.epoch {
                return Ok(Claimed::Fenced);
            }
            let fence =
                entry.note.clone().unwrap_or_else(|| rules::fence(&knock.venue, who.station, who.epoch));
            let all = std::iter::once(fence).chain(writes.iter().cloned()).collect();
            match self.world.tables.transact(all).await? {
                Transacted::Done => {
                    entry.note = None;
                    return Ok(Claimed::Done);
                }
                // Another request of the station was noted, or it was fenced: the next look tells.
                Transacted::Refused(refusals) if refusals.iter().any(|refusal| refusal.part == 0) => {}
                Transacted::Refused(refusals) => {
                    let seat = |refusal: world::Refusal| world::Refusal {
                        part: refusal.part.saturating_sub(1),
                        ..refusal
                    };
                    return Ok(Claimed::Refused(refusals.into_iter().map(seat).collect()));
                }
                // Perhaps only somebody who says hello as this very station.
                Transacted::InTheWay => {}
            }
        }
        Err(Fault::Waiting("these seats are being claimed by others").into())
    }

    async fn reclaim(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<Reclaim> = Knock::of(&self.world, event, Door::Reclaim)?;
        knock.enter_let_in(&self.world).await?;
        let Reclaim { station_id, event_id, after } = knock.request.ask;
        self.houses.check(&self.world, &knock.venue, event_id).await?;
        let station =
            stations::station(&self.world, &knock.venue, station_id).await?.ok_or(Refusal::Unknown)?;
        let who = Claimant { station: station_id, epoch: station.epoch };
        let found = self.world.tables.find(Find {
            table: Table::SeatInventory,
            partition: event_id.to_string(),
            after: after.map(|seat| seat.as_str().into()),
            condition: rules::is_left_behind(station_id, station.epoch)
                .or(rules::is_grant_left_behind(station_id, station.epoch)),
        });
        let found = found.await?;
        let (grants, seats): (Vec<_>, Vec<_>) = found.items.into_iter().partition(|item| item.has("granted"));
        let now = self.world.millis();
        let back = seats.iter().filter_map(|seat| {
            let (id, version) = (seat.text("seatId")?, u64::try_from(seat.number("version")?).ok()?);
            let key = seat_key(&event_id.to_string(), &SeatId::new(id));
            Some(rules::release(key, station_id, version, now))
        });
        let written = self.world.tables.write_each(back.collect()).await?;
        let seats = written.iter().filter(|written| matches!(written, Written::Yes(_))).count();
        let mut places = u32::try_from(seats).unwrap_or(u32::MAX);
        for grant in grants {
            places = places.saturating_add(self.take_back(event_id, who, &grant).await?);
        }
        if places > 0 {
            tracing::warn!(event = %event_id, station = %station_id, places, "given back for a fenced station");
        }
        let next = found.next.and_then(|next| match next {
            Value::Text(seat) => Some(SeatId::new(seat)),
            _ => None,
        });
        said(&Reclaimed { places, next })
    }

    /// Gives back what of a grant nobody has sold, as far as the pipeline has heard.
    async fn take_back(&self, event: EventId, who: Claimant, grant: &Item) -> Result<u32, Fault> {
        let number = |name: &str| grant.number(name).and_then(|number| u32::try_from(number).ok());
        let area = grant
            .text("seatId")
            .and_then(|id| id.strip_prefix(grant_id(who.station, "").as_str()).map(str::to_owned));
        let (Some(area), Some(granted), Some(version)) = (area, number("granted"), number("version")) else {
            return Err(Fault::Broken("a grant's item is not a grant's".to_owned()));
        };
        // It has sold more than it had: a conflict by now, and nothing is left.
        let Some(idle) = granted.checked_sub(number("sold").unwrap_or(0)) else { return Ok(0) };
        let known = KnownGrant { version: version.into(), granted };
        let writes =
            rules::move_places(&event.to_string(), &area, who, known, -i64::from(idle), self.world.millis());
        let writes = writes.ok_or_else(|| Fault::Broken("a grant of no number of places".to_owned()))?;
        match self.world.tables.transact(writes.into()).await? {
            Transacted::Done => Ok(idle),
            Transacted::Refused(_) | Transacted::InTheWay => {
                Err(Fault::Waiting("a grant is being changed by others"))
            }
        }
    }
}

/// Who claims, in which epoch as they say.
const fn claimant(knock: &Knock<ClaimAsk>) -> Claimant {
    Claimant { station: knock.request.station_id, epoch: knock.request.ask.epoch }
}
