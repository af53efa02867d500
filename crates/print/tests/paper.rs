//! Tickets read back the way the world reads them: text by poppler, the code by a decoder from the picture.

#![allow(clippy::unwrap_used, reason = "a test may fail here, too")]

mod common;

use common::{FORMATS, MOST_BYTES, Paper, all, codes, long, motley, ordinary, short, token};
use wicket_domain::money::{Currency, Money};
use wicket_print::{Format, PrintError, Seat, Ticket, tickets};

fn print(ticket: Ticket, format: Format) -> Paper {
    Paper::new(&tickets(&[ticket], format).unwrap())
}

#[test]
fn everything_a_ticket_must_say_is_found_as_text() {
    for format in FORMATS {
        let text = print(ordinary(), format).text();
        for said in [
            "Esports Championship",
            "Harbour Arena",
            "200 Quay Street, Oakland, CA 94607",
            "Fri 4 December 2026",
            "19:30 PST",
            "Section",
            "112",
            "Row",
            "F",
            "Seat",
            "14",
            "Lower tier",
            "$65.00",
            "K7QF-2M9D",
            "María José Peña",
            "1 of 2",
            "Window 1",
        ] {
            assert!(text.contains(said), "{format} does not say {said:?}: {text}");
        }
    }
}

#[test]
fn what_is_not_known_is_left_out() {
    for format in FORMATS {
        let text = print(short(), format).text();
        assert!(text.contains("Area Standing") || text.contains("Standing"), "{text}");
        assert!(!text.contains("Name") && !text.contains("Row"), "{format} prints empty labels: {text}");
    }
}

#[test]
fn a_seat_without_any_part_says_so() {
    let seat = Seat::Numbered { section: None, row: Some("  ".to_owned()), number: None };
    let text = print(Ticket { seat, ..ordinary() }, Format::Roll80mm).text();
    assert!(text.contains("Any free seat"), "{text}");
}

#[test]
fn latin_greek_and_cyrillic_read_back_as_written() {
    for name in
        ["Łucja Świątek-Ożóg", "Γεώργιος Ἀχιλλεύς", "Їжак Ґалаґан Ёлкин", "Nguyễn Thị Hằng", "Þórður Æsir ß"]
    {
        for format in FORMATS {
            let text = print(Ticket { holder: Some(name.to_owned()), ..ordinary() }, format).text();
            assert!(text.contains(name), "{format}: {name} became {text}");
        }
    }
}

#[test]
fn accents_are_composed_and_those_that_cannot_be_still_read_back() {
    let ticket = Ticket {
        holder: Some("Jose\u{301} Pen\u{303}a".to_owned()),
        event: "Сла\u{301}ва".to_owned(),
        ..ordinary()
    };
    for format in FORMATS {
        let text = print(ticket.clone(), format).text();
        assert!(text.contains("José Peña") && text.contains("Сла\u{301}ва"), "{format}: {text}");
    }
}

#[test]
fn letters_that_no_face_has_are_left_out_with_one_mark() {
    for (name, shown) in [("山田", "[?]"), ("Ana 👩‍👩‍👧", "Ana [?]"), ("Kim 김철수 Lee", "Kim [?] Lee")]
    {
        for format in FORMATS {
            let text = print(Ticket { holder: Some(name.to_owned()), ..ordinary() }, format).text();
            assert!(text.contains(shown), "{format}: {name} became {text}");
            assert!(!text.contains('\u{FFFD}'), "{format}: a box: {text}");
        }
    }
    assert_eq!(wicket_print::unprintable("Ana 山田 👩‍👩‍👧").unwrap(), ["山", "田", "👩‍👩‍👧"]);
    assert!(wicket_print::unprintable("Ana Łuc Γεώ Їжа שרה محمد สมชาย राम").unwrap().is_empty());
}

/// Poppler marks text from right to left with these; they are no part of the name.
fn without_marks(text: &str) -> String {
    text.replace(['\u{202A}', '\u{202B}', '\u{202C}', '\u{200E}', '\u{200F}'], "")
}

