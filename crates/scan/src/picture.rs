//! Picture files, within bounds: the command line's decoder test, and replays.

use std::io::{Cursor, Read as _};
use std::path::Path;
use std::time::Duration;

use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

use crate::decode::{Found, decode_thoroughly};
use crate::frame::{Frame, FrameFault, MAX_PIXELS, MAX_SIDE, checked_pixels};
use crate::luma::from_jpeg;

/// The largest picture file that is opened, in bytes.
pub const MAX_FILE: u64 = 50_000_000;

/// How a ticket's text begins (the contract's "Token in the QR"). What is not read yet may be the ticket, so reading goes
/// on until there is such a text; whether it is a ticket is judged elsewhere.
pub const SOUGHT: &str = "WK1:";

/// Why a picture file gave no frame.
#[derive(Debug, thiserror::Error)]
pub enum PictureFault {
    /// It cannot be opened or read.
    #[error("the picture cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It exceeds [`MAX_FILE`].
    #[error("the picture file is larger than 50 MB")]
    TooLarge,
    /// It is no PNG or JPEG, is damaged, or has too many pixels.
    #[error(transparent)]
    Frame(#[from] FrameFault),
}

/// Loads a PNG or JPEG file, told apart by content, of at most [`MAX_FILE`] bytes and [`MAX_PIXELS`] pixels.
pub fn load_picture(path: &Path) -> Result<Frame, PictureFault> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(PictureFault::TooLarge);
    }
    Ok(picture_from_bytes(&bytes)?)
}

/// Decodes a PNG or JPEG in memory, within [`MAX_PIXELS`].
pub fn picture_from_bytes(bytes: &[u8]) -> Result<Frame, FrameFault> {
    let format = image::guess_format(bytes).map_err(|_| FrameFault::Damaged)?;
    if format == ImageFormat::Jpeg
        && let Ok(plane) = from_jpeg(bytes)
    {
        return Frame::new(plane.width, plane.height, plane.luma, 0, Duration::ZERO);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| FrameFault::Damaged)?;
    let (width, height) = decoder.dimensions();
    checked_pixels(width, height)?;
    let luma = DynamicImage::from_decoder(decoder).map_err(|_| FrameFault::Damaged)?.into_luma8();
    Frame::new(luma.width(), luma.height(), luma.into_raw(), 0, Duration::ZERO)
}

/// Reads every code in a picture file; positions are in the file's own pixels.
pub fn decode_image(path: &Path) -> Result<Vec<Found>, PictureFault> {
    Ok(decode_picture(&load_picture(path)?))
}

/// Reads every code in a picture of any size; see [`decode_image`].
pub fn decode_picture(picture: &Frame) -> Vec<Found> {
    decode_thoroughly(picture, SOUGHT)
}
