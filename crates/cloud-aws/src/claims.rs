//! Claims: who may sell what. Each is one transaction that also checks the station's fence, so a station that was
//! fenced changes nothing (`docs/contract.md`, "Seat ownership").

use std::time::Duration;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, KeysAndAttributes, TransactWriteItem, Update,
};
use wicket_domain::cloud::{Approval, CounterRecord, GrantRecord, SeatRecord, grant_id};
use wicket_domain::id::{EventId, StationId};
use wicket_domain::seat::SeatId;
use wicket_station::cloud::{
    Answered, Claim, ClaimAnswer, CloudTrouble, Goal, GrantAnswer, GrantClaim, SEATS_IN_A_CLAIM,
};

use crate::fault::fault;
use crate::item::{Item, key, names, number, read, read_all, text, values};
use crate::reach::{Reach, built};

/// Two transactions that touch one item at one moment cancel each other; so long until the next try.
const AFTER_CONFLICT: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(60), Duration::from_millis(140)];
/// The same for keys that a batch left out.
const AFTER_UNPROCESSED: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
];

/// What became of a transaction whose first item is the fence.
enum Transacted {
    Done,
    Fenced,
    Refused,
}

impl Reach {
    pub(crate) async fn claim(&self, claim: &Claim) -> Answered<ClaimAnswer> {
        if claim.seats.len() > SEATS_IN_A_CLAIM {
            return Err(fault(CloudTrouble::Rejected, "too many seats for one claim"));
        }
        let mut items = vec![self.fence(claim.station_id, claim.epoch)?];
        for (seat, version) in &claim.seats {
            items.push(self.seat_update(claim, seat, *version)?);
        }
        Ok(match self.transact(items).await? {
            Transacted::Done => ClaimAnswer::Done,
            Transacted::Fenced => ClaimAnswer::Fenced,
            Transacted::Refused => {
                let seats: Vec<&str> = claim.seats.iter().map(|(seat, _)| seat.as_str()).collect();
                let found = self.inventory_items(claim.event_id, &seats).await?;
                ClaimAnswer::Refused(read_all::<SeatRecord>(found, "seats"))
            }
        })
    }

    pub(crate) async fn grant(&self, claim: &GrantClaim) -> Answered<GrantAnswer> {
        let granted = u32::try_from(i64::from(claim.granted).saturating_add(claim.change))
            .map_err(|_| fault(CloudTrouble::Rejected, "a grant cannot have that many places"))?;
        let (area, own) = (SeatId::standing(&claim.area_id), grant_id(claim.station_id, &claim.area_id));
        let items = vec![
            self.fence(claim.station_id, claim.epoch)?,
            self.counter_update(claim, &area)?,
            self.grant_update(claim, &own, granted)?,
        ];
        Ok(match self.transact(items).await? {
            Transacted::Done => GrantAnswer::Done,
            Transacted::Fenced => GrantAnswer::Fenced,
            Transacted::Refused => {
                let (mut grant, mut counter) = (None::<GrantRecord>, None::<CounterRecord>);
                for item in self.inventory_items(claim.event_id, &[area.as_str(), own.as_str()]).await? {
                    if item.get("seatId").and_then(|id| id.as_s().ok()).is_some_and(|id| id == own.as_str()) {
                        grant = read(item);
                    } else {
                        counter = read(item);
                    }
                }
                GrantAnswer::Refused { grant, counter }
            }
        })
    }

    /// Asks that a desk has let the station in, and that it is of this epoch.
    fn fence(&self, station: StationId, epoch: u32) -> Answered<TransactWriteItem> {
        let (venue, station) = (self.venue.to_string(), station.to_string());
        let check = ConditionCheck::builder()
            .table_name(&self.stations)
            .set_key(Some(key([("venue", &venue), ("stationId", &station)])))
            .condition_expression("#epoch = :epoch AND #approval = :approved")
            .set_expression_attribute_names(Some(names(["epoch", "approval"])))
            .set_expression_attribute_values(Some(values([
                ("epoch", number(epoch)),
                ("approved", text(Approval::Approved.as_str())),
            ])));
        Ok(TransactWriteItem::builder().condition_check(built(check.build())?).build())
    }

