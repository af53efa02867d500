//! Finding orders and printing their tickets.

use serde_json::{Value, json};
use wicket_domain::id::OrderId;
use wicket_print::Format;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::SaleRequest;

use crate::support::{House, sold, standing, wants};

fn found(station: &Station, query: &str) -> Vec<OrderId> {
    station.find_orders(query, 50).unwrap().into_iter().map(|line| line.order_id).collect()
}

#[test]
fn an_order_is_found_by_code_id_name_and_seat() {
    let (house, window_a, event) = House::open();
    let named = SaleRequest { holder: Some("Grace Hopper".into()), ..wants(event, &["A-1", "A-2"]) };
    let grace = sold(&window_a, &named);
    house.pass(1);
    let nameless = sold(&window_a, &wants(event, &["B-4"]));
    let (code, id) = (grace.code.to_string(), grace.order_id.to_string());
    for query in
        [&code, &code.to_lowercase(), &format!(" {code} "), &code[..4], &id, "grace", "HOPPER", "ace h"]
    {
        assert_eq!(found(&window_a, query), [grace.order_id], "{query:?}");
    }
    for query in ["A-2", "a-2", "stalls A-2", "STALLS A-1"] {
        assert_eq!(found(&window_a, query), [grace.order_id], "{query:?}");
    }
    assert_eq!(found(&window_a, "B-4"), [nameless.order_id]);
    assert_eq!(found(&window_a, ""), [nameless.order_id, grace.order_id], "the newest first");
    assert_eq!(found(&window_a, "Stalls"), [nameless.order_id, grace.order_id], "part of a label");
    assert!(found(&window_a, "A-5").is_empty(), "a free seat has no order");
    assert!(found(&window_a, "B-44").is_empty());
    assert_eq!(window_a.find_orders("", 1).unwrap().len(), 1);
    assert_eq!(window_a.find_orders("", 0).unwrap().len(), 1, "a list shows one line at least");
    let line = &window_a.find_orders("grace", 9).unwrap()[0];
    assert_eq!(line.labels, ["Stalls A-1", "Stalls A-2"]);
    assert_eq!((line.printed, line.admitted, line.event.as_str()), (0, 0, "Evening"));
}

#[test]
fn a_name_is_found_however_it_is_spelled() {
    let (_house, window_a, event) = House::open();
    let sell = |name: &str, seat: &str| {
        sold(&window_a, &SaleRequest { holder: Some(name.into()), ..wants(event, &[seat]) }).order_id
    };
    let zoe = sell("Zoë Brandt", "A-1");
    let isik = sell("Ahmet Işık", "A-2");
    let brien = sell("Sinéad O’Brien", "A-3");
    let decomposed = sell("Rene\u{301}e Saint\u{2011}Just", "A-4");
    let stout = sell("Ｗｉｄｅ\u{3000}Straße", "A-5");
    let northern = sell("Łukasz\u{a0}Ærø", "B-1");
    for (query, expected) in [
        ("zoe", zoe),
        ("ZOË", zoe),
        ("brandt zoe", zoe),
        ("isik", isik),
        ("IŞIK", isik),
        ("ışık", isik),
        ("o'brien", brien),
        ("obrien", brien),
        ("SINEAD  O´Brien", brien),
        ("renée", decomposed),
        ("saint-just", decomposed),
        ("saint just", decomposed),
        ("wide strasse", stout),
        ("STRASSE", stout),
        ("lukasz aero", northern),
        ("Łukasz", northern),
    ] {
        assert_eq!(found(&window_a, query), [expected], "{query:?}");
    }
    assert!(found(&window_a, "’").is_empty(), "an apostrophe alone is nobody's name");
    assert_eq!(found(&window_a, "b‑1"), [northern], "a seat with another hyphen");
}

#[test]
fn the_newest_order_comes_first_whatever_the_clock_says() {
    let (house, window_a, event) = House::open();
    let at_years = |years: i64| house.pass(years * 366 * 24 * 60);
    let mut sales = Vec::new();
    // 56 years back, to 1970; far ahead; then right again.
    for (seat, years) in [("A-1", 0), ("A-2", -56), ("A-3", 0), ("A-4", 129), ("A-5", -73), ("B-1", 0)] {
        at_years(years);
        let named =
            SaleRequest { holder: Some("Grace Hopper".into()), any_time: true, ..wants(event, &[seat]) };
        sales.insert(0, sold(&window_a, &named).order_id);
    }
    assert_eq!(found(&window_a, ""), sales);
    assert_eq!(found(&window_a, "grace"), sales);
    assert_eq!(found(&window_a, "Stalls"), sales);
    let line = &window_a.find_orders("A-2", 1).unwrap()[0];
    assert_eq!(line.sold_at.to_string().get(..4), Some("1970"), "the moment is what the clock said");
    assert!(window_a.verify_audit().unwrap().sound);
}

