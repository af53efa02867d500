//! How the real window looks: on every screen, in every dialog and list, at several sizes of window and text, nothing is
//! cut, covered, too small to press or out of sight, and axe-core finds nothing to object to.
//!
//! The browser that draws a gallery is not the engine that draws the window: it hid a number pad five pixels high.

pub(crate) mod eyes;
mod states;

use std::path::Path;

use fantoccini::key::Key;
use qrcodegen::{QrCode, QrCodeEcc};
use serde_json::{Value, json};

use crate::stage::{Stage, Window, wicket};
use crate::{PIN, blank_frame, choose_event};
use eyes::{Eyes, Size};

/// Sizes at which the legend stands behind a button.
const LOW: &[Size] = &[Size(960, 560, 1.0), Size(1280, 800, 1.5)];

/// One of the sample events.
const SAMPLE: &str = "Tech Summit";
/// As long as names may be.
const LONG_EVENT: &str = "The Annual Midwinter Concert of the United Harbor Orchestras";
const LONG_PERSON: &str = "Wilhelmina Alexandra Charlotte von und zu Hohenstein-Wittgen";

#[test]
fn a_new_station_looks_well_in_english() {
    const SIZES: &[Size] = &[Size(960, 560, 1.0), Size(1024, 600, 1.5)];
    looked_at("light", |window, data| {
        Box::pin(async move {
            let mut eyes = Eyes::open(window, SIZES).await;
            first_start(&mut eyes).await;
            every_screen(&mut eyes, SAMPLE, data).await;
            eyes.nothing_is_wrong();
        })
    });
}

#[test]
fn long_names_and_sums_look_well_in_german() {
    const SIZES: &[Size] = &[Size(1024, 768, 1.0), Size(1280, 720, 1.5), Size(1366, 768, 1.5)];
    looked_at("dark", |window, data| {
        Box::pin(async move {
            window.remember("wicket.language", "de").await;
            window.see("sign-pin").await;
            let mut eyes = Eyes::open(window, SIZES).await;
            eyes.look("sign-in").await;
            window.type_into("sign-pin", PIN).await;
            window.click("sign-in").await;
            every_screen(&mut eyes, LONG_EVENT, data).await;
            eyes.nothing_is_wrong();
        })
    });
}

/// The text size of the system reaches the page, and a window does not open larger than its screen.
#[test]
fn the_window_fits_its_screen_and_takes_the_text_size() {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let stage = Stage::on_screen((1024, 600), None, &[("GDK_DPI_SCALE", "1.5")]);
        let window = stage.open(&["--data-dir", &folder.path().display().to_string()]).await;
        window.see("setup-name").await;
        let script = "const style = getComputedStyle(document.body);
            return [innerWidth, innerHeight, window.wicketTextScale, parseFloat(style.fontSize)]";
        let told = window.ask(script, Vec::new()).await;
        assert_eq!(told, json!([1024, 600, 1.5, 24]), "width, height, scale, pixels of text");
        window.close().await;
    });
}

/// Opens a window on a station, runs what is given, and closes it.
fn looked_at(
    palette: &str,
    play: impl for<'w> FnOnce(&'w Window, &'w Path) -> std::pin::Pin<Box<dyn Future<Output = ()> + 'w>>,
) {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, frames) = (folder.path().join("station"), folder.path().join("frames"));
        std::fs::create_dir_all(&frames).expect("a folder for frames");
        blank_frame(&frames.join("00.png"));
        if palette == "dark" {
            station_with_long_names(&data, folder.path());
        }
        let stage = Stage::on_screen((1440, 900), None, &[]);
        let (data_text, frames_text) = (data.display().to_string(), frames.display().to_string());
        let window = stage.open(&["--data-dir", &data_text, "--replay", &frames_text]).await;
        window.see_css("#app button").await;
        window.remember("wicket.theme", palette).await;
        play(&window, &data).await;
        window.close().await;
    });
}

fn run(play: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(play);
}

