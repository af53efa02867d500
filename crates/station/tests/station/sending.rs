//! What the station accepts, the cloud accepts: every message is read with the pipeline's own parser, here as there.

use proptest::prelude::*;
use serde_json::{Value, json};
use wicket_domain::message::Contact;
use wicket_domain::pipeline::StationMessage;
use wicket_domain::staff::Role;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::events::EventDraft;
use wicket_station::fault::{Code, Fault};
use wicket_station::view::{
    BuyerField, ClaimOutcome, HandRequest, PrintedText, SaleOutcome, SaleRequest, StandingLine, UndoOutcome,
};

use crate::support::{House, draft, from_cart, hall_json, scan, sold, usd, wants};

const BY: Actor = Actor::CommandLine;

/// Every message that waits, read as the cloud will read it.
fn sent(house: &House, station: &Station) -> Vec<StationMessage> {
    let last = house.number("SELECT coalesce(max(sequence), 0) FROM outbox");
    let message = |sequence| {
        let text = station.message_json(u64::try_from(sequence).unwrap()).unwrap();
        StationMessage::parse(&text).unwrap_or_else(|faults| panic!("the cloud refuses {text}: {faults}")).1
    };
    (1..=last).map(message).collect()
}

/// Tries a sale that must change nothing, at the claim and at the sale alike.
fn refused(house: &House, station: &Station, request: &SaleRequest) -> Fault {
    let before = house.dump();
    let at_claim = station.claim_places(&BY, request).expect_err("claimed");
    let fault = station.sell(&BY, request).expect_err("sold");
    assert_eq!(at_claim, fault, "it is said before money is taken");
    assert_eq!(house.dump(), before, "a refused sale changed the file");
    assert_eq!(fault.code, Code::BadInput, "{fault}");
    fault
}

fn email(address: &str) -> Contact {
    Contact { email: Some(address.into()), phone: None }
}

fn phone(number: &str) -> Contact {
    Contact { email: None, phone: Some(number.into()) }
}

#[test]
fn what_the_cloud_would_refuse_of_a_buyer_is_refused_at_the_till_by_name() {
    let (house, window_a, event) = House::open();
    let seats = || wants(event, &["A-1"]);
    for address in
        ["ada@x.org;", "\"ada\"@x.org", "a,b@x.org", "ada@", "ada@gmail", "ada", "ada@x.org bo@x.org"]
    {
        let fault = refused(&house, &window_a, &SaleRequest { contact: Some(email(address)), ..seats() });
        assert!(fault.message.contains("e-mail address"), "{address}: {fault}");
    }
    for number in ["+123456", "0170 1234567", "+12345678901234567", "+49call"] {
        let fault = refused(&house, &window_a, &SaleRequest { contact: Some(phone(number)), ..seats() });
        assert!(fault.message.contains("telephone number"), "{number}: {fault}");
    }
    for number in ["#123", "FC/12", "12 34", "-7"] {
        let fault = refused(&house, &window_a, &SaleRequest { fan_club_id: Some(number.into()), ..seats() });
        assert!(fault.message.contains("fan-club number"), "{number}: {fault}");
    }
    for name in ["two\nlines", &"x".repeat(121)] {
        let fault = refused(&house, &window_a, &SaleRequest { holder: Some(name.into()), ..seats() });
        assert!(fault.message.contains("holder's name"), "{name}: {fault}");
    }
    let purse = SaleRequest { cash: usd(i64::MAX), ..seats() };
    let before = house.dump();
    let fault = window_a.sell(&BY, &purse).unwrap_err();
    assert!(fault.message.contains("cash"), "{fault}");
    assert_eq!(house.dump(), before);
}

