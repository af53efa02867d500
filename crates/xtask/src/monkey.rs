//! `cargo xtask monkey`: the random walk of `cargo xtask test`, as far as one likes.

use std::process::ExitCode;

use crate::checks;
use crate::commands::{Stop, run as run_command};
use crate::metadata;
use crate::system::{self, RUN, TEST, WINDOW};
use crate::ui;
use crate::workspace::Workspace;

/// The options, and the variables in which the test reads them.
const OPTIONS: &[(&str, &str)] = &[
    ("--steps", "WICKET_MONKEY_STEPS"),
    ("--seed", "WICKET_MONKEY_SEED"),
    ("--minutes", "WICKET_MONKEY_MINUTES"),
];

/// Steps when neither a number nor a time is given.
const STEPS: &str = "2000";

/// Builds the window and lets the monkey walk.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode, Stop> {
    let wishes = parse(arguments)?;
    system::provide(&[RUN, TEST, WINDOW])?;
    ui::check_node(workspace)?;
    ui::install(workspace)?;
    ui::build(workspace)?;
    let members = metadata::members(workspace)?;
    let mut test = checks::in_the_window(workspace, &members, &["monkey"])?;
    test.args(["--", "--nocapture"]).envs(wishes);
    run_command(&mut test)?;
    Ok(ExitCode::SUCCESS)
}

/// The variables for these words.
fn parse(arguments: &[String]) -> Result<Vec<(&'static str, String)>, Stop> {
    let mut wishes = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "--shrink" {
            wishes.push(("WICKET_MONKEY_SHRINK", "1".to_owned()));
            continue;
        }
        let option = OPTIONS.iter().find(|(name, _)| name == word);
        let value = words.next().filter(|value| value.parse::<u64>().is_ok());
        let (Some((_, variable)), Some(value)) = (option, value) else {
            return Err(Stop::new(
                "`cargo xtask monkey` takes --steps, --seed and --minutes, each with a number, and --shrink.",
            ));
        };
        wishes.push((*variable, value.clone()));
    }
    let bounded =
        |(name, _): &(&str, String)| ["WICKET_MONKEY_STEPS", "WICKET_MONKEY_MINUTES"].contains(name);
    if !wishes.iter().any(bounded) {
        wishes.push(("WICKET_MONKEY_STEPS", STEPS.to_owned()));
    }
    Ok(wishes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Vec<(&'static str, String)>, Stop> {
        parse(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_walk_always_has_an_end() {
        assert_eq!(parsed("").unwrap(), [("WICKET_MONKEY_STEPS", STEPS.to_owned())]);
        let seeded = parsed("--seed 7 --shrink").unwrap();
        assert!(seeded.contains(&("WICKET_MONKEY_STEPS", STEPS.to_owned())));
        assert!(seeded.contains(&("WICKET_MONKEY_SEED", "7".to_owned())));
        assert_eq!(parsed("--minutes 60").unwrap(), [("WICKET_MONKEY_MINUTES", "60".to_owned())]);
    }

    #[test]
    fn what_it_does_not_know_is_refused() {
        for words in ["--seed", "--seed x", "--fast", "7"] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
