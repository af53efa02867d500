//! The running scanner on replayed pictures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where its ground is missing"
)]

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use wicket_scan::gate_frames::{Placed, Scene, Sheet};
use wicket_scan::{
    CameraState, Delivery, Frame, FrameSource, LostReason, Repeat, Replay, ScanEvent, Scanner, ScannerConfig,
};

const PATIENCE: Duration = Duration::from_mins(1);

fn picture(folder: &Path, name: &str, text: &str) {
    let unfinished = folder.join("unfinished");
    std::fs::write(&unfinished, Scene::plain(text, 1).jpeg().unwrap()).unwrap();
    std::fs::rename(unfinished, folder.join(name)).unwrap();
}

fn started(source: impl FrameSource + 'static) -> (Scanner, Receiver<ScanEvent>) {
    let (tell, events) = channel();
    let listener = move |event| drop(tell.send(event));
    (Scanner::start(Box::new(source), ScannerConfig::default(), listener).unwrap(), events)
}

fn until_ended(events: &Receiver<ScanEvent>) -> Vec<ScanEvent> {
    let mut all = Vec::new();
    while all.last() != Some(&ScanEvent::Ended) {
        all.push(events.recv_timeout(PATIENCE).expect("an event before long"));
    }
    all
}

/// Frames whose times are written down, each handed over once the last was looked at.
struct Script {
    frames: std::vec::IntoIter<Frame>,
    looked: Receiver<()>,
}

impl FrameSource for Script {
    fn next(&mut self, _patience: Duration) -> Delivery {
        let _ = self.looked.recv_timeout(PATIENCE);
        self.frames.next().map_or(Delivery::Ended, Delivery::Frame)
    }
}

#[test]
fn a_ticket_held_for_seconds_is_one_scan_and_shown_later_is_another() {
    let ticket = Scene::plain("WK1:HELD", 1).shot(0).unwrap().frame;
    let times = (0..20).map(|frame| frame * 100).chain([9000, 9100]);
    let frames: Vec<_> =
        times.zip(0..).map(|(ms, number)| ticket.stamped(number, Duration::from_millis(ms))).collect();
    let (looked, wait) = channel();
    looked.send(()).unwrap();
    let (tell, events) = channel();
    let source = Script { frames: frames.into_iter(), looked: wait };
    let listener = move |event: ScanEvent| {
        if matches!(event, ScanEvent::Looked { .. }) {
            let _ = looked.send(());
        }
        let _ = tell.send(event);
    };
    let scanner = Scanner::start(Box::new(source), ScannerConfig::default(), listener).unwrap();
    let all = until_ended(&events);
    let looks =
        all.iter().filter(|event| matches!(event, ScanEvent::Looked { found, .. } if found.len() == 1));
    assert_eq!(looks.count(), 22, "the outline is there in every frame");
    let scans = all.iter().filter_map(|event| match event {
        ScanEvent::Scanned { sequence, text } => Some((*sequence, text.as_str())),
        _ => None,
    });
    assert_eq!(scans.collect::<Vec<_>>(), [(0, "WK1:HELD"), (20, "WK1:HELD")]);
    assert_eq!(scanner.preview().latest().map(|frame| frame.sequence()), Some(21));
}

#[test]
fn a_dark_phone_beside_an_advertisement_and_two_tickets_are_all_scanned() {
    let code = |text: &str, x: f32| Placed::straight(text, (x, 200.0), 300.0);
    let codes = vec![
        code("https://sponsor.example/win", 180.0),
        code("WK1:ON A DARK PHONE", 520.0).inverted(),
        code("WK1:ON PAPER", 860.0),
    ];
    let frame = Sheet::plain(1040, 400, codes).frame().unwrap();
    let (looked, wait) = channel();
    looked.send(()).unwrap();
    let (_scanner, events) = started(Script { frames: vec![frame].into_iter(), looked: wait });
    drop(looked);
    let mut scanned: Vec<String> = until_ended(&events)
        .into_iter()
        .filter_map(|event| if let ScanEvent::Scanned { text, .. } = event { Some(text) } else { None })
        .collect();
    scanned.sort();
    assert_eq!(scanned, ["WK1:ON A DARK PHONE", "WK1:ON PAPER", "https://sponsor.example/win"]);
}

#[test]
fn a_folder_is_replayed_in_order_once() {
    let folder = tempfile::tempdir().unwrap();
    picture(folder.path(), "b.jpg", "WK1:B");
    picture(folder.path(), "a.jpg", "WK1:A");
    std::fs::write(folder.path().join("notes.txt"), "no picture").unwrap();
    std::fs::write(folder.path().join("c.png"), "no picture either").unwrap();
    let mut replay = Replay::open(folder.path(), 1000.0, Repeat::Once);
    assert!(matches!(replay.next(PATIENCE), Delivery::Camera(CameraState::Streaming { width: 1280, .. })));
    for sequence in 0..2 {
        let Delivery::Frame(frame) = replay.next(PATIENCE) else { panic!("a frame") };
        assert_eq!(frame.sequence(), sequence);
    }
    assert_eq!(replay.next(PATIENCE), Delivery::Ended);
}

#[test]
fn pictures_that_come_later_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("camera");
    let (scanner, events) = started(Replay::open(&place, 30.0, Repeat::Forever));
    let lost = CameraState::Lost { camera: "camera".into(), reason: LostReason::NotFound };
    assert_eq!(events.recv_timeout(PATIENCE).unwrap(), ScanEvent::Camera { camera: lost });
    let wait_for = |wanted: &str| {
        while let Ok(event) = events.recv_timeout(PATIENCE) {
            if matches!(&event, ScanEvent::Scanned { text, .. } if text == wanted) {
                return;
            }
        }
        panic!("{wanted} was not scanned");
    };
    std::fs::create_dir(&place).unwrap();
    picture(&place, "1.jpg", "WK1:LATER");
    wait_for("WK1:LATER");
    picture(&place, "1.jpg", "WK1:REPLACED");
    wait_for("WK1:REPLACED");
    assert!(scanner.preview().wait_newer(None, PATIENCE).is_some());
}