#[test]
fn what_mail_and_telephones_reach_is_sold_and_sent() {
    let (house, window_a, event) = House::open();
    let contacts = [
        email(" ada@example.org "),
        email("josé@bücher.example"),
        email("用户@例子.中国"),
        phone("+49 (0)170 / 123-45.67"),
        Contact { email: Some("  ".into()), phone: Some(String::new()) },
    ];
    for (contact, seat) in contacts.into_iter().zip(["A-1", "A-2", "A-3", "A-4", "A-5"]) {
        sold(
            &window_a,
            &SaleRequest {
                contact: Some(contact),
                fan_club_id: Some(" F1 ".into()),
                ..wants(event, &[seat])
            },
        );
    }
    let contacts = sent(&house, &window_a).into_iter().map(|message| {
        let StationMessage::Purchase(sale) = message else { panic!("not a sale") };
        assert_eq!(sale.tickets[0].fan_club_id.as_deref(), Some("F1"));
        sale.fan_contact
    });
    let expected = [
        Some(email("ada@example.org")),
        Some(email("josé@bücher.example")),
        Some(email("用户@例子.中国")),
        Some(phone("+491701234567")),
        None,
    ];
    assert_eq!(contacts.collect::<Vec<_>>(), expected);
}

#[test]
fn the_window_hears_of_each_field_while_it_is_typed() {
    let (_house, window_a, _) = House::open();
    let wrong =
        |holder: &str, contact: &str, number: &str| window_a.check_buyer(holder, contact, number).wrong;
    assert_eq!(wrong("", "", ""), []);
    assert_eq!(wrong("Ada", "ada@x.org", "F1"), []);
    assert_eq!(
        wrong("a\u{7}", "a,b@x.org", "#1"),
        [BuyerField::Holder, BuyerField::Email, BuyerField::FanClub]
    );
    assert_eq!(wrong("", "0170 123", ""), [BuyerField::Phone]);
    let contact = window_a.check_buyer("", "0049 170 1234567", "").contact;
    assert_eq!(contact, Some(phone("+491701234567")));
}

#[test]
fn a_clock_without_a_battery_sells_and_admits() {
    let (house, window_a, event) = House::open();
    house.clock.pass(jiff::SignedDuration::from_secs(-1_798_804_000));
    let token = sold(&window_a, &wants(event, &["A-1"])).tickets[0].token.clone();
    window_a.admit(&BY, &scan(&token, None, None)).unwrap();
    assert_eq!(sent(&house, &window_a).len(), 2);
}

#[test]
fn what_paper_cannot_show_is_known_before_the_sale() {
    let (_house, window_a, event) = House::open();
    let named = |name: &str| SaleRequest { holder: Some(name.into()), ..wants(event, &["A-1"]) };
    let lost = window_a.unprintable(&named("山田 Taro 😀")).unwrap();
    assert_eq!(lost.len(), 1);
    assert_eq!((lost[0].what, lost[0].letters.join(" ").as_str()), (PrintedText::Holder, "山 田 😀"));
    for name in ["Zoë Łuc", "محمد", "שרה", "สมชาย", "राम", "Їжа", "Γεώ"] {
        assert_eq!(window_a.unprintable(&named(name)).unwrap(), [], "{name}");
    }
    assert_eq!(window_a.check_buyer("金 Kim", "", "").unprintable, ["金"]);
    let (kana, warnings) = window_a.import_event(&BY, hall_json().as_bytes(), &draft("夏フェス")).unwrap();
    let told: Vec<_> = warnings.notes.iter().map(|note| format!("{}: {}", note.path, note.message)).collect();
    assert_eq!(told, ["event: Tickets cannot show 夏 フ ェ ス of \"夏フェス\". They print [?] instead."]);
    let lost = window_a.unprintable(&wants(kana, &["A-1"])).unwrap();
    assert_eq!(lost.iter().map(|text| text.what).collect::<Vec<_>>(), [PrintedText::Event]);
}

#[test]
fn what_paper_cannot_show_is_told_where_it_is_entered() {
    let (_house, window_a, _) = House::open();
    let json = hall_json().replace("\"Stalls\"", "\"桟敷\"").replace("\"Near\"", "\"近 VIP\"");
    let mut draft = draft("Gala ".repeat(25).trim_end());
    draft.prices[0].category = "近 VIP".into();
    draft.venue.name = Some("東京ドーム".into());
    draft.venue.address = Some("1 Harbor Way 🎪".into());
    let warnings = window_a.import_event(&BY, json.as_bytes(), &draft).unwrap().1;
    let told: Vec<_> = warnings.notes.iter().map(|note| format!("{}: {}", note.path, note.message)).collect();
    let lost = |letters: &str, text: &str| {
        format!("Tickets cannot show {letters} of \"{text}\". They print [?] instead.")
    };
    assert_eq!(
        told,
        [
            "event: The name has 124 characters. The cloud's tickets and letters show the first 119 and an ellipsis."
                .to_owned(),
            format!("venue: {}", lost("東 京 ド ー ム", "東京ドーム")),
            format!("address: {}", lost("🎪", "1 Harbor Way 🎪")),
            format!("category: {}", lost("近", "近 VIP")),
            format!("seat: {}", lost("桟 敷", "桟敷")),
        ]
    );
    assert_eq!(warnings.total, 5);
}

