//! `SeatInventoryUpdater`: seats and standing places.

use serde_json::{Value, json};
use wicket_domain::cloud::{
    CloudSeatState, ConflictKind, ConflictRecord, CounterRecord, GrantRecord, SeatRecord, grant_id,
};
use wicket_domain::id::StationId;
use wicket_domain::message::Purchase;
use wicket_domain::seat::SeatId;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::messages::{EVENT, OTHER_TILL, TILL, order_id, purchase, sale};
use crate::stage::{NOW, Stage};

async fn seat(stage: &Stage, seat: &str, word: &str, station: Option<StationId>) {
    let mut item = json!({"concertId": EVENT, "seatId": seat, "state": word, "version": 4, "updatedAt": 1});
    if let Some(station) = station {
        item["station"] = json!(station);
        item["holdUntil"] = json!(NOW + 1);
    }
    stage.put("SeatInventory", item).await;
}

/// What the sales are as topic messages.
async fn topic(stage: &Stage, sales: &[Purchase]) -> Vec<String> {
    let bodies: Vec<_> = sales.iter().zip(1..).map(|(sale, sequence)| purchase(sequence, sale)).collect();
    assert!(stage.queue::<TicketPurchaseHandler>(&bodies).await.is_empty());
    stage.net.published()
}

async fn sell(stage: &Stage, sales: &[Purchase]) {
    let messages = topic(stage, sales).await;
    assert!(stage.queue::<SeatInventoryUpdater>(&messages).await.is_empty());
}

#[tokio::test]
async fn every_seat_that_may_be_sold_is_sold() {
    let stage = Stage::new().await;
    seat(&stage, "A-1", "available", None).await;
    seat(&stage, "A-2", "held", Some(OTHER_TILL)).await;
    seat(&stage, "A-3", "owned", Some(TILL)).await;
    let sold = sale(1, TILL, &["A-1", "A-2", "A-3", "A-4"]);
    sell(&stage, &[sold.clone(), sold]).await;
    let seats = stage.records::<SeatRecord>("SeatInventory").await;
    assert_eq!(seats.len(), 4, "one that was not there is there now");
    for seat in &seats {
        assert_eq!(seat.state, CloudSeatState::Sold, "{}", seat.seat_id);
        assert_eq!(seat.order_id, Some(order_id(1).to_string()));
        assert_eq!((seat.station, seat.hold_until, seat.updated_at), (Some(TILL), None, NOW));
    }
    assert_eq!(
        seats.iter().map(|seat| seat.version).collect::<Vec<_>>(),
        [5, 5, 5, 2],
        "the replay wrote nothing, and 1 is left to a station's own writing"
    );
    assert!(stage.items("Conflicts").await.is_empty());
}

#[tokio::test]
async fn what_somebody_else_has_is_a_conflict() {
    let stage = Stage::new().await;
    seat(&stage, "A-1", "owned", Some(OTHER_TILL)).await;
    seat(&stage, "A-2", "blocked", None).await;
    let (mine, theirs) = (sale(1, TILL, &["A-1", "A-2", "A-3"]), sale(2, OTHER_TILL, &["A-3"]));
    sell(&stage, &[mine.clone(), theirs.clone()]).await;
    sell(&stage, &[theirs, mine]).await;
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 3, "each once, however often it is heard of");
    assert!(conflicts.iter().all(|conflict| conflict.kind == ConflictKind::SeatSoldTwice));
    let of =
        |seat: &str| conflicts.iter().find(|conflict| conflict.seat_id.as_deref() == Some(seat)).unwrap();
    assert_eq!(of("A-1").first["station"], OTHER_TILL.to_string());
    assert_eq!(of("A-1").second["orderId"], order_id(1).to_string());
    assert_eq!(of("A-3").first["orderId"], order_id(1).to_string(), "the first has it");
    assert_eq!(of("A-3").second["orderId"], order_id(2).to_string());
    let seats = stage.records::<SeatRecord>("SeatInventory").await;
    let left = |name: &str| seats.iter().find(|seat| seat.seat_id.as_str() == name).unwrap().state;
    assert_eq!(left("A-1"), CloudSeatState::Owned, "it stays whose it was");
    assert_eq!(left("A-2"), CloudSeatState::Blocked);
}

fn standing(no: u8, places: usize) -> Purchase {
    let seats = vec!["ga#Floor"; places];
    let mut sold = sale(no, TILL, &seats);
    for ticket in &mut sold.tickets {
        (ticket.row, ticket.seat_number, ticket.section) = (None, None, "Floor".to_owned());
    }
    sold
}

async fn floor(stage: &Stage, remaining: u32, granted: u32) {
    let counter = json!({"concertId": EVENT, "seatId": "ga#Floor", "capacity": 100, "remaining": remaining, "version": 1, "updatedAt": 1});
    stage.put("SeatInventory", counter).await;
    let grant = json!({"concertId": EVENT, "seatId": grant_id(TILL, "Floor"), "station": TILL, "granted": granted, "sold": 0, "version": 1, "updatedAt": 1});
    stage.put("SeatInventory", grant).await;
}

async fn grant(stage: &Stage) -> GrantRecord {
    let items = stage.items("SeatInventory").await;
    let item = items.into_iter().find(|item| item.get("granted").is_some()).unwrap();
    serde_json::from_value(item).unwrap()
}

#[tokio::test]
async fn standing_places_come_out_of_the_stations_grant_once() {
    let stage = Stage::new().await;
    floor(&stage, 90, 10).await;
    sell(&stage, &[standing(1, 3), standing(2, 2), standing(1, 3)]).await;
    let grant = grant(&stage).await;
    assert_eq!((grant.granted, grant.sold, grant.version, grant.updated_at), (10, 5, 1, NOW));
    assert!(stage.items("Conflicts").await.is_empty());
}

