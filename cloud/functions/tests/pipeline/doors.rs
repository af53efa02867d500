//! The clerks on DynamoDB: their transactions, their checks and what the cloud gives back of a refusal. The rules
//! themselves are tested in memory (`cloud/pipeline/tests/doors`).

use serde_json::json;
use wicket_domain::cloud::{CloudSeatState, SeatRecord, admission_id, grant_id};
use wicket_domain::door::{
    AdmissionAsk, Claim, ClaimAnswer, ClaimAsk, Door, EventAnswer, EventAsk, GateAnswer, Goal, NewSeat,
    Reclaim, Reclaimed,
};
use wicket_domain::id::{StationId, TicketId};
use wicket_domain::seat::SeatId;
use wicket_pipeline::admission::AdmissionRecorder;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::asks::{ask, asked, put_event, put_event_of, seats};
use crate::messages::{
    EVENT, NORTH_GATE, OFFICE, OTHER_TILL, TILL, annulment, entry, purchase, sale, ticket_id,
};
use crate::stage::{NOW, Stage};

async fn hall() -> Stage {
    let stage = Stage::new().await;
    put_event(&stage, "live").await;
    for seat in ["A-1", "A-2", "A-3"] {
        let item =
            json!({"concertId": EVENT, "seatId": seat, "state": "available", "version": 1, "updatedAt": 1});
        stage.put("SeatInventory", item).await;
    }
    let floor = json!({"concertId": EVENT, "seatId": "ga#Floor", "capacity": 9, "remaining": 9, "version": 1, "updatedAt": 1});
    stage.put("SeatInventory", floor).await;
    stage
}

fn places(change: i64, version: u64) -> ClaimAsk {
    let claim = Claim::Places { area_id: "Floor".to_owned(), change, version };
    ClaimAsk { event_id: EVENT, epoch: 1, claim }
}

