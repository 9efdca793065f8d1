use domain::{Code, Failure, Status, Task};
use jiff::Timestamp;

use crate::change::Change;
use crate::item::{expiry, number, text, time, word};
use crate::transition::EXISTS;
use crate::{Outcome, Store, StoreError, index, task};

impl Store {
    /// Marks a task as deleted, and ends it if it has not ended: to whoever looks it is gone, and
    /// settling deletes its files and then its row. `Lost` says that it has ended meanwhile, and how
    /// it stands.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn discard(&self, task: &Task, at: Timestamp) -> Result<Outcome, StoreError> {
        let op = self.entropy.hex::<8>();
        let change = Change::new(task::key(task.id)).name("status").value("op", text(&op));
        let change = if task.has_ended() { ended(change) } else { open(change, at) };
        let change = change
            .set_by("deleted = :true, op = :op")
            .set("expires_at", expiry(at))
            .value("true", aws_sdk_dynamodb::types::AttributeValue::Bool(true))
            .remove(index::REMOVE);
        self.settle_change(change.set_due(task, at), &op).await
    }
}

fn ended(change: Change) -> Change {
    change
        .when(format!("{EXISTS} AND #status IN (:finished, :error)"))
        .value("finished", word(Status::Finished))
        .value("error", word(Status::Error))
}

fn open(change: Change, at: Timestamp) -> Change {
    let failure = Failure::new(Code::Cancelled, "The task was deleted.");
    change
        .when(format!("{EXISTS} AND #status IN (:waiting, :processing)"))
        .set_by("started_at = if_not_exists(started_at, :ended_at)")
        .set("ended_at", time(at))
        .set("status", word(Status::Error))
        .set("code", word(failure.code))
        .set("message", text(&failure.message))
        .value("waiting", word(Status::Waiting))
        .value("processing", word(Status::Processing))
}

impl Change {
    /// A single task's row is the first of its group, which the sweep must come to soon.
    fn set_due(self, task: &Task, at: Timestamp) -> Self {
        match task.job() {
            Some(_) => self,
            None => self.set("due", time(at)).set("looks", number(0)),
        }
    }
}
