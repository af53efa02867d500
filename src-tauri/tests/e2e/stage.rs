//! What the real window plays on: a screen that only exists in memory, and the driver that clicks and looks.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// How long a screen may take to show what is waited for. Generous: machines that test are slow and shared.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A screen and a driver.
pub struct Stage {
    display: String,
    driver_port: u16,
    _screen: Running,
    _driver: Running,
}

impl Stage {
    /// Sets up a screen of 1280 x 800 and a driver for it.
    pub fn set() -> Self {
        let mut screen = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts; `cargo xtask test` installs it");
        let mut number = String::new();
        let told = screen.stdout.take().expect("its output is piped");
        BufReader::new(told).read_line(&mut number).expect("Xvfb tells its number");
        let display = format!(":{}", number.trim());

        let (driver_port, native_port) = (free_port(), free_port());
        let program = std::env::var_os("WICKET_TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
        let driver = Command::new(program)
            .args(["--port", &driver_port.to_string(), "--native-port", &native_port.to_string()])
            .env("DISPLAY", &display)
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .spawn()
            .expect("tauri-driver starts; `cargo xtask test` builds it");
        Self { display, driver_port, _screen: Running(screen), _driver: Running(driver) }
    }

    /// Opens Wicket's window with these arguments.
    pub async fn open(&self, arguments: &[&str]) -> Window {
        let mut options = serde_json::Map::new();
        let wicket = env!("CARGO_BIN_EXE_wicket");
        options.insert("tauri:options".into(), json!({ "application": wicket, "args": arguments }));
        let address = format!("http://127.0.0.1:{}", self.driver_port);
        let begun = Instant::now();
        loop {
            match ClientBuilder::new(HttpConnector::new())
                .capabilities(options.clone())
                .connect(&address)
                .await
            {
                Ok(client) => return Window { client },
                Err(error) if begun.elapsed() > PATIENCE => panic!("no window opened: {error}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Keeps a picture of the whole screen for whoever looks into a failure.
    pub fn picture(&self, path: &Path) {
        let _ =
            Command::new("import").args(["-window", "root"]).arg(path).env("DISPLAY", &self.display).status();
    }
}

/// Wicket's window, driven as a person would.
pub struct Window {
    client: Client,
}

impl Window {
    /// Waits for the element with this test id.
    pub async fn see(&self, id: &str) -> Element {
        self.see_css(&format!("[data-testid=\"{id}\"]")).await
    }

    /// Waits for the first element that fits a CSS selector.
    pub async fn see_css(&self, css: &str) -> Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                let body = self.client.find(Locator::Css("body")).await;
                let shown = match body {
                    Ok(body) => body.text().await.unwrap_or_default(),
                    Err(_) => String::new(),
                };
                panic!("{css} never appeared ({error}). The window shows:\n{shown}");
            }
        }
    }

    /// Clicks the element with this test id as soon as it can be clicked.
    pub async fn click(&self, id: &str) {
        self.click_css(&format!("[data-testid=\"{id}\"]")).await;
    }

    /// Clicks the first element that fits, once it is there and not disabled.
    pub async fn click_css(&self, css: &str) {
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

    /// Types into the element with this test id.
    pub async fn type_into(&self, id: &str, text: &str) {
        self.see(id).await.send_keys(text).await.expect("it takes keys");
    }

    /// Waits until the element's text fits, and gives it.
    pub async fn text_when(&self, id: &str, fits: impl Fn(&str) -> bool) -> String {
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
    pub async fn count(&self, id: &str, wanted: usize) {
        let begun = Instant::now();
        loop {
            let found = self.client.find_all(Locator::Css(&format!("[data-testid=\"{id}\"]"))).await;
            let found = found.map_or(0, |found| found.len());
            if found == wanted {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "{found} of {wanted} {id} appeared");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Presses and releases the mouse at a point of the page.
    pub async fn click_at(&self, x: f64, y: f64) {
        let to = PointerAction::MoveTo { duration: Some(Duration::from_millis(20)), x, y };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(to)
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(mouse).await.expect("the mouse moves");
    }

    /// Asks the page.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the page answers")
    }

    /// Closes the window.
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
    }
}

/// Runs `wicket` with a subcommand on the same station, beside the window.
pub fn wicket(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wicket"))
        .args(arguments)
        .arg("--json")
        .arg("--data-dir")
        .arg(data)
        .output()
        .expect("wicket runs")
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("its number").port()
}
