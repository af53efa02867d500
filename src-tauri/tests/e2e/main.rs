//! The main job, in the real window: set up, sell two seats by clicking the map, take cash, save the PDF; then the PDF,
//! rasterised, is held into the gate's camera: admitted, and shown again: already admitted, with when and where.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[cfg(target_os = "linux")]
#[path = "../cli/disk.rs"]
mod disk;
#[cfg(target_os = "linux")]
mod full;
mod gate;
mod look;
mod running;
mod stage;
mod till;

use std::path::Path;
use std::process::Command;

use fantoccini::key::Key;
use serde_json::{Value, json};
use stage::{Stage, Window, wicket};

const PIN: &str = "2580";
const GATE: &str = "North gate";
/// The sample event whose doors are open.
const EVENT: &str = "Stand-Up Comedy Night";

#[test]
fn a_ticket_is_sold_printed_and_admitted_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("station");
    let frames = folder.path().join("frames");
    std::fs::create_dir_all(&frames).expect("a folder for frames");
    blank_frame(&frames.join("00.png"));
    runtime.block_on(async {
        let stage = Stage::set();
        let data_text = data.display().to_string();
        let frames_text = frames.display().to_string();
        let window = stage.open(&["--data-dir", &data_text, "--replay", &frames_text]).await;

        set_up(&window).await;
        choose_event(&window, EVENT).await;
        let seats = pick_two_seats(&window, &data).await;
        let code = pay_and_save(&window, &data, &seats).await;
        window.text_when("saved-path", |text| text.contains(".pdf")).await;
        let pdf = data.join("tickets").join(format!("tickets-{code}.pdf"));
        assert!(pdf.is_file(), "{} was saved", pdf.display());

        name_the_gate(&window).await;
        hold_into_camera(&pdf, &frames);
        at_the_gate(&window).await;
        window.close().await;
    });
    everything_is_recorded(&data);
}

/// First start: name the station, set the PIN, take the samples.
async fn set_up(window: &Window) {
    window.type_into("setup-name", "Window 1").await;
    window.click("setup-next").await;
    window.type_into("setup-supervisor", "Ada").await;
    window.type_into("setup-pin", PIN).await;
    window.type_into("setup-pin-again", PIN).await;
    window.click("setup-next").await;
    window.click("setup-sample").await;
    window.click("setup-finish").await;
}

async fn choose_event(window: &Window, name: &str) {
    window.click_css(&format!("[data-testid=\"event-card\"][data-event-name=\"{name}\"]")).await;
    window.see("seat-map").await;
}

/// Clicks two neighbouring free seats of the middle category on the map; gives their labels.
async fn pick_two_seats(window: &Window, data: &Path) -> Vec<String> {
    let listed = wicket(data, &["seats", EVENT]);
    // In the plan's order, as the map numbers them.
    let listed: Vec<Value> = serde_json::from_slice(&listed.stdout).expect("seats as JSON");
    let first = listed.iter().position(|seat| seat["category"] == "Stalls").expect("the sample has stalls");
    for (picked, seat) in [first, first + 1].into_iter().enumerate() {
        let script = "const map = document.querySelector('canvas[data-testid=\"seat-map\"], [data-testid=\"seat-map\"] canvas').seatMap;
            map.focusSeat(arguments[0]);
            return map.seatToClient(arguments[0]);";
        let at = window.ask(script, vec![json!(seat)]).await;
        let (x, y) = (at["x"].as_f64().expect("x"), at["y"].as_f64().expect("y"));
        window.click_at(x, y).await;
        window.count("cart-line", picked + 1).await;
    }
    let label = |seat: usize| listed[seat]["label"].as_str().unwrap_or_default().to_owned();
    vec![label(first), label(first + 1)]
}

