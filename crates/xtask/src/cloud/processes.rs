//! The two programs behind a development cloud: the emulator and its tables. They outlive this one, so each
//! leaves its process id in the state folder.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::python;
use crate::commands::{Stop, ask};
use crate::workspace::Workspace;

/// Names the emulator's files in the state folder.
pub(super) const EMULATOR: &str = "emulator";
/// Names the files of the tables' server.
pub(super) const TABLES: &str = "tables";

/// Where the emulator listens unless told otherwise; the port its users know.
const USUAL_PORT: u16 = 4566;
/// How long a program may take to answer for the first time.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a program may take to stop.
const STOPPING: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(50);

/// Where a cloud listens. It stays the same for a state folder: queues and pairing codes name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ports {
    emulator: u16,
    tables: u16,
}

impl Ports {
    /// Those of last time, else the wanted one or the first that is free, and the next.
    pub(super) fn of(state: &Path, wanted: Option<u16>) -> Result<Self, Stop> {
        let path = state.join("ports.json");
        if let Some(known) = fs::read_to_string(&path).ok().as_deref().and_then(Self::parse) {
            return match wanted {
                Some(port) if port != known.emulator => Err(Stop::new(format!(
                    "The cloud in {} listens on {}: its queues and pairing codes name that port. Leave --port out, or \
                     give another --state.",
                    state.display(),
                    known.emulator
                ))),
                _ => Ok(known),
            };
        }
        let emulator = match wanted {
            Some(port) if free(port) => port,
            Some(port) => {
                return Err(Stop::new(format!(
                    "Another program listens on 127.0.0.1:{port}. Give the cloud another --port."
                )));
            }
            None => (USUAL_PORT..=u16::MAX)
                .find(|port| free(*port))
                .ok_or_else(|| Stop::new("No port is free for the cloud."))?,
        };
        let mut above = emulator.saturating_add(1)..=u16::MAX;
        let tables =
            above.find(|port| free(*port)).ok_or_else(|| Stop::new("No port is free for the tables."))?;
        let text = json!({"emulator": emulator, "tables": tables}).to_string();
        fs::write(&path, text).map_err(|e| Stop::file(&path, &e))?;
        Ok(Self { emulator, tables })
    }

    fn parse(text: &str) -> Option<Self> {
        let ports: Value = serde_json::from_str(text).ok()?;
        let port = |name: &str| ports.get(name)?.as_u64().and_then(|port| u16::try_from(port).ok());
        Some(Self { emulator: port("emulator")?, tables: port("tables")? })
    }

    /// Where everything but DynamoDB answers.
    pub(super) fn endpoint(self) -> String {
        format!("http://127.0.0.1:{}", self.emulator)
    }

    /// Where DynamoDB answers.
    pub(super) fn tables_endpoint(self) -> String {
        format!("http://127.0.0.1:{}", self.tables)
    }
}

/// A cloud's programs and where they keep things.
pub(super) struct Servers<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) state: &'a Path,
    /// The folder of the Python environment's programs.
    pub(super) python: &'a Path,
    /// The tables' server.
    pub(super) tables: &'a Path,
    pub(super) ports: Ports,
}

