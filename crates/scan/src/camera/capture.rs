//! A camera on a thread of its own, from which the newest frame can be had.
//!
//! The thread opens the camera, reads it, and when it is lost tries again until it is back or nobody wants
//! it any more. It holds one frame at most.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::device::{Camera, OpenCamera};
use crate::contain::contained;
use crate::frame::Frame;
use crate::source::{CameraState, Delivery, FrameSource, LostReason};

/// Between two attempts to open a lost camera.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// Without a frame for this long a camera counts as lost, though it is still there.
const SILENCE: Duration = Duration::from_secs(3);
/// How long a stop waits for a camera that is just delivering; one that hangs is left behind.
const STOP_PATIENCE: Duration = Duration::from_secs(2);
/// Damaged frames in a row, after which the camera is opened anew.
const DAMAGED_IN_A_ROW: u32 = 60;

/// A webcam that stays in use through being unplugged and plugged in again.
pub struct Webcam {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
    opened: Instant,
}

/// What the thread and its user share.
struct Desk {
    frame: Option<Frame>,
    /// When the last frame came, or the camera was opened.
    alive: Instant,
    state: CameraState,
    told: bool,
    stop: bool,
    finished: bool,
}

impl Webcam {
    /// Starts using `wish`, or the first camera that works when `None`. Never waits; see the states.
    pub fn open(wish: Option<Camera>) -> std::io::Result<Self> {
        let now = Instant::now();
        let name = wish.as_ref().map(|camera| camera.name.clone()).unwrap_or_default();
        let desk = Desk {
            frame: None,
            alive: now,
            state: CameraState::Opening { camera: name },
            told: false,
            stop: false,
            finished: false,
        };
        let shared = Arc::new(Shared { desk: Mutex::new(desk), changed: Condvar::new(), opened: now });
        let theirs = shared.clone();
        let thread =
            std::thread::Builder::new().name("wicket-camera".into()).spawn(move || theirs.run(wish))?;
        Ok(Self { shared, thread: Some(thread) })
    }
}

impl FrameSource for Webcam {
    fn next(&mut self, patience: Duration) -> Delivery {
        let desk = self.shared.lock();
        let quiet = |desk: &mut Desk| desk.told && desk.frame.is_none();
        let (mut desk, _) = self
            .shared
            .changed
            .wait_timeout_while(desk, patience, quiet)
            .unwrap_or_else(PoisonError::into_inner);
        desk.notice_silence(Instant::now());
        if !desk.told {
            desk.told = true;
            return Delivery::Camera(desk.state.clone());
        }
        desk.frame.take().map_or(Delivery::Nothing, Delivery::Frame)
    }
}

impl Drop for Webcam {
    fn drop(&mut self) {
        let mut desk = self.shared.lock();
        desk.stop = true;
        self.shared.changed.notify_all();
        let (desk, _) = self
            .shared
            .changed
            .wait_timeout_while(desk, STOP_PATIENCE, |desk| !desk.finished)
            .unwrap_or_else(PoisonError::into_inner);
        let finished = desk.finished;
        drop(desk);
        if let Some(thread) = self.thread.take().filter(|_| finished) {
            // Only a panic could be reported here, and a stopped camera has nothing more to lose.
            let _ = thread.join();
        }
    }
}

impl Desk {
    fn set_state(&mut self, state: CameraState) {
        if self.state != state {
            self.state = state;
            self.told = false;
        }
    }

