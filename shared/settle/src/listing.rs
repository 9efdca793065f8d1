use domain::{Event, File, From, Group, Output, Run, State, Task, TaskId, Work};

use crate::{SettleError, Settler};

impl Settler {
    /// Ends a task that needs no execution: its bytes are there, or it lists those of its inputs.
    pub(crate) async fn finish(&self, group: &Group, id: TaskId) -> Result<(), SettleError> {
        let Some(task) = group.task(id) else { return Ok(()) };
        let output = match task.work {
            Work::Stored => Output { files: task.files.clone(), ..Output::default() },
            Work::Listing => self.list(group, task).await?,
            Work::Upload | Work::Execution => return Ok(()),
        };
        let at = self.clock.now();
        self.store.apply(id, &Event::Finish { from: From::Waiting, at, output }).await?;
        Ok(())
    }

    async fn list(&self, group: &Group, task: &Task) -> Result<Output, SettleError> {
        let files = self.input_files(group, task).await?;
        let run = Run { attempt: 0, nonce: self.entropy.hex::<8>() };
        let files = self.files.save_list(task.id, &run, files).await?;
        Ok(Output { files, secret: Some(self.entropy.hex::<16>()), ..Output::default() })
    }

    /// Returns the files of a task's inputs, in their order, without those of inputs that failed.
    async fn input_files(&self, group: &Group, task: &Task) -> Result<Vec<File>, SettleError> {
        let mut files = Vec::new();
        let inputs = task.inputs.iter().filter_map(|input| group.task(input.task));
        for input in inputs.filter(|input| matches!(input.state, State::Finished { .. })) {
            files.extend(self.files.load_list(&input.files).await?);
        }
        Ok(files)
    }

    pub(crate) async fn end_job(
        &self,
        group: &Group,
        status: domain::JobStatus,
    ) -> Result<(), SettleError> {
        if let Some(job) = &group.job {
            self.store.end_job(job, status, self.clock.now()).await?;
        }
        Ok(())
    }
}
