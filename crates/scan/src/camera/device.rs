//! nokhwa, narrowed to what a gate needs: list, open at the best setting, read brightness.

use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraInfo, FrameFormat, RequestedFormat, RequestedFormatType,
};
use serde::{Deserialize, Serialize};

use super::choice::{Setting, best_first};
use super::faults::reason_of;
use crate::contain::contained;
use crate::frame::FrameFault;
use crate::luma::{Packing, Plane, from_camera};
use crate::source::LostReason;

/// Every packing that brightness can be taken from.
const READABLE: [FrameFormat; 6] = [
    FrameFormat::GRAY,
    FrameFormat::NV12,
    FrameFormat::YUYV,
    FrameFormat::MJPEG,
    FrameFormat::RAWRGB,
    FrameFormat::RAWBGR,
];

/// A camera that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Camera {
    /// The system's name for the place where it is plugged in; may change when it is plugged in anew.
    pub id: String,
    /// What it calls itself; empty in a wish for the camera of that id, whatever its name.
    pub name: String,
}

/// The cameras plugged in now, in the system's order. Empty when there are none or they may not be listed.
pub fn cameras() -> Vec<Camera> {
    listed().into_iter().map(|(camera, _)| camera).collect()
}

fn listed() -> Vec<(Camera, CameraInfo)> {
    allowed();
    let infos = contained(|| nokhwa::query(ApiBackend::Auto)).and_then(Result::ok).unwrap_or_default();
    let mut listed: Vec<(Camera, CameraInfo)> = infos
        .into_iter()
        .filter(is_picture_node)
        .map(|info| (Camera { id: info.index().as_string(), name: info.human_name() }, info))
        .collect();
    listed.sort_by_key(|(camera, _)| (camera.id.len(), camera.id.clone()));
    listed
}

/// Asks the system for leave to use cameras, where it wants to be asked.
fn allowed() {
    #[cfg(target_os = "macos")]
    {
        static ASKED: std::sync::Once = std::sync::Once::new();
        ASKED.call_once(|| nokhwa::nokhwa_initialize(|_| {}));
    }
}

/// On Linux a USB camera has a second node for data about its pictures, of the same name: its index within
/// the device is not 0.
fn is_picture_node(info: &CameraInfo) -> bool {
    let index = format!("/sys/class/video4linux/video{}/index", info.index().as_string());
    std::fs::read_to_string(index).map_or(true, |index| index.trim() == "0")
}

/// The chosen camera where it is plugged in now, or else those to try in turn when any will do.
fn candidates(wish: Option<&Camera>) -> Vec<(Camera, CameraInfo)> {
    let all = listed();
    let Some(wish) = wish else {
        return all;
    };
    let cameras: Vec<&Camera> = all.iter().map(|(camera, _)| camera).collect();
    let chosen = chosen(wish, &cameras);
    chosen.and_then(|at| all.into_iter().nth(at)).into_iter().collect()
}

/// Which of the cameras is the one wished for. It may be plugged in elsewhere than before, so its name decides; one
/// whose name is not known, because it was not there when it was asked for, is found by its place.
fn chosen(wish: &Camera, all: &[&Camera]) -> Option<usize> {
    let exact = all.iter().position(|camera| *camera == wish);
    exact.or_else(|| {
        all.iter().position(|camera| {
            if wish.name.is_empty() { camera.id == wish.id } else { camera.name == wish.name }
        })
    })
}

/// An open, streaming camera.
pub(crate) struct OpenCamera {
    pub(crate) name: String,
    device: nokhwa::Camera,
    packing: Packing,
    width: u32,
    height: u32,
}

impl OpenCamera {
    /// Opens the camera wished for, or any, at its best setting.
    pub(crate) fn open(wish: Option<&Camera>) -> Result<Self, LostReason> {
        let mut reason = LostReason::NotFound;
        for (camera, info) in candidates(wish) {
            match Self::open_one(&camera, &info) {
                Ok(open) => return Ok(open),
                Err(why) => reason = why,
            }
        }
        Err(reason)
    }

    fn open_one(camera: &Camera, info: &CameraInfo) -> Result<Self, LostReason> {
        let index = info.index().clone();
        let any = RequestedFormat::with_formats(RequestedFormatType::None, &READABLE);
        let mut device = nokhwa::Camera::new(index, any).map_err(|why| reason_of(&why))?;
        let offered = device.compatible_camera_formats().map_err(|why| reason_of(&why))?;
        let settings: Vec<Setting> = offered.iter().filter_map(setting_of).collect();
        let mut reason = LostReason::NoPicture;
        for setting in best_first(settings).into_iter().take(4) {
            match start(&mut device, setting) {
                Ok(()) => {
                    let Setting { width, height, packing, .. } = setting;
                    return Ok(Self { name: camera.name.clone(), device, packing, width, height });
                }
                Err(why) => reason = why,
            }
        }
        Err(reason)
    }

    /// Waits for the camera's next frame and takes its brightness.
    pub(crate) fn read(&mut self) -> Result<Result<Plane, FrameFault>, LostReason> {
        let bytes = self.device.frame_raw().map_err(|why| reason_of(&why))?;
        Ok(from_camera(self.packing, self.width, self.height, &bytes))
    }
}

fn start(device: &mut nokhwa::Camera, setting: Setting) -> Result<(), LostReason> {
    let wanted =
        CameraFormat::new_from(setting.width, setting.height, format_of(setting.packing), setting.rate);
    if device.camera_format() != wanted {
        let exactly = RequestedFormat::with_formats(RequestedFormatType::Exact(wanted), &READABLE);
        device.set_camera_requset(exactly).map_err(|why| reason_of(&why))?;
    }
    device.open_stream().map_err(|why| reason_of(&why))
}

fn setting_of(format: &CameraFormat) -> Option<Setting> {
    let packing = match format.format() {
        FrameFormat::GRAY => Packing::Grey,
        FrameFormat::NV12 => Packing::Nv12,
        FrameFormat::YUYV => Packing::Yuyv,
        FrameFormat::MJPEG => Packing::Mjpeg,
        FrameFormat::RAWRGB => Packing::Rgb,
        FrameFormat::RAWBGR => Packing::Bgr,
    };
    let (width, height) = (format.width(), format.height());
    crate::frame::checked_pixels(width, height).ok()?;
    Some(Setting { width, height, packing, rate: format.frame_rate() })
}

fn format_of(packing: Packing) -> FrameFormat {
    match packing {
        Packing::Grey => FrameFormat::GRAY,
        Packing::Nv12 => FrameFormat::NV12,
        Packing::Yuyv => FrameFormat::YUYV,
        Packing::Mjpeg => FrameFormat::MJPEG,
        Packing::Rgb => FrameFormat::RAWRGB,
        Packing::Bgr => FrameFormat::RAWBGR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(id: &str, name: &str) -> Camera {
        Camera { id: id.into(), name: name.into() }
    }

    #[test]
    fn a_camera_is_known_by_its_name_and_without_one_by_its_place() {
        let all = [camera("0", "Built in"), camera("2", "Gate"), camera("4", "Gate")];
        let at = |id, name| chosen(&camera(id, name), &all.each_ref());
        assert_eq!(at("4", "Gate"), Some(2), "of two with a name the one in that place");
        assert_eq!(at("0", "Gate"), Some(1), "it was plugged in elsewhere");
        assert_eq!(at("2", "Other"), None, "another one has its place");
        assert_eq!(at("2", ""), Some(1));
        assert_eq!(at("7", ""), None);
    }
}