/// The small hall, changed.
fn hall(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut hall: Value = serde_json::from_str(&hall_json()).unwrap();
    change(&mut hall);
    hall.to_string().into_bytes()
}

#[test]
fn names_longer_than_the_wire_or_on_two_lines_are_mended_at_import() {
    let (house, window_a, _) = House::open();
    let long = "Parterre links, hinter der Säule mit eingeschränkter Sicht";
    let json = hall(|hall| {
        hall["zones"][0]["name"] = json!("Main\nhall");
        hall["zones"][0]["rows"][0]["row_label"] = json!(long);
        hall["zones"][0]["rows"][0]["seats"][0]["seat_number"] = json!("1\u{7}");
        hall["zones"][0]["rows"][0]["seats"][0]["seat_guid"] = json!(" A-1 ");
    });
    let (event, warnings) = window_a.import_event(&BY, &json, &draft("Long")).unwrap();
    let paths: Vec<_> = warnings.notes.iter().map(|note| note.path.as_str()).collect();
    let row = "$.zones[0].rows[0]";
    for path in [
        "$.zones[0].name",
        &format!("{row}.row_label"),
        &format!("{row}.seats[0].seat_number"),
        &format!("{row}.seats[0].seat_guid"),
    ] {
        assert!(paths.contains(&path), "{path}: {paths:?}");
    }
    let receipt = sold(&window_a, &wants(event, &["A-1"]));
    assert_eq!(receipt.tickets[0].label, format!("Main hall {long}-1"), "paper has room for all of it");
    let StationMessage::Purchase(sale) = sent(&house, &window_a).remove(0) else { panic!("not a sale") };
    assert_eq!(sale.tickets[0].seat_id.as_str(), "A-1");
    assert!(sale.tickets[0].row.as_deref().unwrap().ends_with('…'), "the wire has less");
}

#[test]
fn a_plan_with_ids_that_the_cloud_keeps_for_itself_is_refused() {
    let (_house, window_a, _) = House::open();
    for id in ["order#1", "grant#1", "ga#1", "A\n1"] {
        let json = hall(|hall| hall["zones"][0]["rows"][0]["seats"][0]["seat_guid"] = json!(id));
        let fault = window_a.import_event(&BY, &json, &draft("Reserved")).unwrap_err();
        assert_eq!(fault.code, Code::PlanRefused, "{id}");
        assert!(fault.message.contains("$.zones[0].rows[0].seats[0].seat_guid"), "{fault}");
    }
    let long = "x".repeat(198);
    let json = hall(|hall| hall["zones"][0]["areas"][0]["text"]["text"] = json!(long));
    let mut standing = draft("Reserved");
    standing.standing[0].id.clone_from(&long);
    standing.prices[2].category = long;
    let fault = window_a.import_event(&BY, &json, &standing).unwrap_err();
    assert!(fault.message.contains("standing area"), "{fault}");
}

#[test]
fn events_and_prices_that_no_order_can_have_are_refused_when_they_are_added() {
    let (_house, window_a, _) = House::open();
    let import = |draft: EventDraft| window_a.import_event(&BY, hall_json().as_bytes(), &draft);
    for year in ["1999-12-31T00:00:00Z", "2200-01-01T00:00:00Z"] {
        let fault = import(EventDraft { starts_at: year.parse().unwrap(), ..draft("When") }).unwrap_err();
        assert!(fault.message.contains("time"), "{fault}");
    }
    let mut dear = draft("Dear");
    dear.prices[0].price = usd(1_000_000_000_001);
    assert!(import(dear).unwrap_err().message.contains("Near"));
    let name = "Ein langer Abend mit vielen Gästen, ".repeat(10);
    assert!(import(draft(&name)).is_ok(), "a long name is cut on paper");
}

