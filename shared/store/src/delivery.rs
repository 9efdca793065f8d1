use domain::{Delivery, DeliveryBody, DeliveryId, DeliveryState, OwnerId, Receiver};

use crate::change::Change;
use crate::item::{Item, Row, number, text, time, time_to_live, word};
use crate::{Effect, Store, StoreError, owner};

/// How one try to deliver went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// How far the delivery is by that.
    pub state: DeliveryState,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Why it has not arrived, if it has not.
    pub reason: Option<String>,
}

impl Store {
    /// Puts a new delivery; one of its id that is there already stays as it is. Says no when the same
    /// request was done before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn create_delivery(
        &self,
        delivery: &Delivery,
        effect: Option<&Effect>,
    ) -> Result<bool, StoreError> {
        self.put_first(to_item(delivery), effect).await
    }

    /// Reads a delivery; none when it is gone or has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn delivery(
        &self,
        owner: &OwnerId,
        receiver: Receiver,
        id: DeliveryId,
    ) -> Result<Option<Delivery>, StoreError> {
        let key = key(owner, receiver, id);
        let get = self.client.get_item().table_name(&self.table).set_key(Some(key));
        let found = get.consistent_read(true).send().await.map_err(StoreError::from_sdk)?.item;
        let delivery = found.as_ref().map(|item| from_item(owner, item)).transpose()?;
        let now = self.clock.now();
        Ok(delivery.filter(|delivery| delivery.expires_at() > now))
    }

    /// Reads up to `most` deliveries to one receiver, those of the latest events first, without those
    /// that have expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn deliveries(
        &self,
        owner: &OwnerId,
        receiver: Receiver,
        most: i32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let query = self.client.query().table_name(&self.table).consistent_read(true);
        let found = query
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", owner::partition(owner))
            .expression_attribute_values(":prefix", text(prefix(receiver)))
            .scan_index_forward(false)
            .limit(most)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let now = self.clock.now();
        let found = found.items.unwrap_or_default();
        let mut deliveries =
            found.iter().map(|item| from_item(owner, item)).collect::<Result<Vec<_>, _>>()?;
        deliveries.retain(|delivery| delivery.expires_at() > now);
        Ok(deliveries)
    }

    /// Notes a try, unless the delivery has come to its end.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn attempted(
        &self,
        delivery: &Delivery,
        attempt: &Attempt,
    ) -> Result<(), StoreError> {
        let change = self.pending(delivery).set("state", word(attempt.state));
        let change = change.add("attempts :one").value("one", number(1));
        let change = match attempt.status {
            Some(status) => change.set("status", number(status)),
            None => change.name("status").remove("#status"),
        };
        let change = match &attempt.reason {
            Some(reason) => change.set("reason", text(reason)),
            None => change.name("reason").remove("#reason"),
        };
        self.make(change).await.map(drop)
    }

    /// Gives a delivery up, unless it has come to its end; `reason` says why when no try has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn abandon_delivery(
        &self,
        delivery: &Delivery,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let change = self.pending(delivery).set("state", word(DeliveryState::Failed));
        let change = match reason {
            Some(reason) => change.set("reason", text(reason)),
            None => change,
        };
        self.make(change).await.map(drop)
    }

    /// Begins the change of a delivery that has not come to its end.
    fn pending(&self, delivery: &Delivery) -> Change {
        Change::new(key(&delivery.owner, delivery.receiver, delivery.id))
            .set("updated_at", time(self.clock.now()))
            .value("pending", word(DeliveryState::Pending))
            .when("attribute_exists(pk) AND #state = :pending")
    }
}

/// What the rows of all deliveries to one receiver begin with; their ids follow, by time.
fn prefix(receiver: Receiver) -> String {
    format!("delivery#{receiver}#")
}

fn key(owner: &OwnerId, receiver: Receiver, id: DeliveryId) -> Item {
    owner::row(owner, &format!("{}{id}", prefix(receiver)))
}

fn to_item(delivery: &Delivery) -> Item {
    let mut item = key(&delivery.owner, delivery.receiver, delivery.id);
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set("delivery", text(delivery.id));
    set("receiver", text(delivery.receiver));
    set("event", word(delivery.event));
    if let Some(job) = delivery.job {
        set("job", text(job));
    }
    match &delivery.body {
        DeliveryBody::Inline(body) => set("body", text(body)),
        DeliveryBody::Stored(key) => set("body_key", text(key)),
    };
    set("state", word(delivery.state));
    set("attempts", number(delivery.attempts));
    set("created_at", time(delivery.created_at));
    set("updated_at", time(delivery.updated_at));
    set("expires_at", time_to_live(delivery.expires_at()));
    item
}

fn from_item(owner: &OwnerId, item: &Item) -> Result<Delivery, StoreError> {
    let row = Row(item);
    Ok(Delivery {
        id: row.parse("delivery")?,
        owner: owner.clone(),
        receiver: row.parse("receiver")?,
        event: row.word("event")?,
        job: row.optional_text("job").map(|_| row.parse("job")).transpose()?,
        body: match row.optional_text("body") {
            Some(body) => DeliveryBody::Inline(body.to_owned()),
            None => DeliveryBody::Stored(row.text("body_key")?.to_owned()),
        },
        state: row.word("state")?,
        attempts: row.number("attempts")?,
        status: row.optional_number("status")?,
        reason: row.optional_text("reason").map(ToOwned::to_owned),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
