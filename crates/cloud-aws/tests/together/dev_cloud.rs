//! The development cloud, brought up and killed through `cargo xtask cloud`, and a look into its tables.

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use tokio::runtime::Runtime;
use wicket_cloud_aws::HttpGuide;
use wicket_domain::pairing::{Pairing, PairingCode};
use wicket_station::cloud::Guide as _;

/// How long the pipeline may take until what was reported stands in the tables. Generous: machines that test are slow.
const PATIENCE: Duration = Duration::from_mins(3);

/// Whatever lies in one of these is not in the tables yet, from where it comes in to where it ends.
const PIPELINE: [&str; 7] = [
    "StationQueue",
    "AdmissionQueue",
    "SeatInventoryQueue",
    "PaymentProcessingQueue",
    "NotificationQueue",
    "FanClubAwardsQueue",
    "FulfilmentQueue",
];

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) struct DevCloud {
    state: State,
    port: u16,
    pub(crate) facts: Value,
    pub(crate) runtime: Runtime,
    pub(crate) tables: aws_sdk_dynamodb::Client,
    pub(crate) queues: aws_sdk_sqs::Client,
}

impl DevCloud {
    /// Brings one up with nothing in it. `name` is its own: where an earlier one of that name was cut off, its programs
    /// are stopped first.
    pub(crate) fn up(name: &str) -> Self {
        let state = State::fresh(name);
        let port = free_port();
        let facts = bring_up(&state.0, port);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let endpoint = |key: &str| facts[key].as_str().unwrap().to_owned();
        let tables = aws_sdk_dynamodb::Client::new(&sdk(&endpoint("dynamodbEndpoint")));
        let queues = aws_sdk_sqs::Client::new(&sdk(&endpoint("endpoint")));
        Self { state, port, facts, runtime, tables, queues }
    }

    /// What a station is told that has the printed code.
    pub(crate) fn pairing(&self) -> Pairing {
        let code = PairingCode::parse(self.facts["pairingCode"].as_str().unwrap()).unwrap();
        Pairing::answered(&HttpGuide::new().unwrap().ask(&code).unwrap(), &code).unwrap()
    }

    /// Kills both programs at once, as a power cut would.
    pub(crate) fn kill(&self) {
        for key in ["emulatorPid", "dynamodbPid"] {
            let pid = self.facts[key].as_u64().unwrap();
            let killed = Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
            assert!(killed.success(), "{key} {pid} was running");
        }
    }

    /// Starts it again with what it held.
    pub(crate) fn restart(&mut self) {
        self.facts = bring_up(&self.state.0, self.port);
    }

    /// The next desk lets itself in, as after the only one was lost (docs/deploy.md 7).
    pub(crate) fn forget_desk(&self) {
        let name = self.facts["tables"]["Stations"].as_str().unwrap();
        let key = [("venue", "house"), ("stationId", "founded")];
        let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
        let asked = self.tables.delete_item().table_name(name).set_key(Some(key.into()));
        self.runtime.block_on(asked.send()).unwrap();
    }

    /// What a table is called here.
    pub(crate) fn table(&self, table: &str) -> String {
        self.facts["tables"][table].as_str().unwrap().to_owned()
    }

    /// Every item of a table.
    pub(crate) fn items(&self, table: &str) -> Vec<Item> {
        let name = self.table(table);
        self.runtime.block_on(async {
            let pages = self.tables.scan().table_name(name).consistent_read(true).into_paginator();
            pages.items().send().collect::<Result<Vec<_>, _>>().await.unwrap()
        })
    }

    /// How many messages lie in a queue, worked on at this moment or not.
    pub(crate) fn waiting(&self, queue: &str) -> u32 {
        use aws_sdk_sqs::types::QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible,
        };
        self.runtime.block_on(async {
            let name = format!("dev-{queue}");
            let url = self.queues.get_queue_url().queue_name(name).send().await.unwrap().queue_url.unwrap();
            let asked = self.queues.get_queue_attributes().queue_url(url);
            let asked = asked
                .attribute_names(ApproximateNumberOfMessages)
                .attribute_names(ApproximateNumberOfMessagesNotVisible);
            let told = asked.send().await.unwrap().attributes.unwrap_or_default();
            told.values().map(|number| number.parse::<u32>().unwrap()).sum()
        })
    }

    /// How many messages lie in each queue of the pipeline.
    pub(crate) fn backlog(&self) -> Vec<(&'static str, u32)> {
        PIPELINE.iter().map(|queue| (*queue, self.waiting(queue))).collect()
    }

    /// Waits until everything that was sent has been worked on: what comes twice has then come twice.
    pub(crate) fn quiet(&self) {
        let mut calm = 0;
        until("a pipeline with nothing in it", || {
            let lie = self.backlog();
            calm = if lie.iter().all(|(_, count)| *count == 0) { calm + 1 } else { 0 };
            if calm == 2 { Ok(()) } else { Err(format!("{lie:?}")) }
        });
    }
}

/// Where a cloud keeps things and what tells its programs from others. It is there before they are, so that a deployment
/// that fails leaves none of them running.
struct State(PathBuf);

impl State {
    fn fresh(name: &str) -> Self {
        // …/target/debug/deps/together and …/target/release/examples/bench_cloud: beside the other clouds in target.
        let program = std::env::current_exe().unwrap();
        let state = Self(program.ancestors().nth(3).unwrap().join("xtask/cloud").join(name));
        if state.0.is_dir() {
            assert!(state.down(true), "what an earlier run left in {} is gone", state.0.display());
        }
        state
    }

    fn down(&self, forget: bool) -> bool {
        let mut down = xtask();
        down.args(["cloud", "down", "--state"]).arg(&self.0);
        if forget {
            down.arg("--forget");
        }
        down.status().is_ok_and(|status| status.success())
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // After a failure its logs are what somebody looks at; the next run removes them.
        self.down(!std::thread::panicking());
    }
}

/// Waits until a look into the tables satisfies.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Result<T, String>) -> T {
    let begun = Instant::now();
    loop {
        match look() {
            Ok(found) => return found,
            Err(seen) => assert!(begun.elapsed() < PATIENCE, "{what} never came: {seen}"),
        }
        std::thread::sleep(Duration::from_millis(250));
    }
}

pub(crate) fn text<'a>(item: &'a Item, key: &str) -> &'a str {
    item.get(key).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

pub(crate) fn number(item: &Item, key: &str) -> i64 {
    item.get(key).and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok()).unwrap_or(-1)
}

fn bring_up(state: &Path, port: u16) -> Value {
    let mut command = xtask();
    command.args(["cloud", "up", "--json", "--port", &port.to_string(), "--state"]).arg(state);
    if let Some(functions) = std::env::var_os("WICKET_FUNCTIONS") {
        command.arg("--functions").arg(functions);
    }
    let output = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the development cloud is up");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn xtask() -> Command {
    let program = std::env::var_os("WICKET_XTASK").expect("WICKET_XTASK names cargo xtask's program");
    let mut command = Command::new(program);
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    command
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

fn sdk(address: &str) -> aws_config::SdkConfig {
    aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            aws_credential_types::Credentials::new("test", "test", None, None, "test"),
        ))
        .endpoint_url(address)
        .build()
}
