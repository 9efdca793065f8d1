use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opendal::services;
use serde_json::json;

use super::super::Place;
use super::super::google::Google;
use super::{Bucket, Names, Transport, Trouble};
use crate::run::Bench;

impl Place for Google {
    type Shelf = Bucket;

    async fn open(&self, bench: &Bench<'_>) -> Result<Bucket, Trouble> {
        let key = json!({
            "type": "service_account",
            "client_email": self.client_email,
            "private_key": self.private_key.0,
        });
        let mut builder = services::Gcs::default()
            .bucket(&self.bucket)
            .credential(&BASE64_STANDARD.encode(key.to_string()))
            .disable_config_load()
            .disable_vm_metadata();
        if let Some(endpoint) = &self.endpoint {
            builder = builder.endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        let transport = Transport::new(bench.egress);
        let transport = Transport { token_uri: self.token_uri.clone(), ..transport };
        let names = Names { kind: "bucket", name: self.bucket.clone(), file: "file" };
        Bucket::open(builder, transport, names)
    }
}
