//! Pages that break off.

use wicket_station::cloud::{Cloud, CloudTrouble};

use crate::fake::{Fake, Reply, error};

const FEED: &str = "house#e";

fn page(number: u32, more: bool) -> Reply {
    let last = format!(r#","LastEvaluatedKey":{{"feed":{{"S":"{FEED}"}},"number":{{"N":"{number}"}}}}"#);
    let more = if more { &last } else { "" };
    Reply::Says(200, format!(r#"{{"Items":[{{"number":{{"N":"{number}"}},"changes":{{"S":"[]"}}}}]{more}}}"#))
}

#[test]
fn an_answer_that_does_not_come_ends_them_and_the_last_page_goes_on() {
    let fake = Fake::new([page(1, true), error("ResourceNotFoundException", ""), page(2, false)]);
    let cloud = fake.cloud();
    let mut pages = cloud.changes(FEED, 0, false);
    let first = pages.next().unwrap().unwrap();
    assert_eq!(pages.next().unwrap().unwrap_err().trouble, CloudTrouble::NotThere);
    assert!(pages.next().is_none());
    let rest: Vec<_> = cloud.changes(FEED, first[0].number, true).map(Result::unwrap).collect();
    assert_eq!(rest.len(), 1);
    let requests = fake.requests();
    assert_eq!(
        requests[2].body["ExpressionAttributeValues"][":after"]["N"], "1",
        "exactly where it broke off"
    );
    let sure: Vec<_> = requests.iter().map(|request| request.body["ConsistentRead"].clone()).collect();
    assert_eq!(sure, [false, false, true]);
}

#[test]
fn the_next_answer_is_on_its_way_and_not_the_one_after() {
    let fake = Fake::new([page(1, true), page(2, true), page(3, true), page(4, false)]);
    let cloud = fake.cloud();
    let mut pages = cloud.changes(FEED, 0, false);
    drop(pages.next());
    // Time enough for as many requests as would come.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(fake.requests().len(), 2);
    assert_eq!(pages.count(), 3);
}

#[test]
fn a_page_without_a_number_is_told() {
    let fake = Fake::new([Reply::Says(200, r#"{"Items":[{"changes":{"S":"[]"}}]}"#.into())]);
    let cloud = fake.cloud();
    let mut pages = cloud.changes(FEED, 0, false);
    assert_eq!(pages.next().unwrap().unwrap_err().trouble, CloudTrouble::Unreadable);
    assert!(pages.next().is_none(), "and not asked for ever");
}
