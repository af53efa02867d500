//! `StationRegistrar`: the register of stations. It alone writes who a station is, what it may do and since when.
//!
//! A station that says hello for the first time is pending: it can do nothing until a desk of its house has let it in.
//! The first desk of a house lets itself in. Who gets as far as that door is told by IAM (`docs/deploy.md`).

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use wicket_domain::cloud::rules::station_key;
use wicket_domain::cloud::{Approval, StationKind, StationRecord, VenueId, is_public_key};
use wicket_domain::door::{
    Approve, Counters, Door, Fence, Heard, Hello, Refusal, Revoke, Standing, StationsAnswer, StationsAsk,
    Welcome,
};
use wicket_domain::id::StationId;
use wicket_domain::pipeline::{web_shop_id, wire};
use wicket_domain::table::{Condition, Table, Write};

use crate::entrance::{self, Knock, Shut, Visitor, answer, counted, counters, forgotten_at, may_enter, said};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::http::{HttpAnswer, HttpEvent};
use crate::issuer;
use crate::stations::{self, founded_key};
use crate::world::{Transacted, World, Written};

/// Letters of a Wicket's version.
const SOFTWARE_MAX: usize = 32;

/// The function.
pub struct StationRegistrar {
    world: World,
    /// The public half of the cloud's own key, once it was read.
    web_shop: RefCell<Option<String>>,
}

impl Function for StationRegistrar {
    type Event = HttpEvent;
    type Answer = HttpAnswer;

    const NEEDS: &'static [Need] = &[Need::Table(Table::Stations)];

    fn new(world: World) -> Self {
        Self { world, web_shop: RefCell::default() }
    }

    async fn handle(&self, event: HttpEvent, _: &Call) -> Result<HttpAnswer, Fault> {
        let door = entrance::door(&event)?;
        let outcome = match door {
            Door::Hello => self.hello(&event).await,
            Door::Stations => self.stations(&event).await,
            Door::Approve => self.approve(&event).await,
            Door::Revoke => self.revoke(&event).await,
            Door::Fence => self.fence(&event).await,
            _ => return Err(Fault::Broken("another function's door".to_owned())),
        };
        Ok(answer(door, outcome))
    }
}

impl StationRegistrar {
    fn knock<Ask: DeserializeOwned>(&self, event: &HttpEvent, door: Door) -> Result<Knock<Ask>, Shut> {
        Knock::of(&self.world, event, door)
    }

    async fn hello(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<Hello> = self.knock(event, Door::Hello)?;
        let hello = &knock.request.ask;
        let sound = wire::is_name(&hello.name)
            && is_public_key(&hello.public_key)
            && hello.software.len() <= SOFTWARE_MAX
            && hello.software.bytes().all(|sign| sign.is_ascii_graphic());
        if !sound {
            return Err(Refusal::Form.into());
        }
        let visitor = match knock.enter(&self.world).await {
            Err(Shut::Refused(Refusal::Unknown)) => self.meet(&knock).await?,
            // Somebody else's key in this hello: the id was met with another one.
            Err(Shut::Refused(Refusal::Signature)) if knock.is_signed_by(&self.world, &hello.public_key) => {
                return Err(Refusal::Key.into());
            }
            entered => entered?,
        };
        let Visitor { mut station, heard } = visitor;
        let standing = match heard {
            _ if hello.resume => Standing::Known,
            Heard::Copy => Standing::Copy,
            Heard::First | Heard::Again if hello.sequence < station.last_sequence => Standing::Old,
            Heard::First | Heard::Again => Standing::Known,
        };
        let counter = if hello.resume { self.resume(&knock).await? } else { knock.request.counter };
        if standing == Standing::Known {
            self.describe(&knock, &mut station).await?;
        }
        let founded = self.is_founded(&knock).await?;
        let StationRecord { approval, kind, epoch, last_sequence, .. } = station;
        let welcome = Welcome { standing, approval, kind, epoch, founded, counter, last_sequence };
        said(&welcome)
    }

    /// A station that nobody has met: its key is its own from now on.
    async fn meet(&self, knock: &Knock<Hello>) -> Result<Visitor, Shut> {
        let hello = &knock.request.ask;
        if !knock.is_signed_by(&self.world, &hello.public_key) {
            return Err(Refusal::Signature.into());
        }
        let now = self.world.millis();
        let station = StationRecord {
            venue: knock.venue.clone(),
            station_id: knock.request.station_id,
            name: hello.name.clone(),
            kind: hello.kind,
            public_key: hello.public_key.to_ascii_lowercase(),
            approval: Approval::Pending,
            decided_by: None,
            epoch: hello.epoch.max(1),
            last_sequence: 0,
            last_seen: now,
            software: hello.software.clone(),
        };
        let mut counters = Counters::default();
        let heard = counters.hear(knock.request.counter, knock.request.request_id);
        let write = Write::to(station_key(&knock.venue, station.station_id))
            .set_record(&station)
            .map_err(Fault::from)?
            .set("expiresAt", forgotten_at(now))
            .only_if(Condition::lacks("stationId"));
        match self.world.write(counted(write, &counters)).await? {
            Written::Yes(_) => {
                tracing::info!(venue = %knock.venue, station = %station.station_id, "a station was met");
                Ok(Visitor { station, heard })
            }
            // The same hello, a moment ago.
            Written::No(_) => knock.enter(&self.world).await,
        }
    }

