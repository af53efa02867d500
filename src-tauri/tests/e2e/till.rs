//! The till in the real window: a cart that was left and found again, a sale that the program did not live to show, and
//! a printer that does not print.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::stage::{Stage, Window, wicket};

const PIN: &str = "2580";
const EVENT: &str = "Tech Summit";
const OTHER: &str = "Charity Gala";

fn play(story: impl AsyncFnOnce(&Path)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    runtime.block_on(story(folder.path()));
}

/// A station with the samples, as the command line sets it up.
fn station(data: &Path) {
    let done = wicket(data, &["init", "--station", "Window 1", "--pin", PIN, "--sample"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

async fn sign_in(window: &Window) {
    window.type_into("sign-pin", PIN).await;
    window.click("sign-in").await;
}

async fn choose_event(window: &Window, name: &str) {
    window.click_css(&format!("[data-testid=\"event-card\"][data-event-name=\"{name}\"]")).await;
    window.see("seat-map").await;
}

/// What the cart says: how many lines it has, its sum, and what its button takes.
async fn cart(window: &Window) -> Value {
    let script =
        "const text = (id) => document.querySelector(`[data-testid=\"${id}\"]`)?.textContent.trim() ?? null;
        return {
            title: document.querySelector('.cart h2')?.textContent.trim() ?? null,
            lines: document.querySelectorAll('[data-testid=\"cart-line\"]').length,
            total: text('cart-total'), pay: text('pay'),
        };";
    window.ask(script, Vec::new()).await
}

/// Goes somewhere else, and comes back to the box office.
async fn away_and_back(window: &Window, screen: Key, there: &str) {
    window.press(screen).await;
    window.see(there).await;
    window.press(Key::F2).await;
    window.see("pay").await;
}

async fn sell(window: &Window) -> String {
    window.click("pay").await;
    window.click("cash-exact").await;
    window.click("confirm-sale").await;
    window.text_when("order-code", |text| text.len() >= 7).await
}

fn orders(data: &Path) -> Vec<Value> {
    serde_json::from_slice(&wicket(data, &["orders"]).stdout).expect("orders as JSON")
}

#[test]
fn a_cart_says_what_it_holds_wherever_the_seller_was_meanwhile() {
    play(async |folder| {
        let data = folder.join("station");
        station(&data);
        let stage = Stage::set();
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        sign_in(&window).await;
        choose_event(&window, EVENT).await;
        window.click("best-2").await;
        window.count("cart-line", 2).await;
        let filled = cart(&window).await;
        assert_eq!(filled["title"], "2 tickets");

        away_and_back(&window, Key::F3, "gate-camera").await;
        assert_eq!(cart(&window).await, filled, "the cart is as it was left");
        sell(&window).await;
        away_and_back(&window, Key::F4, "orders-search").await;
        let sold = cart(&window).await;
        let nothing = json!({ "title": "Cart", "lines": 0, "total": "$0.00", "pay": "Take $0.00" });
        assert_eq!(sold, nothing, "what was sold is gone, its sum too");

        window.click("best-4").await;
        window.count("cart-line", 4).await;
        let grown = cart(&window).await;
        assert_eq!(grown["title"], "4 tickets");
        assert_eq!(grown["pay"], format!("Take {}", grown["total"].as_str().expect("a sum")));
        let told = wicket(&data, &["seats", EVENT]);
        let seats: Vec<Value> = serde_json::from_slice(&told.stdout).expect("seats as JSON");
        let held = seats.iter().filter(|seat| seat["state"] == "held").count();
        assert_eq!(held, 4, "the station holds what the cart shows");

        sell(&window).await;
        window.click("next-customer").await;
        window.press(Key::F4).await;
        window.see("orders-search").await;
        window.click_css("button.event").await;
        choose_event(&window, OTHER).await;
        assert_eq!(cart(&window).await, nothing);
        let toasts =
            window.ask("return document.body.textContent.includes('went back on sale')", Vec::new()).await;
        assert_eq!(toasts, false, "sold tickets did not go back on sale");
        assert_eq!(orders(&data).len(), 2);
        window.close().await;
    });
}

#[test]
fn a_sale_that_the_program_did_not_live_to_show_is_shown_at_the_next_start() {
    play(async |folder| {
        let data = folder.join("station");
        station(&data);
        let data_text = data.display().to_string();
        let mut stage = Stage::set();
        let window = stage.open(&["--data-dir", &data_text]).await;
        sign_in(&window).await;
        choose_event(&window, EVENT).await;
        window.click("best-2").await;
        window.count("cart-line", 2).await;
        window.click("pay").await;
        window.click("cash-exact").await;
        // The station sells, and its answer never reaches the page.
        let script = "const real = window.fetch;
            window.fetch = (to, ...rest) => {
                const answer = real(to, ...rest);
                return String(to).endsWith('/sell') ? new Promise(() => undefined) : answer;
            };";
        window.ask(script, Vec::new()).await;
        window.click("confirm-sale").await;
        let mut sold = orders(&data);
        while sold.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            sold = orders(&data);
        }
        stage.kill_window();
        drop(window);

        let code = sold[0]["code"].as_str().expect("a code").to_owned();
        stage = Stage::set();
        let window = stage.open(&["--data-dir", &data_text]).await;
        sign_in(&window).await;
        window.see_css(&format!("[data-testid=\"sold-before\"][data-code=\"{code}\"]")).await;
        let said = window.text_when("sold-before", |text| !text.is_empty()).await;
        for label in sold[0]["labels"].as_array().expect("labels") {
            assert!(said.contains(label.as_str().expect("a label")), "{label} stands in {said:?}");
        }
        assert!(window.see_css("h1").await.text().await.expect("a text").contains("Sold before the restart"));
        window.picture("sold-before").await;
        window.click("sold-before-done").await;
        window.count("sold-before", 0).await;
        window.close().await;

        let window = stage.open(&["--data-dir", &data_text]).await;
        sign_in(&window).await;
        window.see("staff-menu").await;
        window.count("sold-before", 0).await;
        assert_eq!(orders(&data).len(), 1, "and nothing was sold twice");
        window.close().await;
    });
}

/// `lp`, `lpstat` and `cancel` of a computer with one printer, whose state is the file `state`. It prints while it has no
/// alert.
pub(crate) fn pretend_printer(commands: &Path) {
    std::fs::create_dir_all(commands).expect("a folder");
    let here = commands.display();
    let lpstat = format!(
        "#!/bin/sh\ncase \"$*\" in\n-e) echo Tickets;;\n-d) echo 'system default destination: Tickets';;\n*-p*) cat '{here}/state';;\n*-o*) if [ -e '{here}/got' ] && grep -q Alerts '{here}/state'; then echo 'Tickets-1 ada 1024 Sun'; fi;;\nesac\n"
    );
    let lp = format!("#!/bin/sh\ncat > '{here}/got'\necho 'request id is Tickets-1 (1 file(s))'\n");
    let cancel = format!("#!/bin/sh\nrm '{here}/got'\n");
    for (name, lines) in [("lpstat", lpstat), ("lp", lp), ("cancel", cancel)] {
        std::fs::write(commands.join(name), lines).expect("a command");
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(commands.join(name), executable).expect("it can be run");
    }
}

#[test]
fn a_printer_without_paper_prints_nothing_and_says_so_and_then_enter_prints() {
    play(async |folder| {
        let (data, commands) = (folder.join("station"), folder.join("commands"));
        station(&data);
        pretend_printer(&commands);
        let printer_says = |text: &str| std::fs::write(commands.join("state"), text).expect("a state");
        printer_says("printer Tickets is idle.  enabled since Sun\n\tAlerts: media-empty-error\n");
        let stage = Stage::set_with(Some(&commands));
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        sign_in(&window).await;
        choose_event(&window, EVENT).await;
        window.click("best-1").await;
        window.count("cart-line", 1).await;
        sell(&window).await;
        window.text_when("print-state", |text| text.contains("Tickets has no paper")).await;
        window.click("print").await;
        window.see_css("[data-testid=\"print-state\"][data-state=\"held\"]").await;
        window.picture("printer-held").await;
        assert!(!commands.join("got").exists(), "the job was taken back");
        assert_eq!(orders(&data)[0]["printed"], 0);

        printer_says("printer Tickets is idle.  enabled since Sun\n");
        window.press(Key::Enter).await;
        window.see_css("[data-testid=\"print-state\"][data-state=\"sent\"]").await;
        window.picture("printer-sent").await;
        assert!(commands.join("got").exists());
        assert_eq!(orders(&data)[0]["printed"], 1);
        window.press(Key::Enter).await;
        window.see("pay").await;
        window.close().await;
    });
}

#[test]
fn a_sale_is_made_once_and_not_lost_however_it_is_pressed_and_left() {
    play(async |folder| {
        let data = folder.join("station");
        station(&data);
        let stage = Stage::set();
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        sign_in(&window).await;
        choose_event(&window, EVENT).await;
        for (opens, within) in
            [("best-more", ".pad"), ("till-settings", "[data-testid=\"till-settings-done\"]")]
        {
            window
                .click_css(&format!("[data-testid=\"{opens}\"]:is(button), [data-testid=\"{opens}\"] button"))
                .await;
            window.see_css(&format!("[role=dialog] {within}")).await;
            window.press(Key::Escape).await;
            window.count_css("[role=dialog]", 0).await;
        }
        window.click("best-2").await;
        window.count("cart-line", 2).await;
        window.type_into("holder", "Ada").await;
        window.press_in("holder", Key::Enter).await;
        window.see("cash-exact").await;
        for away in [Key::F3, Key::F4] {
            window.press(away).await;
            window.count("cash-exact", 1).await;
        }
        window.press(Key::Escape).await;
        window.see("pay").await;
        window.count("cart-line", 2).await;

        window.click("pay").await;
        window.click("cash-exact").await;
        let twice = "const sell = document.querySelector('[data-testid=\"confirm-sale\"]'); sell.click(); sell.click();";
        window.ask(twice, Vec::new()).await;
        let code = window.text_when("order-code", |text| text.len() >= 7).await;
        assert_eq!(orders(&data).len(), 1, "a double press sells once");

        // The page is loaded again: the sale stands there, whoever asks.
        window.client.refresh().await.expect("the page loads again");
        window.see_css(&format!("[data-testid=\"sold-before\"][data-code=\"{code}\"]")).await;
        window.close().await;

        role_of_everybody(&data, "steward");
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        sign_in(&window).await;
        window.see("sold-before").await;
        window.count("print", 0).await;
        window.count("sold-before-done", 0).await;
        window.click("sold-before-later").await;
        window.count("sold-before", 0).await;
        window.close().await;

        role_of_everybody(&data, "supervisor");
        let window = stage.open(&["--data-dir", &data.display().to_string()]).await;
        sign_in(&window).await;
        window.see_css(&format!("[data-testid=\"sold-before\"][data-code=\"{code}\"]")).await;
        window.click("sold-before-done").await;
        window.count("sold-before", 0).await;
        assert_eq!(orders(&data).len(), 1);
        window.close().await;
    });
}

fn role_of_everybody(data: &Path, role: &str) {
    let file = rusqlite::Connection::open(data.join("wicket.sqlite")).expect("the station's file");
    file.execute("UPDATE staff SET role = ?1", [role]).expect("a role");
}
