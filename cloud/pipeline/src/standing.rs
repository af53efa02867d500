//! Places of standing areas: counters have no seat to mark, so each order leaves a marker beside them.
//!
//! Marker and counters change in one transaction: an order counts once, however often it is heard of. What a station
//! sold comes out of its grant; what the web sold comes out of the common counter. An area whose counter refuses is
//! reported and left out; the order's other areas are counted all the same.

use std::time::Duration;

use wicket_domain::cloud::grant_id;
use wicket_domain::cloud::rules::seat_key;
use wicket_domain::pipeline::TopicMessage;
use wicket_domain::seat::SeatId;
use wicket_domain::table::{Condition, Item, Key, Write};

use crate::conflicts::facts;
use crate::fault::Fault;
use crate::inventory::SeatInventoryUpdater;
use crate::world::Transacted;

/// Between attempts of a transaction that met another on the same counter.
const CONTENDED: [u64; 4] = [20, 60, 150, 400];

/// On the marker of a station's order, once its grants were looked at after it was counted.
const CHECKED: &str = "checked";

/// What became of the transaction.
enum Counted {
    /// Marker and counters are written.
    Now,
    /// The marker was there, and whether the grants have been looked at since.
    Before { checked: bool },
    /// These areas' counters are not there, or have too little. Nothing is written.
    Refused(Vec<SeatId>),
}

impl SeatInventoryUpdater {
    pub(crate) async fn sell_standing(&self, message: &TopicMessage) -> Result<(), Fault> {
        let mut areas: Vec<(SeatId, u32)> =
            message.standing().into_iter().map(|(area, count)| (SeatId::standing(area), count)).collect();
        if areas.is_empty() {
            return Ok(());
        }
        // Each time round leaves out an area at least.
        while !areas.is_empty() {
            match self.count(message, &areas).await? {
                Counted::Now | Counted::Before { checked: false } => {
                    return self.check_grants(message, &areas).await;
                }
                Counted::Before { checked: true } => return Ok(()),
                Counted::Refused(refused) => {
                    let (without, rest): (Vec<_>, Vec<_>) =
                        areas.into_iter().partition(|(area, _)| refused.contains(area));
                    // Before the rest is counted: once the marker is there, nobody comes back to them.
                    self.report_uncounted(message, &without).await?;
                    areas = rest;
                }
            }
        }
        // None of it could be counted, and an order that is heard of again shall not try.
        self.world.write(marker(message).set(CHECKED, true)).await.map(|_| ())
    }

    async fn count(&self, message: &TopicMessage, areas: &[(SeatId, u32)]) -> Result<Counted, Fault> {
        for pause in CONTENDED {
            if let Some(counted) = self.try_to_count(message, areas).await? {
                return Ok(counted);
            }
            self.world.time.sleep(Duration::from_millis(pause)).await;
        }
        Err(Fault::Waiting("the counter is being written by others"))
    }

    /// None when another transaction was at one of the items.
    async fn try_to_count(
        &self,
        message: &TopicMessage,
        areas: &[(SeatId, u32)],
    ) -> Result<Option<Counted>, Fault> {
        let now = self.world.millis();
        let mut writes = vec![marker(message)];
        for (area, count) in areas {
            let write = Write::to(key(message, &counter(message, area))).set("updatedAt", now);
            writes.push(match message.station_id {
                Some(_) => write.add("sold", *count).only_if(Condition::has("granted")),
                None => write
                    .add("remaining", -i64::from(*count))
                    .next_version()
                    .only_if(Condition::at_least("remaining", *count)),
            });
        }
        let refusals = match self.world.tables.transact(writes).await? {
            Transacted::Done => return Ok(Some(Counted::Now)),
            Transacted::InTheWay => return Ok(None),
            Transacted::Refused(refusals) => refusals,
        };
        // The first write is the marker's.
        if let Some(marker) = refusals.iter().find(|refusal| refusal.part == 0) {
            let checked = marker.item.as_ref().is_some_and(|item| item.has(CHECKED));
            return Ok(Some(Counted::Before { checked }));
        }
        let refused = refusals.iter().filter_map(|refusal| areas.get(refusal.part.checked_sub(1)?));
        Ok(Some(Counted::Refused(refused.map(|(area, _)| area.clone()).collect())))
    }

    /// Sold without a counter that could say yes. Where the event is published that is a conflict; where it is not,
    /// nobody counts.
    async fn report_uncounted(&self, message: &TopicMessage, areas: &[(SeatId, u32)]) -> Result<(), Fault> {
        for (area, count) in areas {
            let left = self.item(message, area).await?;
            let grant = match message.station_id {
                Some(_) => self.item(message, &counter(message, area)).await?,
                None => None,
            };
            if left.is_some() || grant.is_some() {
                let item = left.unwrap_or_default();
                self.report_area(message, area, (&item, grant.as_ref()), *count).await?;
            }
        }
        Ok(())
    }

    /// A grant cannot be compared with itself in a condition, so it is looked at after the fact, once an order: an
    /// order that is heard of again has not sold what others sold since.
    async fn check_grants(&self, message: &TopicMessage, areas: &[(SeatId, u32)]) -> Result<(), Fault> {
        if message.station_id.is_none() {
            return Ok(());
        }
        for (area, count) in areas {
            let Some(grant) = self.item(message, &counter(message, area)).await? else { continue };
            if grant.number("sold") > grant.number("granted") {
                self.report_area(message, area, (&Item::new(), Some(&grant)), *count).await?;
            }
        }
        let checked = Write::to(marker_key(message)).set(CHECKED, true);
        self.world.write(checked).await.map(|_| ())
    }

    async fn item(&self, message: &TopicMessage, seat_id: &SeatId) -> Result<Option<Item>, Fault> {
        self.world.read(key(message, seat_id)).await
    }

    async fn report_area(
        &self,
        message: &TopicMessage,
        area: &SeatId,
        (counter, grant): (&Item, Option<&Item>),
        count: u32,
    ) -> Result<(), Fault> {
        let word = |item: &Item, name: &str| item.number(name).map(|value| value.to_string());
        let first = facts([
            ("remaining", word(counter, "remaining")),
            ("granted", grant.and_then(|grant| word(grant, "granted"))),
            ("sold", grant.and_then(|grant| word(grant, "sold"))),
            ("places", Some(count.to_string())),
        ]);
        self.report(message, area.as_str(), first, self.world.millis()).await
    }
}

fn key(message: &TopicMessage, seat_id: &SeatId) -> Key {
    seat_key(&message.concert_id, seat_id)
}

fn marker_key(message: &TopicMessage) -> Key {
    key(message, &SeatId::new(format!("order#{}", message.order_id)))
}

/// Written once an order.
fn marker(message: &TopicMessage) -> Write {
    Write::to(marker_key(message)).set("orderId", &message.order_id).only_if(Condition::lacks("orderId"))
}

/// What pays for an area's places: the station's grant, or the common counter.
fn counter(message: &TopicMessage, area: &SeatId) -> SeatId {
    match (message.station_id, area.standing_area()) {
        (Some(station), Some(name)) => grant_id(station, name),
        _ => area.clone(),
    }
}