impl Servers<'_> {
    /// The emulator's log.
    pub(super) fn log(&self) -> PathBuf {
        self.state.join(EMULATOR).with_extension("log")
    }

    /// Starts whichever does not run, and does `work` when both answer. Where either fails, what was started here stops
    /// again; what ran before goes on.
    pub(super) fn running<T>(&self, work: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
        let mut started = Vec::new();
        let outcome = self.start(&mut started).and_then(|()| work());
        kept_only_if_well(self.state, &started, outcome)
    }

    fn start(&self, started: &mut Vec<&'static str>) -> Result<(), Stop> {
        // The functions reach the tables as soon as the emulator calls them, so these come first.
        self.start_one(TABLES, self.ports.tables, "/", started, || self.tables_command())?;
        self.start_one(EMULATOR, self.ports.emulator, "/_ministack/ready", started, || {
            self.emulator_command()
        })
    }

    fn start_one(
        &self,
        name: &'static str,
        port: u16,
        path: &str,
        started: &mut Vec<&'static str>,
        command: impl Fn() -> Command,
    ) -> Result<(), Stop> {
        if pid(self.state, name).is_some_and(|pid| runs(pid, self.state)) && answers(port, path) {
            return Ok(());
        }
        stop_one(self.state, name)?;
        wait(PATIENCE, || free(port)).ok_or_else(|| {
            Stop::new(format!(
                "Another program listens on 127.0.0.1:{port}, which this cloud needs. Stop that one."
            ))
        })?;
        eprintln!("Development cloud: starting the {name} on 127.0.0.1:{port}.");
        let mut child = detached(command(), &self.state.join(name).with_extension("log"))?;
        started.push(name);
        let id = self.state.join(name).with_extension("pid");
        fs::write(&id, child.id().to_string()).map_err(|e| Stop::file(&id, &e))?;
        let ended = |child: &mut Child| child.try_wait().is_ok_and(|end| end.is_some());
        let ready = wait(PATIENCE, || ended(&mut child) || answers(port, path));
        if ready.is_none() || ended(&mut child) {
            let log = self.state.join(name).with_extension("log");
            return Err(Stop::new(format!(
                "The {name} did not start. Its own words are in {}.",
                log.display()
            )));
        }
        Ok(())
    }

    fn tables_command(&self) -> Command {
        let mut command = Command::new(self.tables);
        command.args(["serve", "--host", "127.0.0.1", "--port"]).arg(self.ports.tables.to_string());
        command.arg("--db-path").arg(self.state.join("tables.sqlite"));
        command
    }

    fn emulator_command(&self) -> Command {
        let mut command = Command::new(self.python.join("python"));
        python::alone(&mut command);
        command.arg(self.workspace.root().join("cloud/local/emulator.py"));
        command.env("GATEWAY_PORT", self.ports.emulator.to_string());
        // All of it, the addresses it gives out too, is this machine's alone.
        command.envs([
            ("BIND_HOST", "127.0.0.1"),
            ("MINISTACK_HOST", "127.0.0.1"),
            ("IOT_MTLS_ENABLED", "0"),
        ]);
        command.envs([("PERSIST_STATE", "1"), ("S3_PERSIST", "1"), ("PYTHONUNBUFFERED", "1")]);
        command.env("STATE_DIR", self.state.join("emulator"));
        command.env("S3_DATA_DIR", self.state.join("objects"));
        command.env("TMPDIR", self.state.join("tmp"));
        // The functions inherit these, as they would find their settings in AWS.
        command.env("AWS_ENDPOINT_URL", self.ports.endpoint());
        command.env("AWS_ENDPOINT_URL_DYNAMODB", self.ports.tables_endpoint());
        command.envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")]);
        command
    }
}

/// Stops the programs again unless it went well. Their logs stay, and why it did not go well is what is told.
fn kept_only_if_well<T>(state: &Path, started: &[&str], outcome: Result<T, Stop>) -> Result<T, Stop> {
    if outcome.is_err() {
        for name in started.iter().rev() {
            if let Err(stop) = stop_one(state, name) {
                eprintln!("{stop}");
            }
        }
    }
    outcome
}

/// Starts a program that goes on when this one ends and the terminal is closed.
fn detached(mut command: Command, log: &Path) -> Result<Child, Stop> {
    let folder = log.parent().unwrap_or(log);
    let tmp = folder.join("tmp");
    fs::create_dir_all(&tmp).map_err(|e| Stop::file(&tmp, &e))?;
    let out = OpenOptions::new().create(true).append(true).open(log).map_err(|e| Stop::file(log, &e))?;
    let err: File = out.try_clone().map_err(|e| Stop::file(log, &e))?;
    command.current_dir(folder).stdin(Stdio::null()).stdout(out).stderr(err);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command
        .spawn()
        .map_err(|e| Stop::new(format!("`{}` could not be started ({e}).", crate::commands::shown(&command))))
}

/// The process id that a program left.
pub(super) fn pid(state: &Path, name: &str) -> Option<u32> {
    fs::read_to_string(state.join(name).with_extension("pid")).ok()?.trim().parse().ok()
}

/// Stops a cloud's programs; says whether any of them ran.
pub(super) fn stop(state: &Path) -> Result<bool, Stop> {
    let emulator = stop_one(state, EMULATOR)?;
    Ok(stop_one(state, TABLES)? || emulator)
}

