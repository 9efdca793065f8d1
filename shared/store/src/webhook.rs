use aws_sdk_dynamodb::types::AttributeValue;
use domain::{OwnerId, Webhook, WebhookId};

use crate::change::Change;
use crate::item::{Item, Row, json, text, time};
use crate::{Effect, Store, StoreError, owner};

const PREFIX: &str = "webhook#";

impl Store {
    /// Puts a new webhook; says no when the same request was done before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn create_webhook(
        &self,
        webhook: &Webhook,
        effect: Option<&Effect>,
    ) -> Result<bool, StoreError> {
        self.put_first(to_item(webhook), effect).await
    }

    /// Reads a webhook; none when it is gone.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn webhook(
        &self,
        owner: &OwnerId,
        id: WebhookId,
    ) -> Result<Option<Webhook>, StoreError> {
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key(owner, id)));
        let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        found.as_ref().map(|item| from_item(owner, item)).transpose()
    }

    /// Reads all webhooks of an owner, the oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn webhooks(&self, owner: &OwnerId) -> Result<Vec<Webhook>, StoreError> {
        let rows = self.query_owner(owner, PREFIX).await?;
        rows.iter().map(|item| from_item(owner, item)).collect()
    }

    /// Deletes a webhook; that there is none is as good.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn delete_webhook(&self, owner: &OwnerId, id: WebhookId) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table);
        let delete = delete.set_key(Some(key(owner, id)));
        delete.send().await.map(drop).map_err(StoreError::from_sdk)
    }

    /// Has a webhook told of nothing any more.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn disable_webhook(&self, owner: &OwnerId, id: WebhookId) -> Result<(), StoreError> {
        self.mark_webhook(owner, id, ("disabled", true)).await
    }

    /// Notes whether a webhook can be reached.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn set_failing(
        &self,
        owner: &OwnerId,
        id: WebhookId,
        failing: bool,
    ) -> Result<(), StoreError> {
        self.mark_webhook(owner, id, ("failing", failing)).await
    }

    async fn mark_webhook(
        &self,
        owner: &OwnerId,
        id: WebhookId,
        (mark, value): (&str, bool),
    ) -> Result<(), StoreError> {
        let marked = Change::new(key(owner, id))
            .set(mark, AttributeValue::Bool(value))
            .set("updated_at", time(self.clock.now()))
            .when("attribute_exists(pk)");
        self.make(marked).await.map(drop)
    }
}

fn key(owner: &OwnerId, id: WebhookId) -> Item {
    owner::row(owner, &format!("{PREFIX}{id}"))
}

fn to_item(webhook: &Webhook) -> Item {
    let mut item = key(&webhook.owner, webhook.id);
    let mut set = |name: &str, value: AttributeValue| item.insert(name.to_owned(), value);
    set("webhook", text(webhook.id));
    set("url", text(&webhook.url));
    set("events", json(&webhook.events));
    set("signing_secret", text(&webhook.signing_secret));
    set("disabled", AttributeValue::Bool(webhook.disabled));
    set("failing", AttributeValue::Bool(webhook.failing));
    set("created_at", time(webhook.created_at));
    set("updated_at", time(webhook.updated_at));
    item
}

fn from_item(owner: &OwnerId, item: &Item) -> Result<Webhook, StoreError> {
    let row = Row(item);
    Ok(Webhook {
        id: row.parse("webhook")?,
        owner: owner.clone(),
        url: row.text("url")?.to_owned(),
        events: row.json("events")?,
        signing_secret: row.text("signing_secret")?.to_owned(),
        disabled: row.flag("disabled"),
        failing: row.flag("failing"),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
