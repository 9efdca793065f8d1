//! Lists: which page is asked for, what narrows it down, and what stands around it.

use std::str::FromStr;

use lambda_http::{Request, RequestExt};
use serde::Serialize;

use crate::{ApiError, address};

/// Which part of a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The number of the page, from 1.
    pub number: usize,
    /// How many items a page has, from 1.
    pub size: usize,
}

/// A page of a list as the API shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Paged<T> {
    data: Vec<T>,
    links: Links,
    meta: Meta,
}

/// The addresses of the pages around one; the last is never told, as in the API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PageLinks))]
pub struct Links {
    #[cfg_attr(feature = "schema", schema(format = "uri"))]
    first: String,
    #[cfg_attr(feature = "schema", schema(required, format = "uri"))]
    last: Option<String>,
    #[cfg_attr(feature = "schema", schema(required, format = "uri"))]
    prev: Option<String>,
    #[cfg_attr(feature = "schema", schema(required, format = "uri"))]
    next: Option<String>,
}

/// Where in the list a page is; `from` and `to` count items from 1 and are null on an empty page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PageMeta))]
pub struct Meta {
    current_page: usize,
    #[cfg_attr(feature = "schema", schema(required))]
    from: Option<usize>,
    #[cfg_attr(feature = "schema", schema(format = "uri"))]
    path: String,
    per_page: usize,
    #[cfg_attr(feature = "schema", schema(required))]
    to: Option<usize>,
}

impl Page {
    /// Reads `page` and `per_page`; what is absent or empty is the first page and `default`, and a
    /// `per_page` over `most` counts as `most`.
    ///
    /// # Errors
    ///
    /// [`ApiError::Invalid`] when one of them is no number or under 1.
    pub fn read(request: &Request, default: usize, most: usize) -> Result<Self, ApiError> {
        let size = number(request, "per_page")?.map_or(default, |size| size.min(most));
        Ok(Self { number: number(request, "page")?.unwrap_or(1), size: size.max(1) })
    }

    /// Returns how many items come before the page.
    #[must_use]
    pub fn skipped(&self) -> usize {
        (self.number - 1).saturating_mul(self.size)
    }

    /// Cuts the page out of a whole list.
    #[must_use]
    pub fn cut<T>(self, request: &Request, list: Vec<T>) -> Paged<T> {
        let more = list.len() > self.skipped().saturating_add(self.size);
        self.show(request, list.into_iter().skip(self.skipped()).take(self.size).collect(), more)
    }

    /// Shows the items of the page; `more` says whether others come after them.
    #[must_use]
    pub fn show<T>(self, request: &Request, data: Vec<T>, more: bool) -> Paged<T> {
        self.show_until(request, data, more.then(String::new))
    }

    /// Shows the items of the page; `next` says where the next one begins, for who follows its
    /// address, so that nothing before it is read again.
    #[must_use]
    pub fn show_until<T>(self, request: &Request, data: Vec<T>, next: Option<String>) -> Paged<T> {
        let Self { number, size } = self;
        let path = format!("{}{}", address(request), request.raw_http_path());
        let link = |number: usize| link(request, &path, number);
        let cursor = |next: String| if next.is_empty() { next } else { format!("&cursor={next}") };
        let links = Links {
            first: link(1),
            last: None,
            prev: (number > 1).then(|| link(number - 1)),
            next: next.map(|next| link(number.saturating_add(1)) + &cursor(next)),
        };
        let at = |nth: usize| (!data.is_empty()).then(|| self.skipped().saturating_add(nth));
        let (from, to) = (at(1), at(data.len()));
        Paged { links, meta: Meta { current_page: number, from, path, per_page: size, to }, data }
    }
}

impl<T: Serialize> Paged<T> {
    /// Renders the page.
    ///
    /// # Errors
    ///
    /// [`ApiError::Unavailable`] when an item cannot be JSON.
    pub fn body(&self) -> Result<String, ApiError> {
        serde_json::to_string(self).map_err(|error| ApiError::Unavailable(error.into()))
    }
}

/// Returns what `filter[name]` asks for; empty counts as absent, since some clients send every filter.
#[must_use]
pub fn filter(request: &Request, name: &str) -> Option<String> {
    parameter(request, &format!("filter[{name}]"))
}

/// Returns whether `include`, a list that goes by commas, names this.
#[must_use]
pub fn includes(request: &Request, name: &str) -> bool {
    parameter(request, "include").is_some_and(|list| list.split(',').any(|it| it.trim() == name))
}

/// Returns a parameter of the query, decoded; empty counts as absent.
#[must_use]
pub fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.query_string_parameters();
    query.first(name).filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

/// Returns whether a parameter of the query is `true`, or 1 as PHP writes it.
///
/// # Errors
///
/// [`ApiError::Invalid`] when it is neither that nor `false` or 0.
pub fn flag(request: &Request, name: &str) -> Result<bool, ApiError> {
    match parameter(request, name).as_deref() {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => {
            let label = name.replace('_', " ");
            Err(ApiError::invalid(name, format!("The {label} must be true or false.")))
        }
    }
}

fn number(request: &Request, name: &str) -> Result<Option<usize>, ApiError> {
    let Some(text) = parameter(request, name) else { return Ok(None) };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a number has are a large number all the same.
    let number = digits.then(|| usize::from_str(&text).unwrap_or(usize::MAX));
    let number = number.filter(|number| *number > 0);
    let wrong = || {
        let label = name.replace('_', " ");
        ApiError::invalid(name, format!("The {label} must be an integer of at least 1."))
    };
    number.map(Some).ok_or_else(wrong)
}

