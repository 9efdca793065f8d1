use std::collections::BTreeMap;

use ambient::Clock;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use engines::Catalogue;

use super::Data;

/// How a stack is run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everything is kept.
    pub data: Data,
    /// The port of the API; 0 takes a free one.
    pub port: u16,
    /// The port of the synchronous API; 0 takes a free one.
    pub sync_port: u16,
    /// The port on which the gateway speaks TLS, if it does; 0 takes a free one.
    pub tls_port: Option<u16>,
    /// The time.
    pub clock: Clock,
    /// Where the functions' calls to AWS pass.
    pub http: SharedHttpClient,
    /// The engines of this machine.
    pub catalogue: Catalogue,
    /// Addresses opened to import/url although they are not public: `HOST[:PORT]`, by commas.
    pub allow_hosts: String,
    /// Values for the template's parameters, which win over what the stack finds out by itself.
    pub parameters: BTreeMap<String, String>,
    /// How many workers may run at once before Lambda would say that it is too many.
    pub concurrency: usize,
    /// How the bucket's events reach the function.
    pub delivery: Delivery,
    /// Whether the sweep comes by itself, every minute.
    pub sweep: bool,
    /// Whether what was running when the stack was stopped or killed is taken up.
    pub resume: bool,
}

/// How often an event is delivered: S3 promises at least once, and tests hold us to more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it happens nearly always.
    Once,
    /// As may happen.
    Twice,
    /// As must not happen and is survived.
    Never,
}

impl Options {
    /// Returns the options of a stack on free ports, with the machine's clock.
    #[must_use]
    pub fn new(data: Data, catalogue: Catalogue) -> Self {
        Self {
            data,
            port: 0,
            sync_port: 0,
            tls_port: None,
            clock: Clock::system(),
            http: aws::http_client(),
            catalogue,
            allow_hosts: String::new(),
            parameters: BTreeMap::new(),
            concurrency: std::thread::available_parallelism()
                .map_or(8, |cores| 8.max(cores.get() * 2)),
            delivery: Delivery::Once,
            sweep: true,
            resume: true,
        }
    }
}
