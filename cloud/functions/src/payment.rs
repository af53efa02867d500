//! `PaymentProcessor`: one payment an order, its status only forward, its fan-club discount checked.

use std::collections::BTreeMap;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use wicket_domain::cloud::ConflictKind;
use wicket_domain::money::Money;
use wicket_domain::pipeline::fan_club::{self, Tier};
use wicket_domain::pipeline::{PaymentRecord, PaymentStatus, TopicMessage, TopicTicket, conflict};

use crate::batch;
use crate::cloud::{Call, Cloud, Function, MissingSetting, Settings};
use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::table::{self, Change, Written, number, number_of, text};

/// The function.
pub struct PaymentProcessor {
    cloud: Cloud,
    dynamo: aws_sdk_dynamodb::Client,
    payments: String,
    members: String,
    conflicts: String,
}

impl Function for PaymentProcessor {
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting> {
        Ok(Self {
            cloud: cloud.clone(),
            dynamo: cloud.dynamo(),
            payments: settings.get("PAYMENTS_TABLE")?,
            members: settings.get("FAN_CLUB_MEMBERS_TABLE")?,
            conflicts: settings.get("CONFLICTS_TABLE")?,
        })
    }

    async fn handle(&self, event: SqsEvent, call: &Call) -> Result<SqsBatchResponse, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            let record = PaymentRecord::of(&message, self.cloud.millis());
            let moved = advance(&self.dynamo, &self.payments, &record).await?;
            self.check_discounts(&message).await?;
            tracing::info!(order = %message.order_id, status = record.status.as_str(), moved, "payment");
            Ok(())
        };
        Ok(batch::each(&event, call, work).await)
    }
}

/// Writes a payment, or moves it forward; says whether anything changed.
pub(crate) async fn advance(
    client: &aws_sdk_dynamodb::Client,
    table: &str,
    record: &PaymentRecord,
) -> Result<bool, Fault> {
    let key = [("paymentId", text(&record.payment_id)), ("createdAt", number(record.created_at))];
    let mut change = Change::of(table, key).set_record(record)?;
    let mut condition = "attribute_not_exists(#status)".to_owned();
    let before: Vec<_> = record.status.before().map(PaymentStatus::as_str).collect();
    let mut names = Vec::with_capacity(before.len());
    for (no, word) in before.into_iter().enumerate() {
        change = change.with(&format!("before{no}"), text(word));
        names.push(format!(":before{no}"));
    }
    if !names.is_empty() {
        condition = format!("{condition} OR #status IN ({})", names.join(", "));
    }
    Ok(matches!(change.only_if(condition).write(client).await?, Written::Yes(_)))
}

impl PaymentProcessor {
    /// A discount that the shared rule does not give is reported; the sale stands.
    async fn check_discounts(&self, message: &TopicMessage) -> Result<(), Fault> {
        let mut tiers: BTreeMap<&str, Option<Tier>> = BTreeMap::new();
        for ticket in message.tickets.iter().filter(|ticket| ticket.fan_club_discount().minor > 0) {
            let member = ticket.fan_club_id.as_deref().filter(|_| ticket.is_fan_club_member);
            let tier = match member {
                None => None,
                Some(member) => match tiers.get(member) {
                    Some(tier) => *tier,
                    None => *tiers.entry(member).or_insert(self.tier(member).await?),
                },
            };
            let zero = Money::zero(message.currency);
            let allowed = tier.map_or(zero, |tier| fan_club::discount(tier, ticket.list_price()));
            if ticket.fan_club_discount().minor > allowed.minor {
                self.report(message, ticket, tier, allowed).await?;
            }
        }
        Ok(())
    }

    /// A member's tier by the points of now. Tiers only rise, so nobody is accused for buying too early.
    async fn tier(&self, member: &str) -> Result<Option<Tier>, Fault> {
        let item = table::read(&self.dynamo, &self.members, [("fanClubId", text(member))], false).await?;
        Ok(item.map(|item| {
            Tier::of(number_of(&item, "points").and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
        }))
    }

    async fn report(
        &self,
        message: &TopicMessage,
        ticket: &TopicTicket,
        tier: Option<Tier>,
        allowed: Money,
    ) -> Result<(), Fault> {
        let first = facts([
            ("allowed", Some(allowed.decimal())),
            ("tier", tier.map(|tier| tier.as_str().to_owned())),
            ("fanClubId", ticket.fan_club_id.clone()),
        ]);
        let mut second = sale_facts(message);
        second.insert("given".to_owned(), ticket.fan_club_discount().decimal());
        let id = conflict::discount(&message.order_id, &ticket.ticket_id);
        let kind = ConflictKind::DiscountNotAllowed;
        let now = self.cloud.millis();
        let mut record = conflicts::conflict(kind, &message.concert_id, id, now, (first, second));
        record.order_id = Some(message.order_id.clone());
        record.ticket_id = Some(ticket.ticket_id.clone());
        conflicts::report(&self.dynamo, &self.conflicts, &record).await
    }
}
