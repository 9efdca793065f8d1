use domain::{Code, Event, Failure, File, From, InvalidFileName, Output, Run, State, Task, TaskId};
use files::Uploaded;
use store::Outcome;

use crate::{SettleError, Settler};

impl Settler {
    /// Looks for the object of an upload whose event has not come.
    pub(crate) async fn find(&self, task: &Task, last: bool) -> Result<(), SettleError> {
        if let Some(uploaded) = self.files.find_upload(task.id).await? {
            return self.receive(task.id, uploaded).await;
        }
        if last {
            let failure = Failure::new(Code::Timeout, "No file was uploaded in time.");
            self.fail(task.id, &task.owner, From::Waiting, failure).await?;
        }
        Ok(())
    }

    /// Ends an import/upload by the object that was posted for it.
    ///
    /// The object is moved out of reach of the form first, so that a second upload under the same
    /// name changes nothing; and whatever is posted when the task does not wait any more is deleted.
    ///
    /// # Errors
    ///
    /// [`SettleError`] when a service does not answer, or the object was replaced while it was being
    /// moved: doing it again does no harm.
    pub async fn receive(&self, task: TaskId, uploaded: Uploaded) -> Result<(), SettleError> {
        let posted = uploaded.key.clone();
        match self.store.task(task).await? {
            // Its job is still being made whole: the sweep will find the object.
            Some(task) if task.staged => return Ok(()),
            Some(found) if found.state == State::Waiting => self.take_in(&found, uploaded).await?,
            Some(_) => {}
            // What a delivery that died had copied meanwhile is nobody's.
            None => self.files.delete_task(task).await?,
        }
        Ok(self.files.delete(&posted).await?)
    }

    async fn take_in(&self, task: &Task, uploaded: Uploaded) -> Result<(), SettleError> {
        let run = Run { attempt: 0, nonce: self.entropy.hex::<8>() };
        let event = match uploaded.file() {
            Ok(file) => self.keep(task.id, &run, file).await?,
            Err(InvalidFileName) => self.fail_name(),
        };
        match self.store.apply(task.id, &task.owner, &event).await? {
            Outcome::Applied(_) => Ok(()),
            // Another delivery was first: its copy counts.
            Outcome::Lost(_) | Outcome::Gone => Ok(self.files.delete_run(task.id, &run).await?),
        }
    }

    async fn keep(&self, task: TaskId, run: &Run, file: File) -> Result<Event, SettleError> {
        let file = self.files.copy(&file, files::result_key(task, run, 1)).await?;
        let output = Output { files: domain::Files::Inline(vec![file]), ..Output::default() };
        Ok(Event::Finish { from: From::Waiting, at: self.clock.now(), output })
    }

    fn fail_name(&self) -> Event {
        let failure =
            Failure::new(Code::InvalidFilename, "The name of the uploaded file cannot be used.");
        Event::Fail { from: From::Waiting, at: self.clock.now(), failure }
    }
}