#[tokio::test]
async fn more_than_was_granted_is_a_conflict() {
    let stage = Stage::new().await;
    floor(&stage, 90, 4).await;
    sell(&stage, &[standing(1, 3), standing(2, 2)]).await;
    assert_eq!(grant(&stage).await.sold, 5, "what was sold is counted");
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].order_id, Some(order_id(2).to_string()));
    sell(&stage, &[standing(1, 3), standing(2, 2)]).await;
    assert_eq!(
        stage.items("Conflicts").await.len(),
        1,
        "heard of again, the first order is still within the grant"
    );
    assert_eq!((conflicts[0].first["granted"].as_str(), conflicts[0].first["sold"].as_str()), ("4", "5"));
}

#[tokio::test]
async fn a_grant_that_could_not_be_looked_at_is_looked_at_the_next_time() {
    let stage = Stage::new().await;
    floor(&stage, 90, 4).await;
    let messages = topic(&stage, &[standing(1, 5)]).await;
    stage.net.cut(|operation, _| (operation == "GetItem").then_some((400, "AccessDeniedException")));
    assert_eq!(stage.queue::<SeatInventoryUpdater>(&messages).await, [0]);
    assert_eq!(grant(&stage).await.sold, 5, "counted it is");
    assert!(stage.items("Conflicts").await.is_empty());
    stage.net.mend();
    assert!(stage.queue::<SeatInventoryUpdater>(&messages).await.is_empty());
    assert_eq!(grant(&stage).await.sold, 5);
    assert_eq!(stage.items("Conflicts").await.len(), 1);
}

#[tokio::test]
async fn a_conflict_is_one_whoever_has_the_seat_when_it_is_heard_of_again() {
    let stage = Stage::new().await;
    seat(&stage, "A-1", "owned", Some(OTHER_TILL)).await;
    let (mine, theirs) = (sale(1, TILL, &["A-1"]), sale(2, OTHER_TILL, &["A-1"]));
    sell(&stage, std::slice::from_ref(&mine)).await;
    sell(&stage, &[theirs]).await;
    sell(&stage, &[mine]).await;
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 1, "one order too many, one conflict");
    assert_eq!(conflicts[0].second["orderId"], order_id(1).to_string());
    assert_eq!(conflicts[0].first["station"], OTHER_TILL.to_string(), "as it was found first");
}

#[tokio::test]
async fn an_area_that_is_refused_leaves_the_orders_other_areas_alone() {
    let stage = Stage::new().await;
    floor(&stage, 90, 10).await;
    let mut mixed = standing(1, 3);
    mixed.tickets[2].section = "Balcony".to_owned();
    mixed.tickets[2].seat_id = SeatId::standing("Balcony");
    let counter = json!({"concertId": EVENT, "seatId": "ga#Balcony", "capacity": 50, "remaining": 50, "version": 1, "updatedAt": 1});
    stage.put("SeatInventory", counter).await;
    sell(&stage, &[mixed.clone(), mixed]).await;
    assert_eq!(grant(&stage).await.sold, 2, "the floor's two are counted, once");
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 1, "nothing was granted of the balcony");
    assert_eq!(conflicts[0].seat_id.as_deref(), Some("ga#Balcony"));
}

#[tokio::test]
async fn standing_places_without_a_grant() {
    let stage = Stage::new().await;
    sell(&stage, &[standing(1, 2)]).await;
    assert!(stage.items("Conflicts").await.is_empty(), "of an event that nobody published, nobody counts");
    assert_eq!(stage.items("SeatInventory").await.len(), 1, "the order's marker");

    let stage = Stage::new().await;
    floor(&stage, 90, 4).await;
    let mut theirs = standing(1, 2);
    theirs.station_id = OTHER_TILL;
    sell(&stage, &[theirs.clone(), theirs]).await;
    assert_eq!(stage.items("Conflicts").await.len(), 1, "a station that was granted nothing");
}

fn web(order: &str, places: usize) -> String {
    let ticket = json!({"section": "Floor", "seatId": "ga#Floor", "price": 10, "isFanClubMember": false});
    let tickets: Vec<Value> = vec![ticket; places];
    json!({
        "orderId": order, "concertId": EVENT, "concertName": "Harbour Nights", "concertDate": "2026-12-05",
        "tickets": tickets, "totalAmount": 10 * places, "paymentStatus": "Pending",
        "purchaseTimestamp": "2026-11-20T18:00:00Z",
    })
    .to_string()
}

#[tokio::test]
async fn the_web_sells_from_the_common_counter_and_not_beyond() {
    let stage = Stage::new().await;
    floor(&stage, 5, 0).await;
    let messages = [web("w1", 3), web("w1", 3), web("w2", 3), web("w3", 2)];
    assert!(stage.queue::<SeatInventoryUpdater>(&messages).await.is_empty());
    let items = stage.items("SeatInventory").await;
    let counter = items.into_iter().find(|item| item.get("remaining").is_some()).unwrap();
    let counter: CounterRecord = serde_json::from_value(counter).unwrap();
    assert_eq!((counter.remaining, counter.version), (0, 3), "3 and 2 of 5");
    let conflicts = stage.records::<ConflictRecord>("Conflicts").await;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].order_id.as_deref(), Some("w2"));
}

#[tokio::test]
async fn a_malformed_message_fails_alone() {
    let stage = Stage::new().await;
    let wrapped = json!({"Type": "Notification", "Message": web("w2", 1)}).to_string();
    let messages = [web("w1", 1), "{}".to_owned(), wrapped];
    assert_eq!(stage.queue::<SeatInventoryUpdater>(&messages).await, [1]);
    assert_eq!(stage.items("SeatInventory").await.len(), 2);
}
