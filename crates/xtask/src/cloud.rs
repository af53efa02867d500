//! `cargo xtask cloud`: the development cloud on this machine. The template and the functions are those
//! that go to AWS; an emulator takes the place of AWS, and everything listens on loopback only. Each state
//! folder is a cloud of its own, so that several can be up at once.

pub(crate) mod attacks;
mod options;
mod pairing;
mod processes;
mod python;
mod stack;
mod stage;
mod tables;
#[cfg(test)]
mod template;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

use crate::commands::{Stop, cargo, prepare, read, run};
use crate::system::{self, CLOUD};
use crate::workspace::Workspace;
use options::{Down, Up};
use processes::{Ports, Servers};
use stack::Stack;

/// What `cargo xtask cloud` answers to.
pub(crate) const HELP: &str = "\
cargo xtask cloud up [--port N] [--state DIR] [--functions DIR] [--json]
                                            starts the development cloud, with the functions just built or
                                            those in DIR; what it holds is kept in --state DIR
cargo xtask cloud down [--state DIR] [--forget]
                                            stops it; --forget also removes what it holds
cargo xtask cloud code --stack NAME [--venue V] [--region R] [--profile P]
                                            prints the pairing code of a venue (house, unless said otherwise)
                                            of a stack in AWS";

/// Runs `up`, `down` or `code`.
pub(crate) fn command(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Stop> {
    match arguments.split_first() {
        Some((word, rest)) if word == "up" => {
            let options = Up::parse(workspace, rest)?;
            let facts = up(workspace, &options)?;
            if options.json { println!("{facts}") } else { println!("{}", told(&facts)) }
        }
        Some((word, rest)) if word == "down" => down(&Down::parse(workspace, rest)?)?,
        Some((word, rest)) if word == "code" => println!("{}", Stack::parse(rest)?.code()?),
        Some((word, _)) if ["help", "--help", "-h"].contains(&word.as_str()) => println!("{HELP}"),
        _ => {
            return Err(Stop::new(format!("`cargo xtask cloud` is followed by up, down or code:\n\n{HELP}")));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The development cloud that `cargo xtask run --cloud` uses, up.
pub(crate) fn default(workspace: &Workspace) -> Result<Value, Stop> {
    up(workspace, &Up::parse(workspace, &[])?)
}

/// Tells a program how to bring up a cloud of its own: `$WICKET_XTASK cloud up --json --port … --state … --functions
/// $WICKET_FUNCTIONS`. This program is named by its place in the build output, not by what the system says it was
/// started from: building the workspace links it anew, and the file it was started from is then gone.
pub(crate) fn programs(command: &mut Command, workspace: &Workspace) {
    let this = format!("wicket-xtask{}", std::env::consts::EXE_SUFFIX);
    command.env("WICKET_XTASK", workspace.built().join(this));
    command.env("WICKET_FUNCTIONS", workspace.built());
}

/// A development cloud for tests and measurements, with the functions just built; what it held goes with it.
pub(crate) struct Passing {
    state: PathBuf,
    facts: Value,
}

impl Passing {
    /// Brings it up with nothing in it.
    pub(crate) fn up(workspace: &Workspace) -> Result<Self, Stop> {
        let state = workspace.scratch("cloud").join("passing");
        forget(&state)?;
        let words = ["--state".to_owned(), state.display().to_string()];
        let built = ["--functions".to_owned(), workspace.built().display().to_string()];
        let facts = up(workspace, &Up::parse(workspace, &[words, built].concat())?)?;
        Ok(Self { state, facts })
    }

    /// Tells a program where it is.
    pub(crate) fn name_to(&self, command: &mut Command) {
        let names =
            [("WICKET_TEST_ENDPOINT", "endpoint"), ("WICKET_TEST_DYNAMODB_ENDPOINT", "dynamodbEndpoint")];
        for (variable, key) in names {
            if let Some(address) = self.facts.get(key).and_then(Value::as_str) {
                command.env(variable, address);
            }
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // The tests have their verdict; what is left over is removed before the next ones.
        let _ = forget(&self.state);
    }
}

/// Stops a cloud and removes what it held, if there is one.
fn forget(state: &Path) -> Result<(), Stop> {
    if state.is_dir() { down(&Down { state: state.to_owned(), forget: true }) } else { Ok(()) }
}

/// Checks the template as AWS would read it.
pub(crate) fn validate(workspace: &Workspace) -> Result<(), Stop> {
    let mut sam = Command::new(python::provide(workspace)?.join("sam"));
    sam.args(["validate", "--lint", "--region", "us-east-1", "--template"]);
    sam.arg(workspace.root().join("cloud/template.yaml"));
    run(python::alone(&mut sam).current_dir(workspace.root()))
}

/// Makes everything ready that a cloud needs and that takes long the first time, so that no test waits for it.
pub(crate) fn provide(workspace: &Workspace) -> Result<(), Stop> {
    let _one = lock(&workspace.scratch("cloud"))?;
    python::provide(workspace)?;
    tables::provide(workspace).map(drop)
}

/// Starts what is not running, deploys what changed, and gives the facts when all of it answers.
fn up(workspace: &Workspace, options: &Up) -> Result<Value, Stop> {
    system::provide(&[CLOUD])?;
    let state = &options.state;
    let _this_cloud = lock(state)?;
    let (python, tables, staged) = {
        let _one = lock(&workspace.scratch("cloud"))?;
        let python = python::provide(workspace)?;
        let tables = tables::provide(workspace)?;
        let built = functions(workspace, options)?;
        (python, tables, stage::provide(workspace, &built)?)
    };
    let ports = Ports::of(state, options.port)?;
    let servers = Servers { workspace, state, python: &python, tables: &tables, ports };
    let facts = servers.running(|| deploy(&servers, &staged))?;
    Ok(completed(facts, &servers))
}

/// Where the functions' programs are.
fn functions(workspace: &Workspace, options: &Up) -> Result<PathBuf, Stop> {
    if let Some(folder) = &options.functions {
        return Ok(folder.clone());
    }
    eprintln!("Development cloud: compiling the functions.");
    prepare(cargo(workspace).args(["build", "--package", "wicket-functions", "--bins"]))?;
    Ok(workspace.built())
}

/// Brings template and functions into the emulator, when they are not there already.
fn deploy(servers: &Servers<'_>, stage: &Path) -> Result<Value, Stop> {
    let mut deploy = Command::new(servers.python.join("python"));
    deploy.arg(servers.workspace.root().join("cloud/local/deploy.py"));
    deploy.arg("--endpoint").arg(servers.ports.endpoint());
    deploy.arg("--tables-endpoint").arg(servers.ports.tables_endpoint());
    deploy.arg("--stage").arg(stage).arg("--state").arg(servers.state);
    deploy.args(["--architecture", stage::architecture()]);
    let said = read(python::alone(&mut deploy)).map_err(|stop| {
        let log = servers.log();
        Stop::new(format!("{stop}\nThe cloud's own words are in {}.", log.display()))
    })?;
    serde_json::from_str(&said)
        .map_err(|_| Stop::new(format!("The deployment said something else than facts: {said}")))
}

/// The deployment's facts with the pairing code and the programs behind them.
fn completed(mut facts: Value, servers: &Servers<'_>) -> Value {
    let fact = |name: &str| facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let code = pairing::code(fact("apiUrl"), fact("venue"));
    if let Some(map) = facts.as_object_mut() {
        map.insert("pairingCode".to_owned(), json!(code));
        map.insert("state".to_owned(), json!(servers.state));
        map.insert("log".to_owned(), json!(servers.log()));
        map.insert("emulatorPid".to_owned(), json!(processes::pid(servers.state, processes::EMULATOR)));
        map.insert("dynamodbPid".to_owned(), json!(processes::pid(servers.state, processes::TABLES)));
    }
    facts
}

fn told(facts: &Value) -> String {
    let text = |key: &str| facts.get(key).and_then(Value::as_str).unwrap_or_default();
    let staff: Vec<&str> = facts
        .get("staff")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    format!(
        "The development cloud is up at {}.\nOrders from the web: POST {}/orders\nStaff: {}\nPassword of each: {}\n\
         Its log: {}\n\nA station joins with this pairing code:\n{}",
        text("endpoint"),
        text("apiUrl"),
        staff.join(", "),
        text("password"),
        text("log"),
        text("pairingCode"),
    )
}

fn down(options: &Down) -> Result<(), Stop> {
    let state = &options.state;
    if !state.is_dir() {
        eprintln!("There is no development cloud in {}.", state.display());
        return Ok(());
    }
    let _this_cloud = lock(state)?;
    let stopped = processes::stop(state)?;
    eprintln!(
        "{}",
        if stopped { "The development cloud is stopped." } else { "The development cloud was not up." }
    );
    if options.forget {
        std::fs::remove_dir_all(state).map_err(|e| Stop::file(state, &e))?;
        eprintln!("What it held is gone.");
    }
    Ok(())
}

/// Lets only one `cargo xtask` at a time work on a folder; the others wait.
fn lock(folder: &Path) -> Result<File, Stop> {
    std::fs::create_dir_all(folder).map_err(|e| Stop::file(folder, &e))?;
    let path = folder.join("lock");
    let file = File::create(&path).map_err(|e| Stop::file(&path, &e))?;
    file.lock().map_err(|e| Stop::file(&path, &e))?;
    Ok(file)
}
