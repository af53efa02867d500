//! What the decoder must read, and what must never upset it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where its ground is missing")]

use std::time::Duration;

use image::ImageEncoder as _;
use proptest::prelude::*;
use wicket_scan::gate_frames::{Chance, Scene, frames, ticket_text};
use wicket_scan::{
    Frame, MAX_FILE, PictureFault, Point, QrDecoder, decode_image, decode_picture, picture_from_bytes,
};

fn texts(frame: &Frame) -> Vec<String> {
    QrDecoder::new().decode(frame).into_iter().map(|code| code.text).collect()
}

fn with_luma(frame: &Frame, luma: Vec<u8>) -> Frame {
    Frame::new(frame.width(), frame.height(), luma, 0, Duration::ZERO).unwrap()
}

#[test]
fn gate_frames_are_read() {
    let set: Vec<_> = frames(99, 60).collect();
    assert_eq!(set.len(), 60);
    let read = set.iter().filter(|shown| texts(&shown.frame).contains(&shown.text)).count();
    assert!(read >= 55, "only {read} of 60 read");
    let wrong =
        set.iter().flat_map(|shown| texts(&shown.frame).into_iter().filter(|text| *text != shown.text));
    assert_eq!(wrong.count(), 0, "no text that is not there");
}

#[test]
fn corners_are_where_the_code_is() {
    let mut scene = Scene::plain("WK1:CORNERS", 3);
    scene.quiet = 0;
    scene.corners =
        [(400.0, 200.0), (760.0, 180.0), (800.0, 560.0), (380.0, 540.0)].map(|(x, y)| Point { x, y });
    let shot = scene.shot(0).unwrap();
    let found = QrDecoder::new().decode(&shot.frame);
    assert_eq!(found.len(), 1);
    for (corner, there) in found[0].corners.iter().zip(scene.corners) {
        let off = (corner.x - there.x).hypot(corner.y - there.y);
        assert!(off < 12.0, "{corner:?} is {off} pixels from {there:?}");
    }
}

#[test]
fn light_codes_on_dark_screens_are_read() {
    let shot = Scene::plain(&ticket_text(&mut Chance::new(4)), 4).shot(0).unwrap();
    let inverted = with_luma(&shot.frame, shot.frame.luma().iter().map(|grey| 255 - grey).collect());
    assert_eq!(texts(&inverted), [shot.text]);
}

#[test]
fn two_codes_in_one_picture_are_both_read() {
    let half = |text: &str, middle: f32| {
        let mut scene = Scene::plain(text, 5);
        scene.corners = scene.corners.map(|at| Point { x: (at.x - 640.0) * 0.8 + middle, y: at.y });
        scene.shot(0).unwrap().frame
    };
    let (left, right) = (half("WK1:LEFT", 300.0), half("WK1:RIGHT", 980.0));
    let rows = left.luma().chunks(1280).zip(right.luma().chunks(1280));
    let both = with_luma(&left, rows.flat_map(|(l, r)| [&l[..640], &r[640..]].concat()).collect());
    let mut read = texts(&both);
    read.sort();
    assert_eq!(read, ["WK1:LEFT", "WK1:RIGHT"]);
}

#[test]
fn a_picture_file_is_read_whatever_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticket.jpg");
    let scene = Scene::plain("WK1:ON FILE", 6);
    std::fs::write(&path, scene.jpeg().unwrap()).unwrap();
    let found = decode_image(&path).unwrap();
    assert_eq!(found.iter().map(|code| &code.text).collect::<Vec<_>>(), ["WK1:ON FILE"]);

    let small = scene.shot(0).unwrap().frame;
    let rows = small.luma().chunks(1280).flat_map(|row| {
        let wide: Vec<u8> = row.iter().flat_map(|grey| [*grey; 4]).collect();
        [wide.as_slice(); 4].concat()
    });
    let photograph = Frame::new(5120, 2880, rows.collect(), 0, Duration::ZERO).unwrap();
    let found = decode_picture(&photograph);
    assert_eq!(found.len(), 1, "one code, however many sizes show it");
    assert_eq!(found[0].text, "WK1:ON FILE");
    assert!(found[0].corners.iter().any(|corner| corner.x > 3000.0), "in the file's own pixels");
}

