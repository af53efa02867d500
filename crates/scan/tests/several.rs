//! Several codes in one picture, and codes that hide: each is read, by the camera's decoder and from a file.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::time::Duration;

use wicket_scan::gate_frames::{Chance, Kind, Placed, Scene, Sheet, sheets, ticket_text};
use wicket_scan::{Found, Frame, QrDecoder, SOUGHT, decode_picture};

const AD: &str = "https://sponsor.example/win";

fn sorted(found: Vec<Found>) -> Vec<String> {
    let mut texts: Vec<String> = found.into_iter().map(|code| code.text).collect();
    texts.sort();
    texts
}

/// What the gate's decoder reads, and what is read from a file.
fn both_ways(frame: &Frame) -> [Vec<String>; 2] {
    [QrDecoder::seeking(SOUGHT).decode(frame), decode_picture(frame)].map(sorted)
}

/// Asserts that all of `sheet` is read, and nothing else.
fn all_is_read(sheet: &Sheet, what: &str) {
    let mut wanted = sheet.texts();
    wanted.sort();
    let [at_the_gate, from_a_file] = both_ways(&sheet.frame().unwrap());
    assert_eq!(at_the_gate, wanted, "{what}, at the gate");
    assert_eq!(from_a_file, wanted, "{what}, from a file");
}

fn ticket(seed: u64) -> String {
    ticket_text(&mut Chance::new(seed))
}

/// Codes side by side, each as large as it says.
fn row(codes: Vec<Placed>) -> Sheet {
    let largest = codes.iter().map(|code| code.side).fold(0.0, f32::max);
    let mut left = 20.0;
    let placed = codes.into_iter().map(|mut code| {
        code.centre.x = left + code.side / 2.0;
        code.centre.y = 20.0 + largest / 2.0;
        left += code.side + 20.0;
        code
    });
    let placed: Vec<Placed> = placed.collect();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred pixels")]
    let (width, height) = (left as usize, largest as usize + 40);
    Sheet::plain(width, height, placed)
}

fn code(text: &str, side: f32) -> Placed {
    Placed::straight(text, (0.0, 0.0), side)
}

#[test]
fn every_code_of_a_sheet_is_read() {
    let mut kinds = Vec::new();
    for shown in sheets(7, 60) {
        let mut wanted = shown.texts;
        wanted.sort();
        let [at_the_gate, from_a_file] = both_ways(&shown.frame);
        assert_eq!(at_the_gate, wanted, "{:?} at the gate", shown.kind);
        assert_eq!(from_a_file, wanted, "{:?} from a file", shown.kind);
        kinds.push(shown.kind);
    }
    assert!(Kind::ALL.iter().all(|kind| kinds.contains(kind)));
}

#[test]
fn an_advertisement_hides_no_light_on_dark_ticket() {
    for (seed, phone) in (0..).zip([200.0, 245.0, 380.0]) {
        for ad in [110.0, 230.0, 380.0, 600.0] {
            let pair = || vec![code(&ticket(seed), phone).inverted(), code(AD, ad)];
            all_is_read(&row(pair()), &format!("a phone of {phone} left of {ad}"));
            all_is_read(
                &row(pair().into_iter().rev().collect()),
                &format!("a phone of {phone} right of {ad}"),
            );
            let dark_ad = vec![code(&ticket(seed), phone), code(AD, ad).inverted()];
            all_is_read(&row(dark_ad), &format!("a ticket of {phone} beside a dark advertisement of {ad}"));
        }
    }
}

#[test]
fn a_small_ticket_is_read_beside_a_large_code() {
    for small in [120.0, 160.0, 220.0] {
        for large in [300.0, 500.0, 900.0] {
            for other in [AD.to_owned(), ticket(2)] {
                all_is_read(&row(vec![code(&ticket(1), small), code(&other, large)]), "small beside large");
            }
        }
    }
}

#[test]
fn four_codes_are_read_however_they_are_turned() {
    for degrees in [0.0, 3.0, 20.0, 45.0, 90.0, 133.0, 180.0, 270.0] {
        let four = [(1, 250.0, 250.0), (2, 750.0, 250.0), (3, 250.0, 750.0), (4, 750.0, 750.0)];
        let codes = four.map(|(seed, x, y)| {
            let placed = Placed { degrees, ..Placed::straight(&ticket(seed), (x, y), 300.0) };
            if seed % 2 == 0 { placed.inverted() } else { placed }
        });
        all_is_read(&Sheet::plain(1000, 1000, codes.into()), &format!("four turned by {degrees}"));
    }
}

#[test]
fn one_ticket_shown_twice_is_found_in_both_places() {
    let twice = row(vec![code(&ticket(5), 260.0), code(&ticket(5), 260.0)]);
    all_is_read(&twice, "the same twice");
    let near = row(vec![code("A", 110.0), code("A", 110.0), code(&ticket(5), 200.0)]);
    all_is_read(&near, "the same twice, close together");
}

#[test]
fn a_fine_weave_hides_no_code() {
    for thread in [1.0, 1.5, 2.0, 3.0] {
        for depth in [60.0, 110.0] {
            let placed = Placed { ink: (40.0, 210.0), ..code(&ticket(6), 360.0) };
            let sheet = Sheet { paper: 210.0, weave: Some((depth, thread)), ..row(vec![placed]) };
            all_is_read(&sheet, &format!("a weave of {thread}, {depth} deep"));
        }
    }
}

#[test]
fn grey_on_white_within_black_is_read() {
    for grey in [120.0, 180.0, 215.0] {
        for border in [20.0, 200.0] {
            let mut placed = Placed { ink: (grey, 255.0), ..code(&ticket(8), 280.0) };
            placed.centre.x = 140.0 + border;
            placed.centre.y = 140.0 + border;
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a few hundred pixels"
            )]
            let side = (280.0 + 2.0 * border) as usize;
            let sheet = Sheet { paper: 0.0, ..Sheet::plain(side, side, vec![placed.clone()]) };
            all_is_read(&sheet, &format!("{grey} on white, {border} of black around it"));
            // The negative: a light grey code on black within white.
            let dark = Placed { ink: (255.0 - grey, 0.0), ..placed };
            all_is_read(&Sheet::plain(side, side, vec![dark]), &format!("{} on black", 255.0 - grey));
        }
    }
}

#[test]
fn a_mirrored_picture_is_read() {
    let shot = Scene::plain(&ticket(9), 9).shot(0).unwrap();
    let mirrored = shot.frame.luma().chunks_exact(1280).flat_map(|row| row.iter().rev().copied());
    let frame = Frame::new(1280, 720, mirrored.collect(), 0, Duration::ZERO).unwrap();
    assert_eq!(both_ways(&frame), [[shot.text.clone()], [shot.text]]);
}
