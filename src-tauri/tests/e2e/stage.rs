//! What the real window plays on: a screen that only exists in memory, and the driver that clicks and looks.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "two tests use it, each a part")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::running::{Running, family, runs};

/// How long a screen may take to show what is waited for. Generous: machines that test are slow and shared.
const PATIENCE: Duration = Duration::from_mins(1);
/// A driver listens within this, or it never will.
const LISTENING: Duration = Duration::from_secs(15);
const TRIES: u32 = 5;
/// Where windows and commands keep what this computer remembers of its stations: not where the tester's own are.
const STATE_DIR: (&str, &str) = ("WICKET_STATE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));

/// How long a person takes at least from the last letter to the next key that does something.
const AFTER_TYPING: Duration = Duration::from_millis(400);

/// A screen and a driver.
pub(crate) struct Stage {
    driver_port: u16,
    // Ended before the screen that its window stands on.
    driver: Running,
    display: String,
    /// A folder with commands of the test's own.
    commands: Option<PathBuf>,
    _screen: Running,
}

impl Stage {
    /// Sets up a screen of 1280 x 800 and a driver for it.
    pub(crate) fn set() -> Self {
        Self::set_with(None)
    }

    /// The same, with commands of the test's own before the system's.
    pub(crate) fn set_with(commands: Option<&Path>) -> Self {
        Self::on_screen((1280, 800), commands, &[])
    }

    /// A screen of that width and height, whose windows find those variables.
    pub(crate) fn on_screen(
        (width, height): (u32, u32),
        commands: Option<&Path>,
        more: &[(&str, &str)],
    ) -> Self {
        // -noreset: a screen that begins anew when its last window goes refuses the next one for a moment.
        let size = format!("{width}x{height}x24");
        let screen = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts; `cargo xtask test` installs it");
        let mut number = String::new();
        let mut screen = Running(screen);
        let told = screen.0.stdout.take().expect("its output is piped");
        BufReader::new(told).read_line(&mut number).expect("Xvfb tells its number");
        let display = format!(":{}", number.trim());
        let (driver_port, driver) = driver_on(&display, commands, more);
        Self { driver_port, driver, display, commands: commands.map(Path::to_owned), _screen: screen }
    }

    /// Starts another driver on the same screen, in place of one that lost its window.
    pub(crate) fn drive_anew(&mut self) {
        (self.driver_port, self.driver) = driver_on(&self.display, self.commands.as_deref(), &[]);
    }

    /// The processes of the driver and of the windows it opened.
    pub(crate) fn processes(&self) -> Vec<u32> {
        family(self.driver.0.id()).unwrap_or_default()
    }

    /// Kills the program, as a power cut would.
    pub(crate) fn kill_window(&self) {
        let wicket = Path::new(env!("CARGO_BIN_EXE_wicket")).canonicalize().expect("the program");
        let family = family(self.driver.0.id()).expect("its processes");
        let is_wicket = |process: &u32| {
            Path::new(&format!("/proc/{process}/exe")).read_link().is_ok_and(|program| program == wicket)
        };
        let program = family.into_iter().find(is_wicket).expect("the program runs");
        let killed =
            Command::new("sh").args(["-c", "kill -s KILL \"$1\"", "sh", &program.to_string()]).status();
        assert!(killed.expect("a shell").success());
        while runs(program) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Opens Wicket's window with these arguments.
    pub(crate) async fn open(&self, arguments: &[&str]) -> Window {
        let mut options = serde_json::Map::new();
        let wicket = env!("CARGO_BIN_EXE_wicket");
        options.insert("tauri:options".into(), json!({ "application": wicket, "args": arguments }));
        let address = format!("http://127.0.0.1:{}", self.driver_port);
        let begun = Instant::now();
        loop {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            let connecting = builder.capabilities(options.clone()).connect(&address);
            // A driver whose program ended before it showed a window waits for ever.
            match tokio::time::timeout(PATIENCE, connecting).await {
                Ok(Ok(client)) => return Window { client },
                Ok(Err(error)) if begun.elapsed() > PATIENCE => panic!("no window opened: {error}"),
                Ok(Err(_)) => tokio::time::sleep(Duration::from_millis(200)).await,
                Err(late) => panic!("no window opened, and the driver said nothing: {late}"),
            }
        }
    }
}

/// Wicket's window, driven as a person would.
pub(crate) struct Window {
    pub(crate) client: Client,
}

impl Window {
    /// Waits for the element with this test id.
    pub(crate) async fn see(&self, id: &str) -> Element {
        self.see_css(&format!("[data-testid=\"{id}\"]")).await
    }

    /// Waits for the first element that fits a CSS selector.
    pub(crate) async fn see_css(&self, css: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                let picture = Path::new(env!("CARGO_TARGET_TMPDIR")).join("e2e-failure.png");
                if let Ok(bytes) = self.client.screenshot().await {
                    let _ = std::fs::write(&picture, bytes);
                }
                let body = self.client.find(Locator::Css("body")).await;
                let shown = match body {
                    Ok(body) => body.text().await.unwrap_or_default(),
                    Err(_) => String::new(),
                };
                panic!(
                    "{css} never appeared ({error}). See {}. The window shows:\n{shown}",
                    picture.display()
                );
            }
        }
    }

    /// Clicks the element with this test id as soon as it can be clicked.
    pub(crate) async fn click(&self, id: &str) {
        self.click_css(&format!("[data-testid=\"{id}\"]")).await;
    }

    /// Clicks the first element that fits, once it is there and not disabled.
    pub(crate) async fn click_css(&self, css: &str) {
        self.see_css(&format!("{css}:not(:disabled):not([aria-disabled=\"true\"])")).await;
        let begun = Instant::now();
        loop {
            // Found anew each time: the screen may have drawn it again in between.
            let clicked = match self.client.find(Locator::Css(css)).await {
                Ok(element) => element.click().await,
                Err(error) => Err(error),
            };
            match clicked {
                Ok(()) => return,
                Err(error) if begun.elapsed() > PATIENCE => panic!("{css} cannot be clicked: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Clicks the field with this test id and, once it has the focus, types; the text must then stand in it.
    pub(crate) async fn type_into(&self, id: &str, text: &str) {
        self.click(id).await;
        self.until(
            &format!("{id} never got the focus"),
            "return document.activeElement?.dataset.testid ?? ''",
            |found| found.as_str() == Some(id),
        )
        .await;
        self.see(id).await.send_keys(text).await.expect("it takes keys");
        let script = format!("return document.querySelector('[data-testid=\"{id}\"]').value");
        self.until(&format!("{id} did not take {text:?}"), &script, |found| found.as_str() == Some(text))
            .await;
        // A driver types as fast as a scanner, whose Enter presses nothing; a person takes longer to reach for it.
        tokio::time::sleep(AFTER_TYPING).await;
    }

    /// Waits until the page's answer fits.
    async fn until(&self, complaint: &str, script: &str, fits: impl Fn(&Value) -> bool) {
        let begun = Instant::now();
        loop {
            let found = self.ask(script, Vec::new()).await;
            if fits(&found) {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{complaint}: {found}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the element's text fits, and gives it.
    pub(crate) async fn text_when(&self, id: &str, fits: impl Fn(&str) -> bool) -> String {
        let begun = Instant::now();
        loop {
            let text = self.see(id).await.text().await.unwrap_or_default();
            if fits(&text) {
                return text;
            }
            assert!(begun.elapsed() < PATIENCE, "{id} stayed {text:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until so many elements have this test id.
    pub(crate) async fn count(&self, id: &str, wanted: usize) {
        self.count_css(&format!("[data-testid=\"{id}\"]"), wanted).await;
    }

    /// Waits until so many elements fit a CSS selector.
    pub(crate) async fn count_css(&self, css: &str, wanted: usize) {
        let begun = Instant::now();
        loop {
            let found = self.client.find_all(Locator::Css(css)).await;
            let found = found.map_or(0, |found| found.len());
            if found == wanted {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{found} of {wanted} {css} appeared");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses and releases the mouse at a point of the page.
    pub(crate) async fn click_at(&self, x: f64, y: f64) {
        let to = PointerAction::MoveTo { duration: Some(Duration::from_millis(20)), x, y };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(to)
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.expect("the mouse moves");
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press(&self, key: Key) {
        let body = self.see_css("body").await;
        body.send_keys(&String::from(char::from(key))).await.expect("it takes keys");
    }

    /// Keeps a picture of the window beside the test's other files, for whoever wants to look.
    pub(crate) async fn picture(&self, name: &str) {
        let bytes = self.client.screenshot().await.expect("a picture");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.png"));
        std::fs::write(path, bytes).expect("a file");
    }

    /// Presses a key in the element with this test id.
    pub(crate) async fn press_in(&self, id: &str, key: Key) {
        self.see(id).await.send_keys(&String::from(char::from(key))).await.expect("it takes keys");
    }

    /// Asks the page.
    pub(crate) async fn ask(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the page answers")
    }

    /// Asks the page for what it knows later: the script gets a callback as its last argument.
    pub(crate) async fn ask_later(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.expect("the page answers")
    }

    /// Makes the window that large, and waits until the page is.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        self.client.set_window_size(width, height).await.expect("the window changes");
        let complaint = format!("the page never was {width} x {height}");
        let wanted = json!([width, height]);
        self.until(&complaint, "return [innerWidth, innerHeight]", |found| *found == wanted).await;
    }

    /// Writes down a setting of the page, and loads the page again.
    pub(crate) async fn remember(&self, name: &str, value: &str) {
        self.ask("localStorage.setItem(arguments[0], arguments[1])", vec![json!(name), json!(value)]).await;
        self.client.refresh().await.expect("the page loads again");
        self.see_css("#app button").await;
    }

    /// Types as a hand scanner does: fast, to nobody in particular, and with Enter at the end.
    pub(crate) async fn scan_code(&self, text: &str) {
        let script = "let at = performance.now();
            for (const key of [...arguments[0], 'Enter']) {
              const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
              Object.defineProperty(event, 'timeStamp', { value: (at += 4) });
              document.body.dispatchEvent(event);
            }";
        self.ask(script, vec![json!(text)]).await;
    }

    /// Closes the window.
    pub(crate) async fn close(self) {
        self.client.close().await.expect("the window closes");
    }
}

/// Runs `wicket` with a subcommand on the same station, beside the window.
pub(crate) fn wicket(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wicket"))
        .args(arguments)
        .env(STATE_DIR.0, STATE_DIR.1)
        .arg("--json")
        .arg("--data-dir")
        .arg(data)
        .output()
        .expect("wicket runs")
}

/// Starts a driver for windows on a screen; returns its port.
fn driver_on(display: &str, commands: Option<&Path>, more: &[(&str, &str)]) -> (u16, Running) {
    // Another program may take a port between the look and the listening.
    for _ in 0..TRIES {
        let ports = [free_port(), free_port()];
        let driver = start_driver(display, commands, more, ports);
        if wait_until_listening(&ports) {
            let [driver_port, _] = ports;
            return (driver_port, driver);
        }
    }
    panic!("tauri-driver found no two ports to listen on");
}

fn start_driver(
    display: &str,
    commands: Option<&Path>,
    more: &[(&str, &str)],
    [driver_port, native_port]: [u16; 2],
) -> Running {
    let program = std::env::var_os("WICKET_TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
    let system = std::env::var_os("PATH").unwrap_or_default();
    let folders = commands.map(Path::to_owned).into_iter().chain(std::env::split_paths(&system));
    let driver = Command::new(program)
        .env("PATH", std::env::join_paths(folders).expect("folders"))
        .args(["--port", &driver_port.to_string(), "--native-port", &native_port.to_string()])
        .env("DISPLAY", display)
        .env_remove("WAYLAND_DISPLAY")
        .envs([STATE_DIR])
        .envs(more.iter().copied())
        .stdout(Stdio::null())
        .spawn()
        .expect("tauri-driver starts; `cargo xtask test` builds it");
    Running(driver)
}

/// Whether somebody listens on each of the ports before [`LISTENING`] is over.
fn wait_until_listening(ports: &[u16]) -> bool {
    let begun = Instant::now();
    let listens = |port: &u16| std::net::TcpStream::connect(("127.0.0.1", *port)).is_ok();
    while begun.elapsed() < LISTENING {
        if ports.iter().all(listens) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("its number").port()
}
