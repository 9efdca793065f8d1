use domain::{Pointer, TaskId};

use crate::item::{Item, Row, text};
use crate::{Store, StoreError};

/// Sorts behind the ids of jobs and tasks, which are hexadecimal.
const PREFIX: &str = "pointer#";

impl Store {
    /// Says beside a task that one of another group depends on it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn put_pointer(&self, pointer: Pointer) -> Result<(), StoreError> {
        let put = self.client.put_item().table_name(&self.table).set_item(Some(key(pointer)));
        put.send().await.map_err(StoreError::from_sdk)?;
        Ok(())
    }

    /// Forgets a pointer.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn delete_pointer(&self, pointer: Pointer) -> Result<(), StoreError> {
        let delete = self.client.delete_item().table_name(&self.table).set_key(Some(key(pointer)));
        delete.send().await.map_err(StoreError::from_sdk)?;
        Ok(())
    }
}

fn key(pointer: Pointer) -> Item {
    let sk = format!("{PREFIX}{}#{}", pointer.input, pointer.dependent);
    [("pk".to_owned(), text(pointer.input.group())), ("sk".to_owned(), text(sk))].into()
}

/// Reads a pointer's row; none when the row is of another kind.
pub(crate) fn from_item(item: &Item) -> Result<Option<Pointer>, StoreError> {
    let Some(ids) = Row(item).text("sk")?.strip_prefix(PREFIX) else { return Ok(None) };
    let pointer = ids.split_once('#').and_then(|(input, dependent)| {
        let parse = |text: &str| text.parse::<TaskId>().ok();
        Some(Pointer { input: parse(input)?, dependent: parse(dependent)? })
    });
    pointer.map(Some).ok_or(StoreError::Malformed("sk"))
}
