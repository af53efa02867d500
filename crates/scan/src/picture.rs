//! Picture files, within bounds: the command line's decoder test, and replays.

use std::io::{Cursor, Read as _};
use std::path::Path;
use std::time::Duration;

use image::{DynamicImage, GrayAlphaImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};

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
    #[error("the picture cannot be read: {}", wicket_domain::system::why(.0))]
    Unreadable(#[from] std::io::Error),
    /// It exceeds [`MAX_FILE`].
    #[error("the picture file is larger than 50 MB")]
    TooLarge,
    /// It is no PNG or JPEG, is damaged, or has too many pixels.
    #[error(transparent)]
    Frame(#[from] FrameFault),
}

/// Loads a PNG or JPEG file, told apart by content, of at most [`MAX_FILE`] bytes and [`MAX_PIXELS`] pixels. Transparent
/// pixels are paper white.
pub fn load_picture(path: &Path) -> Result<Frame, PictureFault> {
    Ok(picture_from_bytes(&bytes_of(path)?)?)
}

/// Decodes a PNG or JPEG in memory, within [`MAX_PIXELS`]. Transparent pixels are paper white.
pub fn picture_from_bytes(bytes: &[u8]) -> Result<Frame, FrameFault> {
    Opened::from_bytes(bytes)?.on_paper(u8::MAX)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, PictureFault> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE { Err(PictureFault::TooLarge) } else { Ok(bytes) }
}

/// A decoded file.
enum Opened {
    Opaque(Frame),
    /// Some of it may be transparent.
    Layered(GrayAlphaImage),
}

impl Opened {
    fn from_bytes(bytes: &[u8]) -> Result<Self, FrameFault> {
        let format = image::guess_format(bytes).map_err(|_| FrameFault::Damaged)?;
        if format == ImageFormat::Jpeg
            && let Ok(plane) = from_jpeg(bytes)
        {
            let frame = Frame::new(plane.width, plane.height, plane.luma, 0, Duration::ZERO)?;
            return Ok(Self::Opaque(frame));
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
        let image = DynamicImage::from_decoder(decoder).map_err(|_| FrameFault::Damaged)?;
        if image.color().has_alpha() {
            return Ok(Self::Layered(image.into_luma_alpha8()));
        }
        let luma = image.into_luma8();
        Ok(Self::Opaque(Frame::new(luma.width(), luma.height(), luma.into_raw(), 0, Duration::ZERO)?))
    }

    /// The picture laid on paper of that brightness.
    fn on_paper(&self, paper: u8) -> Result<Frame, FrameFault> {
        match self {
            Self::Opaque(frame) => Ok(frame.clone()),
            Self::Layered(image) => {
                let luma = image.as_raw().as_chunks::<2>().0.iter().map(|pixel| mixed(*pixel, paper));
                Frame::new(image.width(), image.height(), luma.collect(), 0, Duration::ZERO)
            }
        }
    }
}

/// What is seen of a pixel of that brightness and opacity on paper.
fn mixed([grey, opacity]: [u8; 2], paper: u8) -> u8 {
    let [grey, opacity, paper] = [grey, opacity, paper].map(u16::from);
    u8::try_from((grey * opacity + paper * (255 - opacity) + 127) / 255).unwrap_or(u8::MAX)
}

/// Reads every code in a picture file; positions are in the file's own pixels.
///
/// Transparent pixels are paper white. A code that is drawn in white alone, as for a dark screen, is looked for on black
/// too when there is no ticket's on white.
pub fn decode_image(path: &Path) -> Result<Vec<Found>, PictureFault> {
    let opened = Opened::from_bytes(&bytes_of(path)?)?;
    let mut found = decode_picture(&opened.on_paper(u8::MAX)?);
    let is_sought = |code: &Found| code.text.starts_with(SOUGHT);
    if matches!(opened, Opened::Layered(_)) && !found.iter().any(is_sought) {
        for code in decode_picture(&opened.on_paper(0)?) {
            if !found.iter().any(|known| known.is_same_place(&code)) {
                found.push(code);
            }
        }
    }
    Ok(found)
}

/// Reads every code in a picture of any size; see [`decode_image`].
pub fn decode_picture(picture: &Frame) -> Vec<Found> {
    decode_thoroughly(picture, SOUGHT)
}
