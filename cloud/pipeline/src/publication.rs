//! A sale on its way to the other functions.

use wicket_domain::pipeline::TopicMessage;

use crate::fault::Fault;
use crate::world::{Notice, Topic, World};

/// Publishes a sale.
pub(crate) async fn publish(world: &World, message: &TopicMessage) -> Result<(), Fault> {
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
    world.topics.publish(notice).await
}