/// Makes the address of another page of the same list: the query stays, but for the page's number and
/// the place it begins at.
fn link(request: &Request, path: &str, number: usize) -> String {
    let query = request.uri().query().unwrap_or_default().split('&');
    let place = |part: &str| part.starts_with("page=") || part.starts_with("cursor=");
    let kept = query.filter(|part| !part.is_empty() && !place(part));
    let parts: Vec<_> = kept.map(ToOwned::to_owned).chain([format!("page={number}")]).collect();
    format!("{path}?{}", parts.join("&"))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A request as a function gets it: the query raw in the address, decoded beside it.
    fn request(query: &str) -> Request {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/v2/tasks", "rawQueryString": query,
            "headers": { "host": "example.org" },
            "requestContext": {
                "http": { "method": "GET", "path": "/v2/tasks", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "-" },
                "accountId": "0", "apiId": "a", "domainName": "example.org", "domainPrefix": "a", "requestId": "r",
                "routeKey": "$default", "stage": "$default", "time": "01/Jan/2026:00:00:00 +0000", "timeEpoch": 0,
            },
            "isBase64Encoded": false,
        });
        lambda_http::request::from_str(&event.to_string()).unwrap()
    }

    fn shown(query: &str, count: usize) -> Value {
        let request = request(query);
        let page = Page::read(&request, 2, 3).unwrap();
        serde_json::to_value(page.cut(&request, (1..=count).collect())).unwrap()
    }

    #[test]
    fn a_page_is_told_with_its_neighbours() {
        let first = "https://example.org/v2/tasks?page=1";
        let expect = json!({
            "data": [1, 2],
            "links": { "first": first, "last": null, "prev": null, "next": "https://example.org/v2/tasks?page=2" },
            "meta": { "current_page": 1, "from": 1, "path": "https://example.org/v2/tasks", "per_page": 2, "to": 2 },
        });
        assert_eq!(shown("", 5), expect);
        let last = shown("page=3", 5);
        assert_eq!((&last["data"], &last["links"]["next"]), (&json!([5]), &Value::Null));
        assert_eq!(last["links"]["prev"], "https://example.org/v2/tasks?page=2");
        assert_eq!((&last["meta"]["from"], &last["meta"]["to"]), (&json!(5), &json!(5)));
    }

    #[test]
    fn a_page_past_the_end_is_empty() {
        for page in ["page=2", "page=18446744073709551615"] {
            let empty = shown(page, 2);
            assert_eq!((&empty["data"], &empty["links"]["next"]), (&json!([]), &Value::Null));
            assert_eq!(
                (&empty["meta"]["from"], &empty["meta"]["to"]),
                (&Value::Null, &Value::Null)
            );
        }
    }

    #[test]
    fn links_keep_the_rest_of_the_query() {
        let page = shown("filter%5Bstatus%5D=a%26b&page=2&per_page=1", 3);
        let link = |n| {
            format!("https://example.org/v2/tasks?filter%5Bstatus%5D=a%26b&per_page=1&page={n}")
        };
        assert_eq!(
            page["links"],
            json!({ "first": link(1), "last": null, "prev": link(1), "next": link(3) })
        );
    }

    #[test]
    fn sizes_have_a_default_and_a_most_and_begin_at_one() {
        let read = |query| Page::read(&request(query), 2, 3);
        for (query, size) in [("", 2), ("per_page=", 2), ("per_page=1", 1), ("per_page=9", 3)] {
            assert_eq!(read(query).unwrap().size, size, "{query}");
        }
        for (query, field) in [
            ("per_page=0", "per_page"),
            ("per_page=x", "per_page"),
            ("page=0", "page"),
            ("page=-1", "page"),
        ] {
            let Err(ApiError::Invalid(errors)) = read(query) else { panic!("{query}") };
            let label = field.replace('_', " ");
            assert_eq!(errors[field], [format!("The {label} must be an integer of at least 1.")]);
        }
    }

    #[test]
    fn numbers_are_digits_however_many() {
        let page = |text: &str| number(&request(&format!("page={text}")), "page").ok().flatten();
        assert_eq!(page("18446744073709551616"), Some(usize::MAX));
        assert_eq!([page("%2B5"), page("5.0"), page("0x5")], [None; 3]);
    }

    #[test]
    fn flags_are_words_or_digits() {
        let read = |value: &str| flag(&request(&format!("redirect={value}")), "redirect").ok();
        assert_eq!(["true", "1"].map(read), [Some(true); 2]);
        assert_eq!(["false", "0", ""].map(read), [Some(false); 3]);
        assert_eq!(["yes", "True", "2"].map(read), [None; 3]);
    }

    #[test]
    fn filters_come_raw_or_encoded_and_empty_ones_are_none() {
        for query in ["filter[job_id]=a%20b", "filter%5Bjob_id%5D=a%20b", "filter[job_id]=a+b"] {
            assert_eq!(filter(&request(query), "job_id").as_deref(), Some("a b"), "{query}");
        }
        assert_eq!(filter(&request("filter[job_id]="), "job_id"), None);
        assert_eq!(filter(&request(""), "job_id"), None);
    }

    #[test]
    fn what_to_include_goes_by_commas() {
        let asked = request("include=payload,%20retries");
        assert!(includes(&asked, "payload") && includes(&asked, "retries"));
        assert!(!includes(&asked, "job") && !includes(&request("include="), "payload"));
    }
}
