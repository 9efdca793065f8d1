use opendal::services;

use super::super::Place;
use super::super::openstack::OpenStack;
use super::keystone::Session;
use super::{Bucket, Names, Transport, Trouble};
use crate::run::Bench;

impl Place for OpenStack {
    type Shelf = Bucket;

    async fn open(&self, bench: &Bench<'_>) -> Result<Bucket, Trouble> {
        let Session { token, storage } = self.authenticate(bench.egress).await?;
        let builder =
            services::Swift::default().endpoint(&storage).container(&self.container).token(&token);
        let names = Names { kind: "container", name: self.container.clone(), file: "file" };
        Bucket::open(builder, Transport::new(bench.egress), names)
    }
}
