//! `FanClubAwardProcessor`: points for members, once an order, whatever is replayed (guarantee G5).

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_dynamodb::types::AttributeValue;
use wicket_domain::cloud::ConflictKind;
use wicket_domain::pipeline::fan_club::{Tier, points_by_member};
use wicket_domain::pipeline::{TopicMessage, conflict};

use crate::batch;
use crate::cloud::{Call, Cloud, Function, MissingSetting, Settings};
use crate::conflicts::{self, facts, sale_facts};
use crate::fault::Fault;
use crate::table::{Change, Item, Written, number, number_of, text, text_of};

/// The function.
pub struct FanClubAwardProcessor {
    cloud: Cloud,
    dynamo: aws_sdk_dynamodb::Client,
    members: String,
    conflicts: String,
}

impl Function for FanClubAwardProcessor {
    type Event = SqsEvent;
    type Answer = SqsBatchResponse;

    fn new(cloud: &Cloud, settings: &Settings) -> Result<Self, MissingSetting> {
        Ok(Self {
            cloud: cloud.clone(),
            dynamo: cloud.dynamo(),
            members: settings.get("FAN_CLUB_MEMBERS_TABLE")?,
            conflicts: settings.get("CONFLICTS_TABLE")?,
        })
    }

    async fn handle(&self, event: SqsEvent, call: &Call) -> Result<SqsBatchResponse, Fault> {
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
        Ok(batch::each(&event, call, work).await)
    }
}

impl FanClubAwardProcessor {
    async fn credit(&self, message: &TopicMessage, member: &str, points: u64) -> Result<(), Fault> {
        let change = Change::of(&self.members, [("fanClubId", text(member))])
            .add("points", number(points))
            .add("creditedOrders", AttributeValue::Ss(vec![message.order_id.clone()]))
            .set("updatedAt", number(self.cloud.millis()))
            .with("order", text(&message.order_id))
            .only_if("attribute_exists(#fanClubId) AND NOT contains(#creditedOrders, :order)")
            .giving_new();
        let (item, again) = match change.write(&self.dynamo).await? {
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
        let points = number_of(item, "points").unwrap_or_default();
        let tier = Tier::of(u64::try_from(points).unwrap_or_default());
        if text_of(item, "tier").unwrap_or(Tier::default().as_str()) == tier.as_str() {
            return Ok(());
        }
        let change = Change::of(&self.members, [("fanClubId", text(member))])
            .set("tier", text(tier.as_str()))
            .with("points", number(points))
            .only_if("#points = :points");
        change.write(&self.dynamo).await.map(|_| ())
    }

    /// A number that nobody has, or none at all; the order's other members are credited all the same.
    async fn report(&self, message: &TopicMessage, member: Option<&str>) -> Result<(), Fault> {
        let first = facts([("fanClubId", member.map(str::to_owned))]);
        let id = conflict::unknown_member(&message.order_id, member.unwrap_or_default());
        let kind = ConflictKind::UnknownFanClubMember;
        let now = self.cloud.millis();
        let sides = (first, sale_facts(message));
        let mut record = conflicts::conflict(kind, &message.concert_id, id, now, sides);
        record.order_id = Some(message.order_id.clone());
        conflicts::report(&self.dynamo, &self.conflicts, &record).await
    }
}