#[test]
fn a_missing_or_damaged_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    assert!(decode_image(&folder.path().join("none.png")).is_err());
    let damaged = folder.path().join("damaged.png");
    std::fs::write(&damaged, b"\x89PNG\r\n\x1a\nand no more").unwrap();
    assert!(decode_image(&damaged).is_err());
}

#[test]
fn files_beyond_the_bounds_are_not_opened_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.png");
    std::fs::File::create(&path).unwrap().set_len(MAX_FILE + 1).unwrap();
    assert!(matches!(decode_image(&path), Err(PictureFault::TooLarge)));

    let mut wide = Vec::new();
    let one_row = image::codecs::png::PngEncoder::new(&mut wide);
    one_row.write_image(&vec![0; 65_536], 65_536, 1, image::ExtendedColorType::L8).unwrap();
    std::fs::write(&path, wide).unwrap();
    assert!(matches!(decode_image(&path), Err(PictureFault::Frame(_))));
}

#[test]
fn tiny_and_flat_frames_hold_nothing() {
    for (width, height) in [(1, 1), (20, 20), (21, 21), (40, 3), (3, 400), (64, 64)] {
        for grey in [0, 127, 255] {
            let luma = vec![grey; (width * height) as usize];
            let frame = Frame::new(width, height, luma, 0, Duration::ZERO).unwrap();
            assert_eq!(texts(&frame), Vec::<String>::new());
        }
    }
}

#[test]
fn a_picture_full_of_finder_patterns_is_got_over_with() {
    let ring = |x: u32, y: u32| {
        let (dx, dy) = (x.abs_diff(3), y.abs_diff(3));
        x < 7 && y < 7 && matches!(dx.max(dy), 0 | 1 | 3)
    };
    let dark = |x: u32, y: u32| ring(x / 3 % 9, y / 3 % 9);
    let luma = (0..480).flat_map(|y| (0..640).map(move |x| if dark(x, y) { 20 } else { 230 })).collect();
    let frame = Frame::new(640, 480, luma, 0, Duration::ZERO).unwrap();
    assert_eq!(texts(&frame), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn noise_is_no_code(seed: u64, width in 21u32..200, height in 21u32..200) {
        let mut chance = Chance::new(seed);
        let luma = (0..width * height).map(|_| chance.next().to_le_bytes()[0]).collect();
        let frame = Frame::new(width, height, luma, 0, Duration::ZERO).unwrap();
        prop_assert_eq!(texts(&frame), Vec::<String>::new());
    }

    #[test]
    fn a_code_with_holes_is_read_right_or_not_at_all(seed: u64, holes in 1usize..40) {
        let mut chance = Chance::new(seed);
        let shot = Scene::plain(&ticket_text(&mut chance), seed).shot(0).unwrap();
        let mut luma = shot.frame.luma().to_vec();
        for _ in 0..holes {
            let (left, top) = (400 + chance.below(440), 130 + chance.below(420));
            let grey = chance.next().to_le_bytes()[0];
            let rows = luma.chunks_mut(1280).skip(top).take(chance.below(40));
            rows.for_each(|row| row[left..left + 30].fill(grey));
        }
        for text in texts(&with_luma(&shot.frame, luma)) {
            prop_assert_eq!(&text, &shot.text);
        }
    }

    #[test]
    fn cut_and_garbled_files_are_no_trouble(seed: u64, keep in 0.0f32..1.0) {
        let mut chance = Chance::new(seed);
        let mut jpeg = Scene::plain("WK1:CUT", seed).jpeg().unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        jpeg.truncate((jpeg.len() as f32 * keep) as usize);
        for _ in 0..20 {
            let at = chance.below(jpeg.len().max(1));
            if let Some(byte) = jpeg.get_mut(at) {
                *byte = chance.next().to_le_bytes()[0];
            }
        }
        if let Ok(frame) = picture_from_bytes(&jpeg) {
            prop_assert!(texts(&frame).iter().all(|text| text == "WK1:CUT"), "a damaged picture reads right or not at all");
        }
    }
}
