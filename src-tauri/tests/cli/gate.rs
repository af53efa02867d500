//! The gate without a code, at the wrong hour, and a moment too late.

use serde_json::{Value, json};

use crate::desk::{Desk, has_keys, list};

/// The sample event whose doors are open.
const TONIGHT: &str = "Stand-Up Comedy Night";
const LATER: &str = "Tech Summit";

fn seat(desk: &Desk, event: &str, category: &str) -> String {
    let seats = desk.ask(&["seats", event, "--free"]);
    let found = list(&seats).iter().find(|seat| seat["category"] == category).unwrap();
    found["seatId"].as_str().unwrap().to_owned()
}

fn sold(desk: &Desk, event: &str, more: &[&str]) -> Value {
    let seat = seat(desk, event, "Stalls");
    desk.ask(&[&["sell", event, "--seat", &seat, "--cash", "5000"], more].concat())
}

fn token(sale: &Value) -> &str {
    sale["tickets"][0]["token"].as_str().unwrap()
}

fn refused(desk: &Desk, words: &[&str], reason: &str) -> Value {
    let said = desk.run(words);
    assert_eq!((said.exit(), said.complaint().as_str()), (1, ""), "{said}");
    let verdict = said.result();
    assert_eq!((&verdict["verdict"], &verdict["reason"]), (&json!("refused"), &json!(reason)), "{said}");
    verdict
}

/// Adds an event in a hall of one seat, which starts in so many hours.
fn event(desk: &Desk, name: &str, hours: i64, more: &[&str]) -> Vec<String> {
    let hall = json!({
        "name": "Hall", "categories": [{ "name": "Stalls", "color": "#33415c" }],
        "size": { "width": 100, "height": 100 },
        "zones": [{ "name": "Hall", "position": { "x": 0, "y": 0 }, "rows": [{
            "row_number": "A", "position": { "x": 0, "y": 0 },
            "seats": [{ "seat_guid": "A-1", "seat_number": "1", "category": "Stalls", "position": { "x": 9, "y": 9 } }],
        }]}],
    });
    let file = desk.write("hall.json", &hall.to_string());
    let words = ["plan", "import", &file, "--event", name, "--starts", &hence(hours), "--currency", "USD"];
    let words = [&words[..], &["--price", "Stalls=45"], more].concat();
    words.into_iter().map(str::to_owned).collect()
}

/// A time so many hours from now.
fn hence(hours: i64) -> String {
    (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(hours)).to_string()
}

fn ask(desk: &Desk, words: &[String]) -> Value {
    desk.ask(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_ticket_for_another_day_is_let_in_only_when_it_is_said() {
    let desk = Desk::with_samples();
    let sale = sold(&desk, LATER, &[]);
    let admit = ["admit", "--token", token(&sale), "--gate", "North"];
    let verdict = refused(&desk, &admit, "not_yet_valid");
    let opens: jiff::Timestamp = verdict["validFrom"].as_str().unwrap().parse().unwrap();
    assert!(opens > jiff::Timestamp::now(), "when its doors open");
    let plainly = desk.run_plainly(&admit);
    assert!(format!("{plainly}").contains("doors open"), "{plainly}");

    let all_the_same = [&admit[..], &["--any-time"]].concat();
    let verdict = desk.ask(&all_the_same);
    assert_eq!((&verdict["verdict"], &verdict["outOfHours"]), (&json!("admitted"), &json!("not_yet_valid")));
    refused(&desk, &all_the_same, "already_admitted");
    refused(&desk, &["admit", "--token", token(&sale), "--event", TONIGHT, "--any-time"], "other_event");
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);
}

#[test]
fn an_event_that_is_over_is_sold_and_admitted_only_when_it_is_said() {
    let desk = Desk::with_samples();
    ask(&desk, &event(&desk, "Last week", -170, &[]));
    let sell = ["sell", "Last week", "--seat", "A-1", "--cash", "45"];
    let before = desk.ask(&["orders"]);
    let (code, message) = desk.refuses(&sell);
    assert_eq!(code, "event_over");
    assert!(message.contains("Last week") && message.contains("--any-time"), "{message}");
    assert_eq!(desk.ask(&["orders"]), before, "nothing was sold");
    let sale = desk.ask(&[&sell[..], &["--any-time"]].concat());
    let admit = ["admit", "--token", token(&sale)];
    refused(&desk, &admit, "no_longer_valid");
    let verdict = desk.ask(&[&admit[..], &["--any-time"]].concat());
    assert_eq!(verdict["outOfHours"], "no_longer_valid");
    refused(&desk, &admit, "no_longer_valid");
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);
}

