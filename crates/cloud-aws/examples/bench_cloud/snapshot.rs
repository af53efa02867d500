//! The first snapshot of 70,000 tickets, beside a bare paged query of as many items; and what it takes in memory.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, PutRequest,
    ScalarAttributeType, WriteRequest,
};
use wicket_domain::id::{EventId, TicketId};

use crate::dev_cloud::DevCloud;
use crate::post::{Post, two};
use crate::{at_most, rate};

const TICKETS: usize = 70_000;
const TURNS: u32 = 2;
/// A table of its own for the bare query: the same items, in one partition.
const BARE: &str = "bench-tickets";
const TARGET: f64 = 3.0;
/// Milliseconds since 1970: before every delta.
const PUT_AT: i64 = 1_700_000_000_000;
const MEMORY_TARGET_MB: f64 = 100.0;

/// A station that follows an event, and the event's tickets.
pub(crate) struct Followed {
    pub(crate) post: Post,
    pub(crate) event: EventId,
    pub(crate) tickets: Vec<TicketId>,
}

impl Followed {
    /// Puts this number of tickets into the cloud, and waits until their changes can be read there.
    pub(crate) fn of(cloud: &DevCloud, tickets: usize) -> Self {
        let (_, post, event) = two(cloud, "Bay Area Marathon");
        eprintln!("Putting {tickets} tickets into the cloud …");
        let tickets: Vec<_> = (0..tickets as u128).map(ticket_id).collect();
        put(cloud, &cloud.table("Tickets"), event, &tickets, PUT_AT, "valid");
        post.wait_for_pages();
        Self { post, event, tickets }
    }
}

pub(crate) fn measure(cloud: &DevCloud) {
    let Followed { post, event, tickets } = Followed::of(cloud, TICKETS);
    create(cloud);
    put(cloud, BARE, event, &tickets, PUT_AT, "valid");
    eprintln!("Following them …");
    let (mut ours, mut bare, mut most) = (Duration::ZERO, Duration::ZERO, 0.0_f64);
    for _ in 0..TURNS {
        bare += query(cloud, event);
        post.forget_tickets();
        post.connect(&cloud.pairing());
        let idle = resident_mb("VmRSS");
        // The peak is counted anew from here (proc(5), clear_refs).
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let begun = Instant::now();
        post.sync();
        ours += begun.elapsed();
        most = most.max(resident_mb("VmHWM") - idle);
    }
    let count = f64::from(TURNS) * TICKETS as f64;
    let name = format!("first snapshot of {TICKETS} tickets");
    rate(&name, count / ours.as_secs_f64(), count / bare.as_secs_f64(), TARGET);
    at_most("memory for it above idle", most, MEMORY_TARGET_MB, "MB");
    assert_eq!(post.tickets_known(), TICKETS as i64);
}

fn ticket_id(n: u128) -> TicketId {
    // Version 7, variant RFC 9562, as every station makes them.
    TicketId::from_bytes(((0x0190_0000_0000_7000_8000_0000_0000_0000_u128) + n).to_be_bytes())
}

fn create(cloud: &DevCloud) {
    let keys = [("eventId", KeyType::Hash), ("ticketId", KeyType::Range)];
    let mut asked = cloud.tables.create_table().table_name(BARE).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in keys {
        let text = AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
        let key = KeySchemaElement::builder().attribute_name(name).key_type(kind);
        asked = asked.attribute_definitions(text.build().unwrap()).key_schema(key.build().unwrap());
    }
    cloud.runtime.block_on(asked.send()).unwrap();
}

/// Writes tickets as the pipeline would.
pub(crate) fn put(
    cloud: &DevCloud,
    table: &str,
    event: EventId,
    tickets: &[TicketId],
    at: i64,
    status: &str,
) {
    use AttributeValue::{N, S};
    cloud.runtime.block_on(async {
        for (portion, batch) in tickets.chunks(25).enumerate() {
            let write = |ticket: &TicketId| {
                let item: HashMap<String, AttributeValue> = [
                    ("ticketId", S(ticket.to_string())),
                    ("eventId", S(event.to_string())),
                    ("orderId", S(ticket.to_string())),
                    ("orderCode", S("ABCDEFG".into())),
                    ("seatId", S(format!("A-{ticket}"))),
                    ("label", S("Stalls A-14".into())),
                    ("category", S("Front Stalls".into())),
                    ("holder", S("Grace Hopper".into())),
                    ("status", S(status.into())),
                    ("updatedAt", N((at + portion as i64).to_string())),
                ]
                .map(|(key, value)| (key.to_owned(), value))
                .into();
                let put = PutRequest::builder().set_item(Some(item)).build().unwrap();
                WriteRequest::builder().put_request(put).build()
            };
            let writes = batch.iter().map(write).collect();
            let asked = cloud.tables.batch_write_item().request_items(table, writes);
            assert!(asked.send().await.unwrap().unprocessed_items.unwrap_or_default().is_empty());
        }
    });
}

fn query(cloud: &DevCloud, event: EventId) -> Duration {
    let begun = Instant::now();
    let count = cloud.runtime.block_on(async {
        let asked = cloud.tables.query().table_name(BARE);
        let asked = asked
            .key_condition_expression("eventId = :event")
            .expression_attribute_values(":event", AttributeValue::S(event.to_string()));
        let mut pages = asked.into_paginator().send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            count += page.unwrap().items().len();
        }
        count
    });
    assert_eq!(count, TICKETS);
    begun.elapsed()
}

fn resident_mb(key: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    let kilobytes: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes / 1024.0
}
