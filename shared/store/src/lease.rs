use domain::{KeyId, TaskId};
use jiff::Timestamp;

use crate::item::{Item, Row, number, text, time, time_to_live};
use crate::{Store, StoreError};

impl Store {
    /// Takes one of the `most` places that a key has for tasks at work, until `until` at the latest;
    /// says no when there is none.
    ///
    /// Whoever wants one writes its lease first and then looks at all of them: among those who come
    /// at once the first count, and no index that is behind lets more in.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn take_lease(
        &self,
        key: &KeyId,
        task: TaskId,
        until: Timestamp,
        most: usize,
    ) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut item = row(key, task);
        item.insert("since".to_owned(), time(now));
        item.insert("until".to_owned(), time(until));
        item.insert("expires_at".to_owned(), time_to_live(until));
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map_err(StoreError::from_sdk)?;
        let own = (now.as_millisecond(), task.to_string());
        let mut before = self.leases(key, now).await?;
        before.retain(|lease| *lease < own);
        if before.len() < most {
            return Ok(true);
        }
        self.give_lease_back(key, task).await.map(|()| false)
    }

    /// Gives a place back; one whose holder has died is free when its time is up.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn give_lease_back(&self, key: &KeyId, task: TaskId) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table);
        delete.set_key(Some(row(key, task))).send().await.map_err(StoreError::from_sdk)?;
        Ok(())
    }

    /// Reads who holds a place of a key, and since when.
    async fn leases(&self, key: &KeyId, now: Timestamp) -> Result<Vec<(i64, String)>, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .filter_expression("#until > :now")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":pk", text(partition(key)))
            .expression_attribute_values(":now", number(now.as_millisecond()));
        let mut pages = query.into_paginator().send();
        let mut leases = Vec::new();
        while let Some(page) = pages.next().await {
            for item in page.map_err(StoreError::from_sdk)?.items() {
                leases.push((Row(item).number("since")?, Row(item).text("sk")?.to_owned()));
            }
        }
        Ok(leases)
    }
}

fn row(key: &KeyId, task: TaskId) -> Item {
    [("pk".to_owned(), text(partition(key))), ("sk".to_owned(), text(task))].into()
}

fn partition(key: &KeyId) -> String {
    format!("lease#{key}")
}
