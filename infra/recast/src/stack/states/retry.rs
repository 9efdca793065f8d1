use std::time::Duration;

use ambient::Entropy;
use serde::Deserialize;

use super::error::ErrorEquals;
use super::path::ResultPath;
use super::state::{Comment, present};

/// Delays are no longer than a year, the most that MaxDelaySeconds may say.
const LONGEST_DELAY_SECONDS: u32 = 31_622_400;
/// The most that other numbers of a retrier may say.
const MOST: u32 = 99_999_999;

/// When and how often a state is tried again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Retrier {
    #[serde(default, rename = "Comment")]
    _comment: Comment,
    error_equals: ErrorEquals,
    #[serde(default = "one")]
    interval_seconds: u32,
    #[serde(default = "three")]
    max_attempts: u32,
    #[serde(default = "two")]
    backoff_rate: f64,
    #[serde(default, deserialize_with = "present")]
    max_delay_seconds: Option<u32>,
    #[serde(default)]
    jitter_strategy: JitterStrategy,
}

/// Where an execution goes on when a state has failed for good.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(super) struct Catcher {
    #[serde(default, rename = "Comment")]
    _comment: Comment,
    error_equals: ErrorEquals,
    #[serde(default)]
    pub(super) result_path: ResultPath,
    pub(super) next: String,
}

/// Why a state's retriers or catchers are refused.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum RetryError {
    #[error("`States.ALL` is not the last in {0}")]
    AllNotLast(&'static str),
    #[error("IntervalSeconds must be 1 to 99999999")]
    Interval,
    #[error("MaxAttempts must be at most 99999999")]
    Attempts,
    #[error("BackoffRate must be at least 1")]
    Rate,
    #[error("MaxDelaySeconds must be more than IntervalSeconds and less than 31622400")]
    Delay,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "UPPERCASE")]
enum JitterStrategy {
    Full,
    #[default]
    None,
}

/// Returns how long to wait before `error` is tried again, or none when it is not to be: the first
/// retrier for it decides, and when its attempts are used up no later one is asked. `counts` has
/// for each retrier how often it was used, and is counted on.
pub(super) fn delay(retriers: &[Retrier], counts: &mut Vec<u32>, error: &str) -> Option<Duration> {
    counts.resize(retriers.len(), 0);
    let (retrier, count) =
        retriers.iter().zip(counts).find(|(retrier, _)| retrier.error_equals.matches(error))?;
    if *count >= retrier.max_attempts {
        return None;
    }
    *count += 1;
    Some(retrier.jittered(retrier.backoff(*count)))
}

/// Returns the first of the `catchers` that is for `error`.
pub(super) fn catcher<'a>(catchers: &'a [Catcher], error: &str) -> Option<&'a Catcher> {
    catchers.iter().find(|catcher| catcher.error_equals.matches(error))
}

/// Checks what the types of a state's retriers and catchers cannot.
///
/// # Errors
///
/// [`RetryError`] at the first that AWS would refuse.
pub(super) fn check(retriers: &[Retrier], catchers: &[Catcher]) -> Result<(), RetryError> {
    let is_all = |errors: &ErrorEquals| errors.is_all();
    if retriers.iter().rev().skip(1).any(|retrier| is_all(&retrier.error_equals)) {
        return Err(RetryError::AllNotLast("Retry"));
    }
    if catchers.iter().rev().skip(1).any(|catcher| is_all(&catcher.error_equals)) {
        return Err(RetryError::AllNotLast("Catch"));
    }
    retriers.iter().try_for_each(Retrier::check)
}

impl Retrier {
    fn check(&self) -> Result<(), RetryError> {
        if !(1..=MOST).contains(&self.interval_seconds) {
            return Err(RetryError::Interval);
        }
        if self.max_attempts > MOST {
            return Err(RetryError::Attempts);
        }
        if self.backoff_rate < 1.0 {
            return Err(RetryError::Rate);
        }
        let longer = self.interval_seconds + 1..LONGEST_DELAY_SECONDS;
        if self.max_delay_seconds.is_some_and(|most| !longer.contains(&most)) {
            return Err(RetryError::Delay);
        }
        Ok(())
    }

    /// Returns the delay before its `attempt`th attempt, counted from one.
    fn backoff(&self, attempt: u32) -> Duration {
        let most = f64::from(self.max_delay_seconds.unwrap_or(LONGEST_DELAY_SECONDS));
        let growth = self.backoff_rate.powf(f64::from(attempt) - 1.0);
        Duration::from_secs_f64((f64::from(self.interval_seconds) * growth).min(most))
    }

