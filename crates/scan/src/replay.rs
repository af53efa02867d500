//! Picture files in place of a camera: for tests, for training, and for showing the gate without a device.
//!
//! Reads files and keeps time; it never looks for codes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::frame::Frame;
use crate::picture::load_picture;
use crate::source::{CameraState, Delivery, FrameSource, LostReason};

/// Decoded pictures are kept while they fit into this many pixels together.
const KEPT_PIXELS: usize = 64_000_000;
/// How long to wait before looking again for pictures that are not there.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// What happens after the last picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// The folder is listed again, so that pictures added meanwhile are shown too.
    Forever,
    /// The source has ended.
    Once,
}

/// Shows one picture file, or a folder of them by name, at a set rate.
pub struct Replay {
    path: PathBuf,
    interval: Duration,
    repeat: Repeat,
    opened: Instant,
    due: Instant,
    queue: std::vec::IntoIter<PathBuf>,
    listed: bool,
    shown_in_round: bool,
    sequence: u64,
    state: Option<CameraState>,
    /// Told of by a state, to be shown next.
    announced: Option<Frame>,
    kept: HashMap<PathBuf, Kept>,
    kept_pixels: usize,
}

struct Kept {
    modified: Option<SystemTime>,
    frame: Frame,
}

impl Replay {
    /// Opens `path`, a PNG or JPEG file or a folder of such, to be shown at `rate` pictures a second
    /// (between 0.1 and 1,000). Files that are missing or unreadable show up as a lost camera.
    pub fn open(path: impl Into<PathBuf>, rate: f32, repeat: Repeat) -> Self {
        let rate = if rate.is_finite() { rate.clamp(0.1, 1000.0) } else { 30.0 };
        let now = Instant::now();
        Self {
            path: path.into(),
            interval: Duration::from_secs_f32(1.0 / rate),
            repeat,
            opened: now,
            due: now,
            queue: Vec::new().into_iter(),
            listed: false,
            shown_in_round: false,
            sequence: 0,
            state: None,
            announced: None,
            kept: HashMap::new(),
            kept_pixels: 0,
        }
    }

    fn name(&self) -> String {
        self.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The next readable picture; `None` when a round ends without one.
    fn next_picture(&mut self) -> Option<Frame> {
        if let Some(frame) = self.announced.take() {
            return Some(frame);
        }
        loop {
            if let Some(path) = self.queue.next() {
                if let Some(frame) = self.picture(&path) {
                    self.shown_in_round = true;
                    return Some(frame);
                }
                continue;
            }
            let over = self.listed && (self.repeat == Repeat::Once || !self.shown_in_round);
            if over {
                self.listed = self.repeat == Repeat::Once;
                return None;
            }
            self.queue = pictures_at(&self.path).into_iter();
            self.listed = true;
            self.shown_in_round = false;
        }
    }

    fn picture(&mut self, path: &Path) -> Option<Frame> {
        let modified = path.metadata().and_then(|about| about.modified()).ok();
        if let Some(kept) = self.kept.get(path).filter(|kept| kept.modified == modified) {
            return Some(kept.frame.clone());
        }
        let frame = load_picture(path).ok()?;
        if self.kept_pixels + frame.luma().len() <= KEPT_PIXELS {
            self.kept_pixels += frame.luma().len();
            self.kept.insert(path.to_owned(), Kept { modified, frame: frame.clone() });
        }
        Some(frame)
    }

    /// Tells a state once.
    fn changed_to(&mut self, state: CameraState) -> Option<Delivery> {
        if self.state.as_ref() == Some(&state) {
            return None;
        }
        self.state = Some(state.clone());
        Some(Delivery::Camera(state))
    }

    fn nothing_to_show(&mut self, now: Instant) -> Delivery {
        if self.repeat == Repeat::Once && self.sequence > 0 {
            return Delivery::Ended;
        }
        let reason = if self.path.exists() { LostReason::NoPicture } else { LostReason::NotFound };
        let lost = CameraState::Lost { camera: self.name(), reason };
        self.due = now + LOOK_AGAIN;
        match self.changed_to(lost) {
            Some(told) => told,
            None if self.repeat == Repeat::Once => Delivery::Ended,
            None => Delivery::Nothing,
        }
    }
}

impl FrameSource for Replay {
    fn next(&mut self, patience: Duration) -> Delivery {
        let wait = self.due.saturating_duration_since(Instant::now());
        if wait > patience {
            std::thread::sleep(patience);
            return Delivery::Nothing;
        }
        std::thread::sleep(wait);
        let now = Instant::now();
        let Some(frame) = self.next_picture() else {
            return self.nothing_to_show(now);
        };
        let streaming =
            CameraState::Streaming { camera: self.name(), width: frame.width(), height: frame.height() };
        if let Some(told) = self.changed_to(streaming) {
            self.announced = Some(frame);
            return told;
        }
        self.due = (self.due + self.interval).max(now);
        self.sequence += 1;
        Delivery::Frame(frame.stamped(self.sequence - 1, now.duration_since(self.opened)))
    }
}

fn pictures_at(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| is_picture(path))
        .collect();
    found.sort();
    found
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().map(|it| it.to_string_lossy().to_ascii_lowercase());
    path.is_file() && matches!(extension.as_deref(), Some("png" | "jpg" | "jpeg"))
}
