//! Requests at the doors of the HTTP API.

use std::time::Duration;

use wicket_domain::door::Door;
use wicket_station::cloud::{Ask, Cloud, CloudTrouble};

use crate::fake::{Fake, Reply, Shifted};

fn hello() -> Ask {
    Ask { door: Door::Hello, body: r#"{"counter":7}"#.into(), signature: "ab".repeat(64), within: None }
}

#[test]
fn a_request_arrives_as_it_was_signed() {
    let fake = Fake::new([Reply::Says(200, r#"{"standing":"known"}"#.into())]);
    let reply = fake.cloud().ask(&hello()).unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (200, r#"{"standing":"known"}"#));
    let request = fake.requests().remove(0);
    assert_eq!(request.path, "/api/venues/house/hello");
    assert_eq!((request.body["counter"].as_u64(), request.signature), (Some(7), "ab".repeat(64)));
    assert!(!request.signed_at.is_empty(), "AWS's signature is there too");
}

#[test]
fn a_refusal_of_the_function_is_an_answer() {
    for status in [400, 401, 403, 404, 409] {
        let body = r#"{"refusal":"pending"}"#;
        let reply = Fake::new([Reply::Says(status, body.into())]).cloud().ask(&hello()).unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (status, body));
    }
}

#[test]
fn what_stands_before_the_function_is_told_as_what_it_is() {
    for (reply, trouble) in [
        (Reply::Says(403, r#"{"message":"Forbidden"}"#.into()), CloudTrouble::Refused),
        (Reply::Says(404, r#"{"message":"Not Found"}"#.into()), CloudTrouble::NotThere),
        (Reply::Says(429, r#"{"message":"Too Many Requests"}"#.into()), CloudTrouble::Throttled),
        (Reply::Says(500, r#"{"message":"Internal Server Error"}"#.into()), CloudTrouble::Broken),
        (Reply::Says(503, r#"{"message":"Send it again."}"#.into()), CloudTrouble::Broken),
        (Reply::Says(302, "<html>Welcome to the hotel</html>".into()), CloudTrouble::Unreadable),
        (Reply::Cut(r#"{"standing":"known"}"#.into()), CloudTrouble::Unreachable),
        (Reply::Hangs, CloudTrouble::Unreachable),
    ] {
        let fault = Fake::new([reply]).cloud().ask(&hello()).unwrap_err();
        assert_eq!(fault.trouble, trouble, "{fault}");
    }
}

#[test]
fn a_clock_that_is_off_is_corrected_by_the_answers_date() {
    let said = r#"{"message":"Signature expired: then is now earlier than now"}"#;
    let fake = Fake::new([Reply::Says(403, said.into()), Reply::Says(200, "{}".into())]);
    let cloud = fake.cloud_with(Shifted(3_600));
    assert_eq!(cloud.ask(&hello()).unwrap().status, 200);
    let [first, second] = &fake.requests()[..] else { panic!("two requests") };
    assert_ne!(first.signed_at, second.signed_at);
    assert!(cloud.clock_offset_ms().unwrap() > 3_500_000);
}

#[test]
fn a_gate_waits_no_longer_than_it_said_and_asks_once() {
    let question = |millis| Ask { within: Some(Duration::from_millis(millis)), ..hello() };
    let silent = Fake::new([Reply::Silence]);
    assert_eq!(silent.cloud().ask(&question(300)).unwrap_err().trouble, CloudTrouble::Slow);
    let said = r#"{"message":"Signature expired: then is now earlier than now"}"#;
    let late = Fake::new([Reply::Says(403, said.into())]);
    assert_eq!(late.cloud().ask(&question(20_000)).unwrap_err().trouble, CloudTrouble::Clock);
    assert_eq!(late.requests().len(), 1);
}
