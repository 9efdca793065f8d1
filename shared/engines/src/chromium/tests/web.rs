use std::collections::HashMap;
use std::sync::Mutex;

use crate::chromium::{Asked, Fetch, Fetched, Fetching, Refusal};

/// A web in memory: addresses and what is there. It keeps what it is asked for.
#[derive(Debug, Default)]
pub(super) struct Web {
    there: HashMap<&'static str, Fetched>,
    pub(super) asked: Mutex<Vec<Asked>>,
}

impl Web {
    pub(super) fn with(self, address: &'static str, kind: &str, body: &str) -> Self {
        self.answering(address, 200, &[("content-type", kind)], body)
    }

    pub(super) fn answering(
        mut self,
        address: &'static str,
        status: u16,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        self.there
            .insert(address, Fetched { status, headers: headers.collect(), body: body.into() });
        self
    }

    pub(super) fn page(body: &str) -> Self {
        Self::default().with("http://a.test/", "text/html", body)
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|asked| asked.url.to_string()).collect()
    }
}

impl Fetch for Web {
    fn fetch(&self, asked: Asked) -> Fetching<'_> {
        let found = self.there.get(asked.url.as_str()).cloned();
        self.asked.lock().unwrap().push(asked);
        Box::pin(async move { found.ok_or_else(|| Refusal("there is nothing".to_owned())) })
    }
}
