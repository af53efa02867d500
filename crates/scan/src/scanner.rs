//! The running scanner: takes frames from a source, shows them, reads the codes in them.
//!
//! Two threads: one only moves frames, so that the preview never waits for a decoder; the other decodes the
//! newest frame. Frames between are skipped, never queued.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::decode::{Found, QrDecoder};
use crate::frame::Frame;
use crate::newest::{Newest, Taken};
use crate::picture::SOUGHT;
use crate::repeats::Repeats;
use crate::source::{CameraState, Delivery, FrameSource};

/// How long a thread waits before it looks whether it should stop.
const PATIENCE: Duration = Duration::from_millis(100);

/// How a scanner behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScannerConfig {
    /// A text is scanned again only after it was out of sight for this long.
    pub repeat_window: Duration,
}

impl Default for ScannerConfig {
    fn default() -> Self {
        Self { repeat_window: Duration::from_millis(1500) }
    }
}

/// What a scanner reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScanEvent {
    /// The camera's state changed.
    Camera {
        /// The new state.
        camera: CameraState,
    },
    /// A frame was looked at: every code in it, for drawing the outline; empty when there is none.
    Looked {
        /// The frame's number.
        sequence: u64,
        /// The frame's width, which the corners relate to.
        width: u32,
        /// The frame's height.
        height: u32,
        /// Codes in it.
        found: Vec<Found>,
        /// Milliseconds that looking took.
        took_ms: u32,
    },
    /// A code came into sight: this is the one to judge.
    Scanned {
        /// The frame's number.
        sequence: u64,
        /// The code's text.
        text: String,
    },
    /// The source has no more frames and the last one was looked at.
    Ended,
}

/// A running scanner; dropping it stops its threads and closes the source.
pub struct Scanner {
    stop: Arc<AtomicBool>,
    preview: Preview,
    threads: Vec<JoinHandle<()>>,
}

/// The newest picture, for whoever draws it. Cloning gives a further viewer.
#[derive(Clone)]
pub struct Preview {
    newest: Arc<Newest<Frame>>,
}

type Listener = Arc<dyn Fn(ScanEvent) + Send + Sync>;

impl Scanner {
    /// Starts reading `source`. `listener` is called from the scanner's threads and should return quickly.
    pub fn start(
        source: Box<dyn FrameSource>,
        config: ScannerConfig,
        listener: impl Fn(ScanEvent) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let preview = Preview { newest: Arc::new(Newest::default()) };
        let to_decode = Arc::new(Newest::default());
        let listener: Listener = Arc::new(listener);
        let mut scanner = Self { stop: stop.clone(), preview: preview.clone(), threads: Vec::new() };
        let (frames, tell, halt) = (to_decode.clone(), listener.clone(), stop.clone());
        scanner.threads.push(
            Builder::new()
                .name("wicket-decode".into())
                .spawn(move || decode_frames(&frames, config, &halt, &tell))?,
        );
        scanner.threads.push(Builder::new().name("wicket-frames".into()).spawn(move || {
            move_frames(source, &preview.newest, &to_decode, &stop, &listener);
        })?);
        Ok(scanner)
    }

    /// The newest picture.
    pub fn preview(&self) -> Preview {
        self.preview.clone()
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that ended by a panic has nothing more to stop.
            let _ = thread.join();
        }
    }
}

impl Preview {
    /// The newest picture, if there is one yet.
    pub fn latest(&self) -> Option<Frame> {
        self.newest.peek()
    }

    /// Waits up to `patience` for a picture with another number than `seen`.
    pub fn wait_newer(&self, seen: Option<u64>, patience: Duration) -> Option<Frame> {
        self.newest.wait_for(patience, |frame| Some(frame.sequence()) != seen)
    }
}

fn move_frames(
    mut source: Box<dyn FrameSource>,
    preview: &Newest<Frame>,
    to_decode: &Newest<Frame>,
    stop: &AtomicBool,
    tell: &Listener,
) {
    while !stop.load(Ordering::Relaxed) {
        match source.next(PATIENCE) {
            Delivery::Frame(frame) => {
                preview.put(frame.clone());
                to_decode.put(frame);
            }
            Delivery::Camera(camera) => tell(ScanEvent::Camera { camera }),
            Delivery::Nothing => {}
            Delivery::Ended => break,
        }
    }
    preview.close();
    to_decode.close();
}

fn decode_frames(frames: &Newest<Frame>, config: ScannerConfig, stop: &AtomicBool, tell: &Listener) {
    let decoder = QrDecoder::seeking(SOUGHT);
    let mut repeats = Repeats::new(config.repeat_window);
    while !stop.load(Ordering::Relaxed) {
        let frame = match frames.take(PATIENCE) {
            Taken::Value(frame) => frame,
            Taken::Nothing => continue,
            Taken::Closed => {
                tell(ScanEvent::Ended);
                return;
            }
        };
        let begun = Instant::now();
        let found = decoder.decode(&frame);
        let took_ms = u32::try_from(begun.elapsed().as_millis()).unwrap_or(u32::MAX);
        let sequence = frame.sequence();
        for code in &found {
            if repeats.is_new(&code.text, frame.at()) {
                tell(ScanEvent::Scanned { sequence, text: code.text.clone() });
            }
        }
        let (width, height) = (frame.width(), frame.height());
        tell(ScanEvent::Looked { sequence, width, height, found, took_ms });
    }
}
