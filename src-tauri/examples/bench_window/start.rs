//! From the start of the program until its window shows what it shall, and the memory it then holds: Wicket up to the
//! PIN pad beside an empty Tauri window, in turns, each on the same screen and in the same way.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::screen::{Picture, Running, Screen};
use crate::{Measure, Outcome, because, driven, median, processes, wicket};

const RUNS: usize = 9;
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two looks at the screen: finer than the difference that matters.
const LOOK: Duration = Duration::from_millis(4);
/// What a window still does after its first picture is over by then.
const SETTLE: Duration = Duration::from_secs(3);
/// The share of pixels that may differ: a caret that blinks, no more.
const ALIKE: f64 = 0.0005;

/// What is measured, and its own measurements of the runs so far.
struct Candidate {
    name: &'static str,
    command: Command,
    /// What its screen shows as soon as a person can begin.
    ready: Picture,
    milliseconds: Vec<f64>,
    megabytes: Vec<f64>,
}

pub(crate) fn measure() -> Outcome<()> {
    let folder = tempfile::tempdir().map_err(because("No folder for the station"))?;
    let (data, storage) = (folder.path().join("station"), folder.path().join("empty"));
    let wicket = wicket()?;
    let own = env::current_exe().map_err(because("This program could not be found again"))?;
    set_up(&wicket, &data)?;
    let screen = Screen::open()?;
    let ready = driven::pin_pad(&screen, &wicket, &data)?;

    let mut open_wicket = Command::new(&wicket);
    open_wicket.arg("--data-dir").arg(&data);
    let mut open_empty = Command::new(own);
    open_empty.arg("--empty").arg(&storage);
    for command in [&mut open_wicket, &mut open_empty] {
        command.stdout(Stdio::null());
        screen.show_on(command);
    }
    let empty = settled(&screen, &mut open_empty)?;
    let mut wicket = Candidate::new("Wicket", open_wicket, ready);
    let mut empty = Candidate::new("The empty window", open_empty, empty);
    // The first run of each also reads its files from the disk, and does not count.
    wicket.once(&screen)?;
    for _ in 0..RUNS {
        for candidate in [&mut empty, &mut wicket] {
            let (took, memory) = candidate.once(&screen)?;
            candidate.milliseconds.push(took);
            candidate.megabytes.push(memory);
        }
    }
    report(&wicket, &empty);
    Ok(())
}

fn report(wicket: &Candidate, empty: &Candidate) {
    for one in [empty, wicket] {
        eprintln!("{}: {:.0?} ms, {:.0?} MB", one.name, one.milliseconds, one.megabytes);
    }
    Measure {
        name: "start until the PIN pad is there (beside an empty window)",
        unit: "ms",
        value: median(&wicket.milliseconds),
        baseline: median(&empty.milliseconds),
        target: 1.4,
        better: "lower",
    }
    .print();
    Measure {
        name: "memory, all processes (beside an empty window)",
        unit: "MB",
        value: median(&wicket.megabytes),
        baseline: median(&empty.megabytes),
        target: 1.5,
        better: "lower",
    }
    .print();
}

/// A station with the sample data, as a first start leaves it.
fn set_up(wicket: &Path, data: &Path) -> Outcome<()> {
    let done = Command::new(wicket)
        .args(["init", "--station", "Window 1", "--pin", "2580", "--sample", "--data-dir"])
        .arg(data)
        .env("WICKET_STATE_DIR", data.with_extension("state"))
        .stdout(Stdio::null())
        .status()
        .map_err(because("Wicket could not be set up"))?;
    if done.success() { Ok(()) } else { Err(format!("Wicket could not be set up: it ended with {done}.")) }
}

/// Opens a window and gives its picture at rest.
fn settled(screen: &Screen, command: &mut Command) -> Outcome<Picture> {
    let window = Running(command.spawn().map_err(because("The window did not open"))?);
    let dark = screen.picture()?;
    let begun = Instant::now();
    let mut before = dark.clone();
    while begun.elapsed() < PATIENCE {
        sleep(SETTLE);
        let now = screen.picture()?;
        if now == before && now.difference(&dark) > ALIKE {
            close(window)?;
            return Ok(now);
        }
        before = now;
    }
    Err("The empty window never came to rest.".to_owned())
}

impl Candidate {
    fn new(name: &'static str, command: Command, ready: Picture) -> Self {
        Self { name, command, ready, milliseconds: Vec::new(), megabytes: Vec::new() }
    }

    /// Opens the window; gives the milliseconds until a person can begin, and the megabytes it then settles at.
    fn once(&mut self, screen: &Screen) -> Outcome<(f64, f64)> {
        if screen.picture()?.difference(&self.ready) <= ALIKE {
            return Err(format!("{} is still on the screen.", self.name));
        }
        let begun = Instant::now();
        let window = Running(self.command.spawn().map_err(because("The window did not open"))?);
        loop {
            let difference = screen.picture()?.difference(&self.ready);
            if difference <= ALIKE {
                break;
            }
            if begun.elapsed() > PATIENCE {
                let percent = difference * 100.0;
                return Err(format!(
                    "{} never showed what it shall; {percent:.2} % of it differ.",
                    self.name
                ));
            }
            sleep(LOOK);
        }
        let took = begun.elapsed();
        sleep(SETTLE);
        let memory = processes::memory(&processes::tree(window.0.id())?)?;
        close(window)?;
        Ok((took.as_secs_f64() * 1000.0, memory))
    }
}

/// Ends a window and waits for the processes it started, so that the next finds the machine as this one did.
fn close(window: Running) -> Outcome<()> {
    let processes = processes::tree(window.0.id())?;
    drop(window);
    let begun = Instant::now();
    while processes::any_left(&processes) {
        if begun.elapsed() > PATIENCE {
            return Err("The window's processes did not end with it.".to_owned());
        }
        sleep(Duration::from_millis(50));
    }
    sleep(Duration::from_millis(300));
    Ok(())
}
