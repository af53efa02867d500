//! `FanClubAwardProcessor`: points for members, once an order, whatever is replayed (guarantee G5).

use wicket_domain::cloud::ConflictKind;
use wicket_domain::pipeline::fan_club::points_by_member;
use wicket_domain::pipeline::{TopicMessage, conflict};
use wicket_domain::table::Table;

use crate::batch;
use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::function::{Call, Function, Need};
use crate::points::{self, Credited};
use crate::queue::{Batch, Failures};
use crate::world::World;

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

impl FanClubAwardProcessor {
    async fn credit(&self, message: &TopicMessage, member: &str, points: u64) -> Result<(), Fault> {
        let credited = points::credit(&self.world, &message.order_id, member, points).await?;
        if matches!(credited, Credited::Unknown) {
            return self.report(message, Some(member)).await;
        }
        let again = matches!(credited, Credited::Before);
        tracing::info!(order = %message.order_id, member, points, again, "points");
        Ok(())
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
