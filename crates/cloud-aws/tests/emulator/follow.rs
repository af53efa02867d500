//! What has changed, page by page.

use serde_json::json;
use wicket_domain::cloud::{Change, ChangePage};
use wicket_station::cloud::{Cloud, CloudTrouble};

use crate::stage::{EVENT, Stage, number, text};

fn feed() -> String {
    format!("house#{EVENT}")
}

fn put(stage: &Stage, feed: &str, page: i64, changes: &str) {
    let fields = [("feed", text(feed)), ("number", number(page)), ("changes", text(changes))];
    stage.put("Changes", &fields);
}

fn ticket(id: &str, holder: &str) -> String {
    json!([{"ticket": {"ticketId": id, "status": "valid", "holder": holder, "updatedAt": 1}}]).to_string()
}

fn read(stage: &Stage, after: u64, sure: bool) -> Vec<ChangePage> {
    stage.cloud.changes(&feed(), after, sure).flat_map(|pages| pages.unwrap()).collect()
}

#[test]
fn pages_come_in_order_and_from_then_on() {
    let stage = Stage::new();
    for page in [3, 1, 2, 11] {
        put(&stage, &feed(), page, &ticket(&format!("T{page}"), "Ada"));
    }
    put(&stage, "house#another", 4, &ticket("T4", "Ada"));
    for sure in [false, true] {
        let numbers = |after| read(&stage, after, sure).iter().map(|page| page.number).collect::<Vec<_>>();
        assert_eq!(numbers(0), [1, 2, 3, 11]);
        assert_eq!(numbers(2), [3, 11]);
        assert_eq!(numbers(11), [0_u64; 0]);
    }
    let quiet: Vec<_> = stage.cloud.changes(&feed(), 11, false).collect();
    assert_eq!(quiet, [Ok(Vec::new())], "an answer, though nothing is new");
    let page = read(&stage, 10, true).remove(0);
    let [Change::Ticket(ticket)] = page.changes.as_slice() else { panic!("{page:?}") };
    assert_eq!((ticket.ticket_id.as_str(), ticket.event_id.as_str()), ("T11", EVENT.to_string().as_str()));
}

#[test]
fn a_long_feed_comes_in_several_answers() {
    let stage = Stage::new();
    // An answer ends at a megabyte: each of these pages has 100 KB.
    let padding = "x".repeat(100_000);
    (1..=25).for_each(|page| put(&stage, &feed(), page, &ticket("T", &padding)));
    let answers: Vec<_> = stage.cloud.changes(&feed(), 0, false).map(Result::unwrap).collect();
    assert!(answers.len() >= 3, "{}", answers.len());
    let numbers: Vec<_> = answers.iter().flatten().map(|page| page.number).collect();
    assert_eq!(numbers, (1..=25).collect::<Vec<u64>>(), "each once and in order");
}

#[test]
fn a_page_that_is_none_is_told() {
    let stage = Stage::new();
    put(&stage, &feed(), 1, "<html>");
    let fault = stage.cloud.changes(&feed(), 0, true).next().unwrap().unwrap_err();
    assert_eq!(fault.trouble, CloudTrouble::Unreadable);
}