    fn seat_update(&self, claim: &Claim, seat: &SeatId, version: u64) -> Answered<TransactWriteItem> {
        const MINE_OR_FREE: &str = "#version = :known AND (#state = :available OR (#state = :held AND \
            (#station = :me OR #holdUntil < :now)) OR (#state = :owned AND #station = :me))";
        const MINE: &str = "#version = :known AND #station = :me AND (#state = :held OR #state = :owned)";
        let (change, condition) = match claim.goal {
            Goal::Hold { .. } => (
                "SET #state = :held, #station = :me, #holdUntil = :until, #version = :next, #updatedAt = :now",
                MINE_OR_FREE,
            ),
            Goal::Own => (
                "SET #state = :owned, #station = :me, #version = :next, #updatedAt = :now REMOVE #holdUntil",
                MINE_OR_FREE,
            ),
            Goal::Release => (
                "SET #state = :available, #version = :next, #updatedAt = :now REMOVE #station, #holdUntil",
                MINE,
            ),
        };
        let mut bound = values([
            ("available", text("available")),
            ("held", text("held")),
            ("owned", text("owned")),
            ("me", text(claim.station_id.to_string())),
            ("known", number(version)),
            ("next", number(version.saturating_add(1))),
            ("now", number(claim.now)),
        ]);
        if let Goal::Hold { until } = claim.goal {
            bound.insert(":until".to_owned(), number(until));
        }
        let update = Update::builder()
            .table_name(&self.seats)
            .set_key(Some(key([("concertId", &claim.event_id.to_string()), ("seatId", seat.as_str())])))
            .update_expression(change)
            .condition_expression(condition)
            .set_expression_attribute_names(Some(names([
                "state",
                "station",
                "holdUntil",
                "version",
                "updatedAt",
            ])))
            .set_expression_attribute_values(Some(bound));
        Ok(TransactWriteItem::builder().update(built(update.build())?).build())
    }

    fn counter_update(&self, claim: &GrantClaim, area: &SeatId) -> Answered<TransactWriteItem> {
        let update = Update::builder()
            .table_name(&self.seats)
            .set_key(Some(key([("concertId", &claim.event_id.to_string()), ("seatId", area.as_str())])))
            // Given back, `change` is negative and what remains can only grow.
            .update_expression(
                "SET #remaining = #remaining - :change, #version = #version + :one, #updatedAt = :now",
            )
            .condition_expression("#remaining >= :change")
            .set_expression_attribute_names(Some(names(["remaining", "version", "updatedAt"])))
            .set_expression_attribute_values(Some(values([
                ("change", number(claim.change)),
                ("one", number(1)),
                ("now", number(claim.now)),
            ])));
        Ok(TransactWriteItem::builder().update(built(update.build())?).build())
    }

    fn grant_update(&self, claim: &GrantClaim, own: &SeatId, granted: u32) -> Answered<TransactWriteItem> {
        let mut bound = values([
            ("granted", number(granted)),
            ("next", number(claim.version.saturating_add(1))),
            ("now", number(claim.now)),
        ]);
        let update = Update::builder()
            .table_name(&self.seats)
            .set_key(Some(key([("concertId", &claim.event_id.to_string()), ("seatId", own.as_str())])));
        let update = if claim.version == 0 {
            bound.extend(values([("me", text(claim.station_id.to_string())), ("none", number(0))]));
            update
                .update_expression(
                    "SET #station = :me, #granted = :granted, #sold = :none, #version = :next, #updatedAt = :now",
                )
                .condition_expression("attribute_not_exists(#version)")
                .set_expression_attribute_names(Some(names([
                    "station",
                    "granted",
                    "sold",
                    "version",
                    "updatedAt",
                ])))
        } else {
            bound.extend(values([("known", number(claim.version)), ("had", number(claim.granted))]));
            update
                .update_expression("SET #granted = :granted, #version = :next, #updatedAt = :now")
                // What the pipeline has seen sold cannot be given back.
                .condition_expression(
                    "#version = :known AND #granted = :had AND (attribute_not_exists(#sold) OR #sold <= :granted)",
                )
                .set_expression_attribute_names(Some(names(["granted", "sold", "version", "updatedAt"])))
        };
        let update = update.set_expression_attribute_values(Some(bound));
        Ok(TransactWriteItem::builder().update(built(update.build())?).build())
    }