    /// Lets this file count on where no other copy of it has counted. Asked again, it counts on from further.
    async fn resume(&self, knock: &Knock<Hello>) -> Result<u64, Shut> {
        let key = station_key(&knock.venue, knock.request.station_id);
        let item = self.world.read(key.clone()).await?.ok_or(Refusal::Unknown)?;
        let mut counters = counters(&item);
        let unchanged = Condition::is("counter", counters.highest());
        counters.leap();
        let write = counted(Write::to(key), &counters).only_if(unchanged);
        match self.world.write(write).await? {
            Written::Yes(_) => {
                tracing::warn!(venue = %knock.venue, station = %knock.request.station_id, "a file goes on");
                Ok(counters.highest())
            }
            Written::No(_) => Err(Fault::Waiting("the station's row is being written by others").into()),
        }
    }

    /// A station's name, and what it is for while nobody has decided that.
    async fn describe(&self, knock: &Knock<Hello>, station: &mut StationRecord) -> Result<(), Fault> {
        let hello = &knock.request.ask;
        let kind = if station.approval == Approval::Pending { hello.kind } else { station.kind };
        if (&hello.name, &hello.software, kind) == (&station.name, &station.software, station.kind) {
            return Ok(());
        }
        let write = Write::to(station_key(&knock.venue, station.station_id))
            .set("name", &hello.name)
            .set("software", &hello.software)
            .set("kind", kind.as_str())
            .only_if(Condition::is("approval", station.approval.as_str()));
        if let Written::Yes(_) = self.world.write(write).await? {
            station.kind = kind;
        }
        Ok(())
    }

    async fn stations(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<StationsAsk> = self.knock(event, Door::Stations)?;
        let visitor = knock.enter(&self.world).await?;
        if visitor.heard == Heard::Copy {
            return Err(Refusal::Copy.into());
        }
        // A desk that is about to found its house sees that nobody else is there.
        let founds = visitor.station.approval == Approval::Pending && !self.is_founded(&knock).await?;
        if !founds {
            may_enter(&visitor.station, Door::Stations)?;
        }
        let stations =
            self.with_web_shop(&knock.venue, stations::all(&self.world, &knock.venue).await?).await?;
        said(&StationsAnswer { stations })
    }

    /// The stations of a house and the web shop, which issues tickets with the cloud's key. A desk lets it in like any
    /// station; it waits until then.
    async fn with_web_shop(
        &self,
        venue: &VenueId,
        mut stations: Vec<StationRecord>,
    ) -> Result<Vec<StationRecord>, Fault> {
        let Some(public_key) = self.web_shop_key().await? else { return Ok(stations) };
        let station_id = web_shop_id(&public_key);
        if stations.iter().any(|station| station.station_id == station_id) {
            return Ok(stations);
        }
        let record = StationRecord {
            venue: venue.clone(),
            station_id,
            name: "Web shop".to_owned(),
            kind: StationKind::Kiosk,
            public_key,
            approval: Approval::Pending,
            decided_by: None,
            epoch: 1,
            last_sequence: 0,
            last_seen: self.world.millis(),
            software: String::new(),
        };
        let write = Write::to(station_key(venue, station_id)).set_record(&record)?;
        if let Written::Yes(_) = self.world.write(write.only_if(Condition::lacks("stationId"))).await? {
            stations.push(record);
        }
        Ok(stations)
    }

    /// The public half of the cloud's own key; none where the cloud has not said it yet.
    async fn web_shop_key(&self) -> Result<Option<String>, Fault> {
        let known = self.web_shop.borrow().clone();
        if known.is_some() {
            return Ok(known);
        }
        let item = self.world.read(issuer::row_key()).await?;
        let key = item.as_ref().and_then(|item| item.text("publicKey")).map(str::to_owned);
        self.web_shop.replace(key.clone());
        Ok(key)
    }

    async fn is_founded<Ask>(&self, knock: &Knock<Ask>) -> Result<bool, Fault> {
        Ok(self.world.read(founded_key(&knock.venue)).await?.is_some())
    }

