//! `StripeWebhookHandler`: what Stripe says of a payment moves the payment and its order forward.
//!
//! An order of the web for a published event is sold its places when it is paid, and gives them back when all of its money
//! was given back ([`crate::web`]). A part given back is noted and changes no ticket.
//!
//! Nothing is read before the signature holds. News of an order that is not known yet is sent back for a day, so that
//! Stripe brings it again; then the order is taken to be another shop's. News that has been heard changes nothing.

use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;
use wicket_domain::money::Money;
use wicket_domain::pipeline::{OrderRecord, PaymentRecord, PaymentStatus, payment_id};
use wicket_domain::table::{Condition, Table, Write};

use crate::cached::Cached;
use crate::conflicts::{facts, moment};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::http::{HttpAnswer, HttpEvent};
use crate::signature::{NotSigned, verify};
use crate::web::{self, Paid};
use crate::world::{Secret, Topic, World, Written};
use crate::{orders, payment};

const SECRET_GOOD_FOR: Duration = Duration::from_mins(5);
/// A secret that does not fit is asked for again when it is older than this: it may have been changed.
const SECRET_DOUBTED_AFTER: Duration = Duration::from_secs(20);
/// An order comes within seconds of its payment, and within a day if the pipeline was down.
const UNKNOWN_ORDER_SECONDS: i64 = 24 * 3_600;
/// What the secret is kept under while it is good.
const SECRET: &str = "stripe";
const BODY_MAX: usize = 256 * 1024;

/// The function.
pub struct StripeWebhookHandler {
    world: World,
    secret: Cached<String>,
}

/// An event of Stripe's, as far as it is used.
#[derive(Debug, Clone, Deserialize)]
struct StripeEvent {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// When it happened, in seconds.
    created: i64,
    data: StripeData,
}

#[derive(Debug, Clone, Deserialize)]
struct StripeData {
    object: StripeObject,
}

/// A payment intent, a checkout session or a charge. Amounts are in minor units.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct StripeObject {
    id: String,
    metadata: Option<HashMap<String, String>>,
    client_reference_id: Option<String>,
    currency: Option<String>,
    amount_received: Option<i64>,
    amount_total: Option<i64>,
    amount_refunded: Option<i64>,
    refunded: Option<bool>,
    payment_status: Option<String>,
    payment_intent: Option<String>,
}

/// What an event means for a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    /// This much came in.
    Paid(i64),
    /// An attempt was refused.
    Failed,
    /// This much was given back; all of it or not.
    Refunded { amount: i64, all: bool },
}

impl StripeEvent {
    fn news(&self) -> Option<News> {
        let object = &self.data.object;
        match self.kind.as_str() {
            "payment_intent.succeeded" => object.amount_received.map(News::Paid),
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => object
                .amount_total
                .filter(|_| object.payment_status.as_deref() == Some("paid"))
                .map(News::Paid),
            "payment_intent.payment_failed" | "checkout.session.async_payment_failed" => Some(News::Failed),
            "charge.refunded" => {
                let all = object.refunded.unwrap_or_default();
                object.amount_refunded.map(|amount| News::Refunded { amount, all })
            }
            _ => None,
        }
    }

    fn order_id(&self) -> Option<&str> {
        let object = &self.data.object;
        let named = object.metadata.as_ref().and_then(|metadata| metadata.get("orderId")).map(String::as_str);
        named.or(object.client_reference_id.as_deref()).filter(|id| !id.is_empty() && id.len() <= 128)
    }
}

impl Function for StripeWebhookHandler {
    type Event = HttpEvent;
    type Answer = HttpAnswer;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Payments),
        Need::Table(Table::Orders),
        Need::Table(Table::SeatInventory),
        Need::Table(Table::Tickets),
        Need::Table(Table::FanClubMembers),
        Need::Table(Table::Conflicts),
        Need::Topic(Topic::TourTicketing),
        Need::Secret(Secret::StripeWebhook),
    ];

    fn new(world: World) -> Self {
        Self { world, secret: Cached::new(SECRET_GOOD_FOR) }
    }

    async fn handle(&self, event: HttpEvent, _: &Call) -> Result<HttpAnswer, Fault> {
        Ok(self.answer(&event).await.unwrap_or_else(|fault| {
            tracing::error!(fault = %fault, "a webhook could not be dealt with now");
            HttpAnswer::later()
        }))
    }
}

impl StripeWebhookHandler {
    async fn answer(&self, event: &HttpEvent) -> Result<HttpAnswer, Fault> {
        let Ok(body) = event.text() else { return Ok(refused("The body is not UTF-8.")) };
        if body.len() > BODY_MAX {
            return Ok(refused("The body is too long."));
        }
        // Without a signature nothing is asked of the cloud: anybody can send that.
        let checked = match event.header("stripe-signature") {
            Some(header) => self.check(header, &body).await?,
            None => Err(NotSigned::Form),
        };
        if let Err(reason) = checked {
            tracing::warn!(reason = %reason, "a webhook was refused");
            self.world.count(&[("WebhooksRefused", 1)]);
            return Ok(refused("The signature does not fit."));
        }
        let Ok(event) = serde_json::from_str::<StripeEvent>(&body) else {
            return Ok(refused("This is not an event."));
        };
        let (Some(news), Some(order_id)) = (event.news(), event.order_id()) else {
            tracing::info!(event = %event.id, kind = %event.kind, "nothing of ours");
            return Ok(taken());
        };
        let Some(order) = orders::find(&self.world, order_id).await? else {
            return Ok(self.unknown_order(&event));
        };
        if let Err(fault) = self.apply(&event, news, &order).await {
            tracing::error!(event = %event.id, order = %order.order_id, fault = %fault, "a payment could not be noted now");
            return Ok(HttpAnswer::later());
        }
        Ok(taken())
    }