#[test]
fn joined_scripts_read_back_in_the_order_they_are_said() {
    for name in ["שרה כהן", "محمد العربي", "سارة نجيب", "สมชาย ใจดี", "श्रीमती लक्ष्मी", "राम क्षत्रिय"]
    {
        for format in FORMATS {
            let text = print(Ticket { holder: Some(name.to_owned()), ..ordinary() }, format).text();
            let text = without_marks(&text);
            assert!(text.contains(name), "{format}: {name} became {text}");
        }
    }
}

#[test]
fn an_events_name_of_120_letters_is_printed_whole() {
    let words = "The Grand Midsummer Gala of the Metropolitan Philharmonic Orchestra with the Harbour Choir and \
                 Friends, Second Evening !";
    let hebrew = "פסטיבל הקיץ הגדול של התזמורת הפילהרמונית ".repeat(3);
    for name in
        [words, &"W".repeat(120), &"Ж".repeat(120), &hebrew[..hebrew.char_indices().nth(120).unwrap().0]]
    {
        assert_eq!(name.chars().count(), 120);
        for format in FORMATS {
            let ticket = Ticket { event: name.to_owned(), ..ordinary() };
            let pdf = tickets(&[ticket], format).unwrap();
            common::assert_tidy(&pdf, name);
            // Where a line ends, a reader of the PDF sees a blank.
            let solid = |text: &str| without_marks(text).replace(' ', "");
            let text = Paper::new(&pdf).text();
            assert!(solid(&text).contains(&solid(name)), "{format}: {name} became {text}");
            assert!(!text.contains('…'), "{format}: {text}");
        }
    }
}

#[test]
fn every_amount_can_be_printed() {
    let letters = || b'A'..=b'Z';
    let codes = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c])));
    let currencies: Vec<Currency> =
        codes.filter_map(|code| std::str::from_utf8(&code).unwrap().parse().ok()).collect();
    assert!(currencies.len() > 150);
    for currency in currencies {
        let written = Money::new(-123_456_789, currency).written();
        assert_eq!(wicket_print::unprintable(&written).unwrap(), [""; 0], "{written}");
        assert!(!written.contains(' '), "a line could end within {written:?}");
    }
    for code in ["JPY", "HUF", "KWD", "XOF", "CHF"] {
        let price = Money::new(1_250_000, code.parse().unwrap()).written();
        for format in FORMATS {
            let text = print(Ticket { price: price.clone(), ..ordinary() }, format).text();
            let price = price.replace(['\u{A0}', '\u{202F}'], " ");
            let text = text.replace(['\u{A0}', '\u{202F}'], " ");
            assert!(text.contains(&price), "{format}: {price} became {text}");
        }
    }
}

#[test]
fn text_of_two_directions_stays_within_its_room() {
    for event in [
        // A mark at the end of a part, with another part behind it.
        "Дел\u{438}\u{301} שרה כהן Live Я\u{301}محمد",
        "مهرجان ١٢ الموسيقى (Live) 2027 في لارنكا, Second Night!",
        "(שרה) AVAVAV (كهف) To Te.",
        // A mark below a letter with dots below: clear of the code.
        "ڍڤڻ ې\u{61a}",
    ] {
        let ticket = Ticket {
            event: event.to_owned(),
            venue: event.to_owned(),
            holder: Some(event.to_owned()),
            seat: Seat::Area(event.to_owned()),
            ..ordinary()
        };
        for format in FORMATS {
            common::assert_tidy(&tickets(std::slice::from_ref(&ticket), format).unwrap(), event);
        }
    }
}

#[test]
fn the_code_reads_back_identically_from_paper() {
    for format in FORMATS {
        let tickets_ = all();
        let paper = Paper::new(&tickets(&tickets_, format).unwrap());
        for (index, ticket) in tickets_.iter().enumerate() {
            let read = codes(&paper.raster(index + 1, 200));
            assert_eq!(read, [ticket.token.as_str()], "{format}, page {}", index + 1);
        }
    }
}

