//! DynamoDB and the maps of `wicket_pipeline::memory` are asked the same and must answer the same: whatever holds in a
//! simulation holds in the cloud.

use std::collections::BTreeSet;

use jiff::Timestamp;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use wicket_domain::table::{Change, Condition, Item, Key, Table, Value, Write};
use wicket_functions::Dynamo;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::world::{Find, LookUp, Read, Tables};

use crate::stage::Stage;

const STORIES: usize = 10;
const STEPS: usize = 60;
/// Attributes by kind: DynamoDB refuses a write that adds a number to a text, so nobody makes one.
const NUMBERS: [&str; 2] = ["version", "remaining"];
const TEXTS: [&str; 2] = ["state", "station"];
const SETS: [&str; 1] = ["annulled"];

fn key() -> impl Strategy<Value = Key> {
    let one = prop::sample::select(vec!["o1", "o2"]).prop_map(|id| Key::of(Table::Orders, id));
    let two = (prop::sample::select(vec!["p1", "p2"]), 1..3_i64)
        .prop_map(|(id, at)| Key::pair(Table::Payments, id, at));
    prop_oneof![one, two]
}

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![-2..4_i64, Just(i64::MAX / 2)]
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["held", "owned", "", "Zoë 🎫"]).prop_map(str::to_owned)
}

fn words() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned), 1..3)
}

fn plain() -> impl Strategy<Value = Value> {
    prop_oneof![number().prop_map(Value::from), word().prop_map(Value::from)]
}

fn value() -> impl Strategy<Value = Value> {
    let flat = prop_oneof![plain(), Just(Value::Null), any::<bool>().prop_map(Value::from)];
    flat.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::List),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..3).prop_map(Value::Map),
        ]
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let any_name = || prop::sample::select([NUMBERS.as_slice(), &TEXTS, &SETS, &["facts"]].concat());
    let compared = || prop::sample::select([NUMBERS.as_slice(), &TEXTS].concat());
    let one = prop_oneof![
        any_name().prop_map(Condition::has),
        (compared(), plain()).prop_map(|(name, value)| Condition::is(name, value)),
        (compared(), vec(plain(), 1..4)).prop_map(|(name, values)| Condition::is_one_of(name, values)),
        (compared(), plain()).prop_map(|(name, value)| Condition::below(name, value)),
        (compared(), plain()).prop_map(|(name, value)| Condition::at_most(name, value)),
        (compared(), plain()).prop_map(|(name, value)| Condition::at_least(name, value)),
        (prop::sample::select(SETS.to_vec()), "[abc]")
            .prop_map(|(name, text)| Condition::contains(name, text)),
    ];
    one.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner.clone(), 1..4).prop_map(Condition::Any),
            inner.prop_map(|one| !one),
        ]
    })
}

