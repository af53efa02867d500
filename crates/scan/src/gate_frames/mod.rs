//! Made-up gate frames: a ticket code on paper or on a phone, as a 1280 x 720 webcam sees it.
//!
//! For tests and the benchmark only (feature `synthetic`): no camera is needed, and a seed gives the same
//! frames on every machine. Each frame draws its own size, angle, perspective, contrast, shading, glare, blur,
//! motion, noise, moiré and JPEG quality.

mod chance;
mod paint;
mod sheets;

use std::time::Duration;

use qrcodegen::{QrCode, QrCodeEcc};

pub use chance::Chance;
pub use sheets::{Kind, Placed, Sheet, Shown, sheets};

use crate::frame::{Frame, FrameFault, Point};
use crate::picture::picture_from_bytes;

/// A frame's width in pixels.
pub const WIDTH: u32 = 1280;
/// A frame's height in pixels.
pub const HEIGHT: u32 = 720;

/// The QR code's alphanumeric alphabet (ISO/IEC 18004, 7.4.4), which a ticket's token keeps to.
const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A frame and what it shows.
#[derive(Debug, Clone)]
pub struct GateFrame {
    /// The picture.
    pub frame: Frame,
    /// The code's text.
    pub text: String,
}

/// What one frame draws by lot. All lengths in pixels, brightness 0 to 255, angles in radians.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The code's text.
    pub text: String,
    /// White modules around the code.
    pub quiet: i32,
    /// Corners of the code with its quiet zone: top left, top right, bottom right, bottom left.
    pub corners: [Point; 4],
    /// Brightness of dark and light modules.
    pub ink: (f32, f32),
    /// Brightness at the left, the right and the top edge, relative.
    pub shading: (f32, f32, f32),
    /// A lamp's reflection: place, strength, radius.
    pub glare: Option<(Point, f32, f32)>,
    /// Standard deviation of the lens blur; 0 for none.
    pub blur: f32,
    /// Length of the smear by motion, and whether it is sideways.
    pub motion: Option<(usize, bool)>,
    /// Standard deviation of the sensor's noise.
    pub noise: f32,
    /// Waves between screen and sensor, radians a pixel sideways and down.
    pub moire: Option<(f32, f32)>,
    /// JPEG quality in percent.
    pub quality: u8,
    /// Seed of background and noise.
    pub seed: u64,
}

impl Scene {
    /// Draws a scene with a ticket-like text of 148 characters.
    pub fn drawn(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let text = ticket_text(&mut chance);
        let side = chance.between(180.0, 460.0);
        let corners = drawn_corners(&mut chance, side);
        let centre = Point { x: middle(corners, |at| at.x), y: middle(corners, |at| at.y) };
        let dim = chance.happens(0.25);
        let ink = if dim {
            (chance.between(20.0, 40.0), chance.between(70.0, 110.0))
        } else {
            (chance.between(15.0, 60.0), chance.between(150.0, 235.0))
        };
        let on_phone = chance.happens(0.5);
        Self {
            text,
            quiet: if chance.happens(0.5) { 2 } else { 4 },
            corners,
            ink,
            shading: (chance.between(0.6, 1.0), chance.between(0.9, 1.2), chance.between(0.7, 1.0)),
            glare: chance.happens(0.4).then(|| drawn_glare(&mut chance, centre, side)),
            blur: if chance.happens(0.7) { chance.between(0.4, 1.7) } else { 0.0 },
            motion: chance.happens(0.35).then(|| (3 + 2 * chance.below(3), chance.happens(0.5))),
            noise: chance.between(1.0, 9.0),
            moire: (on_phone && chance.happens(0.5))
                .then(|| (chance.between(0.8, 2.2), chance.between(0.3, 1.5))),
            quality: [60, 75, 90].into_iter().nth(chance.below(3)).unwrap_or(75),
            seed: chance.next(),
        }
    }

    /// An easy scene: `text` large, straight and sharp in the middle.
    pub fn plain(text: &str, seed: u64) -> Self {
        let corner = |x: f32, y: f32| Point { x: 640.0 + x * 230.0, y: 360.0 + y * 230.0 };
        Self {
            text: text.to_owned(),
            quiet: 4,
            corners: [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)],
            ink: (30.0, 220.0),
            shading: (1.0, 1.0, 1.0),
            glare: None,
            blur: 0.6,
            motion: None,
            noise: 2.0,
            moire: None,
            quality: 90,
            seed,
        }
    }

    /// The scene as a camera delivers it; fails only when the text is too long for any QR code.
    pub fn shot(&self, sequence: u64) -> Result<GateFrame, FrameFault> {
        let picture = picture_from_bytes(&self.jpeg()?)?;
        let at = Duration::from_millis(sequence.saturating_mul(33));
        Ok(GateFrame { frame: picture.stamped(sequence, at), text: self.text.clone() })
    }

    /// The scene as a JPEG file.
    pub fn jpeg(&self) -> Result<Vec<u8>, FrameFault> {
        let code = QrCode::encode_text(&self.text, QrCodeEcc::Medium).map_err(|_| FrameFault::Damaged)?;
        let pixels = paint::painted(self, &code);
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, self.quality)
            .encode(&pixels, WIDTH, HEIGHT, image::ExtendedColorType::L8)
            .map_err(|_| FrameFault::Damaged)?;
        Ok(jpeg)
    }
}

/// The frames number 0 to `count` of a seed.
pub fn frames(seed: u64, count: u64) -> impl Iterator<Item = GateFrame> {
    (0..count).filter_map(move |number| {
        Scene::drawn(seed.wrapping_mul(1_000_003).wrapping_add(number)).shot(number).ok()
    })
}

/// A text of a ticket token's length and alphabet.
pub fn ticket_text(chance: &mut Chance) -> String {
    let letters = (0..144).filter_map(|_| ALPHABET.get(chance.below(ALPHABET.len())));
    std::iter::once("WK1:".to_owned()).chain(letters.map(|letter| char::from(*letter).to_string())).collect()
}

fn drawn_corners(chance: &mut Chance, side: f32) -> [Point; 4] {
    #[allow(clippy::cast_precision_loss, reason = "both are small and exact")]
    let (width, height) = (WIDTH as f32, HEIGHT as f32);
    let x = chance.between(side * 0.6, width - side * 0.6);
    let y = if side * 1.2 < height { chance.between(side * 0.6, height - side * 0.6) } else { height / 2.0 };
    let degrees =
        if chance.happens(0.3) { chance.between(-180.0, 180.0) } else { chance.between(-25.0, 25.0) };
    let (sin, cos) = degrees.to_radians().sin_cos();
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(across, down): (f32, f32)| {
        let reach = side * chance.between(0.82, 1.12);
        Point { x: x + reach * (across * cos - down * sin), y: y + reach * (across * sin + down * cos) }
    })
}

fn drawn_glare(chance: &mut Chance, centre: Point, side: f32) -> (Point, f32, f32) {
    let x = centre.x + chance.between(-side / 2.0, side / 2.0);
    let y = centre.y + chance.between(-side / 2.0, side / 2.0);
    (Point { x, y }, chance.between(60.0, 200.0), side * chance.between(0.06, 0.18))
}

fn middle(corners: [Point; 4], of: impl Fn(Point) -> f32) -> f32 {
    corners.into_iter().map(of).sum::<f32>() / 4.0
}
