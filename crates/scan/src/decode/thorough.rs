//! Reading a picture file: every code in it, at every size.
//!
//! Nobody waits at a gate for a file, so it is looked at in halves of its size too: a code that fills a large
//! photograph has modules too large and edges too soft at full size, and a fine weave is gone at half the size.

use super::bits::{self, NARROW_REACH, REACH};
use super::reading::{Left, Reading};
use super::{Found, borrowed};
use crate::frame::Frame;
use crate::shrink::halved;

/// Pictures are halved down to about this many pixels a side; a code has at least 21 modules.
const SMALLEST_SIDE: u32 = 60;

/// The picture at one size.
struct Layer {
    frame: Frame,
    smooth: Frame,
    /// The whole picture's pixels for one of this layer.
    scale: f32,
}

/// Reads every code in a picture of any size. It does not stop at a few codes: only when no finder pattern is left
/// unexplained and a text that begins with `sought` was read are the slower ways skipped.
pub(crate) fn decode_thoroughly(picture: &Frame, sought: &'static str) -> Vec<Found> {
    let mut reading = Reading::new(sought);
    let layers = layers(picture);
    let looks: Vec<Option<Left>> = layers
        .iter()
        .map(|layer| bits::dark_pixels(&layer.smooth, REACH).map(|dark| reading.look(dark, layer.scale)))
        .collect();
    let explained = |reading: &Reading| looks.iter().flatten().all(|left| reading.explains(left));
    if reading.has_sought() && explained(&reading) {
        return reading.found;
    }
    for (layer, left) in layers.iter().zip(&looks) {
        if let Some(left) = left {
            reading.read_grey(&layer.smooth, left);
        }
        reading.look_closely(&layer.smooth, bits::dark_pixels(&layer.smooth, NARROW_REACH), layer.scale);
    }
    if reading.has_sought() && explained(&reading) {
        return reading.found;
    }
    for layer in &layers {
        for level in bits::two_levels(&layer.frame) {
            reading.look_closely(&layer.smooth, bits::darker_than(&layer.frame, level), layer.scale);
        }
    }
    if !reading.has_sought() {
        for layer in &layers {
            reading.add(borrowed::rxing(&layer.frame), layer.scale);
            reading.add(borrowed::rxing(&bits::negative(&layer.frame)), layer.scale);
        }
    }
    if !reading.has_sought() {
        reading.add(borrowed::rqrr(picture), 1.0);
    }
    reading.found
}

fn layers(picture: &Frame) -> Vec<Layer> {
    let layer = |frame: Frame, scale: f32| Layer { smooth: bits::smoothed(&frame), frame, scale };
    let mut layers = vec![layer(picture.clone(), 1.0)];
    while let Some(last) = layers.last()
        && last.frame.width().min(last.frame.height()) >= 2 * SMALLEST_SIDE
        && let Some(half) = halved(&last.frame)
    {
        layers.push(layer(half, last.scale * 2.0));
    }
    layers
}
