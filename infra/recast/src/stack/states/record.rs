use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::arn::Id;

/// What happens to an execution.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) id: Id,
    pub(super) event: Event,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Event {
    Started(Start),
    Entered(Entered),
    Attempted(Attempted),
    Ended(End),
}

/// How an execution began.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Start {
    /// The input's JSON, byte for byte.
    pub(super) input: String,
    #[serde(with = "milliseconds")]
    pub(super) at: Timestamp,
}

/// The state that an execution is in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Entered {
    pub(super) state: String,
    pub(super) input: Value,
    #[serde(with = "milliseconds")]
    pub(super) at: Timestamp,
}

/// The last attempt in a state.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Attempted {
    /// How many came before it.
    pub(super) retry_count: u32,
    /// How often each of the state's retriers was used.
    pub(super) retries: Vec<u32>,
}

/// How an execution ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct End {
    #[serde(flatten)]
    pub(super) outcome: Outcome,
    #[serde(with = "milliseconds")]
    pub(super) at: Timestamp,
}

/// What an execution came to.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "status", rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Outcome {
    Succeeded { output: String },
    Failed { error: String, cause: Option<String> },
    TimedOut { error: String },
    Aborted { error: Option<String>, cause: Option<String> },
}

impl Record {
    /// Returns it as it stands in the journal.
    #[expect(clippy::expect_used, reason = "records have text keys and no other way to fail")]
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("a record is JSON");
        line.push(b'\n');
        line
    }
}

mod milliseconds {
    use jiff::Timestamp;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_i64(at.as_millisecond())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        Timestamp::from_millisecond(i64::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_written_as_they_are_read() {
        let aborted = Outcome::Aborted { error: None, cause: Some("c".to_owned()) };
        let event = Event::Ended(End { outcome: aborted, at: Timestamp::UNIX_EPOCH });
        let written = serde_json::to_string(&event).unwrap();
        assert_eq!(written, r#"{"ended":{"status":"ABORTED","error":null,"cause":"c","at":0}}"#);
        let read: Event = serde_json::from_str(&written).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), written);
    }
}
