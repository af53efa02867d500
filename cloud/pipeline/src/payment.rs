//! `PaymentProcessor`: one payment an order, its status only forward and the order's with it, its fan-club discount checked.

use std::collections::BTreeMap;

use wicket_domain::cloud::ConflictKind;
use wicket_domain::money::Money;
use wicket_domain::pipeline::fan_club::{self, Tier};
use wicket_domain::pipeline::{PaymentRecord, PaymentStatus, TopicMessage, TopicTicket, conflict};
use wicket_domain::table::{Condition, Item, Key, Table, Write};

use crate::batch;
use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::orders;
use crate::queue::{Batch, Failures};
use crate::world::{Read, World, Written};

/// The function.
pub struct PaymentProcessor {
    world: World,
}

impl Function for PaymentProcessor {
    type Event = Batch;
    type Answer = Failures;

    const NEEDS: &'static [Need] = &[
        Need::Table(Table::Payments),
        Need::Table(Table::Orders),
        Need::Table(Table::FanClubMembers),
        Need::Table(Table::Conflicts),
    ];

    fn new(world: World) -> Self {
        Self { world }
    }

    async fn handle(&self, batch: Batch, call: &Call) -> Result<Failures, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            let record = PaymentRecord::of(&message, self.world.millis());
            let moved = advance(&self.world, &record).await?;
            let status = record.status.into();
            orders::advance(&self.world, &message.order_id, status, record.updated_at).await?;
            self.check_discounts(&message).await?;
            tracing::info!(order = %message.order_id, status = record.status.as_str(), moved, "payment");
            Ok(())
        };
        Ok(batch::each(&self.world, &batch, call, work).await)
    }
}

pub(crate) fn key(payment_id: &str, created_at: i64) -> Key {
    Key::pair(Table::Payments, payment_id, created_at)
}

/// Writes a payment, or moves it forward; says whether anything changed.
pub(crate) async fn advance(world: &World, record: &PaymentRecord) -> Result<bool, Fault> {
    let before: Vec<_> = record.status.before().map(PaymentStatus::as_str).collect();
    let condition = Condition::lacks("status");
    let condition =
        if before.is_empty() { condition } else { condition.or(Condition::is_one_of("status", before)) };
    let write = Write::to(key(&record.payment_id, record.created_at)).set_record(record)?.only_if(condition);
    let write = if record.status == PaymentStatus::Refunded { write.remove("refundDue") } else { write };
    Ok(matches!(world.write(write).await?, Written::Yes(_)))
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

    /// A member's tier by the points of now. It falls only where money was given back, so hardly anybody is accused for
    /// having bought too early.
    async fn tier(&self, member: &str) -> Result<Option<Tier>, Fault> {
        let key = Key::of(Table::FanClubMembers, member);
        let item = self.world.tables.read(Read { key, consistent: false, only: &["points"] }).await?;
        let points = |item: Item| item.number("points").and_then(|points| u64::try_from(points).ok());
        Ok(item.map(|item| Tier::of(points(item).unwrap_or(0))))
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
        let now = self.world.millis();
        let mut record = conflicts::conflict(kind, &message.concert_id, id, now, (first, second));
        record.order_id = Some(message.order_id.clone());
        record.ticket_id = Some(ticket.ticket_id.clone());
        conflicts::report(&self.world, &record).await
    }
}
