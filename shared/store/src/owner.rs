use ambient::Entropy;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::OwnerId;
use futures::TryStreamExt;
use futures::stream;
use jiff::Timestamp;

use crate::error::unless_lost;
use crate::item::{Item, Row, text, time};
use crate::{Store, StoreError};

/// An owner as it is stored, from its first key on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its id.
    pub id: OwnerId,
    /// When its first key was made.
    pub created_at: Timestamp,
    /// What signs webhooks that have no secret of their own: those of a job's `webhook_url`.
    pub signing_secret: String,
}

impl Owner {
    /// Makes an owner with a signing secret of its own: `whsec_` and 256 random bits in base64, as
    /// Standard Webhooks has them.
    ///
    /// <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
    #[must_use]
    pub fn new(id: OwnerId, created_at: Timestamp, entropy: &Entropy) -> Self {
        Self { id, created_at, signing_secret: signing_secret(entropy) }
    }
}

/// Makes a secret that signs webhooks.
#[must_use]
pub fn signing_secret(entropy: &Entropy) -> String {
    format!("whsec_{}", BASE64_STANDARD.encode(entropy.bytes::<32>()))
}

impl Store {
    /// Makes an owner known, unless it is; returns it as it is then.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn put_owner(&self, owner: &Owner) -> Result<Owner, StoreError> {
        let mut item = key(&owner.id);
        item.insert("owner".to_owned(), text(&owner.id));
        item.insert("created_at".to_owned(), time(owner.created_at));
        item.insert("signing_secret".to_owned(), text(&owner.signing_secret));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        unless_lost(put.condition_expression("attribute_not_exists(pk)").send().await)?;
        Ok(self.owner(&owner.id).await?.unwrap_or_else(|| owner.clone()))
    }

    /// Reads an owner; none when no key was ever made for it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn owner(&self, id: &OwnerId) -> Result<Option<Owner>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(id)));
        let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        found.as_ref().map(from_item).transpose()
    }

    /// Deletes every row that is an owner's but no job's or task's: its keys, its webhooks, what is
    /// remembered of its requests, and the owner.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer: what was not deleted still can be.
    pub async fn delete_owner(&self, id: &OwnerId) -> Result<(), StoreError> {
        for key in self.keys(id).await? {
            self.delete_key(&key).await?;
        }
        let rows = self.query_owner(id, "").await?;
        let keys = rows.iter().filter_map(|row| {
            Some(Item::from([
                ("pk".to_owned(), row.get("pk")?.clone()),
                ("sk".to_owned(), row.get("sk")?.clone()),
            ]))
        });
        let keys: Vec<_> = keys.map(Ok::<_, StoreError>).collect();
        stream::iter(keys).try_for_each(|key| self.delete_row(key)).await
    }

    async fn delete_row(&self, key: Item) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key));
        delete.send().await.map_err(StoreError::from_sdk)?;
        Ok(())
    }

    /// Reads the rows of an owner whose sort key begins so.
    pub(crate) async fn query_owner(
        &self,
        id: &OwnerId,
        prefix: &str,
    ) -> Result<Vec<Item>, StoreError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let query = query.expression_attribute_values(":pk", partition(id));
        let query = if prefix.is_empty() {
            query.key_condition_expression("pk = :pk")
        } else {
            query
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", text(prefix))
        };
        let mut pages = query.into_paginator().send();
        let mut rows = Vec::new();
        while let Some(page) = pages.next().await {
            rows.extend(page.map_err(StoreError::from_sdk)?.items.unwrap_or_default());
        }
        Ok(rows)
    }
}

pub(crate) fn partition(id: &OwnerId) -> aws_sdk_dynamodb::types::AttributeValue {
    text(format_args!("owner#{id}"))
}

/// Returns the key of one of an owner's rows.
pub(crate) fn row(id: &OwnerId, sk: &str) -> Item {
    [("pk".to_owned(), partition(id)), ("sk".to_owned(), text(sk))].into()
}

fn key(id: &OwnerId) -> Item {
    row(id, "owner")
}

fn from_item(item: &Item) -> Result<Owner, StoreError> {
    let row = Row(item);
    Ok(Owner {
        id: OwnerId::parse(row.text("owner")?).map_err(|_| StoreError::Malformed("owner"))?,
        created_at: row.time("created_at")?,
        signing_secret: row.text("signing_secret")?.to_owned(),
    })
}
