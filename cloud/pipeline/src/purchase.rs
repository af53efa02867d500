//! `TicketPurchaseHandler`: what was sold becomes an order and its tickets, and is published for the others.
//!
//! Stations send sales and reprints through `StationQueue`, the web shop asks `POST /orders`. The order is written
//! first, the topic comes last, so that a call that is cut anywhere is made whole by the next.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use wicket_domain::cloud::rules::station_key;
use wicket_domain::cloud::{ConflictKind, VenueId};
use wicket_domain::id::StationId;
use wicket_domain::pipeline::{Faults, OrderRequest, StationMessage, TopicMessage, conflict, order_id_for};
use wicket_domain::table::{Condition, Key, Table, Write};

use crate::batch;
use crate::conflicts::{self, facts, moment, sale_facts};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::houses::Houses;
use crate::http::{HttpAnswer, HttpEvent};
use crate::orders::{self, Put};
use crate::queue::{Batch, Failures};
use crate::senders::{Senders, Sends};
use crate::switch::Switch;
use crate::tickets;
use crate::world::{Notice, Parameter, Topic, World};

/// Longer keys are no keys.
const KEY_MAX: usize = 255;

/// The function.
pub struct TicketPurchaseHandler {
    world: World,
    houses: Houses,
    web_orders: Switch,
}

/// What it answers: to a queue, or to somebody who asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To a queue.
    Batch(Failures),
    /// To an HTTP request.
    Http(HttpAnswer),
}

/// What became of a sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sale {
    New,
    Again,
    Refused,
}

impl Function for TicketPurchaseHandler {
    type Event = Value;
    type Answer = Answer;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Orders),
        Need::Table(Table::Tickets),
        Need::Table(Table::Customers),
        Need::Table(Table::Stations),
        Need::Table(Table::Conflicts),
        Need::Table(Table::Events),
        Need::Topic(Topic::TourTicketing),
        Need::Parameter(Parameter::WebOrders),
    ];

    fn new(world: World) -> Self {
        Self { world, houses: Houses::default(), web_orders: Switch::new(Parameter::WebOrders) }
    }

    async fn handle(&self, event: Value, call: &Call) -> Result<Answer, Fault> {
        if event.get("Records").is_some() {
            let event = serde_json::from_value(event)?;
            return Ok(Answer::Batch(self.batch(&event, call).await));
        }
        let event = serde_json::from_value(event)?;
        Ok(Answer::Http(self.request(&event, call).await))
    }
}

impl TicketPurchaseHandler {
    async fn batch(&self, batch: &Batch, call: &Call) -> Failures {
        let mut new = 0;
        let mut heard: BTreeMap<(VenueId, StationId), u64> = BTreeMap::new();
        let mut senders = Senders::default();
        let failures = batch::each(&self.world, batch, call, async |body: &str| {
            let (stamp, message) = senders.open(&self.world, body, Sends::Sales).await?;
            match message {
                StationMessage::Purchase(mut sale) => {
                    self.houses.check_message(&self.world, &stamp.venue, &sale.concert_id).await?;
                    new += u32::from(self.take(&mut sale).await? == Sale::New);
                }
                StationMessage::Reprint { order_id, times } => {
                    orders::count_printing(&self.world, &order_id, times).await?;
                }
                StationMessage::Admission(_) => {
                    return Err(Faults::one("kind", "Admissions go to the admission queue.").into());
                }
            }
            let highest = heard.entry((stamp.venue, stamp.station_id)).or_default();
            *highest = stamp.sequence.max(*highest);
            Ok(())
        })
        .await;
        for ((venue, station), sequence) in heard {
            self.hear_of(&venue, station, sequence).await;
        }
        self.world.count(&[("Orders", new)]);
        failures
    }

    /// Notes how far a station's messages have come. It is told only, so a request that fails stops nothing.
    async fn hear_of(&self, venue: &VenueId, station: StationId, sequence: u64) {
        let newer = Condition::lacks("lastSequence").or(Condition::below("lastSequence", sequence));
        let write = Write::to(station_key(venue, station))
            .set("lastSequence", sequence)
            .set("lastSeen", self.world.millis())
            .only_if(Condition::has("stationId").and(newer));
        if let Err(fault) = self.world.write(write).await {
            tracing::warn!(station = %station, fault = %fault, "the station's progress was not noted");
        }
    }

    async fn request(&self, event: &HttpEvent, call: &Call) -> HttpAnswer {
        let asked = event.text().and_then(|body| OrderRequest::parse(&body));
        let (request, order_id) = match asked.and_then(|request| Ok((request, order_id(event, call)?))) {
            Ok(asked) => asked,
            Err(faults) => {
                let fields: Vec<_> = faults.fields().iter().map(|fault| fault.field.as_str()).collect();
                tracing::info!(fields = fields.join(" "), "an order was refused");
                self.world.count(&[("OrdersRefused", 1)]);
                return HttpAnswer::refused(&faults);
            }
        };
        match self.web_orders.is_on(&self.world).await {
            Ok(true) => {}
            Ok(false) => return closed(),
            Err(fault) => {
                tracing::error!(order = %order_id, fault = %fault, "nobody knows whether orders are taken");
                return HttpAnswer::later();
            }
        }
        let mut message = request.into_message(order_id.clone(), self.world.now());
        match self.take(&mut message).await {
            Ok(Sale::New) => {
                self.world.count(&[("Orders", 1)]);
                accepted(&message)
            }
            Ok(Sale::Again) => accepted(&message),
            Ok(Sale::Refused) => {
                let body = json!({
                    "message": "This Idempotency-Key belongs to another order. Send the order with a new key.",
                });
                HttpAnswer::json(409, &body)
            }
            Err(fault) => {
                tracing::error!(order = %order_id, fault = %fault, "an order could not be taken now");
                HttpAnswer::later()
            }
        }
    }

