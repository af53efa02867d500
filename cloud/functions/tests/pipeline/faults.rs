//! The network and the cloud at their worst: what cannot be done now goes back, and comes out whole later.

use wicket_pipeline::admission::AdmissionRecorder;
use wicket_pipeline::inventory::SeatInventoryUpdater;
use wicket_pipeline::payment::PaymentProcessor;
use wicket_pipeline::purchase::TicketPurchaseHandler;

use crate::messages::{NORTH_GATE, TILL, entry, purchase, sale, ticket_id};
use crate::stage::Stage;

const THROTTLED: &str = "ProvisionedThroughputExceededException";

fn sales() -> Vec<String> {
    (1..=4)
        .map(|no| purchase(u64::from(no), &sale(no, TILL, &[&format!("A-{no}"), &format!("B-{no}")])))
        .collect()
}

#[tokio::test]
async fn a_throttled_write_fails_its_message_alone() {
    let stage = Stage::new().await;
    let second = ticket_id(2, 1).to_string();
    stage.net.cut(move |_, body| body.contains(&second).then_some((400, THROTTLED)));
    assert_eq!(stage.queue::<TicketPurchaseHandler>(&sales()).await, [1]);
    assert_eq!(stage.net.published().len(), 3, "half an order is not published");
    stage.net.mend();
    assert!(stage.queue::<TicketPurchaseHandler>(&sales()[1..2]).await.is_empty());
    assert_eq!(stage.items("Tickets").await.len(), 8);
    assert_eq!(stage.net.published().len(), 1);
}

#[tokio::test]
async fn a_passing_fault_is_passed_over() {
    let stage = Stage::new().await;
    let mut calls = 0;
    stage.net.cut(move |_, _| {
        calls += 1;
        (calls % 3 == 1).then_some((500, "InternalServerError"))
    });
    assert!(
        stage.queue::<TicketPurchaseHandler>(&sales()).await.is_empty(),
        "every third request is tried again"
    );
    assert_eq!(stage.items("Orders").await.len(), 4);
}

#[tokio::test]
async fn a_call_cut_anywhere_is_made_whole_by_the_next() {
    let whole = Stage::new().await;
    run(&whole, &sales()).await;
    let expected = tables(&whole).await;
    for cut_at in 1..=6 {
        let stage = Stage::new().await;
        let mut writes = 0;
        // From the n-th write on, nothing gets through any more.
        stage.net.cut(move |operation, _| {
            writes += u32::from(operation == "UpdateItem" || operation == "Publish");
            (writes >= cut_at).then_some((400, "AccessDeniedException"))
        });
        let failed = stage.queue::<TicketPurchaseHandler>(&sales()).await;
        assert!(!failed.is_empty(), "cut at write {cut_at}");
        let early = stage.net.published();
        stage.net.mend();
        let mut again: Vec<String> = failed.iter().map(|no| sales()[*no].clone()).collect();
        again.extend(sales());
        run_with(&stage, &again, early).await;
        assert_eq!(tables(&stage).await, expected, "cut at write {cut_at}");
    }
}

#[tokio::test]
async fn consumers_cut_anywhere_are_made_whole_by_the_next() {
    let stage = Stage::new().await;
    assert!(stage.queue::<TicketPurchaseHandler>(&sales()).await.is_empty());
    let topic = stage.net.published();
    for cut_at in [1, 3, 5] {
        let mut writes = 0;
        stage.net.cut(move |operation, _| {
            writes += u32::from(operation == "UpdateItem");
            (writes >= cut_at).then_some((400, THROTTLED))
        });
        assert!(!stage.queue::<SeatInventoryUpdater>(&topic).await.is_empty());
        assert!(!stage.queue::<AdmissionRecorder>(&[entry(1, NORTH_GATE, ticket_id(1, 0))]).await.is_empty());
    }
    stage.net.mend();
    assert!(stage.queue::<SeatInventoryUpdater>(&topic).await.is_empty());
    assert!(stage.queue::<AdmissionRecorder>(&[entry(1, NORTH_GATE, ticket_id(1, 0))]).await.is_empty());
    assert_eq!(stage.items("SeatInventory").await.len(), 8);
    assert!(stage.items("Conflicts").await.is_empty());
}

async fn run(stage: &Stage, bodies: &[String]) {
    run_with(stage, bodies, Vec::new()).await;
}

async fn run_with(stage: &Stage, bodies: &[String], mut topic: Vec<String>) {
    for batch in bodies.chunks(10) {
        assert!(stage.queue::<TicketPurchaseHandler>(batch).await.is_empty());
    }
    topic.extend(stage.net.published());
    for batch in topic.chunks(10) {
        assert!(stage.queue::<SeatInventoryUpdater>(batch).await.is_empty());
        assert!(stage.queue::<PaymentProcessor>(batch).await.is_empty());
    }
}

async fn tables(stage: &Stage) -> Vec<Vec<serde_json::Value>> {
    let mut all = Vec::new();
    for table in ["Orders", "Tickets", "SeatInventory", "Payments", "Conflicts"] {
        all.push(stage.items(table).await);
    }
    all
}
