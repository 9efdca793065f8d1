//! The document of the API, OpenAPI 3.1: made of the types of whoever answers and of what the
//! operations and engines say of themselves, so that it cannot say anything else.
//!
//! Only the function that shows it depends on this room. It knows nothing of requests.
//!
//! <https://spec.openapis.org/oas/v3.1.1.html>

mod document;
mod endpoint;
mod endpoints;
mod options;
mod parameters;
mod payloads;
mod refusals;
mod schemas;

pub use document::Document;
