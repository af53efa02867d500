//! Asks the window itself, through the driver that the end-to-end test uses, what it is that the screen shows.

use std::env;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, json};
use tokio::time::sleep;

use crate::screen::{Picture, Running, Screen};
use crate::{Outcome, because};

const PATIENCE: Duration = Duration::from_mins(1);

/// The picture in which the PIN pad is there and takes digits; nothing has been typed yet.
pub(crate) fn pin_pad(screen: &Screen, wicket: &Path, data: &Path) -> Outcome<Picture> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(because("The driver cannot be asked"))?;
    let (port, native_port) = (free_port()?, free_port()?);
    let program = env::var_os("WICKET_TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
    let mut driver = Command::new(program);
    driver.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
    driver.stdout(Stdio::null());
    screen.show_on(&mut driver);
    let _driver = Running(driver.spawn().map_err(because("tauri-driver did not start"))?);

    let mut options = Map::new();
    options.insert(
        "tauri:options".to_owned(),
        json!({ "application": wicket, "args": ["--data-dir", data.display().to_string()] }),
    );
    runtime.block_on(async {
        let client = connect(port, options).await?;
        let pad = "input[data-testid=\"sign-pin\"]:not(:disabled)";
        let pad = client.wait().at_most(PATIENCE).for_element(Locator::Css(pad)).await;
        let picture = match pad {
            Ok(_) => at_rest(screen).await,
            Err(reason) => Err(format!("Wicket's PIN pad never appeared: {reason}.")),
        };
        client.close().await.map_err(because("Wicket's window did not close"))?;
        picture
    })
}

async fn connect(port: u16, options: Map<String, serde_json::Value>) -> Outcome<fantoccini::Client> {
    let address = format!("http://127.0.0.1:{port}");
    let begun = Instant::now();
    loop {
        match ClientBuilder::new(HttpConnector::new()).capabilities(options.clone()).connect(&address).await {
            Ok(client) => return Ok(client),
            Err(reason) if begun.elapsed() > PATIENCE => {
                return Err(format!("Wicket's window did not open for the driver: {reason}."));
            }
            // The driver itself needs a moment before it listens.
            Err(_) => sleep(Duration::from_millis(200)).await,
        }
    }
}

/// The picture that did not change for a second.
async fn at_rest(screen: &Screen) -> Outcome<Picture> {
    let begun = Instant::now();
    let mut before = screen.picture()?;
    while begun.elapsed() < PATIENCE {
        sleep(Duration::from_secs(1)).await;
        let now = screen.picture()?;
        if now == before {
            return Ok(now);
        }
        before = now;
    }
    Err("Wicket's first page does not come to rest.".to_owned())
}

fn free_port() -> Outcome<u16> {
    let socket = TcpListener::bind("127.0.0.1:0").map_err(because("No free port"))?;
    Ok(socket.local_addr().map_err(because("No free port"))?.port())
}