    async fn transact(&self, items: Vec<TransactWriteItem>) -> Answered<Transacted> {
        let mut waits = AFTER_CONFLICT.iter();
        loop {
            let asked = self.clients.claim.transact_write_items().set_transact_items(Some(items.clone()));
            let Err(error) = asked.send().await else { return Ok(Transacted::Done) };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(self.table_asked().fault(&error));
            };
            match Reason::of(cancelled.cancellation_reasons()) {
                Reason::Fenced => return Ok(Transacted::Fenced),
                Reason::Refused => return Ok(Transacted::Refused),
                Reason::Throttled => {
                    return Err(fault(CloudTrouble::Throttled, "DynamoDB asks to go slower"));
                }
                Reason::Unknown => {
                    let words = "DynamoDB canceled a claim for a reason nobody knows";
                    return Err(fault(CloudTrouble::Rejected, words));
                }
                Reason::Met => {}
            }
            // Only another transaction was in the way, perhaps of this very station's fence.
            let Some(wait) = waits.next() else { return Ok(Transacted::Refused) };
            tokio::time::sleep(*wait).await;
        }
    }

    /// Items of the inventory as they stand, read consistently; one that is not there is left out.
    async fn inventory_items(&self, event: EventId, seats: &[&str]) -> Answered<Vec<Item>> {
        let event = event.to_string();
        let keys: Vec<Item> =
            seats.iter().map(|seat| key([("concertId", &event), ("seatId", seat)])).collect();
        let mut found = Vec::with_capacity(keys.len());
        let mut open =
            Some(built(KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build())?);
        let mut waits = AFTER_UNPROCESSED.iter();
        while let Some(part) = open.take().filter(|part| !part.keys().is_empty()) {
            let asked = self.clients.claim.batch_get_item().request_items(&self.seats, part);
            let answer = asked.send().await.map_err(|error| self.table_asked().fault(&error))?;
            found.extend(
                answer.responses.and_then(|mut tables| tables.remove(&self.seats)).unwrap_or_default(),
            );
            open = answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.seats));
            if open.is_some() {
                let Some(wait) = waits.next() else {
                    return Err(fault(CloudTrouble::Throttled, "DynamoDB leaves seats unread"));
                };
                tokio::time::sleep(*wait).await;
            }
        }
        Ok(found)
    }
}

/// Why a transaction was canceled, the weightier the later.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Unknown,
    /// Another transaction was in the way.
    Met,
    Throttled,
    Refused,
    Fenced,
}

impl Reason {
    /// The weightiest of all reasons; the first of them is the fence's.
    fn of(reasons: &[CancellationReason]) -> Self {
        let one = |(at, reason): (usize, &CancellationReason)| match reason.code().unwrap_or_default() {
            "ConditionalCheckFailed" if at == 0 => Self::Fenced,
            "ConditionalCheckFailed" => Self::Refused,
            "ThrottlingError" | "ProvisionedThroughputExceeded" | "RequestLimitExceeded" => Self::Throttled,
            "TransactionConflict" => Self::Met,
            _ => Self::Unknown,
        };
        reasons.iter().enumerate().map(one).max().unwrap_or(Self::Unknown)
    }
}
