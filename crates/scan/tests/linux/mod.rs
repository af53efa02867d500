//! Parent and child of the webcam test.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops where its ground is missing")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use wicket_scan::gate_frames::Scene;
use wicket_scan::{Camera, CameraState, ScanEvent, Scanner, ScannerConfig, Webcam, cameras};

/// Makes this program the child; its value is the name of the camera that it wishes for.
const CHILD: &str = "WICKET_WEBCAM_TEST_CHILD";
/// What the stand-in calls itself.
const NAME: &str = "Wicket test camera";
/// Longer than any step takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) fn main() {
    if let Ok(name) = std::env::var(CHILD) {
        return watch(name);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let stand_in = stand_in(folder.path());
    comes_and_goes(&mut Gate::start(folder.path(), &stand_in, NAME));
    println!("test a_webcam_is_listed_streams_is_unplugged_and_comes_back ... ok");
    comes_and_goes(&mut Gate::start(folder.path(), &stand_in, ""));
    println!("test a_webcam_that_was_not_there_when_it_was_chosen_by_its_id_is_found ... ok");
}

fn comes_and_goes(gate: &mut Gate) {
    gate.waits_for("camera lost not_found");
    gate.shows("WK1:FIRST TICKET");
    gate.plugs_in();
    gate.waits_for("camera streaming 1280 x 720");
    gate.waits_for("listed 90 Wicket test camera");
    gate.waits_for("scanned WK1:FIRST TICKET");

    gate.unplugs();
    gate.waits_for("camera lost unplugged");
    gate.shows("WK1:SECOND TICKET");
    gate.plugs_in();
    gate.waits_for("camera streaming 1280 x 720");
    gate.waits_for("scanned WK1:SECOND TICKET");

    gate.closes();
}

/// The child: reports what the scanner says until its input ends.
fn watch(name: String) {
    let wish = Camera { id: "90".into(), name };
    let webcam = Webcam::open(Some(wish)).expect("a thread for the camera");
    let scanner = Scanner::start(Box::new(webcam), ScannerConfig::default(), report).expect("threads");
    std::io::stdin().read_to_end(&mut Vec::new()).expect("the parent's end of the pipe");
    assert!(scanner.preview().latest().is_some(), "the preview has a picture");
    drop(scanner);
    println!("stopped");
}

fn report(event: ScanEvent) {
    match event {
        ScanEvent::Camera { camera: CameraState::Opening { .. } } => println!("camera opening"),
        ScanEvent::Camera { camera: CameraState::Streaming { width, height, .. } } => {
            println!("camera streaming {width} x {height}");
            for Camera { id, name } in cameras() {
                println!("listed {id} {name}");
            }
        }
        ScanEvent::Camera { camera: CameraState::Lost { reason, .. } } => {
            println!("camera lost {}", serde_json::to_string(&reason).expect("a word").trim_matches('"'));
        }
        ScanEvent::Scanned { text, .. } => println!("scanned {text}"),
        ScanEvent::Looked { .. } | ScanEvent::Ended => {}
    }
}

/// The child as its parent sees it.
struct Gate {
    child: Child,
    lines: Receiver<String>,
    frames: PathBuf,
    unplugged: PathBuf,
}

impl Gate {
    fn start(folder: &Path, stand_in: &Path, name: &str) -> Self {
        let (frames, unplugged) = (folder.join("frames.yuyv"), folder.join("unplugged"));
        std::fs::write(&unplugged, "").expect("a control file");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .env(CHILD, name)
            .env("LD_PRELOAD", stand_in)
            .env("WICKET_CAMERA_FRAMES", &frames)
            .env("WICKET_CAMERA_UNPLUGGED", &unplugged)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program once more");
        let (said, lines) = channel();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                // The parent has what it wanted when it no longer listens.
                let _ = said.send(line);
            }
        });
        Self { child, lines, frames, unplugged }
    }

    fn shows(&self, text: &str) {
        let shot = Scene::plain(text, 1).shot(0).expect("a short text");
        let yuyv: Vec<u8> = shot.frame.luma().iter().flat_map(|grey| [*grey, 128]).collect();
        let new = self.frames.with_extension("new");
        std::fs::write(&new, yuyv).expect("room for a picture");
        std::fs::rename(&new, &self.frames).expect("the same folder");
    }

    fn plugs_in(&self) {
        std::fs::remove_file(&self.unplugged).expect("the control file");
    }

    fn unplugs(&self) {
        std::fs::write(&self.unplugged, "").expect("a control file");
    }

    fn waits_for(&self, wanted: &str) {
        let begun = Instant::now();
        let mut heard = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE.saturating_sub(begun.elapsed())) {
            if line == wanted {
                return;
            }
            heard.push(line);
        }
        panic!("waited for {wanted:?}, heard {heard:?}");
    }

    fn closes(&mut self) {
        drop(self.child.stdin.take());
        self.waits_for("stopped");
        assert!(self.child.wait().expect("the child's end").success(), "the child ends well");
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // Ends the child of a failed test; after a good one there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Builds the stand-in. Not in the clone: `LD_PRELOAD` takes a blank or a colon in a path for the end of it.
fn stand_in(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/v4l2/camera.c");
    let library = folder.join("libwicket-test-camera.so");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let built = Command::new(compiler)
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .expect("a C compiler, named cc or by CC");
    assert!(built.success(), "the stand-in compiles");
    library
}
