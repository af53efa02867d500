//! What the monkey did, for people: each step in words, and at the end what differs.

use std::fmt::Write as _;
use std::time::Duration;

use crate::moves::Move;

/// One step as it was taken.
pub(crate) struct Told {
    pub(crate) done: Move,
    pub(crate) words: String,
    /// How long screen and station took to agree.
    pub(crate) took: Duration,
}

/// A walk, and how it ended.
pub(crate) struct Story {
    pub(crate) seed: u64,
    pub(crate) steps: Vec<Told>,
    pub(crate) end: Option<Difference>,
}

/// What differs at the end of a walk.
pub(crate) struct Difference {
    pub(crate) said: Vec<String>,
    pub(crate) screen: String,
    pub(crate) picture: Option<String>,
}

impl Story {
    pub(crate) fn moves(&self) -> Vec<Move> {
        self.steps.iter().map(|step| step.done).collect()
    }

    /// The whole story, as it is printed.
    pub(crate) fn print(&self) -> String {
        let mut text = format!("The monkey's walk from seed {}, {} steps:\n", self.seed, self.steps.len());
        for (number, step) in (1..).zip(&self.steps) {
            let slow = if step.took > Duration::from_secs(3) {
                format!("   ({} ms)", step.took.as_millis())
            } else {
                String::new()
            };
            let _ = writeln!(text, "{number:>4}. {}{slow}", step.words);
        }
        if let Some(end) = &self.end {
            text.push_str("Then screen and station differ:\n");
            for said in &end.said {
                let _ = writeln!(text, "   - {said}");
            }
            if let Some(picture) = &end.picture {
                let _ = writeln!(text, "Picture of the window: {picture}");
            }
            let _ = writeln!(text, "The window says:\n{}", indented(&end.screen));
        }
        text
    }
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("   | {line}")).collect::<Vec<_>>().join("\n")
}
