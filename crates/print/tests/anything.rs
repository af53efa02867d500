//! Whatever people type, a ticket comes out: never a panic, always a PDF that parses, nothing over anything,
//! never above the limit.

mod common;

use common::{FORMATS, ordinary, token};
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
        // Words of two directions, with marks, figures and brackets between them.
        "([A-Za-zЯё\\u{301}]{1,5}|[א-ת\\u{5B0}-\\u{5C2}]{1,6}|[ء-ي\\u{64B}-\\u{652}]{1,8}|[0-9٠-٩]{1,3}|[ (),.!-]){0,40}",
        "([ก-ฮ\\u{E31}-\\u{E3A}เ-๎]{1,6}|[क-ह\\u{93E}-\\u{94D}]{1,6}| ){0,20}",
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
        // Wicket makes the code itself, of Latin letters and figures; under the QR code there is no room for marks as high
        // as those of other scripts.
        (order_code, issued_by) in ("[\\u{0}-\\u{52F}]{0,60}", anything()),
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

/// A hundred cases; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { 100 };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}

/// The limit of one ticket that has letters of every script at once.
const MOST_BYTES: usize = 45_000;

proptest! {
    #![proptest_config(config())]

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

/// It fits its line by less than the tracking behind its last letter, which was counted.
#[test]
fn a_line_that_just_fits_stays_within_its_margin() {
    let event = "\u{30d}aa\u{337}\u{346}aaa\u{342}a\u{314}aaaa\u{316}a\u{342}a".to_owned();
    let pdf = tickets(&[Ticket { event, ..ordinary() }], Format::Roll80mm).unwrap();
    common::assert_tidy(&pdf, "80mm");
}

/// The vowel of the last letter hangs over its left edge.
#[test]
fn a_mark_that_hangs_over_its_letter_stays_within_the_margin() {
    for event in ["\u{5b0}ך\u{5b9}", "ך\u{5b9}", "וֹ", "ל\u{5b9}", "j", "а\u{360}", "กำ", "हिं"]
    {
        let pdf = tickets(&[Ticket { event: event.to_owned(), ..ordinary() }], Format::Roll80mm).unwrap();
        common::assert_tidy(&pdf, event);
    }
}
