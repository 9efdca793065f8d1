//! What a function is given when its instance starts: its settings, the clock, randomness and the
//! way to AWS, built light and once.
//!
//! The rooms that speak to a service build its client from [`Environment::sdk_config`]; this one
//! knows no service.

mod environment;
mod http;
mod settings;

pub use environment::{Environment, Service};
pub use http::http_client;
pub use settings::{MissingSetting, Settings};
