//! `AdmissionRecorder`.

use serde_json::json;
use wicket_domain::cloud::{CloudTicketStatus, ConflictKind, ConflictRecord, TicketRecord, admission_id};
use wicket_functions::admission::AdmissionRecorder;
use wicket_functions::purchase::TicketPurchaseHandler;

use crate::messages::{EVENT, NORTH_GATE, OTHER_TILL, TILL, entry, purchase, refusal, sale, ticket_id};
use crate::stage::{NOW, Stage};

#[tokio::test]
async fn a_sale_and_an_admission_meet_in_either_order() {
    let mut ends = Vec::new();
    for sale_first in [true, false] {
        let stage = Stage::new().await;
        let sold = [purchase(1, &sale(1, TILL, &["A-1"]))];
        let came = [
            entry(1, NORTH_GATE, ticket_id(1, 0)),
            entry(1, NORTH_GATE, ticket_id(1, 0)),
            refusal(2, NORTH_GATE),
        ];
        if sale_first {
            assert!(stage.queue::<TicketPurchaseHandler>(&sold).await.is_empty());
        }
        assert!(stage.queue::<AdmissionRecorder>(&came).await.is_empty());
        if !sale_first {
            let early = stage.records::<TicketRecord>("Tickets").await;
            assert_eq!((early[0].status, early[0].order_id.as_ref()), (CloudTicketStatus::Used, None));
            assert!(stage.queue::<TicketPurchaseHandler>(&sold).await.is_empty());
        }
        let tickets = stage.records::<TicketRecord>("Tickets").await;
        assert_eq!(tickets[0].status, CloudTicketStatus::Used, "a sale never gives an entry back");
        assert_eq!(tickets[0].validated_at, Some(NOW - 30_250), "by the cloud's clock");
        assert_eq!(tickets[0].admission_id, Some(admission_id(NORTH_GATE, ticket_id(1, 0)).to_string()));
        assert!(stage.items("Conflicts").await.is_empty());
        ends.push(stage.items("Tickets").await);
    }
    assert_eq!(ends[0], ends[1]);
}

#[tokio::test]
async fn a_second_admission_is_a_conflict_with_both_sides() {
    let stage = Stage::new().await;
    let (first, second) = (entry(1, NORTH_GATE, ticket_id(1, 0)), entry(2, OTHER_TILL, ticket_id(1, 0)));
    for bodies in [[first.clone(), second.clone()], [second, first]] {
        assert!(stage.queue::<AdmissionRecorder>(&bodies).await.is_empty());
    }
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 1, "either order, once");
    let conflict = &conflicts[0];
    assert_eq!(
        (conflict.kind, conflict.event_id.as_str()),
        (ConflictKind::TicketAdmittedTwice, EVENT.to_string().as_str())
    );
    assert_eq!(
        (conflict.first["station"].as_str(), conflict.second["station"].as_str()),
        ("Gate 3", "Gate 2")
    );
    let tickets = stage.records::<TicketRecord>("Tickets").await;
    assert_eq!(tickets[0].station.as_deref(), Some("Gate 3"), "the first stays");
}

#[tokio::test]
async fn the_gates_own_write_and_the_message_are_one_admission() {
    let stage = Stage::new().await;
    let id = admission_id(NORTH_GATE, ticket_id(1, 0));
    let item = json!({"ticketId": ticket_id(1, 0), "eventId": EVENT, "status": "used", "admissionId": id, "updatedAt": 7});
    stage.put("Tickets", item).await;
    assert!(stage.queue::<AdmissionRecorder>(&[entry(1, NORTH_GATE, ticket_id(1, 0))]).await.is_empty());
    assert!(stage.items("Conflicts").await.is_empty());
    assert_eq!(stage.records::<TicketRecord>("Tickets").await[0].updated_at, 7, "nothing was written");
}

#[tokio::test]
async fn an_entry_with_a_ticket_that_no_longer_stood_is_told() {
    let stage = Stage::new().await;
    let item = json!({"ticketId": ticket_id(1, 0), "eventId": EVENT, "status": "refunded", "updatedAt": 7});
    stage.put("Tickets", item).await;
    assert!(stage.queue::<AdmissionRecorder>(&[entry(1, NORTH_GATE, ticket_id(1, 0))]).await.is_empty());
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts[0].first["status"], "refunded");
    let tickets = stage.records::<TicketRecord>("Tickets").await;
    assert_eq!(tickets[0].status, CloudTicketStatus::Refunded);
}

#[tokio::test]
async fn what_is_no_admission_fails_alone() {
    let stage = Stage::new().await;
    let bodies =
        ["{".to_owned(), entry(1, NORTH_GATE, ticket_id(1, 0)), purchase(1, &sale(1, TILL, &["A-1"]))];
    assert_eq!(stage.queue::<AdmissionRecorder>(&bodies).await, [0, 2]);
    assert_eq!(stage.metric("Admissions"), 1);
}
