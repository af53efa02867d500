//! What must stay true of `cloud/template.yaml`, which the tests read line by line: one that is added without its alarm,
//! its dead letters or its protection makes a test fail.

use std::fs;

use crate::workspace::Workspace;

/// A resource of the template: its name and its lines.
struct Resource {
    name: String,
    text: String,
}

/// The template's words, and its resources.
struct Template {
    text: String,
    resources: Vec<Resource>,
}

fn template() -> Template {
    let workspace = Workspace::find().unwrap();
    let text = fs::read_to_string(workspace.root().join("cloud/template.yaml")).unwrap();
    let (_, resources) = text.split_once("\nResources:\n").unwrap();
    let (resources, _) = resources.split_once("\nOutputs:\n").unwrap();
    let mut found: Vec<Resource> = Vec::new();
    for line in resources.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let name = line.strip_prefix("  ").and_then(|rest| rest.strip_suffix(':'));
        match name.filter(|name| name.chars().all(char::is_alphanumeric)) {
            Some(name) => found.push(Resource { name: name.to_owned(), text: String::new() }),
            None => {
                if let Some(resource) = found.last_mut() {
                    resource.text.push_str(line);
                    resource.text.push('\n');
                }
            }
        }
    }
    Template { text, resources: found }
}

impl Template {
    fn of_type(&self, kind: &str) -> Vec<&Resource> {
        let line = format!("    Type: AWS::{kind}\n");
        let found: Vec<_> = self.resources.iter().filter(|resource| resource.has(&line)).collect();
        assert!(!found.is_empty(), "the template has no {kind}");
        found
    }

    fn named(&self, name: &str) -> &Resource {
        self.resources.iter().find(|resource| resource.name == name).unwrap()
    }

    /// Whether an alarm looks at this metric of this thing.
    fn watches(&self, metric: &str, of: &str) -> bool {
        let metric = format!("MetricName: {metric}");
        self.of_type("CloudWatch::Alarm").iter().any(|alarm| {
            alarm.has(&metric) && alarm.has(of) && alarm.has("AlarmActions: [!Ref OperationsTopic]")
        })
    }
}

impl Resource {
    fn has(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    fn must_have(&self, words: &str) {
        assert!(self.has(words), "{} has no {words}", self.name);
    }
}

/// What stands after `before`, up to `after`, each time.
fn between<'a>(text: &'a str, before: &str, after: char) -> Vec<&'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

#[test]
fn each_subscription_has_dead_letters_with_an_alarm() {
    let template = template();
    let mut subscriptions = 0;
    for resource in &template.resources {
        let own = usize::from(resource.has("    Type: AWS::SNS::Subscription\n"));
        let events = resource.text.matches("          Type: SNS\n").count();
        let queues = between(&resource.text, "RedrivePolicy: {deadLetterTargetArn: !GetAtt ", '.');
        if own + events == 0 {
            continue;
        }
        subscriptions += own + events;
        assert_eq!(queues.len(), own + events, "{}: dead letters", resource.name);
        for queue in queues {
            template.named(queue).must_have("    Type: AWS::SQS::Queue\n");
            let watched =
                template.watches("ApproximateNumberOfMessagesVisible", &format!("!GetAtt {queue}.QueueName"));
            assert!(watched, "no alarm looks at {queue}");
            template.named("UndeliveredPolicy").must_have(&format!("!Ref {queue}"));
        }
    }
    assert_eq!(subscriptions, 9, "five queues, the audit log twice, two mailboxes");
}

#[test]
fn each_topic_says_when_it_cannot_deliver() {
    let template = template();
    for topic in template.of_type("SNS::Topic") {
        let name = format!("!GetAtt {}.TopicName", topic.name);
        assert!(template.watches("NumberOfNotificationsFailed", &name), "{}", topic.name);
        topic.must_have("KmsMasterKeyId: !Ref TicketingSystemKey");
    }
}