#[test]
fn a_scanned_ticket_finds_its_order_and_no_other() {
    let (house, window_a, event) = House::open();
    let first = sold(&window_a, &wants(event, &["A-1", "A-2"]));
    house.pass(1);
    let second = sold(&window_a, &wants(event, &["B-4"]));
    for ticket in &first.tickets {
        assert_eq!(found(&window_a, &ticket.token), [first.order_id], "{}", ticket.label);
    }
    let token = &second.tickets[0].token;
    assert_eq!(
        found(&window_a, &format!(" {token}\n")),
        [second.order_id],
        "a scanner's line end does not matter"
    );
    let (_other_house, elsewhere, _) = House::open();
    assert!(found(&elsewhere, token).is_empty(), "a ticket sold by another station has no order here");
    assert!(found(&window_a, "WK1:NOT A TICKET").is_empty());
}

#[test]
fn signs_in_a_name_mean_themselves() {
    let (_house, window_a, event) = House::open();
    let sell = |name: &str, seat: &str| {
        sold(&window_a, &SaleRequest { holder: Some(name.into()), ..wants(event, &[seat]) }).order_id
    };
    let percent = sell("100% Ann", "A-1");
    let quoted = sell("O'Neil \"Ace\"", "A-2");
    let underscored = sell("a_b \\ c", "A-3");
    let _plain = sell("axb plain", "A-4");
    for (query, expected) in [
        ("%", percent),
        ("100%", percent),
        ("o'neil", quoted),
        ("\"ace\"", quoted),
        ("_", underscored),
        ("a_b", underscored),
        ("\\", underscored),
    ] {
        assert_eq!(found(&window_a, query), [expected], "{query:?}");
    }
    assert!(found(&window_a, "'; DROP TABLE orders; --").is_empty());
    assert!(found(&window_a, &"%".repeat(100_000)).is_empty());
    assert_eq!(found(&window_a, "").len(), 4);
}

#[test]
fn names_are_found_in_either_case_of_any_script() {
    let (_house, window_a, event) = House::open();
    let order =
        sold(&window_a, &SaleRequest { holder: Some("Ольга ÅSTRÖM".into()), ..wants(event, &["A-1"]) })
            .order_id;
    for query in ["ольга", "ОЛЬГА", "åström", "Åström"] {
        assert_eq!(found(&window_a, query), [order], "{query:?}");
    }
}

#[test]
fn one_order_is_named_by_its_code_or_a_part_that_fits_no_other() {
    let (house, window_a, event) = House::open();
    let first = sold(&window_a, &wants(event, &["A-1"]));
    let second = sold(&window_a, &wants(event, &["A-2"]));
    house.sql().execute("UPDATE orders SET code = 'AB2' || substr(code, 4)", []).unwrap();
    let code: String = house
        .sql()
        .query_row("SELECT code FROM orders WHERE order_id = ?1", [first.order_id.as_bytes()], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(window_a.find_order(&code.to_lowercase()).unwrap(), first.order_id);
    assert_eq!(window_a.find_order(&second.order_id.to_string()).unwrap(), second.order_id);
    assert_eq!(window_a.find_order("ab2").unwrap_err().code, Code::Ambiguous);
    for text in ["", "  ", "ZZZZZZZ", "%"] {
        assert_eq!(window_a.find_order(text).unwrap_err().code, Code::NotFound, "{text:?}");
    }
    let unknown = OrderId::from_bytes([1; 16]);
    assert_eq!(window_a.order(unknown).unwrap_err().code, Code::NotFound);
    assert_eq!(
        window_a.record_printing(&Actor::CommandLine, unknown, Format::A4).unwrap_err().code,
        Code::NotFound
    );
}

#[test]
fn printing_is_counted_and_the_second_time_is_told_to_the_cloud() {
    let (house, window_a, event) = House::open();
    let receipt = sold(&window_a, &standing(event, 2));
    let pdf = window_a.tickets_pdf(receipt.order_id, Format::A4).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    assert_eq!(window_a.order(receipt.order_id).unwrap().line.printed, 0, "looking is not printing");
    for times in 1..=3 {
        let counted =
            window_a.record_printing(&Actor::CommandLine, receipt.order_id, Format::Roll80mm).unwrap();
        assert_eq!(counted, times);
    }
    assert_eq!(house.number("SELECT count(*) FROM audit WHERE kind = 'print'"), 3);
    let conn = house.sql();
    let mut rows = conn.prepare("SELECT body FROM outbox WHERE kind = 'reprint' ORDER BY sequence").unwrap();
    let bodies: Vec<Value> = rows
        .query_map([], |row| row.get::<_, String>(0))
        .unwrap()
        .map(|body| serde_json::from_str(&body.unwrap()).unwrap())
        .collect();
    let expected = [2, 3].map(|times| json!({ "orderId": receipt.order_id, "times": times }));
    assert_eq!(bodies, expected);
    assert!(window_a.verify_audit().unwrap().sound);
}
