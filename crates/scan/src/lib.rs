//! Camera frames to token text.
//!
//! A [`FrameSource`] (a [`Webcam`], or a [`Replay`] of picture files) delivers brightness frames; a
//! [`QrDecoder`] reads the QR codes in them; a [`Scanner`] runs both on threads of its own, keeps the newest
//! picture for the preview, and reports each ticket once. [`decode_image`] reads a picture file.
//!
//! This crate knows nothing of tickets: it must not judge, store or send a text.

mod camera;
mod contain;
mod decode;
mod frame;
#[cfg(feature = "synthetic")]
pub mod gate_frames;
mod geometry;
mod luma;
mod newest;
mod picture;
mod repeats;
mod replay;
mod scanner;
mod shrink;
mod source;

pub use camera::{Camera, Webcam, cameras};
#[cfg(feature = "synthetic")]
pub use decode::baseline;
pub use decode::{Found, MAX_TEXT, QrDecoder};
pub use frame::{Frame, FrameFault, MAX_PIXELS, MAX_SIDE, Point};
pub use picture::{
    MAX_FILE, PictureFault, SOUGHT, decode_image, decode_picture, load_picture, picture_from_bytes,
};
pub use repeats::Repeats;
pub use replay::{Repeat, Replay};
pub use scanner::{Preview, ScanEvent, Scanner, ScannerConfig};
pub use source::{CameraState, Delivery, FrameSource, LostReason};
