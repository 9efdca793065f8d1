//! Metrics in CloudWatch's embedded metric format: lines of the log that CloudWatch counts.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

/// The field of an event that is a metric's line and not a line's field.
pub(crate) const FIELD: &str = "metric";

const NAMESPACE: &str = "Recast";

/// What came of a task that a worker worked on.
#[derive(Clone, Copy, Debug)]
pub struct TaskMetric<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The task's operation.
    pub operation: &'a str,
    /// The engine that did the work, if any was needed.
    pub engine: Option<&'a str>,
    /// Its end: `finished`, or its code.
    pub outcome: &'a str,
    /// How long it was worked on.
    pub duration: SignedDuration,
    /// How long it could have been worked on, but nobody did, when that is known.
    pub queued: Option<SignedDuration>,
}

impl TaskMetric<'_> {
    /// Has it counted, at the time of its end.
    pub fn emit(&self, at: Timestamp) {
        let dimensions = [
            ("Stack", self.stack),
            ("Operation", self.operation),
            ("Engine", self.engine.unwrap_or("none")),
            ("Outcome", self.outcome),
        ];
        let done = [("Tasks", "Count", 1), ("Duration", "Milliseconds", millis(self.duration))];
        emit(at, &dimensions, &done);
        if let Some(queued) = self.queued {
            emit(at, &dimensions[..1], &[("QueueAge", "Milliseconds", millis(queued))]);
        }
    }
}

/// Has it counted how many groups of tasks nobody has looked after in time. That there are none is not
/// counted: a stack that idles has no metric, which costs nothing.
pub fn overdue(stack: &str, groups: usize, at: Timestamp) {
    if groups > 0 {
        let groups = i64::try_from(groups).unwrap_or(i64::MAX);
        emit(at, &[("Stack", stack)], &[("Overdue", "Count", groups)]);
    }
}

fn emit(at: Timestamp, dimensions: &[(&str, &str)], metrics: &[(&str, &str, i64)]) {
    let line = line(at, dimensions, metrics).to_string();
    tracing::info!(metric = line);
}

fn line(at: Timestamp, dimensions: &[(&str, &str)], metrics: &[(&str, &str, i64)]) -> Value {
    let names: Vec<_> = dimensions.iter().map(|(name, _)| name).collect();
    let units = metrics.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit }));
    let directive = json!({
        "Namespace": NAMESPACE, "Dimensions": [names], "Metrics": units.collect::<Vec<_>>(),
    });
    let about = json!({ "Timestamp": at.as_millisecond(), "CloudWatchMetrics": [directive] });
    let texts = dimensions.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
    let numbers = metrics.iter().map(|(name, _, value)| ((*name).to_owned(), Value::from(*value)));
    let members = [("_aws".to_owned(), about)].into_iter().chain(texts).chain(numbers);
    Value::Object(members.collect::<Map<_, _>>())
}

/// Returns a time in milliseconds; one that is none, because a clock went back, is 0.
#[must_use]
pub fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_a_line_that_cloudwatch_counts() {
        let at = Timestamp::from_millisecond(1_795_000_000_000).unwrap();
        let line = line(at, &[("Stack", "recast")], &[("Overdue", "Count", 3)]);
        let expect = json!({
            "_aws": {
                "Timestamp": 1_795_000_000_000_i64,
                "CloudWatchMetrics": [{
                    "Namespace": "Recast",
                    "Dimensions": [["Stack"]],
                    "Metrics": [{ "Name": "Overdue", "Unit": "Count" }],
                }],
            },
            "Stack": "recast",
            "Overdue": 3,
        });
        assert_eq!(line, expect);
    }

    #[test]
    fn a_clock_that_went_back_is_no_time() {
        assert_eq!(millis(SignedDuration::from_secs(-1)), 0);
        assert_eq!(millis(SignedDuration::from_secs(2)), 2_000);
    }
}
