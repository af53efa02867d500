//! Picture files of every make: transparent ones, deep ones, turned photographs, very long screenshots.

#![allow(clippy::unwrap_used, reason = "a test stops where its ground is missing")]

use std::io::Cursor;
use std::path::PathBuf;

use image::{DynamicImage, GrayImage, ImageFormat};
use wicket_scan::gate_frames::{Chance, Placed, Scene, Sheet, ticket_text};
use wicket_scan::{decode_image, decode_picture};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join("picture");
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn texts(&self, bytes: &[u8]) -> Vec<String> {
        let mut texts: Vec<String> =
            decode_image(&self.file(bytes)).unwrap().into_iter().map(|code| code.text).collect();
        texts.sort();
        texts
    }
}

fn ticket(seed: u64) -> String {
    ticket_text(&mut Chance::new(seed))
}

/// A ticket of 250 pixels on white paper, as grey pixels.
fn page(text: &str) -> GrayImage {
    let frame = Sheet::plain(310, 310, vec![Placed::straight(text, (155.0, 155.0), 250.0)]).frame().unwrap();
    GrayImage::from_raw(310, 310, frame.luma().to_vec()).unwrap()
}

fn png(image: &DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The page with another pixel for each of its own.
fn repainted<P: image::Pixel>(
    page: &GrayImage,
    paint: impl Fn(u8) -> P,
) -> image::ImageBuffer<P, Vec<P::Subpixel>> {
    image::ImageBuffer::from_fn(page.width(), page.height(), |x, y| paint(page.get_pixel(x, y).0[0]))
}

#[test]
fn transparent_is_paper_white() {
    let (folder, text) = (Folder::new(), ticket(1));
    let page = page(&text);
    let dark = |grey: u8| 255 - grey;
    let pictures: [(&str, DynamicImage); 6] = [
        ("black on nothing", repainted(&page, |grey| image::Rgba([0, 0, 0, dark(grey)])).into()),
        ("black, and black where nothing is", {
            repainted(&page, |grey| image::Rgba([0, 0, 0, if grey < 128 { 255 } else { 0u8 }])).into()
        }),
        ("half opaque", repainted(&page, |grey| image::Rgba([20, 30, 90, dark(grey) / 2])).into()),
        ("grey and alpha", repainted(&page, |grey| image::LumaA([0, dark(grey)])).into()),
        ("deep grey and alpha", {
            repainted(&page, |grey| image::LumaA([0u16, u16::from(dark(grey)) * 257])).into()
        }),
        ("deep", repainted(&page, |grey| image::Rgba([0, 0, 0, u16::from(dark(grey)) * 257])).into()),
    ];
    for (what, picture) in pictures {
        assert_eq!(folder.texts(&png(&picture)), [text.as_str()], "{what}");
    }
}

#[test]
fn a_white_code_on_nothing_is_read() {
    let (folder, text) = (Folder::new(), ticket(2));
    let white = repainted(&page(&text), |grey| image::Rgba([255, 255, 255, 255 - grey]));
    assert_eq!(folder.texts(&png(&white.into())), [text]);
}

#[test]
fn a_white_ticket_beside_a_dark_advertisement_is_read() {
    let (folder, text) = (Folder::new(), ticket(5));
    let (advertisement, ticket) = (page("https://example.org/season"), page(&text));
    let picture = image::RgbaImage::from_fn(620, 310, |x, y| {
        let at = |page: &GrayImage, x| page.get_pixel(x, y).0[0];
        if x < 310 {
            let grey = at(&advertisement, x);
            image::Rgba([grey, grey, grey, 255])
        } else {
            image::Rgba([255, 255, 255, 255 - at(&ticket, x - 310)])
        }
    });
    assert_eq!(folder.texts(&png(&picture.into())), [text.as_str(), "https://example.org/season"]);
}

#[test]
fn a_palette_with_transparent_colours_is_read() {
    let (folder, text) = (Folder::new(), ticket(3));
    let page = page(&text);
    // The first colour is the ink; the second one, the paper, is black and transparent.
    for (palette, opacity) in [([0, 0, 0, 0, 0, 0], [255, 0]), ([40, 0, 90, 0, 0, 0], [200, 0])] {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, page.width(), page.height());
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette.to_vec());
        encoder.set_trns(opacity.to_vec());
        let places: Vec<u8> = page.as_raw().iter().map(|grey| u8::from(*grey > 127)).collect();
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&places).unwrap();
        writer.finish().unwrap();
        assert_eq!(folder.texts(&bytes), [text.as_str()]);
    }
}

