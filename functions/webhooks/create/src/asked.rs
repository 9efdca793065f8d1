use std::collections::BTreeMap;

use api::ApiError;
use domain::JobEvent;
use egress::AllowedHosts;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest address, in bytes.
const LONGEST: usize = 2048;

/// A webhook as it is asked for, checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) url: String,
    pub(crate) events: Vec<JobEvent>,
}

impl Asked {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// [`ApiError::Invalid`] with all that is wrong with it.
    pub(crate) fn parse(body: &Map<String, Value>, hosts: &AllowedHosts) -> Result<Self, ApiError> {
        match (url(body, hosts), events(body)) {
            (Ok(url), Ok(events)) => Ok(Self { url, events }),
            (url, events) => {
                let wrong = [("url", url.err()), ("events", events.err())];
                let wrong = wrong
                    .into_iter()
                    .filter_map(|(field, why)| Some((field.to_owned(), vec![why?])));
                Err(ApiError::Invalid(wrong.collect::<BTreeMap<_, _>>()))
            }
        }
    }
}

/// The address is kept as it is spelled, so that `filter[url]` finds it.
fn url(body: &Map<String, Value>, hosts: &AllowedHosts) -> Result<String, String> {
    let url = match body.get("url") {
        None | Some(Value::Null) => return Err("The url field is required.".to_owned()),
        Some(url) => url.as_str().filter(|url| url.len() <= LONGEST),
    };
    let wrong = || format!("The url must be a string of at most {LONGEST} bytes.");
    let url = url.ok_or_else(wrong)?;
    egress::check(url, hosts).map_err(|reason| reason.to_string())?;
    Ok(url.to_owned())
}

fn events(body: &Map<String, Value>) -> Result<Vec<JobEvent>, String> {
    let list = match body.get("events") {
        None | Some(Value::Null) => return Err("The events field is required.".to_owned()),
        Some(list) => list.as_array().filter(|list| !list.is_empty()),
    };
    let words = "job.created, job.finished and job.failed";
    let list = list.ok_or_else(|| format!("The events must be a list of some of {words}."))?;
    let mut events = Vec::new();
    for word in list {
        let event = JobEvent::deserialize(word);
        let event = event.map_err(|_| format!("{word} is no event; there are {words}."))?;
        if !events.contains(&event) {
            events.push(event);
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(body: Value, wrong: &[(&str, &str)]) {
        let Value::Object(map) = &body else { panic!("{body}") };
        let Err(ApiError::Invalid(errors)) = Asked::parse(map, &AllowedHosts::default()) else {
            panic!("{body}")
        };
        let told: Vec<_> =
            errors.iter().map(|(field, why)| (field.as_str(), why[0].as_str())).collect();
        assert_eq!(told, wrong, "{body}");
    }

    #[test]
    fn whatever_is_wrong_is_told_at_once() {
        let (url, events) = ("https://example.org/hook", json!(["job.finished"]));
        let list = "The events must be a list of some of job.created, job.finished and job.failed.";
        check(
            json!({}),
            &[("events", "The events field is required."), ("url", "The url field is required.")],
        );
        check(json!({ "url": url, "events": [] }), &[("events", list)]);
        check(json!({ "url": url, "events": "job.finished" }), &[("events", list)]);
        check(
            json!({ "url": url, "events": ["task.finished"] }),
            &[(
                "events",
                "\"task.finished\" is no event; there are job.created, job.finished and job.failed.",
            )],
        );
        check(
            json!({ "url": "http://10.0.0.1/", "events": events }),
            &[("url", "The url points to a private address.")],
        );
        check(
            json!({ "url": 1, "events": events }),
            &[("url", "The url must be a string of at most 2048 bytes.")],
        );
    }

    #[test]
    fn an_event_counts_once_and_the_address_stays_as_it_is_spelled() {
        let body = json!({ "url": "https://example.org", "events": ["job.failed", "job.failed"] });
        let asked = Asked::parse(body.as_object().unwrap(), &AllowedHosts::default()).unwrap();
        let expect =
            Asked { url: "https://example.org".to_owned(), events: vec![JobEvent::Failed] };
        assert_eq!(asked, expect);
    }
}
