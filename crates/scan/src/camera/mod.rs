//! The webcam: which cameras there are, and one of them as a source of frames.
//!
//! The only part that touches a device. It hands out brightness and states; it never looks for codes.

mod capture;
mod choice;
mod device;
mod faults;

pub use capture::Webcam;
pub use device::{Camera, cameras};
