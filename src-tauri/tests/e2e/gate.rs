//! The gate in the real window: two tickets in one picture, and a ticket found by its order's code.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::stage::{Stage, Window, wicket};
use crate::{blank_frame, choose_event, set_up};

/// A sample event whose doors are open.
const EVENT: &str = "Stand-Up Comedy Night";
/// So long the two tickets are in sight, and then out of it, in pictures of the replay. Out of sight is far longer than a
/// verdict is read, so that the next round disturbs nothing.
const IN_SIGHT: usize = 12;
const OUT_OF_SIGHT: usize = 300;

/// What a person sees of the verdicts: which, where, and whether one lies on another.
const VERDICTS: &str = "return [...document.querySelectorAll('[data-testid=\"verdict\"]')].map((one) => {
    const { left, top, right, bottom } = (one.querySelector('.room') ?? one).getBoundingClientRect();
    const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return { verdict: one.dataset.verdict, reason: one.dataset.reason ?? null, text: one.innerText,
      area: (right - left) * (bottom - top), seen: one.contains(at) && left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight };
  });";

#[test]
fn every_verdict_of_one_picture_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, frames) = (folder.path().join("station"), folder.path().join("frames"));
    std::fs::create_dir_all(&frames).expect("a folder for frames");
    blank_frame(&frames.join("000.png"));
    run(async {
        let stage = Stage::set();
        let window = open(&stage, &data, &["--replay", &frames.display().to_string()]).await;
        let sale = sell_two(&data);
        // The first of the two is used already.
        let used = wicket(&data, &["admit", "--token", text_of(&sale["tickets"][0]["token"])]);
        assert!(used.status.success(), "{}", String::from_utf8_lossy(&used.stdout));
        let pages = pages(&data, text_of(&sale["code"]), folder.path());

        window.press(Key::F3).await;
        window.see("gate-camera").await;
        hold_both(&pages, &frames);
        window.count("verdict", 2).await;
        let seen = window.ask(VERDICTS, Vec::new()).await;
        let (first, second) = (&seen[0], &seen[1]);
        assert_eq!(
            (&first["verdict"], &first["reason"]),
            (&json!("refused"), &json!("already_admitted")),
            "{seen}"
        );
        assert_eq!(second["verdict"], "admitted", "{seen}");
        assert!(first["seen"] == true && second["seen"] == true, "none hides the other: {seen}");
        assert!(first["area"].as_f64() > second["area"].as_f64(), "the refusal is the larger one: {seen}");
        for (shown, ticket) in [(first, &sale["tickets"][0]), (second, &sale["tickets"][1])] {
            let label = text_of(&ticket["label"]);
            assert!(text_of(&shown["text"]).contains(label), "{label} is told: {seen}");
        }

        // A moment in which a press may still have been meant for what stood before.
        tokio::time::sleep(Duration::from_millis(600)).await;
        window.press(Key::Enter).await;
        window.count("verdict", 1).await;
        let left = window.ask(VERDICTS, Vec::new()).await;
        assert!(left[0]["verdict"] == "admitted" && left[0]["seen"] == true, "the other one is left: {left}");
        window.count("verdict", 0).await;
        window.close().await;
    });
}

#[test]
fn a_ticket_is_found_by_its_orders_code_let_in_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("station");
    run(async {
        let stage = Stage::set();
        let window = open(&stage, &data, &[]).await;
        let sale = sell_two(&data);
        let code = text_of(&sale["code"]);

        window.press(Key::F3).await;
        window.see("gate-hand").await;
        window.type_into("gate-hand", code).await;
        window.count("gate-ticket", 2).await;
        window.press_in("gate-hand", Key::Down).await;
        let label = window
            .ask("return document.querySelector('[aria-selected=\"true\"]').innerText", Vec::new())
            .await;
        window.press_in("gate-hand", Key::Enter).await;
        window.see_css("[data-testid=\"verdict\"][data-verdict=\"admitted\"]").await;
        window.count("verdict", 0).await;
        assert_eq!(admitted(&data, code), 1);
        // The other ticket of the order is listed on; the one that is inside says when.
        window.see_css("[data-testid=\"gate-ticket\"][data-reason=\"already_admitted\"]").await;
        window.count("gate-ticket", 2).await;

        window.press_in("gate-hand", Key::Escape).await;
        window.click_css("[data-testid=\"undo-admission\"] button").await;
        window.see_css("[data-testid=\"last-scan\"][data-verdict=\"undone\"]").await;
        assert_eq!(admitted(&data, code), 0, "{label} can be let in again");

        window.type_into("gate-hand", code).await;
        window.count("gate-ticket", 2).await;
        window.press_in("gate-hand", Key::Enter).await;
        window.see_css("[data-testid=\"verdict\"][data-verdict=\"admitted\"]").await;
        window.close().await;
    });
    assert!(wicket(&data, &["audit", "verify"]).status.success(), "what was undone is recorded");
}

fn run(story: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(story);
}

/// A window on a new station, with the event chosen.
async fn open(stage: &Stage, data: &Path, more: &[&str]) -> Window {
    let data = data.display().to_string();
    let window = stage.open(&[&["--data-dir", &data][..], more].concat()).await;
    set_up(&window).await;
    choose_event(&window, EVENT).await;
    window
}

/// Sells two seats beside the window.
fn sell_two(data: &Path) -> Value {
    let listed: Vec<Value> = read(&wicket(data, &["seats", EVENT, "--free"]).stdout);
    let stalls: Vec<&str> = listed
        .iter()
        .filter(|seat| seat["category"] == "Stalls")
        .map(|seat| text_of(&seat["seatId"]))
        .collect();
    read(&wicket(data, &["sell", EVENT, "--seat", stalls[0], stalls[1], "--cash", "1000"]).stdout)
}

/// How many of an order's tickets are inside.
fn admitted(data: &Path, code: &str) -> u64 {
    let found: Vec<Value> = read(&wicket(data, &["orders", code]).stdout);
    found[0]["admitted"].as_u64().expect("a count")
}

fn read<T: serde::de::DeserializeOwned>(json: &[u8]) -> T {
    serde_json::from_slice(json).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(json)))
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The order's tickets as pictures.
fn pages(data: &Path, code: &str, folder: &Path) -> Vec<image::GrayImage> {
    let pdf = folder.join("tickets.pdf");
    let printed = wicket(data, &["print", code, "--out", &pdf.display().to_string()]);
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stdout));
    let drawn =
        Command::new("pdftoppm").args(["-r", "100", "-png"]).args([&pdf, &folder.join("page")]).status();
    assert!(drawn.expect("pdftoppm runs; `cargo xtask test` installs it").success());
    let names = ["page-1.png", "page-2.png"].map(|name| folder.join(name));
    names.iter().map(|name| image::open(name).expect("a picture").to_luma8()).collect()
}

/// Both tickets side by side in one picture, for a while; then nothing for long.
fn hold_both(pages: &[image::GrayImage], frames: &Path) {
    let mut frame = image::GrayImage::from_pixel(1920, 1080, image::Luma([96]));
    for (page, x) in pages.iter().zip([80, 1000]) {
        image::imageops::overlay(&mut frame, page, x, 20);
    }
    let one = frames.with_file_name("both.png");
    frame.save(&one).expect("a frame");
    let none = frames.join("000.png");
    for number in 1..=IN_SIGHT + OUT_OF_SIGHT {
        let shown = if number <= IN_SIGHT { &one } else { &none };
        std::fs::hard_link(shown, frames.join(format!("{number:03}.png"))).expect("a frame");
    }
}
