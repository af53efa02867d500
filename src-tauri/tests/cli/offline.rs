//! A station whose cloud does not answer: it goes on, and scripts are told in words.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use serde_json::json;
use wicket_domain::pairing::{Emulator, Pairing, VERSION};

use crate::desk::{Desk, has_keys, list};

const EVENT: &str = "Tech Summit";

/// A cloud on this machine that tells one station what it is made of, and is gone then. Gives its code.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let pairing = Pairing {
        version: VERSION,
        environment: "test".into(),
        region: "us-east-1".into(),
        endpoint: Some(address.clone()),
        dynamodb_endpoint: None,
        events_table: "test-Events".into(),
        changes_table: "test-Changes".into(),
        station_queue_url: format!("{address}/1/station"),
        admission_queue_url: format!("{address}/1/admission"),
        bucket: "files".into(),
        user_pool_id: "us-east-1_pool".into(),
        user_pool_client_id: "client".into(),
        identity_pool_id: None,
        api_url: format!("{address}/api"),
        venue: "house".parse().unwrap(),
        emulator: Some(Emulator { access_key_id: "test".into(), secret_access_key: "test".into() }),
    };
    let code = pairing.code().unwrap().text();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        drop(listener);
        let mut head = BufReader::new(&stream).lines().map_while(Result::ok);
        assert_eq!(head.next().as_deref(), Some("GET /api/venues/house/pairing HTTP/1.1"));
        assert!(head.any(|line| line.is_empty()));
        let json = pairing.json();
        let answer =
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{json}", json.len());
        stream.write_all(answer.as_bytes()).unwrap();
    });
    code
}

#[test]
fn a_cloud_that_does_not_answer_is_told_in_words() {
    let desk = Desk::with_samples();
    let file = desk.write("pairing.txt", &nowhere());
    let paired = desk.ask(&["pair", &file]);
    assert_eq!((&paired["environment"], &paired["online"]), (&json!("test"), &json!(false)));
    let seat = list(&desk.ask(&["seats", EVENT, "--free"]))[0]["seatId"].as_str().unwrap().to_owned();
    desk.ask(&["sell", EVENT, "--seat", &seat, "--cash", "1000"]);

    let status = desk.ask(&["status"]);
    assert_eq!((&status["mode"], &status["online"]), (&json!("connected"), &json!(false)));
    assert_eq!(status["waiting"], 1, "{status}");
    assert!(status["oldestSeconds"].is_u64() && status["words"].is_string(), "{status}");

    let synced = desk.run(&["sync"]);
    assert_eq!(synced.exit(), 1, "{synced}");
    has_keys(&synced.result(), &["rounds", "sent", "received", "waiting", "words"]);
    let (code, message) = synced.error();
    assert_eq!(code, "cloud");
    assert!(message.contains("does not answer"), "{message}");
    let plainly = desk.run_plainly(&["sync"]);
    assert!(plainly.complaint().contains("does not answer"), "{plainly}");
    assert_eq!(desk.refuses(&["publish", EVENT]).0, "cloud");
}

#[test]
fn a_code_whose_cloud_is_not_there_pairs_nothing() {
    let desk = Desk::with_samples();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (code, message) = desk.refuses(&["pair", &format!("WKP2:127.0.0.1:{port}/HOUSE")]);
    assert_eq!(code, "no_answer");
    assert!(message.contains(&format!("127.0.0.1:{port} cannot be reached")), "{message}");
    assert_eq!(desk.ask(&["status"])["mode"], "standalone");
}

#[test]
fn a_message_that_waits_is_listed_and_written_as_it_goes_out() {
    let desk = Desk::with_samples();
    desk.ask(&["pair", &nowhere()]);
    let seat = list(&desk.ask(&["seats", EVENT, "--free"]))[0]["seatId"].as_str().unwrap().to_owned();
    let sale = desk.ask(&["sell", EVENT, "--seat", &seat, "--cash", "1000"]);

    let outbox = desk.ask(&["outbox"]);
    let line = &list(&outbox["lines"])[0];
    has_keys(line, &["sequence", "messageId", "kind", "occurredAt", "state", "attempts", "words"]);
    assert_eq!((&line["kind"], &line["state"]), (&json!("purchase"), &json!("waiting")));
    let message = desk.ask(&["outbox", "export", line["messageId"].as_str().unwrap()]);
    let envelope =
        ["messageId", "stationId", "epoch", "sequence", "kind", "occurredAt", "clockOffsetMs", "body"];
    has_keys(&message, &envelope);
    assert_eq!(message["messageId"], line["messageId"]);
    assert_eq!(message["body"]["orderId"], sale["orderId"]);
}
