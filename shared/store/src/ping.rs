use crate::item::text;
use crate::{Store, StoreError};

impl Store {
    /// Asks the table for a row that is not there: half a read unit.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let get = self.client.get_item().table_name(&self.table);
        let get = get.key("pk", text("ping")).key("sk", text("ping"));
        get.send().await.map(drop).map_err(StoreError::from_sdk)
    }
}
