//! Pages that break off.

use wicket_station::cloud::{Cloud, CloudTrouble};

use crate::fake::{EVENT, Fake, Reply, error};

fn page(ticket: &str, more: bool) -> Reply {
    let last = format!(
        r#","LastEvaluatedKey":{{"eventId":{{"S":"{EVENT}"}},"ticketId":{{"S":"{ticket}"}},"updatedAt":{{"N":"5"}}}}"#
    );
    Reply::Says(
        200,
        format!(
            r#"{{"Items":[{{"ticketId":{{"S":"{ticket}"}},"eventId":{{"S":"{EVENT}"}},"status":{{"S":"valid"}},
            "updatedAt":{{"N":"5"}}}}]{}}}"#,
            if more { &last } else { "" }
        ),
    )
}

#[test]
fn a_page_that_does_not_come_ends_them_and_the_last_place_goes_on() {
    let fake = Fake::new([page("a", true), error("ResourceNotFoundException", ""), page("b", false)]);
    let cloud = fake.cloud();
    let mut pages = cloud.tickets(EVENT, 0, None);
    let first = pages.next().unwrap().unwrap();
    assert_eq!(pages.next().unwrap().unwrap_err().trouble, CloudTrouble::NotThere);
    assert!(pages.next().is_none());
    let rest: Vec<_> = cloud.tickets(EVENT, 0, first.next).map(|page| page.unwrap().items).collect();
    assert_eq!(rest.len(), 1);
    let resumed = &fake.requests()[2].body["ExclusiveStartKey"];
    assert_eq!(resumed["ticketId"]["S"], "a", "exactly where it broke off");
}

#[test]
fn the_next_page_is_on_its_way_and_not_the_one_after() {
    let fake = Fake::new([page("a", true), page("b", true), page("c", true), page("d", false)]);
    let cloud = fake.cloud();
    let mut pages = cloud.tickets(EVENT, 0, None);
    drop(pages.next());
    // Time enough for as many requests as would come.
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(fake.requests().len(), 2);
    assert_eq!(pages.count(), 3);
}

#[test]
fn an_odd_place_to_go_on_from_is_told() {
    let odd = r#"{"Items":[],"LastEvaluatedKey":{"ticketId":{"BOOL":true}}}"#;
    let fake = Fake::new([Reply::Says(200, odd.into())]);
    let cloud = fake.cloud();
    let mut pages = cloud.tickets(EVENT, 0, None);
    assert_eq!(pages.next().unwrap().unwrap_err().trouble, CloudTrouble::Unreadable);
    assert!(pages.next().is_none(), "and not asked for ever");
}