    fn notice_silence(&mut self, now: Instant) {
        let silent = now.duration_since(self.alive) > SILENCE;
        if let CameraState::Streaming { camera, .. } = &self.state
            && silent
        {
            let camera = camera.clone();
            self.set_state(CameraState::Lost { camera, reason: LostReason::Silent });
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, mut wish: Option<Camera>) {
        let mut name = wish.as_ref().map(|camera| camera.name.clone()).unwrap_or_default();
        let mut sequence = 0;
        while !self.lock().stop {
            let reason = contained(|| self.stream(wish.as_ref(), &mut name, &mut sequence));
            let reason = reason.unwrap_or(Some(LostReason::Unforeseen));
            if let Some(wish) = wish.as_mut().filter(|wish| wish.name.is_empty()) {
                // Once it was there it is known again wherever it is plugged in.
                wish.name.clone_from(&name);
            }
            if let Some(reason) = reason {
                self.lost(&name, reason);
            }
        }
        self.lock().finished = true;
        self.changed.notify_all();
    }

    /// Reads the camera until it is lost, which is answered, or not wanted any more.
    fn stream(&self, wish: Option<&Camera>, name: &mut String, sequence: &mut u64) -> Option<LostReason> {
        let mut camera = match OpenCamera::open(wish) {
            Ok(camera) => camera,
            Err(reason) => return Some(reason),
        };
        name.clone_from(&camera.name);
        self.lock().alive = Instant::now();
        let mut damaged = 0;
        while !self.lock().stop {
            let plane = match camera.read() {
                Ok(plane) => plane,
                Err(reason) => return Some(reason),
            };
            let taken = self.opened.elapsed();
            let frame = plane.and_then(|it| Frame::new(it.width, it.height, it.luma, *sequence, taken));
            if let Ok(frame) = frame {
                damaged = 0;
                *sequence += 1;
                self.arrived(name, frame);
            } else {
                damaged += 1;
                if damaged >= DAMAGED_IN_A_ROW {
                    return Some(LostReason::NoPicture);
                }
            }
        }
        None
    }

    fn arrived(&self, camera: &str, frame: Frame) {
        let mut desk = self.lock();
        let (width, height) = (frame.width(), frame.height());
        desk.set_state(CameraState::Streaming { camera: camera.to_owned(), width, height });
        desk.alive = Instant::now();
        desk.frame = Some(frame);
        self.changed.notify_all();
    }

    /// Tells the loss and waits before the next attempt, or until stopped.
    fn lost(&self, camera: &str, reason: LostReason) {
        let mut desk = self.lock();
        let was_there = matches!(desk.state, CameraState::Streaming { .. })
            || matches!(desk.state, CameraState::Lost { reason: LostReason::Unplugged, .. });
        // What was in use and is not listed any more has been unplugged.
        let reason = match reason {
            LostReason::NotFound if was_there => LostReason::Unplugged,
            other => other,
        };
        desk.frame = None;
        desk.set_state(CameraState::Lost { camera: camera.to_owned(), reason });
        self.changed.notify_all();
        let waited = self.changed.wait_timeout_while(desk, TRY_AGAIN, |desk| !desk.stop);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_that_sends_nothing_counts_as_lost() {
        let now = Instant::now();
        let streaming = CameraState::Streaming { camera: "A".into(), width: 1280, height: 720 };
        let mut desk = Desk {
            frame: None,
            alive: now,
            state: streaming.clone(),
            told: true,
            stop: false,
            finished: false,
        };
        desk.notice_silence(now + SILENCE);
        assert_eq!((&desk.state, desk.told), (&streaming, true));
        desk.notice_silence(now + SILENCE + Duration::from_millis(1));
        let silent = CameraState::Lost { camera: "A".into(), reason: LostReason::Silent };
        assert_eq!((&desk.state, desk.told), (&silent, false));
    }

    #[test]
    fn a_camera_in_use_that_is_not_listed_any_more_was_unplugged() {
        let now = Instant::now();
        let streaming = CameraState::Streaming { camera: "A".into(), width: 1280, height: 720 };
        let desk =
            Desk { frame: None, alive: now, state: streaming, told: true, stop: true, finished: false };
        let shared = Shared { desk: Mutex::new(desk), changed: Condvar::new(), opened: now };
        shared.lost("A", LostReason::NotFound);
        let unplugged = CameraState::Lost { camera: "A".into(), reason: LostReason::Unplugged };
        assert_eq!(shared.lock().state, unplugged);
    }
}
