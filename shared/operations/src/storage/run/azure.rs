use opendal::services;

use super::super::Place;
use super::super::azure::{Access, Azure};
use super::{Bucket, Names, Transport, Trouble};
use crate::run::Bench;

impl Place for Azure {
    type Shelf = Bucket;

    async fn open(&self, bench: &Bench<'_>) -> Result<Bucket, Trouble> {
        let endpoint = match &self.endpoint {
            Some(url) => url.as_str().to_owned(),
            None => format!("https://{}.blob.core.windows.net", self.account),
        };
        let builder = services::Azblob::default()
            .container(&self.container)
            .endpoint(&endpoint)
            .account_name(&self.account);
        let builder = match &self.access {
            Access::Key(key) => builder.account_key(&key.0),
            Access::Token(token) => builder.sas_token(&token.0),
        };
        let names = Names { kind: "container", name: self.container.clone(), file: "blob" };
        Bucket::open(builder, Transport::new(bench.egress), names)
    }
}