/// Takes the exact cash and saves the tickets; gives the order's code.
async fn pay_and_save(window: &Window, data: &Path, seats: &[String]) -> String {
    window.click("pay").await;
    window.click("cash-exact").await;
    window.click("confirm-sale").await;
    let code = window.text_when("order-code", |text| text.len() >= 7).await;
    let orders = wicket(data, &["orders"]);
    let orders: Vec<Value> = serde_json::from_slice(&orders.stdout).expect("orders as JSON");
    assert_eq!(orders.len(), 1, "one order exists as soon as the window says so");
    assert!(code.contains(orders[0]["code"].as_str().expect("a code")), "the window shows its code");
    assert_eq!(orders[0]["labels"], json!(seats), "the seats that were clicked");
    window.click("save-pdf").await;
    orders[0]["code"].as_str().unwrap_or_default().to_owned()
}

/// Gives the gate its name in its settings, and goes back to the box office.
async fn name_the_gate(window: &Window) {
    window.press(Key::F3).await;
    window.see("gate-camera").await;
    window.press(Key::F8).await;
    window.type_into("gate-name", GATE).await;
    window.press(Key::Enter).await;
    window.count("gate-name", 0).await;
    window.press(Key::F2).await;
    window.count("gate-camera", 0).await;
}

/// The gate sees the ticket for a while, then nothing for two seconds, and so on.
fn hold_into_camera(pdf: &Path, frames: &Path) {
    let page = frames.with_file_name("page");
    let done = Command::new("pdftoppm")
        .args(["-r", "110", "-f", "1", "-l", "1", "-singlefile", "-png"])
        .args([pdf, &page])
        .status()
        .expect("pdftoppm runs; `cargo xtask test` installs it");
    assert!(done.success(), "the PDF is rasterised");
    let sheet = image::open(page.with_extension("png")).expect("a picture").to_luma8();
    let mut frame = image::GrayImage::from_pixel(1280, 720, image::Luma([96]));
    image::imageops::overlay(&mut frame, &sheet, 180, 20);
    for number in 0..12 {
        frame.save(frames.join(format!("{number:02}.png"))).expect("a frame");
    }
    for number in 12..48 {
        blank_frame(&frames.join(format!("{number:02}.png")));
    }
}

fn blank_frame(path: &Path) {
    image::GrayImage::from_pixel(1280, 720, image::Luma([96])).save(path).expect("a frame");
}

/// Admitted, and a moment later already admitted.
async fn at_the_gate(window: &Window) {
    window.press(Key::F3).await;
    window.see("gate-camera").await;
    window.see_css("[data-testid=\"verdict\"][data-verdict=\"admitted\"]").await;
    let refused = "[data-testid=\"verdict\"][data-verdict=\"refused\"][data-reason=\"already_admitted\"]";
    window.see_css(refused).await;
    let told = window.text_when("verdict-detail", |text| !text.is_empty()).await;
    assert!(told.contains(GATE), "the refusal names the gate of the first admission: {told:?}");
    assert!(told.contains("Window 1"), "and its station: {told:?}");
    assert!(has_a_time(&told), "and when it was: {told:?}");
    window.text_when("gate-count", |text| text.contains('1')).await;
}

/// Whether a time of day stands in a text: 7:05, 19:05:30.
fn has_a_time(text: &str) -> bool {
    let digit = |sign: Option<&u8>| sign.is_some_and(u8::is_ascii_digit);
    let signs = text.as_bytes();
    let mut colons = (1..signs.len()).filter(|at| signs[*at] == b':');
    colons.any(|at| digit(signs.get(at - 1)) && digit(signs.get(at + 1)) && digit(signs.get(at + 2)))
}

/// What the window acknowledged is in the file, and the audit log holds.
fn everything_is_recorded(data: &Path) {
    let orders = wicket(data, &["orders"]);
    let orders: Vec<Value> = serde_json::from_slice(&orders.stdout).expect("orders as JSON");
    assert_eq!(orders[0]["admitted"], 1, "one of the two tickets was admitted, once");
    assert_eq!(orders[0]["printed"], 1, "the saved file counts as printed");
    let verified = wicket(data, &["audit", "verify"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
