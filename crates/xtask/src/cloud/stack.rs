//! The pairing code of a real stack, out of the address that the stack says it has. It only reads, and only through the
//! AWS CLI, whose sign-in the person has already.

use std::process::Command;

use serde_json::Value;

use super::pairing;
use crate::commands::{Stop, program, read};

/// The AWS CLI as `PATH` has it.
const AWS: &str = if cfg!(windows) { "aws.exe" } else { "aws" };

/// The output that a pairing code is made of.
const OUTPUT: &str = "ApiUrl";

/// Which stack.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stack {
    name: String,
    region: Option<String>,
    profile: Option<String>,
    venue: String,
}

/// The house of a stack that has one.
const VENUE: &str = "house";

impl Stack {
    pub(super) fn parse(words: &[String]) -> Result<Self, Stop> {
        let mut stack = Self { venue: VENUE.to_owned(), ..Self::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().filter(|value| !value.starts_with("--"));
            let value = value.ok_or_else(|| Stop::new(format!("{word} is followed by a name."))).cloned();
            match word.as_str() {
                "--stack" => stack.name = value?,
                "--region" => stack.region = Some(value?),
                "--profile" => stack.profile = Some(value?),
                "--venue" => stack.venue = value?,
                other => {
                    let help = super::HELP;
                    return Err(Stop::new(format!(
                        "`cargo xtask cloud code` does not know {other}. It takes:\n\n{help}"
                    )));
                }
            }
        }
        if stack.name.is_empty() {
            return Err(Stop::new("Which stack? Write `cargo xtask cloud code --stack NAME`."));
        }
        Ok(stack)
    }

    /// The code, asked of AWS.
    pub(super) fn code(&self) -> Result<String, Stop> {
        if program(AWS).is_none() {
            return Err(Stop::new(
                "The AWS CLI is missing, which reads the stack's outputs. Get it at https://aws.amazon.com/cli/, sign in \
                 (`aws sts get-caller-identity` answers), and try again.",
            ));
        }
        code(&read(&mut self.question())?, &self.venue)
    }

    fn question(&self) -> Command {
        let mut aws = Command::new(AWS);
        aws.args(["cloudformation", "describe-stacks", "--stack-name", &self.name]);
        aws.args(["--query", "Stacks[0].Outputs", "--output", "json"]);
        for (option, value) in [("--region", &self.region), ("--profile", &self.profile)] {
            if let Some(value) = value {
                aws.args([option, value]);
            }
        }
        aws
    }
}

/// The code for a stack's outputs, as the AWS CLI prints them.
fn code(outputs: &str, venue: &str) -> Result<String, Stop> {
    let read: Value = serde_json::from_str(outputs).unwrap_or_default();
    let text = |output: &Value, key: &str| Some(output.get(key)?.as_str()?.to_owned());
    let mut outputs = read.as_array().into_iter().flatten();
    let api = outputs.find(|output| text(output, "OutputKey").as_deref() == Some(OUTPUT));
    let api = api.and_then(|output| text(output, "OutputValue")).filter(|address| !address.is_empty());
    let missing = || {
        Stop::new(format!(
            "The stack's outputs lack {OUTPUT}. Is it a stack of cloud/template.yaml, and is its deployment done?"
        ))
    };
    Ok(pairing::code(&api.ok_or_else(missing)?, venue))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::shown;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_stack_becomes_the_code_that_stations_read() {
        let output =
            |key: &str, value: &str| json!({"OutputKey": key, "OutputValue": value, "Description": "x"});
        let api = "https://abcdef1234.execute-api.eu-central-1.amazonaws.com";
        let outputs = [output("Environment", "prod"), output("ApiUrl", api)];
        let code = code(&json!(outputs).to_string(), "grand-hall").unwrap();
        assert_eq!(code, pairing::code(api, "grand-hall"));
    }

    #[test]
    fn what_a_stack_lacks_is_named() {
        let half = json!([{"OutputKey": "Environment", "OutputValue": "prod"}]).to_string();
        let stop = code(&half, "house").unwrap_err().to_string();
        assert!(stop.contains("lack ApiUrl."), "{stop}");
        assert!(code("null", "house").is_err(), "a stack that is being made has none");
    }

    #[test]
    fn the_question_names_the_stack_and_whose_it_is() {
        let stack = Stack::parse(&words("--stack wicket-prod --region eu-central-1 --profile hall")).unwrap();
        let question = shown(&stack.question());
        assert!(
            question.contains("--stack-name wicket-prod") && question.contains("--profile hall"),
            "{question}"
        );
        assert!(!shown(&Stack::parse(&words("--stack a")).unwrap().question()).contains("--region"));
        for wrong in ["", "--stack", "--stack --region", "--name a"] {
            assert!(Stack::parse(&words(wrong)).is_err(), "{wrong}");
        }
    }
}