#[tokio::test]
async fn a_claim_is_one_transaction_and_its_refusal_brings_what_was_in_the_way() {
    let stage = hall().await;
    let claim = async |who, ask: ClaimAsk| asked::<ClaimAnswer>(&stage, who, Door::Claims, &ask).await;
    let hold = Goal::Hold { for_ms: 1_000 };
    let answer = claim(TILL, seats(hold, 1, &[("A-1", 1), ("A-2", 1)])).await;
    assert_eq!(answer, ClaimAnswer::Done { until: Some(NOW + 1_000), granted: None });
    let refused = claim(OTHER_TILL, seats(Goal::Own, 1, &[("A-3", 1), ("A-2", 2), ("Z-9", 1)])).await;
    let ClaimAnswer::Refused { seats: way, unknown, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(unknown, [SeatId::new("Z-9")]);
    assert_eq!(way.len(), 1);
    assert_eq!((way[0].state, way[0].station, way[0].version), (CloudSeatState::Held, Some(TILL), 2));
    assert_eq!(claim(TILL, seats(Goal::Own, 2, &[("A-1", 2)])).await, ClaimAnswer::Fenced);
    let owned = claim(TILL, seats(Goal::Own, 1, &[("A-1", 2)])).await;
    assert_eq!(owned, ClaimAnswer::Done { until: None, granted: None });
    assert_eq!(claim(OTHER_TILL, places(7, 0)).await, ClaimAnswer::Done { until: None, granted: Some(7) });
    let full = claim(TILL, places(3, 0)).await;
    assert!(matches!(full, ClaimAnswer::Refused { counter: Some(counter), .. } if counter.remaining == 2));
    let (status, body) = ask(&stage, NORTH_GATE, Door::Claims, &places(1, 0)).await;
    assert_eq!((status, &body["refusal"]), (403, &json!("kind")));
}

#[tokio::test]
async fn a_hundred_seats_but_one_go_into_a_claim() {
    let stage = hall().await;
    let names: Vec<_> = (0..99).map(|no| format!("B-{no}")).collect();
    for name in &names {
        let item =
            json!({"concertId": EVENT, "seatId": name, "state": "available", "version": 1, "updatedAt": 1});
        stage.put("SeatInventory", item).await;
    }
    let all: Vec<_> = names.iter().map(|name| (name.as_str(), 1)).collect();
    let done: ClaimAnswer = asked(&stage, TILL, Door::Claims, &seats(Goal::Own, 1, &all)).await;
    assert_eq!(done, ClaimAnswer::Done { until: None, granted: None });
    let again: ClaimAnswer = asked(&stage, TILL, Door::Claims, &seats(Goal::Own, 1, &all)).await;
    assert!(matches!(again, ClaimAnswer::Refused { seats, .. } if seats.len() == 99), "each as it stands");
}

#[tokio::test]
async fn what_a_fenced_station_had_is_found_and_given_back() {
    let stage = hall().await;
    let own = seats(Goal::Own, 1, &[("A-1", 1), ("A-3", 1)]);
    let _: ClaimAnswer = asked(&stage, TILL, Door::Claims, &own).await;
    let _: ClaimAnswer = asked(&stage, TILL, Door::Claims, &places(4, 0)).await;
    let _: ClaimAnswer = asked(&stage, OTHER_TILL, Door::Claims, &seats(Goal::Own, 1, &[("A-2", 1)])).await;
    stage.fence(TILL).await;
    let reclaim = Reclaim { station_id: TILL, event_id: EVENT, after: None };
    let back: Reclaimed = asked(&stage, OFFICE, Door::Reclaim, &reclaim).await;
    assert_eq!(back, Reclaimed { places: 6, next: None });
    let items = stage.items("SeatInventory").await;
    let find = |id: &str| items.iter().find(|item| item["seatId"] == id).unwrap().clone();
    let seat = |id: &str| serde_json::from_value::<SeatRecord>(find(id)).unwrap();
    assert_eq!((seat("A-1").state, seat("A-1").station), (CloudSeatState::Available, None));
    assert_eq!(seat("A-2").state, CloudSeatState::Owned);
    let grant = find(grant_id(TILL, "Floor").as_str());
    assert_eq!((&find("ga#Floor")["remaining"], &grant["granted"]), (&json!(9), &json!(0)));
}

#[tokio::test]
async fn a_gates_question_is_answered_by_one_write() {
    let stage = hall().await;
    let ticket_id = TicketId::from_bytes([5; 16]);
    let question = |gate: StationId| AdmissionAsk {
        event_id: EVENT,
        ticket_id,
        admission_id: admission_id(gate, ticket_id),
        annulled: Vec::new(),
        at: NOW,
        gate: Some("North".to_owned()),
    };
    for _ in 0..2 {
        let first: GateAnswer = asked(&stage, NORTH_GATE, Door::Admissions, &question(NORTH_GATE)).await;
        assert_eq!(first, GateAnswer::First);
    }
    let second: GateAnswer = asked(&stage, TILL, Door::Admissions, &question(TILL)).await;
    let told = GateAnswer::Already { at: Some(NOW), gate: Some("North".into()), station: Some("T".into()) };
    assert_eq!(second, told);
}

#[tokio::test]
async fn five_hundred_seats_are_put_down_at_once_and_what_is_there_stays() {
    let stage = Stage::new().await;
    put_event(&stage, "publishing").await;
    let sold = json!({"concertId": EVENT, "seatId": "C-7", "state": "sold", "orderId": "web-1", "version": 2, "updatedAt": 1});
    stage.put("SeatInventory", sold).await;
    let new = |no: u32| NewSeat {
        seat_id: SeatId::new(format!("C-{no}")),
        state: CloudSeatState::Available,
        order_id: None,
    };
    let put = EventAsk::Seats { event_id: EVENT, seats: (0..500).map(new).collect() };
    let answer: EventAnswer = asked(&stage, OFFICE, Door::Events, &put).await;
    assert_eq!(answer.there.len(), 1);
    assert_eq!((answer.there[0].seat_id.as_str(), answer.there[0].state), ("C-7", CloudSeatState::Sold));
    assert_eq!(stage.items("SeatInventory").await.len(), 500);
}

#[tokio::test]
async fn nobody_sells_or_admits_for_another_house() {
    let stage = hall().await;
    put_event_of(&stage, "club", "live").await;
    let sold = [purchase(1, &sale(1, TILL, &["A-1"]))];
    assert_eq!(stage.queue::<TicketPurchaseHandler>(&sold).await, [0]);
    assert_eq!(stage.queue::<AdmissionRecorder>(&[entry(1, NORTH_GATE, ticket_id(1, 0))]).await, [0]);
    assert!(stage.items("Orders").await.is_empty() && stage.items("Tickets").await.is_empty());
    let (status, body) = ask(&stage, TILL, Door::Claims, &seats(Goal::Own, 1, &[("A-1", 1)])).await;
    assert_eq!((status, &body["refusal"]), (404, &json!("event")));
}

#[tokio::test]
async fn a_scan_that_names_another_event_than_the_tickets_changes_nothing() {
    let stage = hall().await;
    let ticket = ticket_id(1, 0);
    let others = json!({
        "ticketId": ticket, "eventId": "another", "status": "used",
        "admissionId": admission_id(NORTH_GATE, ticket), "updatedAt": 1,
    });
    stage.put("Tickets", others).await;
    let before = stage.items("Tickets").await;
    let scans = [entry(1, NORTH_GATE, ticket), annulment(2, NORTH_GATE, ticket, 0)];
    assert_eq!(stage.queue::<AdmissionRecorder>(&scans).await, [0, 1]);
    assert_eq!(stage.items("Tickets").await, before);
    assert!(stage.items("Conflicts").await.is_empty());
}