fn change() -> impl Strategy<Value = (&'static str, Change)> {
    let number_change = prop_oneof![
        number().prop_map(|number| Change::Set(number.into())),
        number().prop_map(|number| Change::SetOnce(number.into())),
        (-3..4_i128).prop_map(Change::Add),
        Just(Change::Next),
        Just(Change::Remove),
    ];
    let text_change = prop_oneof![
        word().prop_map(|word| Change::Set(word.into())),
        word().prop_map(|word| Change::SetOnce(word.into())),
        Just(Change::Remove),
    ];
    let set_change = prop_oneof![words().prop_map(Change::Insert), Just(Change::Remove)];
    prop_oneof![
        (prop::sample::select(NUMBERS.to_vec()), number_change),
        (prop::sample::select(TEXTS.to_vec()), text_change),
        (prop::sample::select(SETS.to_vec()), set_change),
        (Just("facts"), value().prop_map(Change::Set)),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    (key(), vec(change(), 1..5), prop::option::of(condition()), any::<bool>()).prop_map(
        |(key, changes, condition, wants_new)| {
            let mut seen = BTreeSet::new();
            let changes = changes.into_iter().filter(|(name, _)| seen.insert(*name));
            let changes = changes.map(|(name, change)| (name.into(), change)).collect();
            Write { key, changes, condition, wants_new }
        },
    )
}

/// Some writes to different items: one alone, or a transaction, which may only look at some of them.
fn step() -> impl Strategy<Value = Vec<Write>> {
    vec((write(), prop::bool::weighted(0.3)), 1..4).prop_map(|writes| {
        let mut seen = BTreeSet::new();
        let mut writes: Vec<_> =
            writes.into_iter().filter(|(write, _)| seen.insert(write.key.clone())).collect();
        if writes.len() > 1 {
            for (write, _) in writes.iter_mut().filter(|(write, looks)| *looks && write.condition.is_some()) {
                write.changes.clear();
            }
        }
        writes.into_iter().map(|(write, _)| write).collect()
    })
}

#[tokio::test]
async fn maps_answer_as_dynamodb_does() {
    let mut runner = TestRunner::deterministic();
    let mut refused = 0;
    for story in 0..STORIES {
        let stage = Stage::new().await;
        let names = [Table::Orders, Table::Payments].map(|table| (table, stage.table(&format!("{table:?}"))));
        let dynamo = Dynamo::new(stage.dynamo.clone(), names.into());
        let memory = Memory::new(Timestamp::UNIX_EPOCH);
        for no in 0..STEPS {
            let mut step = step().new_tree(&mut runner).unwrap().current();
            let said = format!("story {story}, step {no}: {step:#?}");
            let touched: Vec<Key> = step.iter().map(|write| write.key.clone()).collect();
            if step.len() == 1 {
                let write = step.remove(0);
                let (cloud, maps) = (dynamo.write(write.clone()).await, memory.write(write).await);
                let cloud = cloud.unwrap_or_else(|fault| panic!("{fault}: {said}"));
                assert_eq!(cloud, maps.unwrap(), "{said}");
            } else {
                let (cloud, maps) = (dynamo.transact(step.clone()).await, memory.transact(step).await);
                let cloud = cloud.unwrap_or_else(|fault| panic!("{fault}: {said}"));
                let maps = maps.unwrap();
                refused += u32::from(maps != wicket_pipeline::world::Transacted::Done);
                assert_eq!(cloud, maps, "{said}");
            }
            for key in touched {
                let read = |only: &'static [&'static str]| Read { key: key.clone(), consistent: true, only };
                for only in [&[][..], &["state", "version"]] {
                    let (cloud, maps) = (dynamo.read(read(only)).await, memory.read(read(only)).await);
                    assert_eq!(cloud.unwrap(), maps.unwrap(), "{said}");
                }
            }
        }
        let mut items: Vec<Item> = memory.items(Table::Orders);
        items.extend(memory.items(Table::Payments));
        assert!(!items.is_empty(), "a story that writes nothing proves nothing");
    }
    assert!(refused > 10, "transactions are refused, too: {refused}");
}

#[tokio::test]
async fn a_partition_is_looked_through_page_by_page() {
    let stage = Stage::new().await;
    let names = [(Table::SeatInventory, stage.table("SeatInventory"))];
    let dynamo = Dynamo::new(stage.dynamo.clone(), names.into());
    let memory = Memory::new(Timestamp::UNIX_EPOCH);
    // A page of DynamoDB's ends at a megabyte: each of these is 100 KB.
    let facts = "x".repeat(100_000);
    let seat = |concert: &'static str, no: i64| {
        Write::to(Key::pair(Table::SeatInventory, concert, format!("S-{no:02}")))
            .set("version", no % 3)
            .set("facts", facts.as_str())
    };
    let writes: Vec<_> = (0..25).map(|no| seat("c1", no)).chain([seat("c2", 1)]).collect();
    let (cloud, maps) = (dynamo.write_each(writes.clone()).await, memory.write_each(writes).await);
    assert_eq!(cloud.unwrap(), maps.unwrap());
    let looked = async |tables: &dyn Tables| {
        let (mut found, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let condition = Condition::is("version", 1_i64);
            let (table, partition) = (Table::SeatInventory, "c1".to_owned());
            let page = tables.find(Find { table, partition, after, condition }).await.unwrap();
            found.extend(page.items);
            after = page.next;
            pages += 1;
            if after.is_none() {
                return (found, pages);
            }
        }
    };
    let ((cloud, cloud_pages), (maps, _)) = (looked(&dynamo).await, looked(&memory).await);
    assert_eq!(cloud, maps);
    assert_eq!((cloud.len(), cloud_pages > 1), (8, true));
}

#[tokio::test]
async fn an_index_is_looked_up_alike() {
    let stage = Stage::new().await;
    let dynamo = Dynamo::new(stage.dynamo.clone(), [(Table::Orders, stage.table("Orders"))].into());
    let memory = Memory::new(Timestamp::UNIX_EPOCH);
    let order = |no: i64| {
        Write::to(Key::of(Table::Orders, format!("o{no}")))
            .set("status", if no % 3 == 0 { "paid" } else { "reserved" })
            .set("createdAt", 100 - no)
    };
    let writes: Vec<_> = (0..20).map(order).collect();
    dynamo.write_each(writes.clone()).await.unwrap();
    memory.write_each(writes).await.unwrap();
    for (status, up_to, most) in
        [("reserved", 95, 50), ("reserved", 95, 4), ("paid", 100, 50), ("lapsed", 100, 5)]
    {
        let look_up = LookUp {
            table: Table::Orders,
            index: "order-status-index",
            partition: ("status", status.to_owned()),
            up_to: ("createdAt", up_to),
            most,
        };
        let (cloud, maps) = (dynamo.look_up(look_up.clone()).await, memory.look_up(look_up).await);
        let (cloud, maps) = (cloud.unwrap(), maps.unwrap());
        assert_eq!(cloud, maps, "{status} up to {up_to}");
        assert_eq!(cloud.is_empty(), status == "lapsed");
    }
}