/// What an older Wicket imported stays on sale: its names are cut on the wire, and only an id that is no seat's is not.
#[test]
fn an_older_files_plan_is_sold_as_far_as_it_can_be() {
    let (house, window_a, _) = House::open();
    let row = "x".repeat(120);
    drop(window_a);
    let sql = house.sql();
    sql.execute(
        "UPDATE plan SET document = replace(document, '\"name\":\"A\"', ?1)",
        [format!("\"name\":\"{row}\\n\"")],
    )
    .unwrap();
    sql.execute_batch(
        "UPDATE plan SET document = replace(document, '\"A-2\"', '\"order#2\"');
         UPDATE seat SET seat_id = 'order#2' WHERE seat_id = 'A-2';
         UPDATE plan SET document = replace(document, '\"A-3\"', '\" A-3\"');
         UPDATE seat SET seat_id = ' A-3' WHERE seat_id = 'A-3';",
    )
    .unwrap();
    let window_a = house.window();
    let event = window_a.find_event("Evening").unwrap();
    sold(&window_a, &wants(event, &["A-1"]));
    assert_eq!(sent(&house, &window_a).len(), 1);
    for seat in ["order#2", " A-3"] {
        let fault = refused(&house, &window_a, &wants(event, &[seat]));
        assert!(fault.message.contains("the cloud cannot keep"), "{fault}");
    }
}

/// Texts as people type and paste them, and as nobody does.
pub(crate) fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\PC{0,60}",
        "[ -~]{0,140}",
        "[\\u{0}-\\u{2F}A-Za-z%]{0,50}",
        "[א-ת؀-ۿ一-龥 ]{1,20}",
        "(ga#|order#|grant#|ord)?[A-Z0-9 ]{0,6}",
        "[\"\\\\]{150,250}",
    ]
}

pub(crate) fn address() -> impl Strategy<Value = String> {
    prop_oneof![odd(), "[a-z.+';,\"ü]{1,10}@[a-z.ü例-]{1,12};?", "\\+?[0-9 ()/.-]{4,24}",]
}

pub(crate) fn maybe<T: std::fmt::Debug>(
    strategy: impl Strategy<Value = T>,
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(strategy)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sold_the_cloud_accepts(
        (zone, row, label, number, words) in (odd(), odd(), maybe(odd()), odd(), maybe(odd())),
        (guid, category, area, event_name) in (odd(), odd(), odd(), odd()),
        buyers in prop::collection::vec((maybe(odd()), maybe(address()), maybe(address()), maybe(odd())), 8),
        cash in prop_oneof![Just(100_000_i64), any::<i64>()],
        gate in maybe(odd()),
    ) {
        let (house, window_a, plain) = House::open();
        let json = hall(|hall| {
            let zone_json = &mut hall["zones"][0];
            zone_json["name"] = json!(zone);
            zone_json["areas"][0]["text"]["text"] = json!(area);
            let first = &mut zone_json["rows"][0];
            first["row_number"] = json!(row);
            first["row_label"] = json!(label);
            first["seat_label"] = json!(words);
            first["seats"][0]["seat_number"] = json!(number);
            first["seats"][0]["seat_guid"] = json!(guid);
            first["seats"][0]["category"] = json!(category);
            hall["categories"].as_array_mut().unwrap().push(json!({ "name": category }));
        });
        // A plan may be refused; what was imported has to be sellable.
        let mut odd_draft = draft(&event_name);
        let mut price = odd_draft.prices[0].clone();
        let clean = |text: &str| text.replace(char::is_control, " ").trim().to_owned();
        price.category = clean(&category);
        odd_draft.prices.push(price);
        odd_draft.standing[0].id = clean(&area);
        odd_draft.prices[2].category = clean(&area);
        let imported = window_a.import_event(&BY, &json, &odd_draft).ok();
        if let Some((event, _)) = &imported {
            let lines = window_a.seat_lines(*event, true).unwrap();
            let one = SaleRequest {
                seats: vec![lines[0].seat_id.clone()],
                standing: vec![StandingLine { area_id: clean(&area), count: 1 }],
                ..wants(*event, &[])
            };
            let receipt = match window_a.sell(&BY, &one) {
                Ok(SaleOutcome::Sold { receipt }) => receipt,
                other => panic!("a seat of an imported plan cannot be sold: {other:?}"),
            };
            prop_assert_eq!(&receipt.tickets[0].seat_id, &lines[0].seat_id);
        }
        for ((holder, mail, number, fan_club_id), seat) in buyers.into_iter().zip(["A-1", "A-2", "A-3", "A-4", "A-5", "B-1", "B-2", "B-3"]) {
            let contact = Some(Contact { email: mail, phone: number });
            let request = SaleRequest { holder, contact, fan_club_id, cash: usd(cash), ..wants(plain, &[seat]) };
            let claimed = window_a.claim_places(&BY, &request);
            match window_a.sell(&BY, &request) {
                Ok(SaleOutcome::Sold { receipt }) => {
                    prop_assert_eq!(claimed, Ok(ClaimOutcome::Owned));
                    let _ = window_a.admit(&BY, &scan(&receipt.tickets[0].token, gate.as_deref(), None));
                    for _ in 0..2 {
                        window_a.record_printing(&BY, receipt.order_id, wicket_print::Format::A4).unwrap();
                    }
                }
                Ok(_) => {}
                Err(fault) => prop_assert_eq!(fault.code, Code::BadInput, "{}", fault),
            }
        }
        let _ = window_a.admit(&BY, &scan("not a ticket", gate.as_deref(), Some(plain)));
        sent(&house, &window_a);
    }
}

