use std::collections::BTreeSet;

use aws::{Environment, Service};
use store::Store;

use super::World;

impl World {
    /// Returns the stack's environment with a way to AWS on which nothing goes wrong.
    pub(crate) fn calm(&self) -> Environment {
        Environment { http: aws::http_client(), ..self.stack.environment.clone() }
    }

    /// Returns the keys of all objects in the bucket.
    pub(crate) async fn objects(&self) -> BTreeSet<String> {
        let environment = self.calm();
        let config =
            aws_sdk_s3::config::Builder::from(&environment.sdk_config(Service::S3).unwrap());
        let client = aws_sdk_s3::Client::from_conf(config.force_path_style(true).build());
        let bucket = environment.settings.required("RECAST_BUCKET").unwrap();
        let mut pages = client.list_objects_v2().bucket(bucket).into_paginator().send();
        let mut keys = BTreeSet::new();
        while let Some(page) = pages.next().await {
            keys.extend(page.unwrap().contents().iter().filter_map(|object| object.key.clone()));
        }
        keys
    }

    /// Returns the sort keys of all rows of the table but those of owners: API keys, and requests that
    /// are remembered for a day.
    pub(crate) async fn rows(&self) -> BTreeSet<String> {
        let environment = self.calm();
        let client =
            aws_sdk_dynamodb::Client::new(&environment.sdk_config(Service::DynamoDb).unwrap());
        let table = environment.settings.required("RECAST_TABLE").unwrap();
        let mut pages = client.scan().table_name(table).into_paginator().send();
        let mut rows = BTreeSet::new();
        while let Some(page) = pages.next().await {
            let items = page.unwrap().items.unwrap_or_default();
            let keys =
                items.iter().filter_map(|item| item.get("sk").and_then(|key| key.as_s().ok()));
            let owners = |key: &&String| {
                ["key#", "once#", "owner"].iter().any(|prefix| key.starts_with(prefix))
            };
            rows.extend(keys.filter(|key| !owners(key)).cloned());
        }
        rows
    }

    /// Returns a store on which nothing goes wrong.
    pub(crate) fn store(&self) -> Store {
        Store::new(&self.calm()).unwrap()
    }

    /// Lets two days pass: whatever was left undone times out, and all of it expires.
    pub(crate) async fn two_days_pass(&self) {
        for hours in [13, 13, 13, 13] {
            self.sweep_after(hours * 60).await;
            self.sweep_after(15).await;
        }
    }
}