#[test]
fn a_deep_grey_picture_is_read() {
    let (folder, text) = (Folder::new(), ticket(4));
    let deep = repainted(&page(&text), |grey| image::Luma([u16::from(grey) * 120 + 9000]));
    assert_eq!(folder.texts(&png(&deep.into())), [text]);
}

#[test]
fn a_photograph_is_read_whichever_way_the_camera_was_held() {
    let (folder, text) = (Folder::new(), ticket(5));
    let upright = image::load_from_memory(&Scene::plain(&text, 5).jpeg().unwrap()).unwrap();
    for orientation in 1..=8u8 {
        let stored = match orientation {
            2 => upright.fliph(),
            3 => upright.rotate180(),
            4 => upright.flipv(),
            5 => upright.rotate90().fliph(),
            6 => upright.rotate270(),
            7 => upright.rotate270().fliph(),
            8 => upright.rotate90(),
            _ => upright.clone(),
        };
        let mut jpeg = Cursor::new(Vec::new());
        stored.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        let plain = jpeg.into_inner();
        let mut turned = plain[..2].to_vec();
        turned.extend(exif(orientation));
        turned.extend(&plain[2..]);
        assert_eq!(folder.texts(&turned), [text.as_str()], "held as {orientation}");
    }
}

/// The segment of a JPEG that says how the camera was held (Exif 2.3, tag 0x0112).
fn exif(orientation: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, 0xE1, 0, 34];
    segment.extend(b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0");
    segment.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    segment
}

#[test]
fn every_code_of_a_very_long_screenshot_is_read() {
    let along_the_page: [(f32, f32); 9] = [
        (160.0, 300.0),
        (1000.0, 200.0),
        (1600.0, 150.0),
        (2000.0, 300.0),
        (4000.0, 420.0),
        (6000.0, 240.0),
        (8191.0, 300.0),
        (10_000.0, 180.0),
        (11_840.0, 300.0),
    ];
    let (mut tall, mut wide) = (Vec::new(), Vec::new());
    for (number, (along, side)) in (0u8..).zip(along_the_page) {
        let text = if number % 3 == 2 {
            format!("https://shop.example/{number}")
        } else {
            ticket(u64::from(number))
        };
        let across = 230.0 + f32::from(number % 4) * 110.0;
        let placed = |x, y| {
            let placed = Placed::straight(&text, (x, y), side);
            if number % 2 == 1 { placed.inverted() } else { placed }
        };
        tall.push(placed(across, along));
        wide.push(placed(along, across));
    }
    for (width, height, codes) in [(800, 12_000, tall), (12_000, 800, wide)] {
        let sheet = Sheet::plain(width, height, codes);
        let frame = sheet.frame().unwrap();
        let picture = GrayImage::from_raw(frame.width(), frame.height(), frame.luma().to_vec()).unwrap();
        let mut wanted = sheet.texts();
        wanted.sort();
        assert_eq!(Folder::new().texts(&png(&picture.into())), wanted, "{width} x {height}");
    }
}

#[test]
fn the_largest_pictures_are_got_over_with() {
    // Fifty million pixels of a pattern that is full of finder patterns, with a ticket among them.
    let text = ticket(7);
    let sheet = Sheet::plain(5000, 10_000, vec![Placed::straight(&text, (2500.0, 9000.0), 900.0)]);
    let frame = sheet.frame().unwrap();
    let ring = |x: usize, y: usize| {
        let (across, down) = (x.abs_diff(3), y.abs_diff(3));
        x < 7 && y < 7 && matches!(across.max(down), 0 | 1 | 3)
    };
    let luma = frame.luma().iter().enumerate().map(|(at, grey)| {
        let (x, y) = (at % 5000, at / 5000);
        if y < 5000 && ring(x / 3 % 9, y / 3 % 9) { 20 } else { *grey }
    });
    let frame = wicket_scan::Frame::new(5000, 10_000, luma.collect(), 0, std::time::Duration::ZERO).unwrap();
    let texts: Vec<String> = decode_picture(&frame).into_iter().map(|code| code.text).collect();
    assert_eq!(texts, [text]);
}