    fn jittered(&self, delay: Duration) -> Duration {
        match self.jitter_strategy {
            JitterStrategy::None => delay,
            JitterStrategy::Full => {
                let part = u32::from_le_bytes(Entropy.bytes());
                delay.mul_f64(f64::from(part) / f64::from(u32::MAX))
            }
        }
    }
}

fn one() -> u32 {
    1
}

fn three() -> u32 {
    3
}

fn two() -> f64 {
    2.0
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn retriers(value: Value) -> Vec<Retrier> {
        serde_json::from_value(value).unwrap()
    }

    fn delays(value: Value, errors: &[&str]) -> Vec<Option<f64>> {
        let (retriers, mut counts) = (retriers(value), Vec::new());
        let next = |error: &&str| delay(&retriers, &mut counts, error).map(|d| d.as_secs_f64());
        errors.iter().map(next).collect()
    }

    #[test]
    fn retriers_count_each_on_their_own() {
        // The example of "Handling errors in Step Functions workflows".
        let two = json!([
            { "ErrorEquals": ["A", "B"], "IntervalSeconds": 1, "BackoffRate": 2.0, "MaxAttempts": 2 },
            { "ErrorEquals": ["C"], "IntervalSeconds": 5 },
        ]);
        let expected = [Some(1.0), Some(2.0), Some(5.0), None];
        assert_eq!(delays(two, &["A", "B", "C", "B"]), expected);
    }

    #[test]
    fn first_matching_retrier_decides_even_when_it_is_used_up() {
        let value = json!([
            { "ErrorEquals": ["A"], "MaxAttempts": 1 },
            { "ErrorEquals": ["States.ALL"], "MaxAttempts": 9 },
        ]);
        assert_eq!(delays(value, &["A", "A", "B"]), [Some(1.0), None, Some(1.0)]);
        let never = json!([{ "ErrorEquals": ["States.ALL"], "MaxAttempts": 0 }]);
        assert_eq!(delays(never, &["A"]), [None]);
    }

    #[test]
    fn defaults_are_one_second_three_attempts_and_doubling() {
        let value = json!([{ "ErrorEquals": ["States.TaskFailed"] }]);
        let expected = [Some(1.0), Some(2.0), Some(4.0), None];
        assert_eq!(delays(value, &["A"; 4]), expected);
    }

    #[test]
    fn delays_grow_to_their_most() {
        let value = json!([{ "ErrorEquals": ["A"], "MaxAttempts": 4, "IntervalSeconds": 2,
            "BackoffRate": 3, "MaxDelaySeconds": 10 }]);
        assert_eq!(delays(value, &["A"; 4]), [Some(2.0), Some(6.0), Some(10.0), Some(10.0)]);
        let value = json!([{ "ErrorEquals": ["A"], "MaxAttempts": 9, "BackoffRate": 1e300 }]);
        assert_eq!(delays(value, &["A"; 3])[2], Some(f64::from(LONGEST_DELAY_SECONDS)));
    }

    #[test]
    fn full_jitter_spreads_delays_below_the_backoff() {
        let value = json!([{ "ErrorEquals": ["A"], "MaxAttempts": 99, "IntervalSeconds": 100,
            "BackoffRate": 1, "JitterStrategy": "FULL" }]);
        let delays: Vec<f64> = delays(value, &["A"; 99]).into_iter().flatten().collect();
        assert_eq!(delays.len(), 99);
        assert!(delays.iter().all(|delay| (0.0..=100.0).contains(delay)), "{delays:?}");
        assert!(delays.iter().any(|delay| *delay < 50.0), "{delays:?}");
        assert!(delays.iter().any(|delay| *delay > 50.0), "{delays:?}");
    }

    #[test]
    fn retriers_that_aws_would_refuse_are_refused() {
        let refused = |value: Value, expected: RetryError| {
            assert_eq!(check(&retriers(value.clone()), &[]), Err(expected), "{value}");
        };
        refused(json!([{ "ErrorEquals": ["A"], "IntervalSeconds": 0 }]), RetryError::Interval);
        refused(
            json!([{ "ErrorEquals": ["A"], "MaxAttempts": 100_000_000 }]),
            RetryError::Attempts,
        );
        refused(json!([{ "ErrorEquals": ["A"], "BackoffRate": 0.5 }]), RetryError::Rate);
        refused(json!([{ "ErrorEquals": ["A"], "MaxDelaySeconds": 1 }]), RetryError::Delay);
        refused(
            json!([{ "ErrorEquals": ["A"], "MaxDelaySeconds": 31_622_400 }]),
            RetryError::Delay,
        );
        let all_first = json!([{ "ErrorEquals": ["States.ALL"] }, { "ErrorEquals": ["A"] }]);
        refused(all_first, RetryError::AllNotLast("Retry"));
    }
}