fn stop_one(state: &Path, name: &str) -> Result<bool, Stop> {
    let Some(pid) = pid(state, name) else { return Ok(false) };
    let ran = runs(pid, state);
    if ran {
        signal(pid, "TERM");
        if wait(STOPPING, || !runs(pid, state)).is_none() {
            signal(pid, "KILL");
            wait(STOPPING, || !runs(pid, state))
                .ok_or_else(|| Stop::new(format!("The {name} (process {pid}) does not stop.")))?;
        }
    }
    let path = state.join(name).with_extension("pid");
    fs::remove_file(&path).map_err(|e| Stop::file(&path, &e))?;
    Ok(ran)
}

fn signal(pid: u32, name: &str) {
    ask("sh", &["-c", "kill -s \"$1\" \"$2\"", "sh", name, &pid.to_string()]);
}

/// Whether a process is there and is this cloud's: ids are used again, for other programs.
fn runs(pid: u32, state: &Path) -> bool {
    let here = if cfg!(target_os = "linux") {
        fs::read_link(format!("/proc/{pid}/cwd")).ok()
    } else {
        let listed = ask("lsof", &["-a", "-d", "cwd", "-F", "n", "-p", &pid.to_string()]);
        listed.and_then(|text| text.lines().find_map(|line| line.strip_prefix('n')).map(PathBuf::from))
    };
    let wanted = fs::canonicalize(state).ok();
    // A process that ended and waits to be noticed has no folder any more.
    here.is_some() && here == wanted
}

/// Whether nobody listens on a port of this machine.
fn free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Whether a server answers a plain request, whatever it says, and is not busy starting.
fn answers(port: u16, path: &str) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut begin = [0; 12];
        stream.read_exact(&mut begin)?;
        Ok(String::from_utf8_lossy(&begin).into_owned())
    };
    ask().is_ok_and(|line| line.starts_with("HTTP/1.1 ") && !line.ends_with("503"))
}

/// Waits until something holds; nothing when it did not in time.
fn wait(at_most: Duration, mut holds: impl FnMut() -> bool) -> Option<()> {
    let until = Instant::now() + at_most;
    loop {
        if holds() {
            return Some(());
        }
        if Instant::now() >= until {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("wicket-xtask-cloud-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_state_keeps_its_ports() {
        let state = state("ports");
        fs::write(state.join("ports.json"), r#"{"emulator": 4600, "tables": 4777}"#).unwrap();
        let ports = Ports::of(&state, None).unwrap();
        assert_eq!(ports, Ports { emulator: 4600, tables: 4777 });
        assert_eq!(Ports::of(&state, Some(4600)).unwrap(), ports);
        assert!(Ports::of(&state, Some(4700)).is_err(), "its queues' addresses would change");
        fs::remove_dir_all(&state).unwrap();
    }

    #[test]
    fn a_taken_port_is_passed_over_for_the_tables() {
        let state = state("taken");
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(Ports::of(&state, Some(port)).is_err());
        let below = port - 1;
        if free(below) {
            assert_ne!(Ports::of(&state, Some(below)).unwrap().tables, port);
        }
        fs::remove_dir_all(&state).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn what_was_started_for_nothing_is_stopped_again() {
        let state = state("stopped");
        let mut sleep = Command::new("sleep");
        sleep.arg("600");
        let mut child = detached(sleep, &state.join("tables.log")).unwrap();
        fs::write(state.join("tables.pid"), child.id().to_string()).unwrap();
        kept_only_if_well(&state, &[TABLES], Ok(())).unwrap();
        assert!(child.try_wait().unwrap().is_none(), "a cloud that is up goes on");
        kept_only_if_well(&state, &[], Err::<(), _>(Stop::new("no"))).unwrap_err();
        assert!(child.try_wait().unwrap().is_none(), "what ran before goes on");
        let told = kept_only_if_well(&state, &[TABLES], Err::<(), _>(Stop::new("no"))).unwrap_err();
        assert_eq!(told.to_string(), "no");
        assert!(!child.wait().unwrap().success(), "it was ended");
        assert_eq!(pid(&state, TABLES), None);
        fs::remove_dir_all(&state).unwrap();
    }

    #[test]
    fn a_foreign_process_is_never_taken_for_ours() {
        let state = state("foreign");
        fs::write(state.join("emulator.pid"), std::process::id().to_string()).unwrap();
        assert!(!stop(&state).unwrap(), "this test goes on");
        assert_eq!(pid(&state, EMULATOR), None, "the stale id is gone");
        fs::remove_dir_all(&state).unwrap();
    }
}
