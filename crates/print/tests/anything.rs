//! Whatever people type, a ticket comes out: never a panic, always a PDF that parses, nothing over anything,
//! never above the limit.

mod common;

use common::{FORMATS, MOST_BYTES, ordinary, token};
use proptest::prelude::*;
use wicket_print::{Format, Seat, Ticket, TicketNumber, tickets};

/// Text of any script: whole planes, controls, directions, marks, and plain words of any length.
fn anything() -> impl Strategy<Value = String> {
    let strange = prop_oneof![
        "\\PC{0,40}",
        "[\\u{0}-\\u{2FF}]{0,60}",
        "[a\\u{300}-\\u{36F}]{0,40}",
        "[\\u{370}-\\u{52F} ]{0,120}",
        "[\\u{590}-\\u{6FF}\\u{202A}-\\u{202E} ]{0,30}",
        "[\\u{4E00}-\\u{9FFF}\\u{1F300}-\\u{1F6FF}\\u{200D}\\u{FE0F}]{0,20}",
        "([A-Za-z]{1,12} ){0,40}",
        "[W—…\\u{FFFD}]{0,200}",
    ];
    prop_oneof![strange, any::<String>()]
}

fn seat() -> impl Strategy<Value = Seat> {
    let part = || proptest::option::of(anything());
    prop_oneof![
        anything().prop_map(Seat::Area),
        (part(), part(), part()).prop_map(|(section, row, number)| Seat::Numbered { section, row, number }),
    ]
}

prop_compose! {
    fn ticket()(
        (event, venue, category, price) in (anything(), anything(), anything(), anything()),
        (order_code, issued_by) in (anything(), anything()),
        (venue_address, holder) in (proptest::option::of(anything()), proptest::option::of(anything())),
        seat in seat(),
        (n, of, seed) in (any::<u32>(), any::<u32>(), any::<u32>()),
    ) -> Ticket {
        Ticket {
            event, venue, venue_address, seat, category, price, order_code, holder, issued_by,
            token: token(seed),
            number: TicketNumber { n, of },
            ..ordinary()
        }
    }
}

fn format() -> impl Strategy<Value = Format> {
    proptest::sample::select(FORMATS.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_words_make_a_tidy_ticket(ticket in ticket(), format in format()) {
        let pdf = tickets(&[ticket], format).unwrap();
        prop_assert!(pdf.len() <= MOST_BYTES, "{} bytes", pdf.len());
        prop_assert_eq!(lopdf::Document::load_mem(&pdf).unwrap().get_pages().len(), 1);
        common::assert_tidy(&pdf, &format.to_string());
    }

    #[test]
    fn any_token_prints_or_is_refused(token in prop_oneof![any::<String>(), "[A-Z0-9]{0,1200}"], format in format()) {
        if let Ok(pdf) = tickets(&[Ticket { token, ..ordinary() }], format) {
            prop_assert_eq!(lopdf::Document::load_mem(&pdf).unwrap().get_pages().len(), 1);
        }
    }
}
