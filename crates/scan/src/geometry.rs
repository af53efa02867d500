//! Plane projections: how a flat sheet looks from the side (four point pairs give one).
//!
//! Pure; the formulas are the usual square-to-quadrilateral ones (Heckbert, 1989).

#![allow(
    clippy::many_single_char_names,
    reason = "the letters of a 3 x 3 matrix, as every textbook has them"
)]

use crate::frame::Point;

/// A projective map of the plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Projection {
    /// Row by row.
    m: [f64; 9],
}

impl Projection {
    /// The map that takes each corner of `from` to that of `to`; `None` when three corners are in a line.
    pub(crate) fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        Some(Self::from_square(to)?.after(&Self::from_square(from)?.inverse()?))
    }

    /// The unit square (0,0) (1,0) (1,1) (0,1) to four corners.
    fn from_square(corners: [Point; 4]) -> Option<Self> {
        let [a, b, c, d] = corners.map(|at| (f64::from(at.x), f64::from(at.y)));
        let sum = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
        let (right, lower) = ((b.0 - c.0, b.1 - c.1), (d.0 - c.0, d.1 - c.1));
        let area = right.0 * lower.1 - lower.0 * right.1;
        if area.abs() < 1e-9 {
            return None;
        }
        let g = (sum.0 * lower.1 - lower.0 * sum.1) / area;
        let h = (right.0 * sum.1 - sum.0 * right.1) / area;
        Some(Self {
            m: [
                b.0 - a.0 + g * b.0,
                d.0 - a.0 + h * d.0,
                a.0,
                b.1 - a.1 + g * b.1,
                d.1 - a.1 + h * d.1,
                a.1,
                g,
                h,
                1.0,
            ],
        })
    }

    fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f, g, h, i] = self.m;
        let (first, second, third) = (e * i - f * h, f * g - d * i, d * h - e * g);
        let volume = a * first + b * second + c * third;
        if volume.abs() < 1e-12 {
            return None;
        }
        let cofactors = [
            first,
            c * h - b * i,
            b * f - c * e,
            second,
            a * i - c * g,
            c * d - a * f,
            third,
            b * g - a * h,
            a * e - b * d,
        ];
        Some(Self { m: cofactors.map(|it| it / volume) })
    }

    /// First `earlier`, then this.
    fn after(&self, earlier: &Self) -> Self {
        let [a, b, c, d, e, f, g, h, i] = self.m;
        let [j, k, l, m, n, o, p, q, r] = earlier.m;
        Self {
            m: [
                a * j + b * m + c * p,
                a * k + b * n + c * q,
                a * l + b * o + c * r,
                d * j + e * m + f * p,
                d * k + e * n + f * q,
                d * l + e * o + f * r,
                g * j + h * m + i * p,
                g * k + h * n + i * q,
                g * l + h * o + i * r,
            ],
        }
    }

    /// Where (x, y) goes.
    #[allow(clippy::cast_possible_truncation, reason = "pixel positions need no more than f32")]
    pub(crate) fn apply(&self, x: f32, y: f32) -> Point {
        let (x, y) = (f64::from(x), f64::from(y));
        let [a, b, c, d, e, f, g, h, i] = self.m;
        let depth = g * x + h * y + i;
        Point { x: ((a * x + b * y + c) / depth) as f32, y: ((d * x + e * y + f) / depth) as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_to_corners() {
        let from = [(0.0, 0.0), (41.0, 0.0), (38.5, 38.5), (0.0, 41.0)].map(|(x, y)| Point { x, y });
        let to = [(100.0, 80.0), (300.0, 95.0), (310.0, 290.0), (90.0, 310.0)].map(|(x, y)| Point { x, y });
        let map = Projection::between(from, to).unwrap();
        for (corner, there) in from.into_iter().zip(to) {
            let at = map.apply(corner.x, corner.y);
            assert!((at.x - there.x).abs() < 1e-3 && (at.y - there.y).abs() < 1e-3);
        }
    }

    #[test]
    fn a_line_is_no_sheet() {
        let line = [0.0, 1.0, 2.0, 3.0].map(|x| Point { x, y: x });
        assert!(Projection::between(line, line).is_none());
    }
}
