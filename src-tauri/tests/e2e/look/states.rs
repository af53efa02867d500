//! States that a walk through the screens does not reach: what a restart left, what is sold out or over, what the gate
//! decided, what the printer waits for, and a station in a cloud. With an event's name, a price and a currency as long
//! as they may be.

use std::path::Path;

use fantoccini::key::Key;
use serde_json::{Value, json};

use super::eyes::{Eyes, Size};
use super::{LONG_PERSON, run};
use crate::stage::{Stage, Window, wicket};
use crate::till::pretend_printer;
use crate::{PIN, choose_event};

const SIZES: &[Size] = &[
    Size(960, 560, 1.0),
    Size(1024, 768, 1.0),
    Size(1280, 800, 1.5),
    Size(1366, 768, 1.5),
    Size(1920, 1080, 1.0),
];

/// 120 characters.
const LONG_EVENT: &str = "The Hundred and Twenty-Fifth Annual Midwinter Charity Concert of the United Harbor Orchestras and Choirs of Greater Bay";
const SOLD_OUT: &str = "Family Matinee";
const OVER: &str = "Last Year's Gala";
const LATER: &str = "Harvest Ball";

/// Lets the test answer commands in the station's place.
const PRETEND: &str = include_str!("pretend.js");
/// What a station in a cloud answers, by the command that asks.
const CLOUD: &str = include_str!("cloud.js");

#[test]
fn what_a_walk_does_not_reach_looks_well_in_english() {
    every_state("light", "en");
}

#[test]
fn what_a_walk_does_not_reach_looks_well_in_german() {
    every_state("dark", "de");
}

fn every_state(palette: &str, language: &str) {
    run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, commands) = (folder.path().join("station"), folder.path().join("commands"));
        let sales = station(&data, folder.path());
        pretend_printer(&commands);
        std::fs::write(commands.join("state"), "printer Tickets is idle.\n\tAlerts: media-empty-error\n")
            .expect("a state");
        let stage = Stage::on_screen((1960, 1120), Some(&commands), &[]);
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        window.see_css("#app button").await;
        window.remember("wicket.theme", palette).await;
        window.remember("wicket.language", language).await;
        window.ask(PRETEND, Vec::new()).await;
        let mut eyes = Eyes::open(&window, SIZES).await;
        after_a_restart(&mut eyes).await;
        what_is_sold_out_or_over(&mut eyes).await;
        long_sums(&mut eyes).await;
        gate(&mut eyes, &sales).await;
        reading_a_code_without_a_camera(&mut eyes).await;
        in_a_cloud(&mut eyes).await;
        eyes.nothing_is_wrong();
        window.close().await;
    });
}

/// The sales that a station made before the window opened.
struct Sales {
    here: Value,
    later: Value,
}

/// A station whose clock went back, with two sales that nobody has finished, and four events.
fn station(data: &Path, folder: &Path) -> Sales {
    let init = ["init", "--station", "Window 1", "--supervisor", LONG_PERSON, "--pin", PIN];
    told(data, &init);
    let plan = folder.join("plan.json");
    let plan_text = plan.display().to_string();
    std::fs::write(&plan, hall(24).to_string()).expect("room for a plan");
    import(
        data,
        &plan_text,
        LONG_EVENT,
        "2031-12-04T19:30:00+03:00",
        "KWD",
        "1234.567",
        &["--doors-from", "2020-01-01T00:00:00Z"],
    );
    import(data, &plan_text, LATER, "2031-12-04T19:30:00+01:00", "HUF", "1234567", &[]);
    import(data, &plan_text, OVER, "2020-12-04T19:30:00+01:00", "HUF", "1234567", &[]);
    std::fs::write(&plan, hall(1).to_string()).expect("room for a plan");
    import(data, &plan_text, SOLD_OUT, "2031-12-05T19:30:00+01:00", "HUF", "1234567", &[]);
    let sell = |event: &str, seats: &[&str], cash: &str| {
        let sale = [&["sell", event, "--holder", LONG_PERSON, "--cash", cash, "--seat"][..], seats].concat();
        told(data, &sale)
    };
    let _ = sell(SOLD_OUT, &["P-1"], "2000000");
    let sales = Sales {
        here: sell(LONG_EVENT, &["P-1", "P-2"], "3000"),
        later: sell(LATER, &["P-1", "P-2"], "4000000"),
    };
    // As if the program had ended before anybody finished them, and the clock had gone back since.
    let file = rusqlite::Connection::open(data.join("wicket.sqlite")).expect("the station's file");
    file.execute("INSERT INTO unfinished_sale (order_id) SELECT order_id FROM orders", [])
        .expect("the sales");
    let year = 400_i64 * 86_400_000;
    file.execute("UPDATE audit SET at = at + ?1 WHERE seq = (SELECT max(seq) FROM audit)", [year])
        .expect("an entry");
    sales
}

