//! The pairing code of a real stack, out of what the stack says of itself. It only reads, and only through the AWS CLI,
//! whose sign-in the person has already.

use std::process::Command;

use serde_json::{Map, Value};

use super::pairing;
use crate::commands::{Stop, program, read};

/// The AWS CLI as `PATH` has it.
const AWS: &str = if cfg!(windows) { "aws.exe" } else { "aws" };

/// What a pairing code has, the output that gives it, and whether there is no code without it. The tables are left out:
/// a station knows their names by the environment.
const OUTPUTS: &[(&str, &str, bool)] = &[
    ("environment", "Environment", true),
    ("region", "Region", true),
    ("stationQueueUrl", "StationQueueUrl", true),
    ("admissionQueueUrl", "AdmissionQueueUrl", true),
    ("bucket", "BucketName", true),
    ("userPoolId", "UserPoolId", true),
    ("userPoolClientId", "UserPoolClientId", true),
    ("identityPoolId", "IdentityPoolId", false),
    ("apiUrl", "ApiUrl", true),
];

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
    let said = |key: &str| {
        let output = read.as_array()?.iter().find(|output| text(output, "OutputKey") == Some(key))?;
        text(output, "OutputValue").filter(|value| !value.is_empty())
    };
    let mut facts = Map::new();
    let mut missing = Vec::new();
    for (name, key, needed) in OUTPUTS {
        match said(key) {
            Some(value) => drop(facts.insert((*name).to_owned(), Value::from(value))),
            None if *needed => missing.push(*key),
            None => {}
        }
    }
    facts.insert("venue".to_owned(), Value::from(venue));
    if missing.is_empty() {
        Ok(pairing::code(&Value::Object(facts)))
    } else {
        Err(Stop::new(format!(
            "The stack's outputs lack {}. Is it a stack of cloud/template.yaml, and is its deployment done?",
            missing.join(", ")
        )))
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::commands::shown;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// As `aws cloudformation describe-stacks` prints them.
    fn outputs() -> Vec<Value> {
        [
            ("Environment", "prod"),
            ("Region", "eu-central-1"),
            ("StationQueueUrl", "https://sqs.eu-central-1.amazonaws.com/123456789012/prod-StationQueue"),
            ("AdmissionQueueUrl", "https://sqs.eu-central-1.amazonaws.com/123456789012/prod-AdmissionQueue"),
            ("BucketName", "prod-wicket-files-123456789012-eu-central-1"),
            ("UserPoolId", "eu-central-1_aBcDeFgHi"),
            ("UserPoolClientId", "1h57kf5cpq17m0eml12EXAMPLE"),
            ("IdentityPoolId", "eu-central-1:11111111-2222-3333-4444-555555555555"),
            ("ApiUrl", "https://abcdef1234.execute-api.eu-central-1.amazonaws.com"),
            ("StripeWebhookSecretArn", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/x"),
        ]
        .map(|(key, value)| json!({"OutputKey": key, "OutputValue": value, "Description": "x"}))
        .into()
    }

    #[test]
    fn a_stack_becomes_the_code_that_stations_read() {
        let code = code(&Value::from(outputs()).to_string(), "house").unwrap();
        let facts = json!({
            "environment": "prod", "region": "eu-central-1",
            "stationQueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/prod-StationQueue",
            "admissionQueueUrl": "https://sqs.eu-central-1.amazonaws.com/123456789012/prod-AdmissionQueue",
            "bucket": "prod-wicket-files-123456789012-eu-central-1",
            "userPoolId": "eu-central-1_aBcDeFgHi", "userPoolClientId": "1h57kf5cpq17m0eml12EXAMPLE",
            "identityPoolId": "eu-central-1:11111111-2222-3333-4444-555555555555",
            "apiUrl": "https://abcdef1234.execute-api.eu-central-1.amazonaws.com", "venue": "house",
        });
        assert_eq!(code, pairing::code(&facts), "no secret's name, no endpoint, no emulator");
        assert!(code.starts_with("WKP1.") && code.len() < 1_000, "{} signs", code.len());
    }

    #[test]
    fn what_a_stack_lacks_is_named() {
        let mut half = outputs();
        half.retain(|output| output["OutputKey"] != "BucketName" && output["OutputKey"] != "IdentityPoolId");
        let stop = code(&Value::from(half).to_string(), "house").unwrap_err().to_string();
        assert!(stop.contains("lack BucketName."), "what may be missing is not named: {stop}");
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