#[test]
fn a_staff_name_that_a_message_has_no_room_for_keeps_nobody_out_and_is_cut() {
    let (house, window_a, event) = House::open();
    let name = "Annemarie ".repeat(30);
    let (staff, _) = window_a.account_signed_in("s1", "Annemarie", Role::Supervisor).unwrap();
    house.sql().execute("UPDATE staff SET name = ?1 WHERE role = 'supervisor'", [&name]).unwrap();
    let by = Actor::Staff(staff.staff_id);
    let receipt = sold(&window_a, &wants(event, &["A-1", "A-2"]));
    let chosen = HandRequest {
        ticket_id: receipt.tickets[0].ticket_id,
        gate: None,
        event_id: Some(event),
        any_time: false,
    };
    let verdict = window_a.admit_by_hand(&by, &chosen).unwrap();
    assert_eq!(verdict.reason, None);
    let undone = window_a.undo_admission(&by, verdict.scan_id).unwrap();
    assert!(matches!(undone, UndoOutcome::Undone { .. }), "{undone:?}");
    house.sql().execute("UPDATE event SET doors_from = ?1", [crate::support::NOON + 1]).unwrap();
    let early = window_a.admit(&by, &scan(&receipt.tickets[1].token, None, Some(event))).unwrap();
    assert_eq!(window_a.let_in(&by, early.scan_id).unwrap().reason, None);
    let signed = sent(&house, &window_a).into_iter().filter_map(|message| match message {
        StationMessage::Admission(scan) => scan.by,
        _ => None,
    });
    let signed: Vec<_> = signed.collect();
    assert_eq!(signed.len(), 3);
    assert!(signed.iter().all(|by| by.starts_with("Annemarie") && by.ends_with('…')), "{signed:?}");
}

#[test]
fn a_price_that_the_cloud_cannot_keep_is_told_before_money_is_taken_and_the_rest_of_the_cart_is_sold() {
    let (house, window_a, event) = House::open();
    let far = wants(event, &["B-1"]);
    house.sql().execute("UPDATE category SET price = 2000000000000 WHERE name = 'Near'", []).unwrap();
    let cart = window_a.open_cart().unwrap();
    let both = SaleRequest { cash: usd(1_000_000_000_000), ..from_cart(cart, wants(event, &["A-1", "B-1"])) };
    let fault = refused(&house, &window_a, &both);
    assert!(fault.message.contains("The price of Near"), "{fault}");
    sold(&window_a, &from_cart(cart, far));
    house.sql().execute("UPDATE category SET price = 600000000000 WHERE name = 'Near'", []).unwrap();
    let fault = refused(&house, &window_a, &wants(event, &["A-2", "A-3"]));
    assert!(fault.message.contains("comes to more"), "{fault}");
}
