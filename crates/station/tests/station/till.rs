//! Sales that somebody has still to finish, and the till's settings.

use wicket_print::Format;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::Code;
use wicket_station::view::{SaleRequest, TillSettings};

use crate::support::{House, add_event, from_cart, sold, usd, wants};

/// The codes of the sales that are shown, in their order.
fn shown(station: &Station) -> Vec<String> {
    let sales = station.unfinished_sales().unwrap();
    sales.iter().map(|sale| sale.receipt.code.to_string()).collect()
}

#[test]
fn a_sale_that_nobody_finished_is_known_to_the_next_start_with_all_that_was_shown() {
    let (house, window_a, event) = House::open();
    let request =
        SaleRequest { holder: Some("Grace".into()), cash: usd(9_000), ..wants(event, &["A-1", "B-1"]) };
    let receipt = sold(&window_a, &request);
    drop(window_a);
    let again = house.window();
    let sales = again.unfinished_sales().unwrap();
    assert_eq!(sales.len(), 1);
    let sale = &sales[0];
    assert_eq!(
        (sale.event.as_str(), sale.sold_by.as_str(), sale.sold_at),
        ("Evening", "command line", house.now())
    );
    assert_eq!(sale.receipt, receipt, "the same code, seats, sums, change and name");
    assert_eq!(
        (receipt.holder.as_deref(), receipt.change, receipt.finished),
        (Some("Grace"), usd(1_000), false)
    );
}

#[test]
fn what_another_open_window_is_just_printing_is_not_shown_until_that_window_is_gone() {
    let (house, window_a, event) = House::open();
    let window_b = house.window();
    let of_a = sold(&window_a, &wants(event, &["A-1"]));
    let of_b = sold(&window_b, &wants(event, &["A-2"]));
    assert_eq!(shown(&window_a), [of_a.code.to_string()], "a window that lost its page finds its own again");
    assert_eq!(shown(&window_b), [of_b.code.to_string()]);
    assert!(shown(&house.window()).is_empty(), "a third window has sold nothing");
    drop(window_a);
    assert_eq!(shown(&window_b), [of_b.code.to_string(), of_a.code.to_string()]);
    let window_c = house.window();
    let of_c = sold(&window_c, &wants(event, &["B-1"]));
    assert_eq!(shown(&window_c), [of_c.code.to_string(), of_a.code.to_string()]);
    drop((window_b, window_c));
    assert_eq!(shown(&house.window()), [of_c, of_b, of_a].map(|receipt| receipt.code.to_string()));
}

#[test]
fn a_sale_is_finished_when_it_is_printed_or_dismissed_and_stays_so() {
    let (house, window_a, event) = House::open();
    let printed = sold(&window_a, &wants(event, &["A-1"]));
    let dismissed = sold(&window_a, &wants(event, &["A-2"]));
    window_a.record_printing(&Actor::CommandLine, printed.order_id, Format::A4).unwrap();
    assert_eq!(shown(&window_a), [dismissed.code.to_string()]);
    window_a.finish_sale(dismissed.order_id).unwrap();
    let before = house.dump();
    window_a.finish_sale(dismissed.order_id).unwrap();
    assert_eq!(house.dump(), before, "finished twice, nothing is written");
    assert!(shown(&house.window()).is_empty());
    assert!(house.window().verify_audit().unwrap().sound);
}

#[test]
fn a_cart_that_was_sold_says_whether_its_sale_is_finished() {
    let (_house, window_a, event) = House::open();
    let cart = window_a.open_cart().unwrap();
    let receipt = sold(&window_a, &from_cart(cart, wants(event, &["A-1"])));
    assert!(!window_a.sale_of(cart).unwrap().unwrap().finished);
    window_a.finish_sale(receipt.order_id).unwrap();
    assert!(window_a.sale_of(cart).unwrap().unwrap().finished);
}

#[test]
fn several_are_shown_newest_first_whatever_the_event_and_the_clock() {
    let (house, window_a, event) = House::open();
    let other = add_event(&window_a, "Matinee");
    let first = sold(&window_a, &wants(event, &["A-1"]));
    let second = sold(&window_a, &wants(other, &["A-1"]));
    house.pass(-1_000);
    let third = sold(&window_a, &wants(event, &["A-2"]));
    drop(window_a);
    assert_eq!(shown(&house.window()), [third, second, first].map(|receipt| receipt.code.to_string()));
}

#[test]
fn the_tills_settings_are_kept_in_the_stations_file() {
    let (house, window_a, _) = House::open();
    assert_eq!(window_a.till_settings().unwrap(), TillSettings::default());
    let wanted = TillSettings {
        printer: Some("Boca".into()),
        paper: Some("80mm".into()),
        auto_print: true,
        quick_sale: true,
    };
    window_a.set_till_settings(&wanted).unwrap();
    assert_eq!(house.window().till_settings().unwrap(), wanted);
    for bad in [
        TillSettings { printer: Some(String::new()), ..TillSettings::default() },
        TillSettings { paper: Some("a3".into()), ..TillSettings::default() },
    ] {
        assert!(matches!(window_a.set_till_settings(&bad).unwrap_err().code, Code::BadInput | Code::Printer));
    }
    assert_eq!(window_a.till_settings().unwrap(), wanted);
    house.sql().execute("UPDATE setting SET value = 'torn'", []).unwrap();
    assert_eq!(
        window_a.till_settings().unwrap(),
        TillSettings::default(),
        "what cannot be read is forgotten"
    );
}
