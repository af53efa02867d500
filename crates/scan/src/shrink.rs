//! Halving a picture's sides, by averaging.

use crate::frame::Frame;

/// The picture at half its width and height; `None` when nothing would be left.
pub(crate) fn halved(frame: &Frame) -> Option<Frame> {
    let width = frame.width() as usize;
    let (half_width, half_height) = (frame.width() / 2, frame.height() / 2);
    let mut luma = Vec::with_capacity(half_width as usize * half_height as usize);
    for rows in frame.luma().chunks_exact(width.max(1) * 2) {
        let (upper, lower) = rows.split_at(width);
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        luma.extend(pairs.map(|([a, b], [c, d])| average([*a, *b, *c, *d])));
    }
    Frame::new(half_width, half_height, luma, frame.sequence(), frame.at()).ok()
}

fn average(four: [u8; 4]) -> u8 {
    let sum = four.iter().map(|grey| u16::from(*grey)).sum::<u16>() + 2;
    u8::try_from(sum / 4).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn four_pixels_become_one() {
        let frame = Frame::new(5, 3, (0..15).collect(), 3, Duration::ZERO).unwrap();
        let half = halved(&frame).unwrap();
        assert_eq!((half.width(), half.height(), half.luma()), (2, 1, &[3, 5][..]));
        assert_eq!(half.sequence(), 3);
        assert!(halved(&halved(&half).unwrap_or(half)).is_none());
    }
}