    async fn approve(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<Approve> = self.knock(event, Door::Approve)?;
        let visitor = knock.enter(&self.world).await?;
        if visitor.heard == Heard::Copy {
            return Err(Refusal::Copy.into());
        }
        let ask = &knock.request.ask;
        if !wire::is_name(&ask.by) {
            return Err(Refusal::Form.into());
        }
        let desk = &visitor.station;
        let founds = desk.approval == Approval::Pending
            && desk.station_id == ask.station_id
            && ask.kind == StationKind::Desk
            && !self.is_founded(&knock).await?;
        if !founds {
            may_enter(desk, Door::Approve)?;
        }
        let all = stations::all(&self.world, &knock.venue).await?;
        let station = all.iter().find(|station| station.station_id == ask.station_id);
        let station = station.ok_or(Refusal::Unknown)?;
        if station.public_key != ask.public_key {
            return Err(Refusal::Key.into());
        }
        let collides = |other: &StationRecord| {
            other.station_id != station.station_id
                && other.approval != Approval::Pending
                && other.key_id() == station.key_id()
        };
        if all.iter().any(collides) {
            return Err(Refusal::Collision.into());
        }
        let not_shut_out = [Approval::Pending, Approval::Approved].map(Approval::as_str);
        let approved = Write::to(station_key(&knock.venue, ask.station_id))
            .set("approval", Approval::Approved.as_str())
            .set("kind", ask.kind.as_str())
            .set("decidedBy", &ask.by)
            .remove("expiresAt")
            .only_if(
                Condition::is("publicKey", &ask.public_key)
                    .and(Condition::is_one_of("approval", not_shut_out)),
            );
        let founding = Write::to(founded_key(&knock.venue))
            .set("desk", desk.station_id.to_string())
            .set("at", self.world.millis())
            .only_if(Condition::lacks("desk"));
        let writes = if founds { vec![founding, approved] } else { vec![approved] };
        match self.world.tables.transact(writes).await? {
            Transacted::Done => {}
            Transacted::InTheWay => return Err(Fault::Waiting("the register is being written").into()),
            Transacted::Refused(_) if founds => return Err(Refusal::Pending.into()),
            Transacted::Refused(_) => return Err(Refusal::Revoked.into()),
        }
        tracing::info!(venue = %knock.venue, station = %ask.station_id, desk = %desk.station_id,
            kind = ask.kind.as_str(), "a station was let in");
        self.told(&knock, ask.station_id).await
    }

    async fn revoke(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<Revoke> = self.knock(event, Door::Revoke)?;
        let visitor = knock.enter_let_in(&self.world).await?;
        let (ask, desk) = (&knock.request.ask, &visitor.station);
        check_other(desk, ask.station_id, &ask.by)?;
        // Asked again, it raises the epoch no further.
        let write = Write::to(station_key(&knock.venue, ask.station_id))
            .set("approval", Approval::Revoked.as_str())
            .set("decidedBy", &ask.by)
            .add("epoch", 1)
            .remove("expiresAt")
            .only_if(Condition::has("publicKey").and(!Condition::is("approval", Approval::Revoked.as_str())));
        if let Written::No(None) = self.world.write(write).await? {
            return Err(Refusal::Unknown.into());
        }
        tracing::info!(venue = %knock.venue, station = %ask.station_id, desk = %desk.station_id, "shut out");
        self.told(&knock, ask.station_id).await
    }

    async fn fence(&self, event: &HttpEvent) -> Result<HttpAnswer, Shut> {
        let knock: Knock<Fence> = self.knock(event, Door::Fence)?;
        let visitor = knock.enter_let_in(&self.world).await?;
        let (ask, desk) = (&knock.request.ask, &visitor.station);
        check_other(desk, ask.station_id, &ask.by)?;
        let write = Write::to(station_key(&knock.venue, ask.station_id))
            .set("epoch", ask.epoch.saturating_add(1))
            .set("decidedBy", &ask.by)
            .only_if(Condition::has("publicKey").and(Condition::is("epoch", ask.epoch)));
        // Raised already, by this desk a moment ago or by another one: either way it is fenced.
        if let Written::Yes(_) = self.world.write(write).await? {
            tracing::warn!(venue = %knock.venue, station = %ask.station_id, desk = %desk.station_id, "fenced");
        }
        self.told(&knock, ask.station_id).await
    }

    /// A station as it stands now.
    async fn told<Ask>(&self, knock: &Knock<Ask>, station: StationId) -> Result<HttpAnswer, Shut> {
        let station = stations::station(&self.world, &knock.venue, station).await?;
        said(&station.ok_or(Refusal::Unknown)?)
    }
}

/// Refuses what a desk decides about itself, and what nobody has put a name to.
fn check_other(desk: &StationRecord, about: StationId, by: &str) -> Result<(), Shut> {
    if !wire::is_name(by) {
        return Err(Refusal::Form.into());
    }
    if about == desk.station_id { Err(Refusal::Itself.into()) } else { Ok(()) }
}
