use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// A row as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Makes a text attribute.
pub(crate) fn text(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

/// Makes a number attribute.
pub(crate) fn number(value: impl Into<i64>) -> AttributeValue {
    AttributeValue::N(value.into().to_string())
}

/// Makes a time attribute: milliseconds since 1970.
pub(crate) fn time(value: Timestamp) -> AttributeValue {
    number(value.as_millisecond())
}

/// Makes the attribute that DynamoDB's own expiry goes by: seconds since 1970, never too early.
pub(crate) fn time_to_live(value: Timestamp) -> AttributeValue {
    number(value.as_millisecond().saturating_add(999).div_euclid(1000))
}

/// How much longer than for anybody else a task or a job is there for the sweep, which deletes its files before it:
/// were DynamoDB the first, nobody would know of them.
const LINGER: SignedDuration = SignedDuration::from_hours(24);

/// Makes the attribute that says when a row with files has expired: its own expiry, by DynamoDB, comes later.
pub(crate) fn expiry(value: Timestamp) -> AttributeValue {
    time_to_live(value.saturating_add(LINGER).unwrap_or(value))
}

/// Makes a text attribute of JSON.
pub(crate) fn json(value: &impl Serialize) -> AttributeValue {
    // Every value stored this way has text keys and no failing serialiser: nothing can go wrong.
    AttributeValue::S(serde_json::to_string(value).unwrap_or_default())
}

/// Makes a text attribute of an enum that serialises as a word.
pub(crate) fn word(value: impl Serialize) -> AttributeValue {
    let value = serde_json::to_value(value).unwrap_or_default();
    AttributeValue::S(value.as_str().unwrap_or_default().to_owned())
}

/// Reads one row, attribute by attribute.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a>(pub(crate) &'a Item);

impl<'a> Row<'a> {
    pub(crate) fn text(self, name: &'static str) -> Result<&'a str, StoreError> {
        self.optional_text(name).ok_or(StoreError::Malformed(name))
    }

    pub(crate) fn optional_text(self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_s().ok().map(String::as_str)
    }

    pub(crate) fn parse<T: std::str::FromStr>(self, name: &'static str) -> Result<T, StoreError> {
        self.text(name)?.parse().map_err(|_| StoreError::Malformed(name))
    }

    pub(crate) fn number<T: TryFrom<i64>>(self, name: &'static str) -> Result<T, StoreError> {
        self.optional_number(name)?.ok_or(StoreError::Malformed(name))
    }

    pub(crate) fn optional_number<T: TryFrom<i64>>(
        self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let number = value.as_n().ok().and_then(|text| text.parse::<i64>().ok());
        let number = number.and_then(|number| T::try_from(number).ok());
        number.map(Some).ok_or(StoreError::Malformed(name))
    }

    pub(crate) fn time(self, name: &'static str) -> Result<Timestamp, StoreError> {
        self.optional_time(name)?.ok_or(StoreError::Malformed(name))
    }

    pub(crate) fn optional_time(self, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let Some(millis) = self.optional_number::<i64>(name)? else { return Ok(None) };
        Timestamp::from_millisecond(millis).map(Some).map_err(|_| StoreError::Malformed(name))
    }

    /// Reads when a row with files has expired, if it has an end.
    pub(crate) fn expiry(self, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let end = self.optional_seconds(name)?;
        Ok(end.map(|end| end.saturating_sub(LINGER).unwrap_or(end)))
    }

    /// Reads what [`time_to_live`] wrote.
    pub(crate) fn optional_seconds(
        self,
        name: &'static str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let Some(seconds) = self.optional_number::<i64>(name)? else { return Ok(None) };
        Timestamp::from_second(seconds).map(Some).map_err(|_| StoreError::Malformed(name))
    }

    /// Reads a set of words, sorted; a missing one is empty.
    pub(crate) fn words<T: DeserializeOwned>(
        self,
        name: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        let Some(value) = self.0.get(name) else { return Ok(Vec::new()) };
        let mut words = value.as_ss().map_err(|_| StoreError::Malformed(name))?.clone();
        words.sort_unstable();
        let word = |word: String| serde_json::from_value(serde_json::Value::from(word));
        words
            .into_iter()
            .map(word)
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::Malformed(name))
    }

    pub(crate) fn flag(self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value == &AttributeValue::Bool(true))
    }

    pub(crate) fn json<T: DeserializeOwned>(self, name: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(self.text(name)?).map_err(|_| StoreError::Malformed(name))
    }

    pub(crate) fn optional_json<T: DeserializeOwned>(
        self,
        name: &'static str,
    ) -> Result<Option<T>, StoreError> {
        if self.0.contains_key(name) { self.json(name).map(Some) } else { Ok(None) }
    }

    pub(crate) fn word<T: DeserializeOwned>(self, name: &'static str) -> Result<T, StoreError> {
        let word = serde_json::Value::from(self.text(name)?);
        serde_json::from_value(word).map_err(|_| StoreError::Malformed(name))
    }

    pub(crate) fn texts(self, name: &'static str) -> Result<Vec<&'a str>, StoreError> {
        let Some(value) = self.0.get(name) else { return Ok(Vec::new()) };
        let list = value.as_l().map_err(|_| StoreError::Malformed(name))?;
        let text = |value: &'a AttributeValue| value.as_s().ok().map(String::as_str);
        list.iter().map(text).collect::<Option<_>>().ok_or(StoreError::Malformed(name))
    }
}
