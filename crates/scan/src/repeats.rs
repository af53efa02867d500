//! One ticket held in front of the camera is one scan, however many frames show it.
//!
//! Time comes in with the frames; no clock is read.

use std::time::Duration;

/// Texts remembered at once; more than a camera sees in one window.
const REMEMBERED: usize = 64;

/// Remembers which texts were in sight lately.
pub struct Repeats {
    window: Duration,
    seen: Vec<(String, Duration)>,
}

impl Repeats {
    /// A text counts as new again once it was out of sight for `window`.
    pub fn new(window: Duration) -> Self {
        Self { window, seen: Vec::new() }
    }

    /// Notes that `text` is in sight `at` this time of the source; true when it is a new scan.
    pub fn is_new(&mut self, text: &str, at: Duration) -> bool {
        self.seen.retain(|(_, last)| at.saturating_sub(*last) <= self.window);
        if let Some((_, last)) = self.seen.iter_mut().find(|(known, _)| known == text) {
            *last = at;
            return false;
        }
        if self.seen.len() >= REMEMBERED {
            self.seen.remove(0);
        }
        self.seen.push((text.to_owned(), at));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_for_long_is_one_scan_and_shown_again_is_another() {
        let mut repeats = Repeats::new(Duration::from_millis(1500));
        let scans = (0..100).filter(|frame| repeats.is_new("A", Duration::from_millis(frame * 33))).count();
        assert_eq!(scans, 1);
        assert!(repeats.is_new("B", Duration::from_millis(3300)), "another ticket counts at once");
        assert!(
            !repeats.is_new("A", Duration::from_millis(4700)),
            "a gap shorter than the window is the same"
        );
        assert!(repeats.is_new("A", Duration::from_millis(6201)));
    }

    #[test]
    fn a_source_that_starts_again_does_not_block() {
        let mut repeats = Repeats::new(Duration::from_secs(1));
        assert!(repeats.is_new("A", Duration::from_secs(50)));
        assert!(!repeats.is_new("A", Duration::ZERO));
        assert!(repeats.is_new("A", Duration::from_secs(2)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut repeats = Repeats::new(Duration::from_secs(1));
        for n in 0..1000 {
            repeats.is_new(&n.to_string(), Duration::ZERO);
        }
        assert!(repeats.seen.len() <= REMEMBERED);
    }
}
