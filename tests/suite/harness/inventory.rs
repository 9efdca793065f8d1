use std::collections::{BTreeSet, HashMap};

use aws::{Environment, Service};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
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

    /// Returns a way to the table on which nothing goes wrong, and its name.
    pub(crate) fn table(&self) -> (Client, String) {
        let environment = self.calm();
        let client = Client::new(&environment.sdk_config(Service::DynamoDb).unwrap());
        (client, environment.settings.required("RECAST_TABLE").unwrap().to_owned())
    }

    /// Returns the sort keys of all rows of the table but those of owners: API keys, webhooks, and
    /// requests and deliveries that are remembered for a day.
    pub(crate) async fn rows(&self) -> BTreeSet<String> {
        let (client, table) = self.table();
        let mut pages = client.scan().table_name(table).into_paginator().send();
        let mut rows = BTreeSet::new();
        while let Some(page) = pages.next().await {
            let items = page.unwrap().items.unwrap_or_default();
            let text = |item: &HashMap<String, AttributeValue>, name: &str| {
                item.get(name).and_then(|key| key.as_s().ok()).cloned().unwrap_or_default()
            };
            // A worker that died gives its place back when its time is up, which nobody need see.
            let leases = |item: &&HashMap<_, _>| text(item, "pk").starts_with("lease#");
            let keys = items.iter().filter(|item| !leases(item)).map(|item| text(item, "sk"));
            let owners = |key: &String| {
                ["delivery#", "key#", "once#", "owner", "webhook#"]
                    .iter()
                    .any(|prefix| key.starts_with(prefix))
            };
            rows.extend(keys.filter(|key| !owners(key)));
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