    /// Writes and publishes a sale.
    async fn take(&self, message: &mut TopicMessage) -> Result<Sale, Fault> {
        let now = self.world.millis();
        let sale = match orders::put(&self.world, message, now).await? {
            Put::New => Sale::New,
            Put::Again { created_at } => {
                // A request that came again came later, but the order is as old as it was.
                message.purchase_timestamp =
                    jiff::Timestamp::from_millisecond(created_at).unwrap_or(message.purchase_timestamp);
                Sale::Again
            }
            Put::Other { created_at } => {
                self.refuse(message, created_at, now).await?;
                return Ok(Sale::Refused);
            }
        };
        tickets::issue(&self.world, message, now).await?;
        self.meet_customer(message, now).await?;
        self.publish(message).await?;
        tracing::info!(order = %message.order_id, event = %message.concert_id, tickets = message.tickets.len(),
            channel = %message.channel, again = sale == Sale::Again, "a sale");
        Ok(sale)
    }

    /// Two different orders claim one id: the first stays.
    async fn refuse(&self, message: &TopicMessage, created_at: i64, now: i64) -> Result<(), Fault> {
        if message.station_id.is_none() {
            return Ok(());
        }
        let first = facts([("orderId", Some(message.order_id.clone())), ("at", moment(created_at))]);
        let id = conflict::rejected(&message.order_id, &message.digest()?);
        let kind = ConflictKind::MessageRejected;
        let mut record =
            conflicts::conflict(kind, &message.concert_id, id, now, (first, sale_facts(message)));
        record.order_id = Some(message.order_id.clone());
        conflicts::report(&self.world, &record).await
    }

    /// Keeps the address that the newest order with one left; whichever order arrives last.
    async fn meet_customer(&self, message: &TopicMessage, now: i64) -> Result<(), Fault> {
        let (Some(customer_id), Some(contact)) = (message.customer_id(), &message.fan_contact) else {
            return Ok(());
        };
        let ordered_at = message.created_at();
        // In lower case, as the index is asked.
        let email = contact.email.as_deref().map(str::to_lowercase);
        let write = Write::to(Key::of(Table::Customers, customer_id))
            .set("lastOrderAt", ordered_at)
            .set("updatedAt", now)
            .set_or_remove("email", email)
            .set_or_remove("phone", contact.phone.as_ref())
            .only_if(Condition::lacks("lastOrderAt").or(Condition::below("lastOrderAt", ordered_at)));
        self.world.write(write).await.map(|_| ())
    }

    async fn publish(&self, message: &TopicMessage) -> Result<(), Fault> {
        let fan_club = if message.is_fan_club() { "true" } else { "false" };
        let notice = Notice {
            topic: Topic::TourTicketing,
            subject: None,
            text: message.text()?,
            by_subscriber: false,
            attributes: vec![
                ("eventType", "purchase".to_owned()),
                ("concertId", message.concert_id.clone()),
                ("isFanClubMember", fan_club.to_owned()),
            ],
        };
        self.world.topics.publish(notice).await
    }
}

/// The operator takes no orders from the web. Not 5xx, which is watched: nothing is broken.
fn closed() -> HttpAnswer {
    HttpAnswer::json(403, &json!({ "message": "No orders from the web are taken at present." }))
}

fn accepted(message: &TopicMessage) -> HttpAnswer {
    let tickets: Vec<_> = message.tickets.iter().map(|ticket| ticket.ticket_id.as_str()).collect();
    let body = json!({
        "orderId": message.order_id,
        "concertId": message.concert_id,
        "ticketIds": tickets,
        "status": "accepted",
    });
    HttpAnswer::json(202, &body)
}

/// The order that a request makes: by its own key, or by the id that the API or the platform gave the request.
fn order_id(event: &HttpEvent, call: &Call) -> Result<String, Faults> {
    const NAME: &str = "Idempotency-Key";
    if let Some(key) = event.header(NAME) {
        let sound = (1..=KEY_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        return if sound {
            Ok(order_id_for("idempotency-key", key))
        } else {
            Err(Faults::one(NAME, "Use 1 to 255 letters, digits and signs, without spaces."))
        };
    }
    let context = event.request_context.as_ref();
    let request_id = context.and_then(|context| context.request_id.as_deref());
    Ok(order_id_for("request-id", request_id.unwrap_or(&call.request_id)))
}
