//! Brightness out of what cameras and files deliver, without a detour through RGB.
//!
//! Bytes in, bytes out; no device and no file is touched here.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::frame::{FrameFault, MAX_SIDE, checked_pixels};

/// A luma plane with its size.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plane {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) luma: Vec<u8>,
}

/// How a camera packs its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// One brightness byte a pixel.
    Grey,
    /// A brightness plane first, colour behind it.
    Nv12,
    /// Brightness in every second byte, beginning with the first.
    Yuyv,
    /// Three bytes a pixel, red first.
    Rgb,
    /// Three bytes a pixel, blue first.
    Bgr,
    /// A JPEG for each frame; its size is its own.
    Mjpeg,
}

/// Takes the brightness of one camera frame.
pub(crate) fn from_camera(
    packing: Packing,
    width: u32,
    height: u32,
    bytes: &[u8],
) -> Result<Plane, FrameFault> {
    let pixels = checked_pixels(width, height)?;
    let luma = match packing {
        Packing::Mjpeg => return from_jpeg(bytes),
        Packing::Grey | Packing::Nv12 => enough(bytes, pixels)?.to_vec(),
        Packing::Yuyv => enough(bytes, pixels * 2)?.as_chunks::<2>().0.iter().map(|[y, _]| *y).collect(),
        Packing::Rgb => weighed(enough(bytes, pixels * 3)?, |[red, green, blue]| (*red, *green, *blue)),
        Packing::Bgr => weighed(enough(bytes, pixels * 3)?, |[blue, green, red]| (*red, *green, *blue)),
    };
    Ok(Plane { width, height, luma })
}

/// Decodes a JPEG's brightness channel alone.
pub(crate) fn from_jpeg(bytes: &[u8]) -> Result<Plane, FrameFault> {
    let side = MAX_SIDE as usize;
    let options = DecoderOptions::default()
        .set_max_width(side)
        .set_max_height(side)
        .set_strict_mode(false)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| FrameFault::Damaged)?;
    let (width, height) = decoder.dimensions().ok_or(FrameFault::Damaged)?;
    let width = u32::try_from(width).map_err(|_| FrameFault::Damaged)?;
    let height = u32::try_from(height).map_err(|_| FrameFault::Damaged)?;
    let pixels = checked_pixels(width, height)?;
    let luma = decoder.decode().map_err(|_| FrameFault::Damaged)?;
    if luma.len() != pixels {
        return Err(FrameFault::Damaged);
    }
    Ok(Plane { width, height, luma })
}

fn enough(bytes: &[u8], needed: usize) -> Result<&[u8], FrameFault> {
    bytes.get(..needed).ok_or(FrameFault::CutShort { needed, got: bytes.len() })
}

/// Rec. 601 weights in 1/256.
fn weighed(bytes: &[u8], order: impl Fn(&[u8; 3]) -> (u8, u8, u8)) -> Vec<u8> {
    let grey = |pixel: &[u8; 3]| {
        let (red, green, blue) = order(pixel);
        let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
        u8::try_from(sum >> 8).unwrap_or(u8::MAX)
    };
    bytes.as_chunks::<3>().0.iter().map(grey).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brightness_is_found_in_every_packing() {
        let yuyv = [10, 128, 20, 128, 30, 128, 40, 128];
        assert_eq!(from_camera(Packing::Yuyv, 2, 2, &yuyv).unwrap().luma, [10, 20, 30, 40]);
        let nv12 = [10, 20, 30, 40, 128, 128];
        assert_eq!(from_camera(Packing::Nv12, 2, 2, &nv12).unwrap().luma, [10, 20, 30, 40]);
        let red_then_blue = [255, 0, 0, 0, 0, 255];
        assert_eq!(from_camera(Packing::Rgb, 2, 1, &red_then_blue).unwrap().luma, [76, 28]);
        assert_eq!(from_camera(Packing::Bgr, 2, 1, &red_then_blue).unwrap().luma, [28, 76]);
    }

    #[test]
    fn a_cut_transfer_is_no_frame() {
        for packing in [Packing::Grey, Packing::Nv12, Packing::Yuyv, Packing::Rgb, Packing::Bgr] {
            let cut = from_camera(packing, 64, 48, &[0; 64 * 48 - 1]);
            assert!(matches!(cut, Err(FrameFault::CutShort { .. })), "{packing:?}");
        }
        assert_eq!(from_camera(Packing::Mjpeg, 64, 48, &[0xFF, 0xD8]), Err(FrameFault::Damaged));
    }

    #[test]
    fn a_jpeg_gives_its_own_size_and_brightness() {
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 95)
            .encode(&[200; 32 * 16 * 3], 32, 16, image::ExtendedColorType::Rgb8)
            .unwrap();
        let plane = from_jpeg(&jpeg).unwrap();
        assert_eq!((plane.width, plane.height), (32, 16));
        assert!(plane.luma.iter().all(|grey| grey.abs_diff(200) <= 2));
    }
}