#[test]
fn the_code_on_office_paper_survives_a_poor_copy() {
    for format in [Format::A4, Format::Letter] {
        for seed in 10..14 {
            let paper = print(Ticket { token: token(seed), ..ordinary() }, format);
            let poor = image::imageops::blur(&paper.raster(1, 120), 1.2);
            assert_eq!(codes(&poor), [token(seed)], "{format} at 120 dpi");
        }
    }
}

#[test]
fn a_ticket_takes_at_most_30_kb() {
    for format in FORMATS {
        for ticket in all() {
            let size = tickets(std::slice::from_ref(&ticket), format).unwrap().len();
            assert!(size <= MOST_BYTES, "{format}: {} takes {size} bytes", ticket.event);
        }
    }
}

#[test]
fn tickets_share_the_typeface() {
    let one = tickets(&[ordinary()], Format::A4).unwrap().len();
    let ten: Vec<Ticket> = (0..10).map(|seed| Ticket { token: token(seed), ..ordinary() }).collect();
    let ten = tickets(&ten, Format::A4).unwrap().len();
    assert!(ten < 5 * one, "one takes {one} bytes, ten take {ten}");
}

#[test]
fn the_typeface_is_embedded_cut_down_and_readable() {
    let fonts = print(motley(), Format::A4).fonts();
    let embedded =
        fonts.lines().skip(2).filter(|line| line.contains("Inter-") && line.contains("yes yes yes"));
    assert_eq!(embedded.count(), 2, "{fonts}");
}

#[test]
fn the_same_tickets_give_the_same_bytes() {
    let again = || tickets(&all(), Format::Letter).unwrap();
    assert_eq!(again(), again());
    assert_ne!(tickets(&[ordinary()], Format::A4), tickets(&[short()], Format::A4));
}

#[test]
fn metadata_say_what_it_is_and_nothing_about_a_person() {
    let pdf = tickets(&[ordinary()], Format::A4).unwrap();
    let info = Paper::new(&pdf).info();
    assert!(info.contains("Esports Championship"), "{info}");
    for private in ["María", "K7QF", "Window 1", "CreationDate", "2026"] {
        assert!(!info.contains(private), "metadata say {private:?}: {info}");
    }
}

#[test]
fn pages_have_the_size_of_the_paper() {
    let size = |format| {
        let page = Paper::new(&tickets(&[ordinary()], format).unwrap()).words().remove(0);
        (page.width, page.height)
    };
    let is = |(width, height): (f32, f32), right: (f32, f32)| {
        assert!((width - right.0).abs() < 0.5 && (height - right.1).abs() < 0.5, "{width} x {height}");
    };
    is(size(Format::A4), (595.3, 841.9));
    is(size(Format::Letter), (612.0, 792.0));
    let (width, height) = size(Format::Roll80mm);
    is((width, 0.0), (226.8, 0.0));
    assert!((300.0..480.0).contains(&height), "{height} points long");
}

#[test]
fn no_text_runs_over_an_edge_the_code_or_another_text() {
    for format in FORMATS {
        common::assert_tidy(&tickets(&all(), format).unwrap(), &format.to_string());
    }
}

#[test]
fn a_long_ticket_still_says_who_and_where() {
    for format in FORMATS {
        let text = print(long(), format).text();
        for said in
            ["Upper Balcony Left", "AA", "1204", "WWWWWW-MMMMMM-QQQQ", "CHF 1,299,999.00", "20:00 UTC-03"]
        {
            assert!(text.contains(said), "{format} does not say {said:?}: {text}");
        }
    }
}

#[test]
fn nothing_and_a_ticket_without_a_code_are_refused() {
    assert_eq!(tickets(&[], Format::A4), Err(PrintError::NothingToPrint));
    let blank = Ticket { token: String::new(), ..ordinary() };
    assert_eq!(tickets(&[ordinary(), blank], Format::A4), Err(PrintError::TokenMissing));
}

#[test]
fn formats_are_named_as_on_the_command_line() {
    for format in FORMATS {
        assert_eq!(format.to_string().parse(), Ok(format));
    }
    assert_eq!("A4".parse(), Ok(Format::A4));
    assert_eq!("A5".parse::<Format>(), Err(PrintError::UnknownFormat("A5".to_owned())));
}
