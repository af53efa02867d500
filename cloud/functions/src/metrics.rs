//! Counts for the dashboard, in `CloudWatch`'s embedded metric format: a line of the log that becomes a metric.
//!
//! The format is AWS's "Embedded metric format specification"; it costs no request.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::cloud::Cloud;

const NAMESPACE: &str = "Wicket";

/// Writes what was counted; nothing when nothing was.
pub(crate) fn count(cloud: &Cloud, environment: &str, counts: &[(&str, u32)]) {
    if let Some(line) = line(cloud.now(), environment, counts) {
        cloud.say(&line);
    }
}

fn line(at: Timestamp, environment: &str, counts: &[(&str, u32)]) -> Option<String> {
    let counted: Vec<_> = counts.iter().filter(|(_, count)| *count > 0).collect();
    if counted.is_empty() {
        return None;
    }
    let metrics: Vec<_> = counted.iter().map(|(name, _)| json!({"Name": name, "Unit": "Count"})).collect();
    let mut fields = Map::new();
    fields.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["Environment"]], "Metrics": metrics}],
        }),
    );
    fields.insert("Environment".to_owned(), environment.into());
    fields.extend(counted.into_iter().map(|(name, count)| ((*name).to_owned(), (*count).into())));
    Some(Value::from(fields).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let at = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        let line: Value =
            serde_json::from_str(&line(at, "dev", &[("Orders", 3), ("Refused", 0)]).unwrap()).unwrap();
        assert_eq!(line["Orders"], 3);
        assert_eq!(line["Environment"], "dev");
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Wicket");
        assert_eq!(
            line["_aws"]["CloudWatchMetrics"][0]["Metrics"],
            json!([{"Name": "Orders", "Unit": "Count"}])
        );
        assert_eq!(super::line(at, "dev", &[("Orders", 0)]), None, "nothing happened, nothing is said");
    }
}
