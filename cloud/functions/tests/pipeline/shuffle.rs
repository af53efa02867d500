//! Any order and any duplication of what stations send ends in the same tables.

use serde_json::{Value, json};
use wicket_domain::cloud::grant_id;
use wicket_pipeline::admission::AdmissionRecorder;
use wicket_pipeline::awards::FanClubAwardProcessor;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::messages::{
    EVENT, NORTH_GATE, OTHER_TILL, TILL, annulment, entry, entry_after, fan_sale, purchase, refusal, reprint,
    sale, ticket_id,
};
use crate::stage::Stage;

const TABLES: [&str; 8] = [
    "Orders",
    "Tickets",
    "SeatInventory",
    "Payments",
    "FanClubMembers",
    "Customers",
    "Stations",
    "Conflicts",
];

/// Numbers that look random, the same from the same seed (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    /// Some of them twice or three times, in any order.
    fn shuffle(&mut self, all: &[String]) -> Vec<String> {
        let mut dealt = all.to_vec();
        for item in all {
            dealt.extend(std::iter::repeat_n(item.clone(), self.below(3)));
        }
        for place in (1..dealt.len()).rev() {
            dealt.swap(place, self.below(place + 1));
        }
        dealt
    }
}

fn sent() -> (Vec<String>, Vec<String>) {
    let (mut station, mut gate) = (Vec::new(), Vec::new());
    for no in 1..=12_u8 {
        let till = if no % 2 == 0 { TILL } else { OTHER_TILL };
        let seats = [format!("A-{no}"), format!("B-{no}")];
        let seats: Vec<_> = seats.iter().map(String::as_str).collect();
        let member = format!("F{}", no % 3);
        let mut sold = if no % 3 == 0 { fan_sale(no, till, &seats, &member) } else { sale(no, till, &seats) };
        if no % 4 == 0 {
            sold.tickets[1].seat_id = wicket_domain::seat::SeatId::standing("Floor");
            (sold.tickets[1].row, sold.tickets[1].seat_number) = (None, None);
        }
        station.push(purchase(u64::from(no), &sold));
        station.push(reprint(100 + u64::from(no), no, 2));
        station.push(reprint(200 + u64::from(no), no, 3));
        gate.push(entry(u64::from(no), NORTH_GATE, ticket_id(no, 0)));
        // Some are undone, and some of those admitted once more.
        if no % 3 == 0 {
            gate.push(annulment(300 + u64::from(no), NORTH_GATE, ticket_id(no, 0), 0));
        }
        if no % 6 == 0 {
            gate.push(entry_after(400 + u64::from(no), NORTH_GATE, ticket_id(no, 0), 1));
        }
        gate.push(refusal(100 + u64::from(no), NORTH_GATE));
    }
    (station, gate)
}

async fn prepare(stage: &Stage) {
    for station in [TILL, OTHER_TILL] {
        let grant = grant_id(station, "Floor");
        let item = json!({"concertId": EVENT, "seatId": grant, "station": station, "granted": 10, "sold": 0, "version": 1, "updatedAt": 1});
        stage.put("SeatInventory", item).await;
    }
    for member in ["F0", "F1"] {
        stage.put("FanClubMembers", json!({ "fanClubId": member, "points": 600 })).await;
    }
    let seat = json!({"concertId": EVENT, "seatId": "A-2", "state": "owned", "station": TILL, "version": 3, "updatedAt": 1});
    stage.put("SeatInventory", seat).await;
}

/// Hands on in batches of ten, the two queues and the topic's mixed.
async fn run(stage: &Stage, station: &[String], gate: &[String], dice: &mut Dice) {
    let mut topic = Vec::new();
    let (mut station, mut gate) = (station.chunks(10), gate.chunks(10));
    loop {
        let (next, came) = (station.next(), gate.next());
        if next.is_none() && came.is_none() {
            break;
        }
        if let Some(batch) = next {
            assert!(stage.queue::<TicketPurchaseHandler>(batch).await.is_empty());
            topic.extend(stage.net.published());
        }
        if let Some(batch) = came {
            assert!(stage.queue::<AdmissionRecorder>(batch).await.is_empty());
        }
    }
    for batch in dice.shuffle(&topic).chunks(10) {
        assert!(stage.queue::<SeatInventoryUpdater>(batch).await.is_empty());
        assert!(stage.queue::<PaymentProcessor>(batch).await.is_empty());
        let fans: Vec<_> =
            batch.iter().filter(|text| text.contains("\"isFanClubMember\":true")).cloned().collect();
        assert!(stage.queue::<FanClubAwardProcessor>(&fans).await.is_empty());
    }
}

async fn tables(stage: &Stage) -> Vec<(&'static str, Vec<Value>)> {
    let mut all = Vec::new();
    for table in TABLES {
        all.push((table, stage.items(table).await));
    }
    all
}

#[tokio::test]
async fn any_order_and_any_duplication_end_in_the_same_tables() {
    let (station, gate) = sent();
    let straight = Stage::new().await;
    prepare(&straight).await;
    run(&straight, &station, &gate, &mut Dice(1)).await;
    let expected = tables(&straight).await;
    assert_eq!(expected[0].1.len(), 12, "orders");
    assert_eq!(expected[7].1.len(), 0, "nothing in conflict");
    for seed in [11, 222, 3_333, 44_444] {
        let mut dice = Dice(seed);
        let stage = Stage::new().await;
        prepare(&stage).await;
        let (station, gate) = (dice.shuffle(&station), dice.shuffle(&gate));
        run(&stage, &station, &gate, &mut dice).await;
        for (one, other) in expected.iter().zip(tables(&stage).await) {
            assert_eq!(*one, other, "seed {seed}");
        }
    }
}