fn hall(seats: u32) -> Value {
    let seats: Vec<Value> = (1..=seats)
        .map(|number| {
            json!({
                "seat_guid": format!("P-{number}"), "seat_number": number.to_string(), "category": "Parkett Mitte vorn",
                "position": { "x": number * 30, "y": 0 },
            })
        })
        .collect();
    json!({
        "name": "Haus",
        "categories": [{ "name": "Parkett Mitte vorn", "color": "#33415c" }],
        "size": { "width": 800, "height": 300 },
        "zones": [{
            "name": "Parkett", "position": { "x": 20, "y": 50 },
            "rows": [{ "row_number": "A", "position": { "x": 0, "y": 0 }, "seats": seats }],
            "areas": [],
        }],
    })
}

fn import(data: &Path, plan: &str, event: &str, starts: &str, currency: &str, price: &str, more: &[&str]) {
    let price = format!("Parkett Mitte vorn={price}");
    let head = [
        "plan",
        "import",
        plan,
        "--event",
        event,
        "--starts",
        starts,
        "--currency",
        currency,
        "--price",
        &price,
    ];
    told(data, &[&head[..], more].concat());
}

/// What the command line answers.
fn told(data: &Path, arguments: &[&str]) -> Value {
    let done = wicket(data, arguments);
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{arguments:?}: {said} {}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

async fn after_a_restart(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    window.see("notice-read").await;
    eyes.glance("notice: the clock").await;
    window.click("notice-read").await;
    pretend(window, "online").await;
    window.click("sign-in-account").await;
    window.see("account-user").await;
    eyes.glance("sign-in: an account").await;
    window.click("account-back").await;
    stop_pretending(window).await;
    window.type_into("sign-pin", PIN).await;
    window.click("sign-in").await;
    window.see("sold-before").await;
    eyes.glance("sold before the restart").await;
    for left in (0..3).rev() {
        window.click("sold-before-done").await;
        window.count("sold-before", left).await;
    }
    window.see("event-card").await;
    eyes.glance("events: sold out, over, long").await;
}

async fn what_is_sold_out_or_over(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    choose_event(window, SOLD_OUT).await;
    window.see("cart-empty").await;
    eyes.glance("box office: sold out").await;
    to_events(window).await;
    choose_event(window, OVER).await;
    window.click("best-2").await;
    window.count("cart-line", 2).await;
    window.click("pay").await;
    window.see("over-keep").await;
    eyes.glance("box office: the event is over").await;
    window.press(Key::Escape).await;
    window.count("over-keep", 0).await;
    window.click("cart-clear").await;
    to_events(window).await;
}

async fn to_events(window: &Window) {
    window.click_css("button.event").await;
    window.see("event-card").await;
}

async fn long_sums(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    choose_event(window, LONG_EVENT).await;
    window.click("best-4").await;
    window.count("cart-line", 4).await;
    window.type_into("holder", LONG_PERSON).await;
    eyes.glance("box office: long sums").await;
    pretend(window, "online").await;
    window.click("buyer").await;
    window.type_into("buyer-contact", "not an address").await;
    window.press(Key::Tab).await;
    window.see_css("[role=dialog] [aria-invalid=true]").await;
    eyes.glance("box office: the buyer").await;
    window.press(Key::Escape).await;
    window.count("buyer-contact", 0).await;
    stop_pretending(window).await;
    window.press(Key::F8).await;
    window.see("till-settings-done").await;
    eyes.glance("box office: settings").await;
    window.press(Key::Escape).await;
    window.count("till-settings-done", 0).await;
    window.click("pay").await;
    window.click("cash-exact").await;
    eyes.glance("payment: long sums").await;
    window.click("confirm-sale").await;
    window.see("order-code").await;
    window.text_when("print-state", |text| text.contains("Tickets")).await;
    eyes.glance("sold: the printer has no paper").await;
    window.click("print").await;
    window.see_css("[data-testid=\"print-state\"][data-state=\"held\"]").await;
    eyes.glance("sold: not printed").await;
    window.click("next-customer").await;
    not_sold(eyes).await;
}

/// A sale that is refused, and one of which nobody knows.
async fn not_sold(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    window.click("best-2").await;
    window.count("cart-line", 2).await;
    window.click("pay").await;
    window.click("cash-exact").await;
    refuse(window, "sell", "storage").await;
    window.click("confirm-sale").await;
    window.see_css("[role=alert] h2").await;
    eyes.glance("payment: not sold").await;
    refuse(window, "sell", "unknown").await;
    refuse(window, "sale_of", "storage").await;
    window.click("confirm-sale").await;
    window.see_css("[data-testid=\"back\"]:disabled, [data-testid=\"back\"][aria-disabled=true]").await;
    eyes.glance("payment: not known whether it was sold").await;
    stop_pretending(window).await;
    // Looked for once more, it was not made.
    window.click("confirm-sale").await;
    window.see_css("[data-testid=\"back\"]:not(:disabled):not([aria-disabled=true])").await;
    window.click("back").await;
    window.click("cart-clear").await;
    window.count("cart-line", 0).await;

    refuse(window, "hall", "not_found").await;
    to_events(window).await;
    window.click_css(&format!("[data-testid=\"event-card\"][data-event-name=\"{LATER}\"]")).await;
    window.count("event-card", 0).await;
    window.see_css("#app .whole h2").await;
    eyes.glance("box office: the event is gone").await;
    stop_pretending(window).await;
    to_events(window).await;
    choose_event(window, LONG_EVENT).await;
}

async fn gate(eyes: &mut Eyes<'_>, sales: &Sales) {
    let window = eyes.window;
    let token = |sale: &Value, at: usize| sale["tickets"][at]["token"].as_str().expect("a token").to_owned();
    window.press(Key::F3).await;
    window.see("gate-camera").await;
    refuse(window, "admit", "storage").await;
    window.scan_code(&token(&sales.here, 0)).await;
    window.see("gate-fault").await;
    eyes.glance("gate: not checked").await;
    stop_pretending(window).await;
    window.press(Key::Escape).await;
    window.count("gate-fault", 0).await;
    window.scan_code(&token(&sales.here, 0)).await;
    window.see_css("[data-testid=\"verdict\"][data-verdict=\"admitted\"]").await;
    unwatched(window, true).await;
    eyes.glance("gate: admitted").await;
    nothing_lies_on_a_verdict(eyes).await;
    unwatched(window, false).await;
    window.count("verdict", 0).await;
    window.see("undo-admission").await;
    eyes.glance("gate: an admission can be undone").await;

    window.scan_code(&token(&sales.here, 0)).await;
    window.scan_code(&token(&sales.here, 1)).await;
    window.scan_code("WK1:NOT-ONE-OF-OURS-AT-ALL").await;
    window.count("verdict", 3).await;
    unwatched(window, true).await;
    eyes.glance("gate: three verdicts").await;
    unwatched(window, false).await;
    while window.ask("return document.querySelector('[data-testid=\"verdict\"]') !== null", Vec::new()).await
        == true
    {
        window.press(Key::Escape).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }

    window.type_into("gate-hand", sales.here["code"].as_str().expect("a code")).await;
    window.count("gate-ticket", 2).await;
    eyes.glance("gate: the tickets of an order").await;
    window.press_in("gate-hand", Key::Escape).await;

    to_events(window).await;
    window.click_css(&format!("[data-testid=\"event-card\"][data-event-name=\"{LATER}\"]")).await;
    window.see("gate-camera").await;
    window.scan_code(&token(&sales.later, 0)).await;
    window.see("let-in").await;
    eyes.glance("gate: too early").await;
    window.click_css("[data-testid=\"let-in\"] button").await;
    window.see("let-in-yes").await;
    eyes.glance("gate: let in?").await;
    window.click_css("[data-testid=\"let-in-yes\"] button").await;
    window.see_css("[data-testid=\"verdict\"][data-verdict=\"admitted\"]").await;
    window.count("verdict", 0).await;
    window.press(Key::F4).await;
    window.see("order-detail").await;
    eyes.glance("orders: long sums").await;
    window.type_into("orders-search", sales.later["code"].as_str().expect("a code")).await;
    window.count("order-row", 1).await;
    window.text_when("order-detail", |text| text.contains(LATER)).await;
    // The driver finds these buttons and does not click them; that nothing covers them is judged below.
    let press = "document.querySelector(arguments[0]).click();";
    window.ask(press, vec![json!("[data-testid=order-admit] button")]).await;
    window.see("order-ticket-refused").await;
    eyes.glance("orders: too early").await;
    window.ask(press, vec![json!("[data-testid=order-let-in] button")]).await;
    window.count("order-let-in", 0).await;
    eyes.glance("orders: let in?").await;
}

/// The message about the unprinted order waits until the verdict was read.
async fn nothing_lies_on_a_verdict(eyes: &mut Eyes<'_>) {
    let script = "return [...document.querySelectorAll('[aria-live] > li')].map((one) => getComputedStyle(one).visibility)";
    let toasts = eyes.window.ask(script, Vec::new()).await;
    assert_eq!(toasts, json!(["hidden"]), "a message that lies on the verdict");
}

/// A verdict counts as read only while the window can be seen.
async fn unwatched(window: &Window, yes: bool) {
    let script =
        "Object.defineProperty(document, 'visibilityState', { value: arguments[0], configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));";
    window.ask(script, vec![json!(if yes { "hidden" } else { "visible" })]).await;
}

async fn reading_a_code_without_a_camera(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    window.press(Key::F9).await;
    window.click("pair-scan").await;
    window.see_css("[role=dialog] [data-testid=\"gate-camera\"] h2").await;
    eyes.glance("cloud: no camera to read a code with").await;
    window.press(Key::Escape).await;
    window.count_css("[role=dialog]", 0).await;
}

async fn in_a_cloud(eyes: &mut Eyes<'_>) {
    let window = eyes.window;
    pretend(window, "conflicts").await;
    window.press(Key::F9).await;
    for (number, there, state) in [
        (1, "outbox-detail", "cloud: what waits"),
        (2, "conflict-detail", "cloud: conflicts"),
        (3, "cloud-event", "cloud: events"),
        (4, "pairing-code", "cloud: pairing"),
        (5, "station-detail", "cloud: stations"),
    ] {
        window.click_css(&format!(".segmented-item:nth-of-type({number})")).await;
        window.see(there).await;
        eyes.glance(state).await;
    }
    // The driver takes no row of a table for something that can be clicked.
    let second = "document.querySelectorAll('tr[data-approval=approved]')[1].click();";
    window.ask(second, Vec::new()).await;
    window.click("station-revoke").await;
    window.see("station-revoke-sure").await;
    eyes.glance("cloud: shutting a station out").await;
    window.click("station-revoke-keep").await;
    window.click("station-fence").await;
    window.see("station-fence-sure").await;
    eyes.glance("cloud: taking back a station's places").await;
    window.click("station-fence-keep").await;
    for (how, state) in [("waiting", "cloud: waits to be let in"), ("copied", "cloud: a copied file")] {
        pretend(window, how).await;
        window.click_css(".segmented-item:nth-of-type(1)").await;
        window.click_css(".segmented-item:nth-of-type(5)").await;
        window.see("own-station").await;
        eyes.glance(state).await;
    }
    window.click("station-resume").await;
    window.see("station-resume-sure").await;
    eyes.glance("cloud: going on with a copied file").await;
    window.click("station-resume-not").await;
    pretend(window, "offline").await;
    window.click_css(".segmented-item:nth-of-type(1)").await;
    window.text_when("cloud-headline", |text| text.contains("ffline")).await;
    eyes.glance("cloud: offline").await;
}

/// Answers the page's questions about the cloud in the station's place.
async fn pretend(window: &Window, how: &str) {
    window.ask(CLOUD, vec![json!(how)]).await;
}

/// Answers a command with a fault.
async fn refuse(window: &Window, command: &str, code: &str) {
    let script =
        "window.pretended[arguments[0]] = { refused: { code: arguments[1], message: 'The disk is full.' } };";
    window.ask(script, vec![json!(command), json!(code)]).await;
}

async fn stop_pretending(window: &Window) {
    let script = "for (const command of Object.keys(window.pretended)) { delete window.pretended[command]; }";
    window.ask(script, Vec::new()).await;
    window.count("buyer", 0).await;
}
