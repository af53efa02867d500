//! `AdmissionRecorder`.

use serde_json::json;
use wicket_domain::cloud::{
    CloudTicketStatus, ConflictKind, ConflictRecord, TicketRecord, admission_id, admission_id_after,
};
use wicket_pipeline::admission::AdmissionRecorder;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::messages::{
    EVENT, NORTH_GATE, OTHER_TILL, TILL, annulment, entry, entry_after, purchase, refusal, sale, ticket_id,
};
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

/// Every order of a list.
fn orders<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for order in orders(rest) {
        for place in 0..=order.len() {
            let mut longer = order.clone();
            longer.insert(place, first.clone());
            all.push(longer);
        }
    }
    all
}

#[tokio::test]
async fn an_entry_its_annulment_and_the_next_entry_end_the_same_in_any_order_and_twice() {
    // Each order has a ticket of its own.
    let mut ways = orders(&[0, 1, 2, 0, 1, 2]);
    ways.sort_unstable();
    ways.dedup();
    assert_eq!(ways.len(), 90);
    let stage = Stage::new().await;
    for (way, no) in ways.iter().zip(1..) {
        let ticket = ticket_id(no, 0);
        let sent = [
            entry(1, NORTH_GATE, ticket),
            annulment(2, NORTH_GATE, ticket, 0),
            entry_after(3, NORTH_GATE, ticket, 1),
        ];
        let came: Vec<_> = way.iter().map(|which| sent[*which].clone()).collect();
        assert!(stage.queue::<AdmissionRecorder>(&came).await.is_empty());
    }
    let tickets = stage.records::<TicketRecord>("Tickets").await;
    assert_eq!(tickets.len(), 90);
    for told in tickets {
        let ticket = told.known_id().unwrap();
        let second = admission_id_after(NORTH_GATE, ticket, 1).to_string();
        let way = &ways[usize::from(ticket.as_bytes()[0]) - 1];
        assert_eq!(
            (told.status, told.admission_id.as_ref()),
            (CloudTicketStatus::Used, Some(&second)),
            "{way:?}"
        );
        assert_eq!(told.annulled, [admission_id(NORTH_GATE, ticket).to_string()], "{way:?}");
    }
    assert!(stage.items("Conflicts").await.is_empty(), "nobody was let in twice");
}

#[tokio::test]
async fn an_annulled_entry_leaves_the_ticket_valid_whichever_comes_first() {
    let ticket = ticket_id(1, 0);
    let sent = [entry(1, NORTH_GATE, ticket), annulment(2, NORTH_GATE, ticket, 0)];
    let mut ends = Vec::new();
    for way in orders(&[sent.clone(), sent].concat()) {
        let stage = Stage::new().await;
        assert!(stage.queue::<AdmissionRecorder>(&way).await.is_empty());
        let told = stage.records::<TicketRecord>("Tickets").await.swap_remove(0);
        assert_eq!(
            (told.status, told.admission_id.as_ref(), told.gate.as_ref()),
            (CloudTicketStatus::Valid, None, None)
        );
        let again = stage.queue::<AdmissionRecorder>(&[entry_after(3, NORTH_GATE, ticket, 1)]).await;
        assert!(again.is_empty());
        let told = stage.records::<TicketRecord>("Tickets").await.swap_remove(0);
        assert_eq!(told.status, CloudTicketStatus::Used, "the ticket admits again");
        ends.push(told);
    }
    assert!(
        ends.iter()
            .all(|end| (&end.admission_id, &end.annulled) == (&ends[0].admission_id, &ends[0].annulled))
    );
}

#[tokio::test]
async fn an_annulment_takes_back_its_own_entry_and_no_other() {
    let stage = Stage::new().await;
    let ticket = ticket_id(1, 0);
    let came = [entry(1, OTHER_TILL, ticket), annulment(2, NORTH_GATE, ticket, 0)];
    assert!(stage.queue::<AdmissionRecorder>(&came).await.is_empty());
    let told = &stage.records::<TicketRecord>("Tickets").await[0];
    assert_eq!((told.status, told.station.as_deref()), (CloudTicketStatus::Used, Some("Gate 2")));
    assert!(stage.queue::<AdmissionRecorder>(&[entry(1, NORTH_GATE, ticket)]).await.is_empty());
    assert!(stage.items("Conflicts").await.is_empty(), "an entry that was undone collides with nothing");
    assert_eq!(stage.metric("Annulments"), 1);
}

#[tokio::test]
async fn an_annulment_is_never_older_than_what_a_gate_wrote_whose_clock_is_ahead() {
    let stage = Stage::new().await;
    let (ticket, ahead) = (ticket_id(1, 0), NOW + 5_000);
    let item = json!({"ticketId": ticket, "eventId": EVENT, "status": "used", "admissionId": admission_id(NORTH_GATE, ticket), "gate": "North", "updatedAt": ahead});
    stage.put("Tickets", item).await;
    assert!(stage.queue::<AdmissionRecorder>(&[annulment(2, NORTH_GATE, ticket, 0)]).await.is_empty());
    let told = &stage.records::<TicketRecord>("Tickets").await[0];
    assert_eq!((told.status, told.updated_at), (CloudTicketStatus::Valid, ahead));
}

#[tokio::test]
async fn a_ticket_that_fell_after_its_entry_stays_fallen() {
    let stage = Stage::new().await;
    let ticket = ticket_id(1, 0);
    let item = json!({"ticketId": ticket, "eventId": EVENT, "status": "refunded", "admissionId": admission_id(NORTH_GATE, ticket), "updatedAt": 7});
    stage.put("Tickets", item).await;
    assert!(stage.queue::<AdmissionRecorder>(&[annulment(2, NORTH_GATE, ticket, 0)]).await.is_empty());
    let told = &stage.records::<TicketRecord>("Tickets").await[0];
    assert_eq!((told.status, told.admission_id.as_ref()), (CloudTicketStatus::Refunded, None));
}

#[tokio::test]
async fn what_is_no_admission_fails_alone() {
    let stage = Stage::new().await;
    let bodies =
        ["{".to_owned(), entry(1, NORTH_GATE, ticket_id(1, 0)), purchase(1, &sale(1, TILL, &["A-1"]))];
    assert_eq!(stage.queue::<AdmissionRecorder>(&bodies).await, [0, 2]);
    assert_eq!(stage.metric("Admissions"), 1);
}
