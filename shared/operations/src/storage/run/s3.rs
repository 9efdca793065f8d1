use http::HeaderValue;
use opendal::services;
use reqsign_aws_v4::{RequestSigner, StaticCredentialProvider};
use reqsign_core::{Context, Signer};

use super::super::s3::{Keys, S3};
use super::super::{Place, Secret};
use super::{Bucket, Names, Transport, Trouble};
use crate::run::{Bench, Role};

impl Place for S3 {
    type Shelf = Bucket;

    async fn open(&self, bench: &Bench<'_>) -> Result<Bucket, Trouble> {
        let Asking { keys, endpoint, egress } = self.asking(bench);
        let mut builder = services::S3::default()
            .bucket(&self.bucket)
            .region(&self.region)
            .endpoint(&endpoint)
            .disable_config_load()
            .disable_ec2_metadata()
            .skip_signature();
        if let Some(acl) = self.put.acl {
            builder = builder.default_acl(acl);
        }
        if let Some(encryption) = self.put.encryption {
            builder = builder.server_side_encryption(encryption);
        }
        let tagging = self.put.tagging.as_deref().map(HeaderValue::try_from).transpose();
        let tagging = tagging.map_err(|_| Trouble::told("The tags cannot be sent."))?;
        let signer = Some(signer(&keys, &self.region));
        let transport = Transport { signer, tagging, ..Transport::new(egress) };
        let names = Names { kind: "bucket", name: self.bucket.clone(), file: "object" };
        Bucket::open(builder, transport, names)
    }
}

/// Who asks whom, and by which way.
struct Asking<'a> {
    keys: Keys,
    endpoint: String,
    egress: &'a egress::Egress,
}

impl S3 {
    fn asking<'a>(&self, bench: &Bench<'a>) -> Asking<'a> {
        let aws = format!("https://s3.{}.amazonaws.com", self.region);
        match &self.keys {
            Some(keys) => {
                let named = self.endpoint.as_ref().map(|url| url.as_str().to_owned());
                let endpoint = named.unwrap_or(aws);
                Asking { keys: keys.clone(), endpoint, egress: bench.egress }
            }
            None => Asking {
                keys: Keys::from(bench.role),
                endpoint: bench.role.endpoint.clone().unwrap_or(aws),
                egress: &bench.role.egress,
            },
        }
    }
}

impl From<&Role> for Keys {
    fn from(role: &Role) -> Self {
        Self {
            id: role.access_key_id.clone(),
            secret: Secret::new(&role.secret_access_key),
            token: role.session_token.as_deref().map(Secret::new),
        }
    }
}

fn signer(keys: &Keys, region: &str) -> Signer<reqsign_aws_v4::Credential> {
    let provider = StaticCredentialProvider::new(&keys.id, &keys.secret.0);
    let provider = match &keys.token {
        Some(token) => provider.with_session_token(&token.0),
        None => provider,
    };
    Signer::new(Context::new(), provider, RequestSigner::new("s3", region))
}