    /// The id is not written down: it may be anything, in an account that another shop shares.
    fn unknown_order(&self, event: &StripeEvent) -> HttpAnswer {
        if self.world.now().as_second().saturating_sub(event.created) < UNKNOWN_ORDER_SECONDS {
            tracing::info!(event = %event.id, "the order is not known yet");
            // Not 5xx, which is watched: another shop's payments would raise the alarm all day.
            return HttpAnswer::json(404, &json!({ "message": "This order is not known yet. Tell again." }));
        }
        tracing::warn!(event = %event.id, kind = %event.kind, "the order never came: not ours");
        self.world.count(&[("PaymentsOfUnknownOrders", 1)]);
        taken()
    }

    async fn check(&self, header: &str, body: &str) -> Result<Result<(), NotSigned>, Fault> {
        let now = self.world.now().as_second();
        let held = self.secret.get(&self.world, SECRET, async || self.ask_secret().await).await?;
        match verify(header, body.as_bytes(), &held, now) {
            Err(NotSigned::Other) => {
                let ask = async || self.ask_secret().await;
                let fresh = self.secret.get_younger(&self.world, SECRET, SECRET_DOUBTED_AFTER, ask).await?;
                Ok(verify(header, body.as_bytes(), &fresh, now))
            }
            checked => Ok(checked),
        }
    }

    async fn ask_secret(&self) -> Result<String, Fault> {
        self.world.settings.secret(Secret::StripeWebhook).await
    }

    async fn apply(&self, event: &StripeEvent, news: News, order: &OrderRecord) -> Result<(), Fault> {
        let object = &event.data.object;
        let status = match news {
            News::Paid(amount) => {
                let currency = object.currency.as_deref().unwrap_or_default();
                if amount != order.total_amount || !currency.eq_ignore_ascii_case(order.currency.code()) {
                    tracing::error!(event = %event.id, order = %order.order_id, "another amount was paid than is due");
                    self.world.count(&[("PaymentMismatch", 1)]);
                    return Ok(());
                }
                PaymentStatus::Completed
            }
            News::Failed => PaymentStatus::Failed,
            News::Refunded { amount, all } => {
                self.note_refund(order, amount).await?;
                if !all {
                    return Ok(());
                }
                PaymentStatus::Refunded
            }
        };
        let record = self.payment(event, order, status);
        let moved = payment::advance(&self.world, &record).await?;
        match status {
            PaymentStatus::Refunded => web::refund(&self.world, order).await?,
            PaymentStatus::Completed if order.pay_until.is_some() => self.settle(event, order).await?,
            _ => orders::advance(&self.world, &order.order_id, status.into(), record.updated_at).await?,
        }
        tracing::info!(event = %event.id, order = %order.order_id, status = status.as_str(), moved, "payment");
        Ok(())
    }

    fn payment(&self, event: &StripeEvent, order: &OrderRecord, status: PaymentStatus) -> PaymentRecord {
        let object = &event.data.object;
        PaymentRecord {
            payment_id: payment_id(&order.order_id),
            created_at: order.created_at,
            order_id: order.order_id.clone(),
            amount: order.total_amount,
            currency: order.currency,
            status,
            method: Some("card".to_owned()),
            provider_id: Some(object.payment_intent.clone().unwrap_or_else(|| object.id.clone())),
            refunded: None,
            refund_due: None,
            updated_at: self.world.millis(),
        }
    }

    /// The order's places are sold to it. Money that came too late is written down as such: it has to be given back.
    async fn settle(&self, event: &StripeEvent, order: &OrderRecord) -> Result<(), Fault> {
        if web::pay(&self.world, order).await? != Paid::TooLate {
            return Ok(());
        }
        let due = Write::to(payment::key(&payment_id(&order.order_id), order.created_at))
            .set("refundDue", order.total_amount)
            .set("updatedAt", self.world.millis())
            .only_if(
                Condition::is("status", PaymentStatus::Completed.as_str()).and(Condition::lacks("refundDue")),
            );
        let first = matches!(self.world.write(due).await?, Written::Yes(_));
        let amount = Money::new(order.total_amount, order.currency).written();
        let paid = facts([
            ("orderId", Some(order.order_id.clone())),
            ("channel", Some(order.channel.clone())),
            ("paid", Some(amount)),
            ("at", moment(event.created.saturating_mul(1_000))),
        ]);
        web::report_too_late(&self.world, order, paid).await?;
        self.world.count(&[("PaymentsTooLate", u32::from(first))]);
        tracing::error!(event = %event.id, order = %order.order_id, "paid too late: the money has to be given back");
        Ok(())
    }

    /// Stripe tells the sum given back so far, so the highest is the newest.
    async fn note_refund(&self, order: &OrderRecord, amount: i64) -> Result<(), Fault> {
        let write = Write::to(payment::key(&payment_id(&order.order_id), order.created_at))
            .set("refunded", amount)
            .set_once("orderId", &order.order_id)
            .set_once("amount", order.total_amount)
            .set_once("currency", order.currency.code())
            .set_once("status", PaymentStatus::Pending.as_str())
            .set("updatedAt", self.world.millis())
            .only_if(Condition::lacks("refunded").or(Condition::below("refunded", amount)));
        self.world.write(write).await.map(|_| ())
    }
}

fn taken() -> HttpAnswer {
    HttpAnswer::json(200, &json!({ "received": true }))
}

fn refused(message: &str) -> HttpAnswer {
    HttpAnswer::json(400, &json!({ "message": message }))
}