#[test]
fn each_queue_is_encrypted_and_watched() {
    let template = template();
    for queue in template.of_type("SQS::Queue") {
        queue.must_have("KmsMasterKeyId: !Ref TicketingSystemKey");
        let name = format!("!GetAtt {}.QueueName", queue.name);
        let metric = if queue.name.ends_with("DLQ") {
            "ApproximateNumberOfMessagesVisible"
        } else {
            queue.must_have("RedrivePolicy: {deadLetterTargetArn: !GetAtt ");
            "ApproximateAgeOfOldestMessage"
        };
        assert!(template.watches(metric, &name), "no alarm looks at {}", queue.name);
    }
}

#[test]
fn each_table_is_kept_protected_and_watched() {
    let template = template();
    for table in template.of_type("DynamoDB::Table") {
        table.must_have("    DeletionPolicy: RetainExceptOnCreate\n");
        table.must_have("    UpdateReplacePolicy: Retain\n");
        table.must_have("      DeletionProtectionEnabled: !If [IsProtected, true, false]\n");
        table.must_have("PointInTimeRecoveryEnabled: true");
        table.must_have("SSEEnabled: true");
        let name = format!("Value: !Ref {}}}", table.name);
        for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] {
            assert!(template.watches(metric, &name), "no alarm looks at {metric} of {}", table.name);
        }
    }
}

#[test]
fn nothing_that_may_hold_an_only_copy_goes_with_the_stack() {
    let template = template();
    for kind in ["DynamoDB::Table", "S3::Bucket", "KMS::Key", "Cognito::UserPool"] {
        for resource in template.of_type(kind) {
            resource.must_have("    DeletionPolicy: RetainExceptOnCreate\n");
        }
    }
    template.named("IssuingKey").must_have("    DeletionPolicy: Retain\n");
    template.named("FilesBucket").must_have("VersioningConfiguration: {Status: Enabled}");
}

#[test]
fn each_function_is_traced_by_the_parameter_logs_in_json_and_is_watched() {
    let template = template();
    let (_, globals) = template.text.split_once("\nGlobals:\n").unwrap();
    let (globals, _) = globals.split_once("\nResources:\n").unwrap();
    assert!(globals.contains("    Tracing: !Ref Tracing\n"));
    assert!(globals.contains("    LoggingConfig: {LogFormat: JSON}\n"));
    for function in template.of_type("Serverless::Function") {
        assert!(!function.has("Tracing:") && !function.has("LogFormat:"), "{}", function.name);
        let role = template.named(&format!("{}Role", function.name));
        role.must_have("Action: [xray:PutTraceSegments, xray:PutTelemetryRecords], Resource: \"*\"");
        for metric in ["Errors", "Throttles"] {
            let name = format!("Value: !Ref {}}}", function.name);
            assert!(template.watches(metric, &name), "no alarm looks at {metric} of {}", function.name);
        }
        let queues = function.text.matches("          Type: SQS\n").count();
        let limits = function.text.matches("MaximumConcurrency: !Ref QueueConcurrency").count();
        assert_eq!(limits, queues, "{}", function.name);
    }
}

/// `sam build` asks the Makefile for each function by its name here, and the Makefile makes the program's name of it.
#[test]
fn sam_builds_each_function_by_the_makefile() {
    for function in template().of_type("Serverless::Function") {
        let metadata = "Metadata: {BuildMethod: makefile, ContextPath: ., ProjectRootDirectory: ., WorkingDirectory: ..}";
        function.must_have(metadata);
        let mut program = String::new();
        for letter in function.name.chars() {
            if letter.is_uppercase() && !program.is_empty() {
                program.push('-');
            }
            program.extend(letter.to_lowercase());
        }
        function.must_have(&format!("CodeUri: ../target/lambda/{program}/\n"));
    }
}

/// The mailboxes' two are only there with their addresses, and are counted.
#[test]
fn the_guide_counts_the_alarms() {
    let alarms = template().of_type("CloudWatch::Alarm").len();
    let guide = Workspace::find().unwrap().root().join("docs/deploy.md");
    let line = format!("| {alarms} alarms at 0.10 |");
    assert!(fs::read_to_string(guide).unwrap().contains(&line), "docs/deploy.md, 13: {line}");
}
