use domain::OwnerId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::item::{Item, Row, text};
use crate::{Store, StoreError};

/// Who a key speaks for and what it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Whose jobs and tasks it reaches.
    pub owner: OwnerId,
    /// What it may do.
    pub scopes: Vec<Scope>,
}

/// What a key may do, by the API's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Show, list and wait for tasks and jobs.
    #[serde(rename = "task.read")]
    TaskRead,
    /// Create, cancel, retry and delete them.
    #[serde(rename = "task.write")]
    TaskWrite,
}

impl Store {
    /// Finds what a key may; none when there is no such key.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn api_key(&self, secret: &str) -> Result<Option<ApiKey>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(secret)));
        let found = get.send().await.map_err(StoreError::from_sdk)?.item;
        found.as_ref().map(from_item).transpose()
    }

    /// Makes a secret the key of an owner.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn put_api_key(&self, secret: &str, api_key: &ApiKey) -> Result<(), StoreError> {
        let mut item = key(secret);
        item.insert("owner".to_owned(), text(&api_key.owner));
        item.insert("scopes".to_owned(), crate::item::json(&api_key.scopes));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map_err(StoreError::from_sdk)?;
        Ok(())
    }
}

/// A key has 256 random bits, so its plain SHA-256 tells nothing about it.
fn key(secret: &str) -> Item {
    let digest = text(format_args!("key#{}", hex::encode(Sha256::digest(secret))));
    [("pk".to_owned(), digest.clone()), ("sk".to_owned(), digest)].into()
}

fn from_item(item: &Item) -> Result<ApiKey, StoreError> {
    let row = Row(item);
    let owner = OwnerId::parse(row.text("owner")?).map_err(|_| StoreError::Malformed("owner"))?;
    Ok(ApiKey { owner, scopes: row.json("scopes")? })
}