#[test]
fn an_event_has_the_hours_it_is_given() {
    let desk = Desk::with_samples();
    let (from, until, sells) = (hence(-1), hence(400), hence(-2));
    let hours = ["--doors-from", &from, "--doors-until", &until, "--sells-until", &sells];
    ask(&desk, &event(&desk, "Exhibition", 300, &hours));
    let events = desk.ask(&["events"]);
    let line = list(&events).iter().find(|line| line["name"] == "Exhibition").unwrap();
    let time = |text: &Value| text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
    let given = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    assert_eq!(time(&line["hours"]["doorsFrom"]), given(&from));
    assert_eq!(time(&line["hours"]["doorsUntil"]), given(&until));
    assert_eq!(time(&line["hours"]["sellsUntil"]), given(&sells));
    let sell = ["sell", "Exhibition", "--seat", "A-1", "--cash", "45"];
    assert_eq!(desk.refuses(&sell).0, "event_over", "its sale has ended before it starts");
    let sale = desk.ask(&[&sell[..], &["--any-time"]].concat());
    assert_eq!(desk.ask(&["admit", "--token", token(&sale)])["verdict"], "admitted", "its doors are open");

    let (early, late) = (hence(1), hence(2));
    for (more, told) in [
        (["--doors-from", &late, "--doors-until", &early], "close before"),
        (["--doors-until", &early, "--doors-from", &early], "close before"),
        (["--doors-from", "noon", "--doors-until", &late], "noon"),
        (["--doors-from", &early, "--sells-until", "soon"], "soon"),
    ] {
        let words = event(&desk, "Never", 30, &more);
        let (code, message) = desk.refuses(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(code, "bad_input", "{message}");
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn the_hours_of_an_event_are_changed_by_a_command_and_what_is_not_given_stays() {
    let desk = Desk::with_samples();
    let (from, until, sells) = (hence(-1), hence(400), hence(350));
    ask(&desk, &event(&desk, "Exhibition", 300, &[]));
    let sale = desk.ask(&["sell", "Exhibition", "--seat", "A-1", "--cash", "45"]);
    assert_eq!(desk.run(&["admit", "--token", token(&sale)]).exit(), 1, "its doors are not open yet");
    let time = |text: &Value| text.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
    let given = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_second();
    let changed =
        desk.ask(&["events", "hours", "Exhibition", "--doors-from", &from, "--doors-until", &until]);
    has_keys(&changed, &["eventId", "hours"]);
    assert_eq!(time(&changed["hours"]["doorsFrom"]), given(&from));
    let changed = desk.ask(&["events", "hours", "Exhibition", "--sells-until", &sells]);
    assert_eq!(time(&changed["hours"]["doorsUntil"]), given(&until));
    assert_eq!(time(&changed["hours"]["sellsUntil"]), given(&sells));
    assert_eq!(desk.ask(&["admit", "--token", token(&sale)])["verdict"], "admitted", "its doors are open");

    let (early, late) = (hence(1), hence(24 * 120));
    for (more, told) in [
        (&["--doors-until", &early][..], "before the event starts"),
        (&["--doors-until", &late], "more than 90 days"),
        (&["--doors-from", "noon"], "noon"),
        (&[], "--doors-from"),
    ] {
        let (code, message) = desk.refuses(&[&["events", "hours", "Exhibition"][..], more].concat());
        assert_eq!(code, "bad_input", "{message}");
        assert!(message.contains(told), "{message}");
    }
    assert_eq!(desk.refuses(&["events", "hours", "Nothing", "--doors-from", &from]).0, "not_found");
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);
}

#[test]
fn a_ticket_is_admitted_by_its_order() {
    let desk = Desk::with_samples();
    let sale = sold(&desk, TONIGHT, &["--holder", "Grace Hopper"]);
    let code = sale["code"].as_str().unwrap();
    let verdict = desk.ask(&["admit", "--order", code, "--gate", "North"]);
    has_keys(&verdict, &["scanId", "verdict", "reason", "ticket", "byHand", "outOfHours", "undoUntil"]);
    assert_eq!((&verdict["verdict"], &verdict["byHand"]), (&json!("admitted"), &json!(true)));
    assert_eq!(verdict["ticket"]["ticketId"], sale["tickets"][0]["ticketId"]);
    for order in [code, &code.to_lowercase(), sale["orderId"].as_str().unwrap(), "hopper"] {
        let again = refused(&desk, &["admit", "--order", order], "already_admitted");
        assert_eq!(again["firstAdmission"]["gate"], "North");
    }
    refused(&desk, &["admit", "--token", token(&sale)], "already_admitted");
    assert_eq!(desk.refuses(&["admit", "--order", "ZZZZZZZ"]).0, "not_found");
    let early = sold(&desk, LATER, &[]);
    let order = ["admit", "--order", early["code"].as_str().unwrap()];
    refused(&desk, &order, "not_yet_valid");
    assert_eq!(desk.ask(&[&order[..], &["--any-time"]].concat())["outOfHours"], "not_yet_valid");
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);
}

#[test]
fn of_several_tickets_the_seat_says_which() {
    let desk = Desk::with_samples();
    let seats = desk.ask(&["seats", TONIGHT, "--free"]);
    let (first, second) = (&list(&seats)[0], &list(&seats)[1]);
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let (one, two) = (text(first, "seatId"), text(second, "seatId"));
    let sale = desk.ask(&["sell", TONIGHT, "--seat", &one, &two, "--standing", "Floor=2", "--cash", "5000"]);
    let code = text(&sale, "code");
    let (said, message) = desk.refuses(&["admit", "--order", &code]);
    assert_eq!(said, "ambiguous");
    for named in [text(first, "label"), text(second, "label"), "Floor".to_owned(), "--seat".to_owned()] {
        assert!(message.contains(&named), "{named}: {message}");
    }
    let by = |seat: &str| desk.ask(&["admit", "--order", &code, "--seat", seat]);
    assert_eq!(by(&one)["ticket"]["label"], first["label"], "by its id");
    assert_eq!(by(&text(second, "label").to_lowercase())["ticket"]["label"], second["label"], "by its label");
    refused(&desk, &["admit", "--order", &code, "--seat", &two], "already_admitted");
    let (floor, again) = (by("Floor"), by("Floor"));
    assert_ne!(floor["ticket"]["ticketId"], again["ticket"]["ticketId"], "the next place, each time");
    refused(&desk, &["admit", "--order", &code, "--seat", "Floor"], "already_admitted");
    let (said, message) = desk.refuses(&["admit", "--order", &code, "--seat", "Z-99"]);
    assert_eq!(said, "not_found");
    assert!(message.contains("Z-99") && message.contains(&one), "{message}");
    assert_eq!(desk.refuses(&["admit", "--seat", &one, "--token", "x"]).0, "bad_input");
}

#[test]
fn a_name_that_fits_several_orders_is_ambiguous() {
    let desk = Desk::with_samples();
    let codes =
        ["Ada Byron", "Ada King"].map(|name| sold(&desk, TONIGHT, &["--holder", name])["code"].clone());
    let (said, message) = desk.refuses(&["admit", "--order", "ada"]);
    assert_eq!(said, "ambiguous");
    assert!(codes.iter().all(|code| message.contains(code.as_str().unwrap())), "{message}");
    assert_eq!(desk.ask(&["admit", "--order", "king"])["verdict"], "admitted");
}

#[test]
fn the_event_says_which_of_a_name_s_orders_is_meant() {
    let desk = Desk::with_samples();
    let later = sold(&desk, LATER, &["--holder", "Ada Byron"]);
    assert_eq!(
        refused(&desk, &["admit", "--order", "ada", "--event", TONIGHT], "other_event")["ticket"]["ticketId"],
        later["tickets"][0]["ticketId"],
        "it has no other"
    );
    let tonight = sold(&desk, TONIGHT, &["--holder", "Ada King"]);
    assert_eq!(desk.refuses(&["admit", "--order", "ada"]).0, "ambiguous");
    let verdict = desk.ask(&["admit", "--order", "ada", "--event", TONIGHT]);
    assert_eq!(verdict["ticket"]["ticketId"], tonight["tickets"][0]["ticketId"]);
}

/// Writes a picture with these codes side by side and gives its path.
fn picture(desk: &Desk, name: &str, texts: &[&str]) -> String {
    use qrcodegen::{QrCode, QrCodeEcc};
    const MODULE: u32 = 4;
    const SIDE: u32 = 480;
    let codes: Vec<_> =
        texts.iter().map(|text| QrCode::encode_text(text, QrCodeEcc::Medium).unwrap()).collect();
    let width = SIDE * u32::try_from(codes.len()).unwrap();
    let image = image::GrayImage::from_fn(width, SIDE, |x, y| {
        let module = |at: u32| i32::try_from(at / MODULE).unwrap() - 8;
        let code = &codes[(x / SIDE) as usize];
        image::Luma([if code.get_module(module(x % SIDE), module(y)) { 0 } else { 255 }])
    });
    let path = desk.file(name);
    image.save(&path).unwrap();
    path
}

#[test]
fn of_two_tickets_in_one_picture_neither_is_judged() {
    let desk = Desk::with_samples();
    let sales = [sold(&desk, TONIGHT, &[]), sold(&desk, TONIGHT, &[])];
    let [one, other] = [token(&sales[0]), token(&sales[1])];
    let both = picture(&desk, "both.png", &[one, other]);
    let (said, message) = desk.refuses(&["admit", "--image", &both]);
    assert_eq!(said, "ambiguous");
    assert!(message.contains(one) && message.contains(other) && message.contains("--token"), "{message}");
    let twice = picture(&desk, "twice.png", &[one, one]);
    assert_eq!(
        desk.ask(&["admit", "--image", &twice])["ticket"]["ticketId"],
        sales[0]["tickets"][0]["ticketId"]
    );
    let beside = picture(&desk, "beside.png", &["https://example.org/season", other]);
    assert_eq!(desk.ask(&["admit", "--image", &beside])["verdict"], "admitted", "another text is no ticket");
}

#[test]
fn an_admission_is_undone_by_its_scan() {
    let desk = Desk::with_samples();
    let sale = sold(&desk, TONIGHT, &[]);
    let admit = ["admit", "--token", token(&sale), "--gate", "North"];
    let first = desk.ask(&admit);
    let scan = first["scanId"].as_str().unwrap();
    let undone = desk.ask(&["admit", "--undo", scan]);
    has_keys(&undone, &["outcome", "scanId", "at", "ticket"]);
    assert_eq!(undone["outcome"], "undone");
    assert_eq!(desk.ask(&["admit", "--undo", scan]), undone, "asked again, it is the same");
    let again = desk.ask(&admit);
    assert_ne!(again["scanId"], first["scanId"]);
    refused(&desk, &admit, "already_admitted");
    let plainly = desk.run_plainly(&["admit", "--undo", again["scanId"].as_str().unwrap()]);
    assert_eq!(plainly.exit(), 0, "{plainly}");
    assert!(format!("{plainly}").contains("can be admitted again"), "{plainly}");
    let never = "07070707-0707-0707-0707-070707070707";
    assert_eq!(desk.refuses(&["admit", "--undo", never]).0, "not_found");
    assert_eq!(desk.refuses(&["admit", "--undo", "yesterday"]).0, "bad_input");
    assert_eq!(desk.ask(&["audit", "verify"])["sound"], true);
}
