//! `FanClubAwardProcessor`.

use serde_json::{Value, json};
use wicket_domain::cloud::{ConflictKind, ConflictRecord};
use wicket_domain::pipeline::FanClubMemberRecord;
use wicket_domain::pipeline::fan_club::Tier;
use wicket_pipeline::awards::FanClubAwardProcessor;

use crate::stage::Stage;

pub(crate) fn order(order: &str, lines: &[(&str, i64)]) -> String {
    let tickets: Vec<Value> = lines
        .iter()
        .enumerate()
        .map(|(no, (member, price))| {
            let mut ticket =
                json!({"section": "A", "seatNumber": no.to_string(), "price": price, "isFanClubMember": true});
            if !member.is_empty() {
                ticket["fanClubId"] = json!(member);
            }
            ticket
        })
        .collect();
    json!({
        "orderId": order, "concertId": "C1", "concertName": "X", "concertDate": "2026-12-05", "tickets": tickets,
        "totalAmount": lines.iter().map(|(_, price)| price).sum::<i64>(), "paymentStatus": "Completed",
        "purchaseTimestamp": "2026-11-20T18:00:00Z",
    })
    .to_string()
}

#[tokio::test]
async fn each_member_is_credited_once_an_order_whatever_is_replayed() {
    let stage = Stage::new().await;
    stage.put("FanClubMembers", json!({"fanClubId": "F1", "points": 900, "tier": "bronze"})).await;
    stage.put("FanClubMembers", json!({"fanClubId": "F2"})).await;
    let first = order("o1", &[("F1", 60), ("F1", 41), ("F2", 7), ("F9", 500), ("", 5)]);
    let second = order("o2", &[("F2", 5_000)]);
    for bodies in [vec![first.clone(), second.clone()], vec![second, first]] {
        assert!(stage.queue::<FanClubAwardProcessor>(&bodies).await.is_empty());
    }
    let (credits, members): (Vec<_>, Vec<_>) = stage
        .records::<FanClubMemberRecord>("FanClubMembers")
        .await
        .into_iter()
        .partition(|item| item.fan_club_id.starts_with("credit#"));
    let of = |id: &str| members.iter().find(|member| member.fan_club_id == id).unwrap();
    assert_eq!((of("F1").points, of("F1").tier), (1_001, Tier::Silver), "both tickets together");
    assert_eq!((of("F2").points, of("F2").tier), (5_007, Tier::Gold));
    let mut credits: Vec<_> = credits.iter().map(|item| item.fan_club_id.as_str()).collect();
    credits.sort_unstable();
    assert_eq!(
        credits,
        ["credit#o1#F1", "credit#o1#F2", "credit#o2#F2"],
        "one item an order beside the member"
    );
    assert_eq!(members.len(), 2, "nobody joins by buying");
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 2, "the unknown number and the missing one, once each");
    assert!(conflicts.iter().all(|conflict| conflict.kind == ConflictKind::UnknownFanClubMember));
}

#[tokio::test]
async fn a_tier_that_was_not_written_is_written_by_the_replay() {
    let stage = Stage::new().await;
    stage.put("FanClubMembers", json!({"fanClubId": "F1", "points": 4_999})).await;
    let mut writes = 0;
    stage.net.cut(move |operation, _| {
        writes += u32::from(operation == "UpdateItem");
        (writes == 1).then_some((400, "ValidationException"))
    });
    let bodies = [order("o1", &[("F1", 1)])];
    assert_eq!(stage.queue::<FanClubAwardProcessor>(&bodies).await, [0], "cut between points and tier");
    stage.net.mend();
    assert!(stage.queue::<FanClubAwardProcessor>(&bodies).await.is_empty());
    let members = stage.records::<FanClubMemberRecord>("FanClubMembers").await;
    let member = members.iter().find(|member| member.fan_club_id == "F1").unwrap();
    assert_eq!((member.points, member.tier), (5_000, Tier::Gold));
}
