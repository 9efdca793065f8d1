//! The one guarded way out to addresses that users name.
//!
//! [`check()`] judges an address by its spelling, for whoever accepts one. The feature `client` adds
//! [`Egress`], which fetches it, sends to it or connects to it: it judges again what the name resolves to, connects to nothing
//! else, and does so anew at every redirect. The room does not know what is fetched or why, and
//! never retries.

mod address;
mod allowed_hosts;
mod check;
#[cfg(feature = "client")]
mod client;

pub use address::is_public;
pub use allowed_hosts::{AllowedHostError, AllowedHosts};
pub use check::{UrlError, check, check_host};
#[cfg(feature = "client")]
pub use client::{Answer, Body, Download, Egress, EgressError, Limits, Outgoing};
