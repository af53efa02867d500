//! `PaymentProcessor`.

use serde_json::{Value, json};
use wicket_domain::cloud::{ConflictKind, ConflictRecord};
use wicket_domain::pipeline::{PaymentRecord, PaymentStatus};
use wicket_pipeline::payment::PaymentProcessor;

use crate::stage::Stage;

fn order(status: &str, price: i64, off: &Value) -> String {
    json!({
        "orderId": "o1", "concertId": "C1", "concertName": "X", "concertDate": "2026-12-05",
        "tickets": [{"section": "A", "seatNumber": "1", "price": price, "isFanClubMember": true, "fanClubId": "F1",
                     "discounts": off}],
        "totalAmount": price, "paymentStatus": status, "purchaseTimestamp": "2026-11-20T18:00:00Z",
    })
    .to_string()
}

#[tokio::test]
async fn a_payment_only_moves_forward() {
    let stage = Stage::new().await;
    let none = json!([]);
    for (news, expected) in [
        ("Pending", PaymentStatus::Pending),
        ("Failed", PaymentStatus::Failed),
        ("Completed", PaymentStatus::Completed),
        ("Failed", PaymentStatus::Completed),
        ("Pending", PaymentStatus::Completed),
        ("Refunded", PaymentStatus::Refunded),
        ("Completed", PaymentStatus::Refunded),
    ] {
        assert!(stage.queue::<PaymentProcessor>(&[order(news, 95, &none)]).await.is_empty());
        let payments = stage.records::<PaymentRecord>("Payments").await;
        assert_eq!(payments.len(), 1, "one an order");
        assert_eq!(payments[0].status, expected, "after {news}");
    }
    let payments = stage.records::<PaymentRecord>("Payments").await;
    assert_eq!((payments[0].payment_id.as_str(), payments[0].amount), ("pay-o1", 9_500));
}

#[tokio::test]
async fn a_discount_is_held_against_the_members_tier() {
    let club = |amount: i64| json!([{"kind": "fan_club", "amount": amount}]);
    for (member, off, allowed) in [
        (Some(0), club(5), true),
        (Some(0), club(6), false),
        (Some(20_000), club(20), true),
        (None, club(1), false),
        (None, json!([{"kind": "staff", "amount": 50}]), true),
    ] {
        let stage = Stage::new().await;
        if let Some(points) = member {
            stage.put("FanClubMembers", json!({"fanClubId": "F1", "points": points})).await;
        }
        let price = 100 - off[0]["amount"].as_i64().unwrap();
        let bodies = [order("Completed", price, &off), order("Completed", price, &off)];
        assert!(stage.queue::<PaymentProcessor>(&bodies).await.is_empty());
        let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
        assert_eq!(conflicts.is_empty(), allowed, "{member:?} {off}");
        assert!(conflicts.iter().all(|conflict| conflict.kind == ConflictKind::DiscountNotAllowed));
        assert!(conflicts.len() <= 1, "once, however often");
        assert_eq!(stage.items("Payments").await.len(), 1, "the sale stands");
    }
}
