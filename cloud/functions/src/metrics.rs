//! Counts for the dashboard, in `CloudWatch`'s embedded metric format: a line of the log that becomes a metric.
//!
//! The format is AWS's "Embedded metric format specification"; it costs no request.

use std::io::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use wicket_pipeline::world::Counts;

const NAMESPACE: &str = "Wicket";

/// Writes the lines.
pub(crate) struct Metrics {
    pub(crate) environment: String,
    pub(crate) say: Arc<dyn Fn(&str)>,
}

/// Into the log, which is standard output.
pub(crate) fn log(line: &str) {
    // A log that cannot be written to must not stop a sale.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

impl Counts for Metrics {
    fn count(&self, at: Timestamp, counts: &[(&'static str, u32)]) {
        (self.say)(&line(at, &self.environment, counts));
    }
}

fn line(at: Timestamp, environment: &str, counts: &[(&'static str, u32)]) -> String {
    let metrics: Vec<_> = counts.iter().map(|(name, _)| json!({"Name": name, "Unit": "Count"})).collect();
    let mut fields = Map::new();
    fields.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [["Environment"]], "Metrics": metrics}],
        }),
    );
    fields.insert("Environment".to_owned(), environment.into());
    fields.extend(counts.iter().map(|(name, count)| ((*name).to_owned(), (*count).into())));
    Value::from(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let at = Timestamp::from_millisecond(1_700_000_000_000).unwrap();
        let line: Value = serde_json::from_str(&line(at, "dev", &[("Orders", 3)])).unwrap();
        assert_eq!(line["Orders"], 3);
        assert_eq!(line["Environment"], "dev");
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "Wicket");
        assert_eq!(
            line["_aws"]["CloudWatchMetrics"][0]["Metrics"],
            json!([{"Name": "Orders", "Unit": "Count"}])
        );
    }
}