/// A station whose event, supervisor and prices are as long as they may be, with the samples, for one of which a ticket
/// was sold.
fn station_with_long_names(data: &Path, folder: &Path) {
    let done = wicket(
        data,
        &[
            "init",
            "--station",
            "Kasse am Haupteingang Nord",
            "--supervisor",
            LONG_PERSON,
            "--pin",
            PIN,
            "--sample",
        ],
    );
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let done = wicket(data, &["sell", SAMPLE, "--seat", "F-7", "--cash", "600"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let seats: Vec<Value> = (1..=24)
        .map(|number| {
            json!({
                "seat_guid": format!("P-{number}"), "seat_number": number.to_string(), "category": "Parkett Mitte vorn",
                "position": { "x": number * 30, "y": 0 },
            })
        })
        .collect();
    let plan = json!({
        "name": "Haus",
        "categories": [{ "name": "Parkett Mitte vorn", "color": "#33415c" }],
        "size": { "width": 800, "height": 300 },
        "zones": [{
            "name": "Parkett", "position": { "x": 20, "y": 50 },
            "rows": [{ "row_number": "A", "position": { "x": 0, "y": 0 }, "seats": seats }],
            "areas": [],
        }],
    });
    let file = folder.join("plan.json");
    std::fs::write(&file, plan.to_string()).expect("room for a plan");
    let file = file.display().to_string();
    let done = wicket(
        data,
        &[
            "plan",
            "import",
            &file,
            "--event",
            LONG_EVENT,
            "--starts",
            "2031-12-04T19:30:00+01:00",
            "--currency",
            "HUF",
            "--price",
            "Parkett Mitte vorn=1234567",
        ],
    );
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

/// The three questions of a first start; taken together they make a station with the samples.
async fn first_start(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    eyes.look("first start: the station").await;
    window.type_into("setup-name", "Window 1").await;
    window.click("setup-next").await;
    window.see("setup-pin").await;
    eyes.look("first start: the person").await;
    window.type_into("setup-supervisor", "Ada").await;
    window.type_into("setup-pin", PIN).await;
    window.type_into("setup-pin-again", PIN).await;
    window.click("setup-next").await;
    window.see("setup-sample").await;
    eyes.look("first start: the events").await;
    window.click("setup-join").await;
    window.see_css(".join input").await;
    eyes.look("first start: joining a venue").await;
    window.click("setup-sample").await;
    window.click("setup-finish").await;
}

async fn every_screen(eyes: &mut Eyes<'_>, event: &str, data: &Path) {
    let window = eyes.window;
    window.see("event-card").await;
    eyes.look("events").await;
    window.click("staff-menu").await;
    window.see("sign-out").await;
    eyes.look("the staff menu").await;
    window.press(Key::Escape).await;
    window.count("sign-out", 0).await;
    choose_event(window, event).await;
    box_office(eyes).await;
    gate(eyes).await;
    orders_and_cloud(eyes, data).await;
    removing_the_samples(eyes).await;
    window.press(Key::F2).await;
    window.see("seat-map").await;
}

async fn box_office(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    eyes.look("box office: nothing chosen").await;
    legend_of_a_low_window(eyes).await;
    window.click("best-more").await;
    window.see_css("[role=dialog] .pad").await;
    eyes.look("box office: a group").await;
    window.press(Key::Escape).await;
    window.count_css("[role=dialog]", 0).await;
    window.click("best-4").await;
    window.count("cart-line", 4).await;
    eyes.look("box office: four seats").await;
    window.click("cart-clear").await;
    window.count("cart-line", 0).await;
    eyes.look("box office: four seats can be taken back").await;
    window.click("best-2").await;
    window.count("cart-line", 2).await;
    window.click("pay").await;
    window.see("cash-exact").await;
    eyes.look("payment: still missing").await;
    window.click_css("[data-testid=\"quick-amount\"]").await;
    eyes.look("payment: change").await;
    window.click("confirm-sale").await;
    window.see("order-code").await;
    eyes.look("sold").await;
    window.click("save-pdf").await;
    window.see("saved-path").await;
    eyes.look("sold and saved").await;
}

/// A higher window lists the categories at once; it has no button for them.
async fn legend_of_a_low_window(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    for size in LOW {
        eyes.wear(size).await;
        window.click("legend-open").await;
        window.see_css(".legend-list[role=dialog][data-state=open]").await;
        eyes.look_at_size("box office: the legend of a low window", size).await;
        press_first_category(window).await;
        eyes.look_at_size("box office: one category in a low window", size).await;
        window.click("legend-open").await;
        press_first_category(window).await;
    }
}

/// Keeps "best together" to it, or no longer; either closes the list.
async fn press_first_category(window: &Window) {
    window.click_css(".legend-list li:first-child button").await;
    window.count_css(".legend-list", 0).await;
}

async fn gate(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    window.press(Key::F3).await;
    window.see("gate-camera").await;
    eyes.look("gate").await;
    window.press(Key::F8).await;
    window.see("gate-name").await;
    eyes.look("gate: settings").await;
    window.click_css("[role=dialog] .select-trigger").await;
    window.see_css("[role=listbox]").await;
    eyes.look("gate: the list of cameras").await;
    window.press(Key::Escape).await;
    window.count_css("[role=listbox]", 0).await;
    window.press(Key::Escape).await;
    window.count("gate-name", 0).await;
    window.scan_code("WK1:NOT-ONE-OF-OURS-AT-ALL").await;
    window.see_css("[data-testid=\"verdict\"][data-verdict=\"refused\"]").await;
    eyes.look("gate: stop").await;
    window.press(Key::F7).await;
    window.see_css("[role=dialog]").await;
    eyes.look("gate: details of a scan").await;
    window.press(Key::Escape).await;
    window.count_css("[role=dialog]", 0).await;
    window.press(Key::Escape).await;
    window.count("verdict", 0).await;
}

async fn orders_and_cloud(eyes: &mut Eyes<'_>, data: &Path) {
    let window = eyes.window;
    window.press(Key::F4).await;
    window.see("order-row").await;
    window.see("order-detail").await;
    eyes.look("orders").await;
    window.type_into("orders-search", "nobody").await;
    window.count("order-row", 0).await;
    eyes.look("orders: none found").await;
    window.press(Key::F9).await;
    window.see("pair-join").await;
    eyes.look("cloud: alone").await;
    window.click("pair-scan").await;
    window.see_css("[role=dialog] [data-testid=\"gate-camera\"][data-state=streaming]").await;
    eyes.look("cloud: reading a code").await;
    let frame = data.with_file_name("frames").join("00.png");
    hold_a_code(&frame);
    window.text_when("reader-told", |text| !text.is_empty()).await;
    eyes.look("cloud: another code was read").await;
    blank_frame(&frame);
    window.press(Key::Escape).await;
    window.count_css("[role=dialog]", 0).await;
}

/// Puts a code that is no pairing code before the camera.
fn hold_a_code(frame: &Path) {
    const MODULE: u32 = 10;
    let code = QrCode::encode_text("https://example.com/menu", QrCodeEcc::Medium).expect("a code");
    let dark = |x: u32, y: u32| {
        let module = |pixel: u32| i32::try_from(pixel / MODULE).unwrap_or(0);
        code.get_module(module(x), module(y))
    };
    let size = u32::try_from(code.size()).unwrap_or(0) * MODULE;
    let paper = image::GrayImage::from_pixel(size + 8 * MODULE, size + 8 * MODULE, image::Luma([255]));
    let drawn = image::GrayImage::from_fn(size, size, |x, y| image::Luma([if dark(x, y) { 0 } else { 255 }]));
    let mut picture = image::GrayImage::from_pixel(1280, 720, image::Luma([96]));
    image::imageops::overlay(&mut picture, &paper, 460, 140);
    image::imageops::overlay(&mut picture, &drawn, 500, 180);
    picture.save(frame).expect("a frame");
}

/// Tickets were sold for one of the samples: removing them is asked first.
async fn removing_the_samples(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    window.click_css("button.event").await;
    window.click("remove-samples").await;
    window.see("remove-samples-sure").await;
    eyes.look("events: removing the samples").await;
    window.press(Key::Escape).await;
    window.count("remove-samples-sure", 0).await;
}
