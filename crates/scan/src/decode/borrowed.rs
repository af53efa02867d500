//! The libraries' own decoders, end to end on a whole frame.

use rqrr::PreparedImage;
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader as _;
use rxing::qrcode::cpp_port::QrReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource};

use super::patterns::corners_of;
use super::{Found, MAX_TEXT};
use crate::contain::contained;
use crate::frame::{Frame, Point};

/// Every code that rqrr reads.
pub(crate) fn rqrr(frame: &Frame) -> Vec<Found> {
    contained(|| rqrr_uncontained(frame)).unwrap_or_default()
}

fn rqrr_uncontained(frame: &Frame) -> Vec<Found> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        frame.luma().get(y * width + x).copied().unwrap_or_default()
    });
    let grids = prepared.detect_grids();
    grids
        .iter()
        .filter_map(|grid| {
            let (_, text) = grid.decode().ok()?;
            #[allow(clippy::cast_precision_loss, reason = "pixel positions are far below 2^24")]
            let corners = grid.bounds.map(|corner| Point { x: corner.x as f32, y: corner.y as f32 });
            (text.len() <= MAX_TEXT).then_some(Found { text, corners })
        })
        .collect()
}

/// Every code that rxing reads.
pub(crate) fn rxing(frame: &Frame) -> Vec<Found> {
    contained(|| rxing_uncontained(frame)).unwrap_or_default()
}

fn rxing_uncontained(frame: &Frame) -> Vec<Found> {
    let Ok(source) = Luma8LuminanceSource::new(frame.luma().to_vec(), frame.width(), frame.height()) else {
        return Vec::new();
    };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    let results = QrReader.decode_multiple_with_hints(&mut bitmap, &hints).unwrap_or_default();
    results
        .iter()
        .filter_map(|result| {
            let corners = corners_of(result.getPoints())?;
            (result.getText().len() <= MAX_TEXT).then(|| Found { text: result.getText().to_owned(), corners })
        })
        .collect()
}
