//! `FanClubAwardProcessor`: points for members, once an order, whatever is replayed (guarantee G5).

use wicket_domain::cloud::ConflictKind;
use wicket_domain::pipeline::fan_club::{Tier, points_by_member};
use wicket_domain::pipeline::{TopicMessage, conflict};
use wicket_domain::table::{Condition, Item, Key, Table, Write};

use crate::batch;
use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::queue::{Batch, Failures};
use crate::world::{World, Written};

/// The function.
pub struct FanClubAwardProcessor {
    world: World,
}

impl Function for FanClubAwardProcessor {
    type Event = Batch;
    type Answer = Failures;

    const NEEDS: &'static [Need] = &[Need::Table(Table::FanClubMembers), Need::Table(Table::Conflicts)];

    fn new(world: World) -> Self {
        Self { world }
    }

    async fn handle(&self, batch: Batch, call: &Call) -> Result<Failures, Fault> {
        let work = async |body: &str| {
            let message = TopicMessage::parse(&batch::unwrapped(body))?;
            for (member, points) in points_by_member(&message) {
                self.credit(&message, &member, points).await?;
            }
            let nameless = |ticket: &_| {
                let ticket: &wicket_domain::pipeline::TopicTicket = ticket;
                ticket.is_fan_club_member && ticket.fan_club_id.is_none()
            };
            if message.tickets.iter().any(nameless) {
                self.report(&message, None).await?;
            }
            Ok(())
        };
        Ok(batch::each(&self.world, &batch, call, work).await)
    }
}

fn key(member: &str) -> Key {
    Key::of(Table::FanClubMembers, member)
}

impl FanClubAwardProcessor {
    async fn credit(&self, message: &TopicMessage, member: &str, points: u64) -> Result<(), Fault> {
        let uncredited = !Condition::contains("creditedOrders", &message.order_id);
        let write = Write::to(key(member))
            .add("points", points)
            .insert("creditedOrders", [message.order_id.clone()])
            .set("updatedAt", self.world.millis())
            .only_if(Condition::has("fanClubId").and(uncredited))
            .giving_new();
        let (item, again) = match self.world.write(write).await? {
            Written::Yes(item) => (item, false),
            Written::No(item) => (item, true),
        };
        let Some(item) = item else { return self.report(message, Some(member)).await };
        tracing::info!(order = %message.order_id, member, points, again, "points");
        self.raise(member, &item).await
    }

    /// Writes the tier that a member's points have reached, if it is not the one that stands there. When the points
    /// have moved on meanwhile, whoever moved them does this.
    async fn raise(&self, member: &str, item: &Item) -> Result<(), Fault> {
        let points = item.number("points").unwrap_or_default();
        let tier = Tier::of(u64::try_from(points).unwrap_or_default());
        if item.text("tier").unwrap_or(Tier::default().as_str()) == tier.as_str() {
            return Ok(());
        }
        let write =
            Write::to(key(member)).set("tier", tier.as_str()).only_if(Condition::is("points", points));
        self.world.write(write).await.map(|_| ())
    }

    /// A number that nobody has, or none at all; the order's other members are credited all the same.
    async fn report(&self, message: &TopicMessage, member: Option<&str>) -> Result<(), Fault> {
        let first = facts([("fanClubId", member.map(str::to_owned))]);
        let id = conflict::unknown_member(&message.order_id, member.unwrap_or_default());
        let kind = ConflictKind::UnknownFanClubMember;
        let now = self.world.millis();
        let sides = (first, sale_facts(message));
        let mut record = conflicts::conflict(kind, &message.concert_id, id, now, sides);
        record.order_id = Some(message.order_id.clone());
        conflicts::report(&self.world, &record).await
    }
}
