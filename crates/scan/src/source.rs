//! What a source of pictures promises, whether a camera or files stand behind it.
//!
//! This is the edge where time and devices come in: frames carry the time they were taken, and nothing
//! behind this edge reads a clock to judge them.

use std::time::Duration;

use serde::Serialize;

use crate::frame::Frame;

/// Delivers frames one at a time, always the newest.
pub trait FrameSource: Send {
    /// Waits up to `patience` for something new. A frame that nobody waited for is gone.
    fn next(&mut self, patience: Duration) -> Delivery;
}

/// What a source has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A new picture.
    Frame(Frame),
    /// The camera's state changed.
    Camera(CameraState),
    /// Nothing within the patience given.
    Nothing,
    /// There will be no more frames.
    Ended,
}

/// How the camera is doing. `Lost` is not the end: the source keeps trying and tells when it streams again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CameraState {
    /// The camera is being opened for the first time.
    Opening {
        /// Its name, empty when the first one found is to be used.
        camera: String,
    },
    /// Pictures arrive.
    Streaming {
        /// The camera's name.
        camera: String,
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// No pictures for now.
    Lost {
        /// The camera's name, empty when none was found.
        camera: String,
        /// Why.
        reason: LostReason,
    },
}

/// Why no pictures arrive. The interface switches on this; [`std::fmt::Display`] has the plain sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LostReason {
    /// There is no camera, or not the one that was chosen.
    NotFound,
    /// It was there and has gone.
    Unplugged,
    /// Another program uses it.
    Busy,
    /// The system does not let this program use it.
    NotAllowed,
    /// It offers no kind of picture that can be read here.
    NoPicture,
    /// It is there but sends nothing.
    Silent,
    /// The camera's driver answered something not foreseen here.
    Unforeseen,
}

impl std::fmt::Display for LostReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotFound => "No camera found. Plug one in; it starts by itself.",
            Self::Unplugged => "The camera was unplugged. Plug it in again; it starts by itself.",
            Self::Busy => {
                "Another program uses the camera. Close that program; the picture comes back by itself."
            }
            Self::NotAllowed => {
                "This computer does not let Wicket use the camera. Allow it in the system settings."
            }
            Self::NoPicture => "This camera sends no picture that Wicket can read. Choose another camera.",
            Self::Silent => "The camera sends no picture. Unplug it and plug it in again.",
            Self::Unforeseen => "The camera does not answer as expected. Unplug it and plug it in again.",
        })
    }
}
