//! `SnapshotKeeper`, on a real bucket and table.

use std::io::BufReader;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde_json::json;
use wicket_domain::cloud::{Snapshot, event_feed, snapshot_key};
use wicket_domain::table::{Condition, Key, Table, Value, Write};
use wicket_functions::Dynamo;
use wicket_pipeline::Function as _;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::snapshot_keeper::SnapshotKeeper;
use wicket_pipeline::world::{File, Files, Find, Tables};

use crate::messages::EVENT;
use crate::stage::{Stage, call};

fn feed() -> String {
    event_feed("house", &EVENT.to_string())
}

/// A page of one seat, padded so that a query takes several answers for all of them.
fn page(number: u64) -> Write {
    let seat = json!({"inventory": {
        "seatId": format!("S-{}", number / 10), "state": "available", "version": number, "updatedAt": 1,
    }});
    let changes = format!("[{seat}{}]", " ".repeat(20_000));
    Write::to(Key::pair(Table::Changes, feed(), number)).set("changes", changes)
}

async fn keep(stage: &Stage, number: u64) -> u32 {
    let keys = json!({"feed": {"S": feed()}, "number": {"N": number.to_string()}});
    let stream = serde_json::from_value(json!({"Records": [{"dynamodb": {"Keys": keys}}]})).unwrap();
    stage.function::<SnapshotKeeper>().handle(stream, &call()).await.unwrap().snapshots
}

#[tokio::test]
async fn a_feeds_pages_become_a_file_and_get_a_date() {
    let stage = Stage::new().await;
    let dynamo = Dynamo::new(stage.dynamo.clone(), [(Table::Changes, stage.table("Changes"))].into());
    dynamo.write_each((1..=200).map(page).collect()).await.unwrap();
    for number in [100, 200] {
        assert_eq!(keep(&stage, number).await, 1);
        let bucket = format!("{}-files", stage.name);
        let lies = stage.s3.get_object().bucket(bucket).key(snapshot_key(&feed())).send().await.unwrap();
        let bytes = lies.body.collect().await.unwrap().to_vec();
        let text = BufReader::new(GzDecoder::new(bytes.as_slice()));
        let snapshot = Snapshot::open(&feed(), text).unwrap();
        assert_eq!(snapshot.number, number);
        let seats: usize = snapshot.map(|page| page.unwrap().changes.len()).sum();
        assert_eq!(seats as u64, number / 10 + 1);
        let pages = stage.items("Changes").await;
        let dated = pages.iter().filter(|page| page["expiresAt"].is_number()).count();
        assert_eq!(dated as u64, number - 1, "all but the file's last");
    }
    assert_eq!(keep(&stage, 200).await, 0, "told once more");
}

#[tokio::test]
async fn a_file_is_replaced_by_whoever_has_read_it_in_both_worlds() {
    let stage = Stage::new().await;
    let memory = Memory::new(Timestamp::UNIX_EPOCH);
    let cloud = stage.world::<SnapshotKeeper>().files;
    let maps: &dyn Files = &memory;
    for files in [&*cloud, maps] {
        let file = |text: &str| File {
            key: "snapshots/house/x.gz".to_owned(),
            media_type: "application/gzip",
            name: "snapshot.gz",
            bytes: text.as_bytes().to_vec(),
        };
        let key = || "snapshots/house/x.gz".to_owned();
        assert_eq!(files.get(key()).await.unwrap(), None);
        assert!(!files.replace(file("a"), Some("\"none\"".to_owned())).await.unwrap(), "there is none");
        assert!(files.replace(file("a"), None).await.unwrap());
        assert!(!files.replace(file("b"), None).await.unwrap(), "there is one");
        let first = files.get(key()).await.unwrap().unwrap();
        assert!(files.replace(file("b"), Some(first.tag.clone())).await.unwrap());
        assert!(!files.replace(file("c"), Some(first.tag)).await.unwrap(), "another has been put there");
        assert_eq!(files.get(key()).await.unwrap().unwrap().bytes, b"b");
    }
}

#[tokio::test]
async fn numbered_items_are_looked_through_alike() {
    let stage = Stage::new().await;
    let dynamo = Dynamo::new(stage.dynamo.clone(), [(Table::Changes, stage.table("Changes"))].into());
    let memory = Memory::new(Timestamp::UNIX_EPOCH);
    let pages: Vec<_> = (1..=120).map(page).collect();
    dynamo.write_each(pages.clone()).await.unwrap();
    memory.write_each(pages).await.unwrap();
    let looked = async |tables: &dyn Tables, after: Option<u64>| {
        let (mut found, mut after, mut answers) = (Vec::new(), after.map(Value::from), 0);
        loop {
            let (table, partition) = (Table::Changes, feed());
            let find = Find { table, partition, after, condition: Condition::has("changes") };
            let answer = tables.find(find).await.unwrap();
            found.extend(answer.items);
            answers += 1;
            after = answer.next;
            if after.is_none() {
                return (found, answers);
            }
        }
    };
    for after in [None, Some(9), Some(99), Some(120)] {
        let ((cloud, answers), (maps, _)) = (looked(&dynamo, after).await, looked(&memory, after).await);
        assert_eq!(cloud, maps, "after {after:?}");
        assert_eq!(cloud.len() as u64, 120 - after.unwrap_or(0));
        assert!(after.is_some() || answers > 1);
    }
}
