//! Values that begin with a dash: the seat `-1`, the gate `-B`. Wicket has no short options but help and version, so a
//! word with a single dash behind an option that takes a value is that value.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// The arguments with such values joined to their option, as `--seat=-1`, which says the same and reads one way only.
pub(super) fn joined(command: &Command, given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let takers = takers(command);
    let mut arguments = Vec::new();
    // The option whose value comes next, and how many values it may still have.
    let mut open: Option<(OsString, usize)> = None;
    let mut ended = false;
    for word in given {
        let text = word.as_encoded_bytes();
        ended |= text == b"--";
        if ended {
            arguments.push(word);
            continue;
        }
        if text.starts_with(b"--") {
            open = word.to_str().and_then(|name| takers.get(name)).map(|most| (word.clone(), *most));
            arguments.push(word);
            continue;
        }
        let dashed = text.len() > 1 && text.starts_with(b"-") && !is_short_option(&word);
        match &mut open {
            Some((option, left)) if *left > 0 => {
                *left -= 1;
                // What is joined has all its values: the next one needs the option's name again.
                if dashed || arguments.last().is_some_and(|last| is_joined(last, option)) {
                    join(&mut arguments, option, &word);
                    continue;
                }
            }
            _ => open = None,
        }
        arguments.push(word);
    }
    arguments
}

/// Behind its own option the value takes the option's place; behind other values the option is named once more.
fn join(arguments: &mut Vec<OsString>, option: &OsStr, value: &OsStr) {
    if arguments.last().is_some_and(|last| last == option) {
        arguments.pop();
    }
    let mut whole = option.to_owned();
    whole.push("=");
    whole.push(value);
    arguments.push(whole);
}

fn is_joined(word: &OsStr, option: &OsStr) -> bool {
    let name = word.as_encoded_bytes().strip_prefix(option.as_encoded_bytes());
    name.is_some_and(|rest| rest.starts_with(b"="))
}

fn is_short_option(word: &OsStr) -> bool {
    word == "-h" || word == "-V"
}

/// Whether the word at `at` stands where an option may have its value, so that it would be no argument of its own.
pub(super) fn is_for_an_option(command: &Command, given: &[OsString], at: usize) -> bool {
    let takers = takers(command);
    let before = given.iter().take(at).rev();
    let values = before.clone().take_while(|word| !word.as_encoded_bytes().starts_with(b"-")).count();
    let option = before.clone().nth(values).and_then(|word| word.to_str());
    option.and_then(|name| takers.get(name)).is_some_and(|most| values < *most)
}

/// Every long option that takes values, and how many.
fn takers(command: &Command) -> HashMap<String, usize> {
    let mut takers = HashMap::new();
    collect(command, &mut takers);
    takers
}

fn collect(command: &Command, takers: &mut HashMap<String, usize>) {
    let with_values = |argument: &&Arg| argument.get_action().takes_values();
    for argument in command.get_arguments().filter(with_values) {
        if let Some(long) = argument.get_long() {
            let most = argument.get_num_args().map_or(1, |range| range.max_values());
            // One name may take several values in one command and one in another.
            let known = takers.entry(format!("--{long}")).or_insert(most);
            *known = most.max(*known);
        }
    }
    command.get_subcommands().for_each(|command| collect(command, takers));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::arguments::{Arguments, Task};
    use clap::{CommandFactory, Parser};

    fn words(text: &str) -> Vec<String> {
        let joined = joined(&Arguments::command(), text.split(' ').map(OsString::from));
        joined.into_iter().map(|word| word.into_string().unwrap()).collect()
    }

    #[test]
    fn a_seat_that_begins_with_a_dash_is_a_seat() {
        for (given, seats) in [
            ("wicket sell Gala --seat -1 --cash 10", &["-1"][..]),
            ("wicket sell Gala --seat A-1 -2 -B-3 --cash 10 --json", &["A-1", "-2", "-B-3"]),
            ("wicket sell Gala --cash -1 --seat -1 A-1", &["-1", "A-1"]),
            ("wicket sell Gala --cash 10 --seat=-1 --seat --holder", &["-1"]),
        ] {
            let Ok(arguments) = Arguments::try_parse_from(words(given)) else {
                assert!(given.ends_with("--holder"), "{given} is refused");
                continue;
            };
            let Some(Task::Sell(sale)) = arguments.task else { panic!("{given} is a sale") };
            assert_eq!(sale.seats, seats, "{given}");
        }
    }

    #[test]
    fn every_option_that_takes_a_value_takes_one_with_a_dash() {
        assert_eq!(
            words("wicket admit --token X --gate -B"),
            ["wicket", "admit", "--token", "X", "--gate=-B"]
        );
        assert_eq!(words("wicket --data-dir -x events"), ["wicket", "--data-dir=-x", "events"]);
        assert_eq!(
            words("wicket admit --gate B -x"),
            ["wicket", "admit", "--gate", "B", "-x"],
            "one is enough"
        );
    }

    #[test]
    fn help_is_help_and_what_stands_behind_two_dashes_is_left_alone() {
        for text in ["wicket sell --seat -h", "wicket -V", "wicket seats -- --seat -1", "wicket orders -"] {
            assert_eq!(words(text).join(" "), text);
        }
    }
}
