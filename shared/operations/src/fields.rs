use std::ops::RangeInclusive;

use domain::FileName;
use egress::AllowedHosts;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use url::Url;

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

    /// Returns a text that says something.
    pub(crate) fn filled(&mut self, field: &str) -> Option<&'a str> {
        self.text(field).filter(|text| !text.is_empty())
    }

    /// Returns a required text that can be a part of an address.
    pub(crate) fn required_token(&mut self, field: &str) -> Option<&'a str> {
        let text = self.required_text(field)?;
        let is_token = !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('.');
        self.expect(
            field,
            "letters, digits, dots, hyphens and underscores",
            is_token.then_some(text),
        )
    }

    /// Returns an address of the web that may be reached.
    pub(crate) fn address(&mut self, field: &str, hosts: &AllowedHosts) -> Option<Url> {
        let checked = egress::check(self.filled(field)?, hosts);
        let named = format!("The {}", label(field));
        checked
            .map_err(|reason| self.refuse(field, reason.to_string().replacen("The url", &named, 1)))
            .ok()
    }

    /// Returns one of a few words.
    pub(crate) fn choice(&mut self, field: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(field)?;
        let word = words.iter().find(|word| **word == text).copied();
        self.expect(field, &format!("one of {}", words.join(", ")), word)
    }

    /// Returns what can stand as the value of a header.
    pub(crate) fn header_value(&mut self, field: &str) -> Option<String> {
        let text = self.filled(field)?;
        let value = HeaderValue::try_from(text).ok().map(|_| text.to_owned());
        self.expect(field, "the value of an HTTP header", value)
    }

    /// Returns one of two members, one of which must be there.
    pub(crate) fn either<T>(&mut self, found: Option<T>, names: [&str; 2]) -> Option<T> {
        if found.is_none()
            && !names.iter().any(|name| self.invalid.iter().any(|it| it.field == *name))
        {
            let [one, other] = names.map(label);
            let message = format!("The {one} field is required when no {other} is given.");
            self.refuse(names[0], message);
        }
        found
    }

    /// Returns texts by names.
    pub(crate) fn texts(&mut self, field: &str) -> Option<Vec<(String, String)>> {
        let Some(object) = self.object(field) else { return Some(Vec::new()) };
        let pair =
            |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
        let pairs = object.iter().map(pair).collect();
        self.expect(field, "an object of texts", pairs)
    }

    /// Returns texts by names that can stand in the headers of a request.
    pub(crate) fn headers(&mut self, field: &str) -> Option<HeaderMap> {
        let Some(object) = self.object(field) else { return Some(HeaderMap::new()) };
        let header = |(name, value): (&String, &Value)| {
            let name = HeaderName::try_from(name).ok()?;
            Some((name, HeaderValue::try_from(value.as_str()?).ok()?))
        };
        let headers = object.iter().map(header).collect();
        self.expect(field, "names and values of HTTP headers", headers)
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

    pub(crate) fn expect<T>(&mut self, field: &str, what: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.refuse(field, format!("The {} must be {what}.", label(field)));
        }
        value
    }
}

fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_')
}

pub(crate) fn label(field: &str) -> String {
    field.replace('_', " ")
}
