//! Which of a camera's settings reads tickets best. Pure.

use std::cmp::Reverse;

use crate::luma::Packing;

/// Enough pixels for a 41-module code held at arm's length; more only costs time.
const WISHED: (u32, u32) = (1280, 720);
/// Below this many frames a second a hand has to hold still.
const FLUENT: u32 = 15;

/// One of the settings that a camera offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) packing: Packing,
    /// Frames a second.
    pub(crate) rate: u32,
}

/// Orders settings: fluent ones first, then by nearness to the wished size, then those whose brightness is
/// read without decompressing, then by rate (no more than 30 counts).
pub(crate) fn best_first(mut settings: Vec<Setting>) -> Vec<Setting> {
    settings.sort_by_key(|setting| {
        (setting.rate < FLUENT, off_by(*setting), effort(setting.packing), Reverse(setting.rate.min(30)))
    });
    settings.dedup();
    settings
}

/// How far a size is from the one wished for; too small weighs twice.
fn off_by(setting: Setting) -> u32 {
    let side = |is: u32, wished: u32| if is < wished { (wished - is) * 2 } else { is - wished };
    side(setting.width, WISHED.0) + side(setting.height, WISHED.1)
}

fn effort(packing: Packing) -> u8 {
    match packing {
        Packing::Grey => 0,
        Packing::Nv12 => 1,
        Packing::Yuyv => 2,
        Packing::Rgb | Packing::Bgr => 3,
        Packing::Mjpeg => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(width: u32, height: u32, packing: Packing, rate: u32) -> Setting {
        Setting { width, height, packing, rate }
    }

    #[test]
    fn a_usual_webcam_is_used_at_720p() {
        let yuyv_hd = setting(1280, 720, Packing::Yuyv, 30);
        let mjpeg_hd = setting(1280, 720, Packing::Mjpeg, 30);
        let order = best_first(vec![
            setting(640, 480, Packing::Yuyv, 30),
            setting(1920, 1080, Packing::Mjpeg, 30),
            mjpeg_hd,
            yuyv_hd,
        ]);
        assert_eq!(order[..2], [yuyv_hd, mjpeg_hd]);
        assert_eq!(order[2].width, 1920, "rather more pixels than fewer");
    }

    #[test]
    fn a_slow_setting_is_the_last_resort() {
        let slow = setting(1280, 720, Packing::Yuyv, 10);
        let fast = setting(1280, 720, Packing::Mjpeg, 30);
        assert_eq!(best_first(vec![slow, fast]), [fast, slow]);
    }
}
