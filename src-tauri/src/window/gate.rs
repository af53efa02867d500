//! The gate's camera: codes that come into sight are judged and recorded right here, without waiting for the window.

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tauri::ipc::Channel;
use wicket_domain::id::EventId;
use wicket_domain::system::why;
use wicket_scan::{
    Camera, CameraState, FrameSource, Preview, Repeat, Replay, ScanEvent, Scanner, ScannerConfig, Webcam,
    cameras,
};
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::fault::{Code, Fault};
use wicket_station::view::{CameraChoice, CameraView, GateEvent, ScanRequest};

use super::app::Answer;

/// The replay is offered among the cameras by this id.
const REPLAY: &str = "replay";
/// Pictures a second of a replay.
const REPLAY_RATE: f32 = 15.0;
/// How long the window's question for a picture waits for a new one.
const PICTURE_PATIENCE: Duration = Duration::from_millis(100);
/// The window draws at most this many pixels a row; larger pictures are thinned out.
const PICTURE_WIDTH: u32 = 640;

/// An open camera. Dropping the last of it closes the camera.
pub(crate) struct Gate {
    preview: Preview,
    _scanner: Scanner,
}

/// What a gate does with a code.
pub(crate) struct GatePost {
    pub(crate) station: Arc<Station>,
    pub(crate) actor: Actor,
    pub(crate) gate: Option<String>,
    pub(crate) event_id: Option<EventId>,
}

/// The cameras to choose from; a replay comes last.
pub(crate) fn choices(replay: Option<&PathBuf>) -> Vec<CameraChoice> {
    let found = cameras().into_iter().map(|camera| CameraChoice { id: camera.id, name: camera.name });
    let replay = replay.map(|path| CameraChoice { id: REPLAY.into(), name: path.display().to_string() });
    found.chain(replay).collect()
}

impl Gate {
    /// Opens the camera of that id, or the first one there is. `report` says what comes of each thing it tells.
    pub(crate) fn open(
        camera_id: Option<&str>,
        replay: Option<PathBuf>,
        report: impl Fn(ScanEvent) -> Option<GateEvent> + Send + Sync + 'static,
        channel: Channel<GateEvent>,
    ) -> Answer<Self> {
        let source = source(camera_id, replay)?;
        let listen = move |event| {
            if let Some(report) = unbroken(|| report(event)) {
                // A window that is gone hears nothing; what was recorded stays recorded.
                let _ = channel.send(report);
            }
        };
        let scanner =
            Scanner::start(source, ScannerConfig::default(), listen).map_err(|error| no_camera(&error))?;
        Ok(Self { preview: scanner.preview(), _scanner: scanner })
    }

    /// The newest picture after `seen`, as the window takes it: width, height (32 bits each) and number (64 bits),
    /// little-endian, then a byte of brightness for each pixel. Nothing when no new one comes soon.
    pub(crate) fn picture(&self, seen: Option<u64>) -> Vec<u8> {
        let Some(frame) = self.preview.wait_newer(seen, PICTURE_PATIENCE) else { return Vec::new() };
        let step = frame.width().div_ceil(PICTURE_WIDTH).max(1);
        let (width, height) = (frame.width() / step, frame.height() / step);
        let stride = usize::try_from(frame.width()).unwrap_or(usize::MAX).max(1);
        let (step, columns) = (step as usize, width as usize);
        let mut bytes = Vec::with_capacity(16 + columns * height as usize);
        bytes.extend(width.to_le_bytes());
        bytes.extend(height.to_le_bytes());
        bytes.extend(frame.sequence().to_le_bytes());
        for row in frame.luma().chunks_exact(stride).step_by(step).take(height as usize) {
            bytes.extend(row.iter().step_by(step).take(columns));
        }
        bytes
    }
}

/// What comes of judging, even where that panics, which is a defect of ours: the steward is told, and the gate goes on
/// with the next ticket. What was not committed is undone by the file.
fn unbroken(report: impl FnOnce() -> Option<GateEvent>) -> Option<GateEvent> {
    std::panic::catch_unwind(AssertUnwindSafe(report)).unwrap_or_else(|_| {
        let message = "Wicket could not judge this ticket because of a defect of its own. Scan it again; if it stays so, \
                       restart Wicket.";
        Some(GateEvent::Faulted { fault: Fault::new(Code::Internal, message) })
    })
}

fn source(camera_id: Option<&str>, replay: Option<PathBuf>) -> Answer<Box<dyn FrameSource>> {
    match (camera_id, replay) {
        (Some(REPLAY), Some(path)) => Ok(Box::new(Replay::open(path, REPLAY_RATE, Repeat::Forever))),
        (None, Some(path)) if cameras().is_empty() => {
            Ok(Box::new(Replay::open(path, REPLAY_RATE, Repeat::Forever)))
        }
        (wanted, _) => {
            // One that is not there now is waited for in its place, whatever its name.
            let placed = |id: &str| Camera { id: id.to_owned(), name: String::new() };
            let known =
                |id: &str| cameras().into_iter().find(|camera| camera.id == id).unwrap_or_else(|| placed(id));
            let webcam = Webcam::open(wanted.map(known)).map_err(|error| no_camera(&error))?;
            Ok(Box::new(webcam))
        }
    }
}

fn no_camera(error: &std::io::Error) -> Fault {
    let message = format!(
        "The camera could not be started: {}. Scan with a hand scanner, or restart Wicket.",
        why(error)
    );
    Fault::new(Code::Camera, message)
}

/// What a camera tells that reads codes for somebody to use, and judges none.
pub(crate) fn reading(event: ScanEvent) -> Option<GateEvent> {
    match event {
        ScanEvent::Camera { camera } => Some(GateEvent::Camera { camera: camera_view(camera) }),
        ScanEvent::Looked { width, height, found, .. } => {
            let outlines = found.iter().map(|code| code.corners.map(|corner| [corner.x, corner.y]));
            Some(GateEvent::Looked { width, height, outlines: outlines.collect() })
        }
        ScanEvent::Scanned { text, .. } => Some(GateEvent::Read { text }),
        ScanEvent::Ended => None,
    }
}

impl GatePost {
    pub(crate) fn report(&self, event: ScanEvent) -> Option<GateEvent> {
        match event {
            ScanEvent::Scanned { text, .. } => {
                let (gate, event_id) = (self.gate.clone(), self.event_id);
                let request = ScanRequest { text, gate, event_id, any_time: false };
                Some(match self.station.admit(&self.actor, &request) {
                    Ok(verdict) => GateEvent::Judged { verdict },
                    Err(fault) => GateEvent::Faulted { fault },
                })
            }
            other => reading(other),
        }
    }
}

fn camera_view(state: CameraState) -> CameraView {
    match state {
        CameraState::Opening { camera } => CameraView::Opening { camera },
        CameraState::Streaming { camera, width, height } => CameraView::Streaming { camera, width, height },
        CameraState::Lost { camera, reason } => {
            let reason = serde_json::to_value(reason).ok();
            let reason = reason.as_ref().and_then(|word| word.as_str()).unwrap_or("unforeseen").to_owned();
            CameraView::Lost { camera, reason }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_while_judging_is_told_and_the_gate_goes_on() {
        let told = unbroken(|| panic!("upset"));
        assert!(matches!(told, Some(GateEvent::Faulted { fault }) if fault.code == Code::Internal));
        let read = || Some(GateEvent::Read { text: "WK1:X".to_owned() });
        assert!(matches!(unbroken(read), Some(GateEvent::Read { .. })));
    }
}
