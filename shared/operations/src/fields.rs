use std::ops::RangeInclusive;

use domain::FileName;
use serde_json::{Map, Value};

/// What is wrong with one field of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The field.
    pub field: String,
    /// A sentence for people.
    pub message: String,
}

/// Reads a payload field by field and keeps everything that is wrong with it.
///
/// `null` counts as absent: clients send it for what they leave out.
pub(crate) struct Fields<'a> {
    payload: &'a Map<String, Value>,
    invalid: Vec<Invalid>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(payload: &'a Map<String, Value>) -> Self {
        Self { payload, invalid: Vec::new() }
    }

    pub(crate) fn payload(&self) -> &'a Map<String, Value> {
        self.payload
    }

    pub(crate) fn refuse(&mut self, field: &str, message: String) {
        self.invalid.push(Invalid { field: field.to_owned(), message });
    }

    /// Returns what was read if nothing was wrong.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<Invalid>> {
        read.filter(|_| self.invalid.is_empty()).ok_or(self.invalid)
    }

    pub(crate) fn text(&mut self, field: &str) -> Option<&'a str> {
        let value = self.get(field)?;
        let text = value.as_str();
        self.expect(field, "a string", text)
    }

    pub(crate) fn required_text(&mut self, field: &str) -> Option<&'a str> {
        if self.get(field).is_none() {
            self.refuse(field, format!("The {} field is required.", label(field)));
        }
        self.text(field)
    }

    /// Booleans come as such, and from forms as 0 and 1.
    pub(crate) fn flag(&mut self, field: &str) -> bool {
        let Some(value) = self.get(field) else { return false };
        let flag = value.as_bool().or(match value.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        });
        self.expect(field, "true or false", flag).unwrap_or_default()
    }

    pub(crate) fn integer(&mut self, field: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let value = self.get(field)?;
        let number = engines::whole(value).filter(|number| range.contains(number));
        let what = format!("an integer between {} and {}", range.start(), range.end());
        self.expect(field, &what, number)
    }

    pub(crate) fn object(&mut self, field: &str) -> Option<&'a Map<String, Value>> {
        let value = self.get(field)?;
        // An empty PHP array becomes an empty JSON one.
        if value.as_array().is_some_and(Vec::is_empty) {
            return None;
        }
        let object = value.as_object();
        self.expect(field, "an object", object)
    }

    pub(crate) fn file_name(&mut self, field: &str) -> Option<FileName> {
        let text = self.text(field)?;
        let name = FileName::sanitize(text).ok();
        self.expect(field, "a usable file name", name)
    }

    fn get(&self, field: &str) -> Option<&'a Value> {
        self.payload.get(field).filter(|value| !value.is_null())
    }

    fn expect<T>(&mut self, field: &str, what: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.refuse(field, format!("The {} must be {what}.", label(field)));
        }
        value
    }
}

fn label(field: &str) -> String {
    field.replace('_', " ")
}
