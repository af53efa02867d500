//! `TicketPurchaseHandler`: what was sold becomes an order and its tickets, and is published for the others.
//!
//! Stations send sales and reprints through `StationQueue`, the web shop asks `POST /orders`. The order is written
//! first, the topic comes last, so that a call that is cut anywhere is made whole by the next. An order of the web for a
//! published event owns its places first, and is published when it is paid ([`crate::web`]).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use wicket_domain::cloud::rules::station_key;
use wicket_domain::cloud::{ConflictKind, VenueId};
use wicket_domain::id::StationId;
use wicket_domain::pipeline::{
    Faults, OrderRecord, OrderRequest, OrderStatus, PaymentStatus, StationMessage, TopicMessage, conflict,
    order_id_for,
};
use wicket_domain::table::{Condition, Key, Table, Write};

use crate::batch;
use crate::conflicts::{self, facts, moment, sale_facts};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::given_up;
use crate::houses::Houses;
use crate::http::{HttpAnswer, HttpEvent};
use crate::orders::{self, Put};
use crate::publication::publish;
use crate::queue::{Batch, Failures};
use crate::senders::{Senders, Sends};
use crate::switch::Switch;
use crate::tickets;
use crate::web::{self, Found, Halls, Lost, Paid, Placed, Reserved};
use crate::world::{Parameter, Topic, World};

/// Longer keys are no keys.
const KEY_MAX: usize = 255;
const OTHER_ORDER: &str = "This Idempotency-Key belongs to another order. Send the order with a new key.";
const PLACES_GONE: &str = "Some of these places cannot be had. Nothing was ordered.";
const LAPSED: &str =
    "This order was not paid in time and has given its places back. Order again, with a new key.";

/// The function.
pub struct TicketPurchaseHandler {
    world: World,
    houses: Houses,
    web_orders: Switch,
    halls: Halls,
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
        Need::Table(Table::SeatInventory),
        Need::Topic(Topic::TourTicketing),
        Need::Parameter(Parameter::WebOrders),
        Need::Files,
        Need::PayMinutes,
        Need::Tries,
    ];

    fn new(world: World) -> Self {
        let web_orders = Switch::new(Parameter::WebOrders);
        Self { world, houses: Houses::default(), web_orders, halls: Halls::default() }
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
        given_up::tell(&self.world, &mut senders, &self.houses, batch, &failures).await;
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
            Err(faults) => return self.refused(&faults),
        };
        self.order(request, &order_id).await.unwrap_or_else(|fault| {
            tracing::error!(order = %order_id, fault = %fault, "an order could not be taken now");
            HttpAnswer::later()
        })
    }

    fn refused(&self, faults: &Faults) -> HttpAnswer {
        let fields: Vec<_> = faults.fields().iter().map(|fault| fault.field.as_str()).collect();
        tracing::info!(fields = fields.join(" "), "an order was refused");
        self.world.count(&[("OrdersRefused", 1)]);
        HttpAnswer::refused(faults)
    }

    async fn order(&self, request: OrderRequest, order_id: &str) -> Result<HttpAnswer, Fault> {
        if !self.web_orders.is_on(&self.world).await? {
            return Ok(closed());
        }
        match self.halls.find(&self.world, &request).await? {
            Found::Nobodys => self.order_as_it_comes(request, order_id).await,
            Found::NotOnSale => Ok(self.without_places("This event is not on sale.", &[])),
            Found::Several => {
                let message = "Several events have this name and date. Send the event's id.";
                Ok(self.refused(&Faults::one("concertId", message)))
            }
            Found::OnSale(event) => {
                let at = self.world.now();
                let asked = request.clone().into_message(order_id.to_owned(), Timestamp::UNIX_EPOCH);
                match web::placed(request.clone(), &event, order_id, at) {
                    Ok(message) => {
                        let order = Placed { message, digest: asked.digest()? };
                        self.order_places(order, request, order_id).await
                    }
                    Err(lost) => Ok(self.without_places(PLACES_GONE, &lost)),
                }
            }
        }
    }

    /// An order for an event that nobody published: its seats are sold as they come (ADR 17).
    async fn order_as_it_comes(&self, request: OrderRequest, order_id: &str) -> Result<HttpAnswer, Fault> {
        let mut message = request.into_message(order_id.to_owned(), self.world.now());
        Ok(match self.take(&mut message).await? {
            Sale::New => {
                self.world.count(&[("Orders", 1)]);
                accepted(&message)
            }
            Sale::Again => accepted(&message),
            Sale::Refused => HttpAnswer::json(409, &json!({ "message": OTHER_ORDER })),
        })
    }

    /// An order for a published event: it owns its places, or nothing was written.
    async fn order_places(
        &self,
        order: Placed,
        request: OrderRequest,
        order_id: &str,
    ) -> Result<HttpAnswer, Fault> {
        let record = match web::reserve(&self.world, &order).await? {
            Reserved::New(record) => record,
            // It came before the event was published.
            Reserved::There(record) if record.pay_until.is_none() => {
                return self.order_as_it_comes(request, order_id).await;
            }
            Reserved::There(record) if record.digest == order.digest => record,
            Reserved::There(_) => return Ok(HttpAnswer::json(409, &json!({ "message": OTHER_ORDER }))),
            Reserved::Taken(seats) => {
                return Ok(self.without_places(PLACES_GONE, &web::lost_places(&order.message, &seats)));
            }
            Reserved::TooMany => {
                return Ok(self.refused(&Faults::one("tickets", "Order 99 places at most at once.")));
            }
        };
        self.meet_customer(&order.message, self.world.millis()).await?;
        let paid = order.message.payment_status == PaymentStatus::Completed;
        let lapsed = if paid {
            web::pay(&self.world, &record).await? != Paid::Settled
        } else {
            record.status == OrderStatus::Lapsed
        };
        if lapsed {
            return Ok(HttpAnswer::json(409, &json!({ "message": LAPSED })));
        }
        tracing::info!(order = %record.order_id, event = %record.concert_id, tickets = record.tickets.len(), paid,
            "an order has its places");
        Ok(reserved(&record))
    }

    fn without_places(&self, message: &str, lost: &[Lost]) -> HttpAnswer {
        self.world.count(&[("OrdersWithoutPlaces", 1)]);
        HttpAnswer::json(409, &json!({ "message": message, "tickets": lost }))
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
        publish(&self.world, message).await?;
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
}

/// An order that owns its places until then.
fn reserved(record: &OrderRecord) -> HttpAnswer {
    let tickets: Vec<_> = record.tickets.iter().map(|line| line.ticket_id.as_str()).collect();
    let body = json!({
        "orderId": record.order_id,
        "concertId": record.concert_id,
        "ticketIds": tickets,
        "status": "accepted",
        "payUntil": record.pay_until.and_then(moment),
    });
    HttpAnswer::json(202, &body)
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
