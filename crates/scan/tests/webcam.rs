//! The real camera path, from nokhwa's list of cameras to the text of a ticket, on a stand-in for a V4L2 device.
//!
//! This program starts itself again with the stand-in preloaded (see `v4l2/camera.c`), plugs its camera in and
//! out, and follows what the scanner inside reports. It needs nothing but a C compiler, and Linux.

#[cfg(target_os = "linux")]
mod linux;

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}