/// What the web and stations do with one seat, one floor and two orders, as the rules have it.
fn rule_step() -> impl Strategy<Value = Vec<Write>> {
    use wicket_domain::cloud::rules::{self, Claimant, seat_key, web};
    use wicket_domain::id::StationId;
    use wicket_domain::seat::SeatId;
    (0..9_u8, prop::bool::ANY, 1..4_u64, 0..6_i64).prop_map(|(what, other, version, now)| {
        let order = if other { "o2" } else { "o1" };
        let seat = || seat_key("c1", &SeatId::new("A-1"));
        let floor = SeatId::standing("floor");
        let who = Claimant { station: StationId::from_bytes([1; 16]), epoch: 1 };
        let record =
            serde_json::json!({"status": "reserved", "createdAt": now, "payUntil": now + 2, "sale": "x"});
        match what {
            0 => vec![
                web::reserve(order, &record).unwrap(),
                web::own(seat(), order, now + 2, now),
                web::take_places("c1", &floor, 1, now),
            ],
            1 => vec![web::pay(order, now), web::sell(seat(), order, now)],
            2 => vec![web::lapse(order, now), web::give_back(seat(), order, now)],
            3 => vec![web::lapse_robbed(order, now), web::return_places("c1", &floor, 1, now)],
            4 => vec![web::refund(order, now), web::give_back(seat(), order, now)],
            5 => vec![rules::own(seat(), who, version, now)],
            6 => vec![rules::hold(seat(), who, version, now + 1, now)],
            7 => vec![rules::release(seat(), who.station, version, now)],
            _ => vec![web::refund_lapsed(order, now)],
        }
    })
}

#[tokio::test]
async fn the_rules_of_the_web_hold_alike() {
    let mut runner = TestRunner::deterministic();
    let (mut made, mut refused) = (0, 0);
    for story in 0..STORIES {
        let stage = Stage::new().await;
        let names =
            [Table::Orders, Table::SeatInventory].map(|table| (table, stage.table(&format!("{table:?}"))));
        let dynamo = Dynamo::new(stage.dynamo.clone(), names.into());
        let memory = Memory::new(Timestamp::UNIX_EPOCH);
        let place = |id: &str| Write::to(Key::pair(Table::SeatInventory, "c1", id)).set("version", 1);
        let places = vec![place("A-1").set("state", "available"), place("ga#floor").set("remaining", 2)];
        dynamo.write_each(places.clone()).await.unwrap();
        memory.write_each(places).await.unwrap();
        for no in 0..STEPS {
            let step = rule_step().new_tree(&mut runner).unwrap().current();
            let (cloud, maps) = (dynamo.transact(step.clone()).await, memory.transact(step.clone()).await);
            let maps = maps.unwrap();
            *if maps == wicket_pipeline::world::Transacted::Done { &mut made } else { &mut refused } += 1;
            assert_eq!(cloud.unwrap(), maps, "story {story}, step {no}: {step:#?}");
        }
        for item in memory.items(Table::SeatInventory) {
            let key = Key::pair(Table::SeatInventory, "c1", item.text("seatId").unwrap());
            let read = dynamo.read(Read { key, consistent: true, only: &[] }).await.unwrap();
            assert_eq!(read, Some(item), "story {story}");
        }
    }
    assert!(made > 30 && refused > 30, "{made} made, {refused} refused");
}

#[tokio::test]
async fn a_search_over_the_key_is_refused_by_both() {
    let stage = Stage::new().await;
    let names = [(Table::Conflicts, stage.table("Conflicts"))];
    let dynamo = Dynamo::new(stage.dynamo.clone(), names.into());
    let memory = Memory::new(Timestamp::UNIX_EPOCH);
    for (condition, sound) in [("conflictId", false), ("eventId", false), ("kind", true)] {
        let (table, partition) = (Table::Conflicts, "e1".to_owned());
        let find = Find { table, partition, after: None, condition: Condition::has(condition) };
        assert_eq!(dynamo.find(find.clone()).await.is_ok(), sound, "{condition}");
        assert_eq!(memory.find(find).await.is_ok(), sound, "{condition}");
    }
}
