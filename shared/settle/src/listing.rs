use domain::{Event, File, From, Group, JobEvent, JobStatus, Output, Run, State, Task, Work};
use store::JobEnd;

use crate::{SettleError, Settler};

impl Settler {
    /// Ends a task that needs no execution: its bytes are there, or it lists those of its inputs.
    pub(crate) async fn finish(&self, group: &Group, task: &Task) -> Result<(), SettleError> {
        let output = match task.work {
            Work::Stored => Output { files: task.files.clone(), ..Output::default() },
            Work::Listing => self.list(group, task).await?,
            Work::Upload | Work::Execution => return Ok(()),
        };
        let at = self.clock.now();
        let event = Event::Finish { from: From::Waiting, at, output };
        self.store.apply(task.id, &task.owner, &event).await?;
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

    /// Ends a job, and returns whether webhooks are to be told of that.
    pub(crate) async fn end_job(
        &self,
        group: &Group,
        status: JobStatus,
    ) -> Result<bool, SettleError> {
        let Some(job) = &group.job else { return Ok(false) };
        let event = match status {
            JobStatus::Error => JobEvent::Failed,
            JobStatus::Finished | JobStatus::Processing => JobEvent::Finished,
        };
        let told = self.is_awaited(job, event).await?;
        let end = JobEnd {
            status,
            at: self.clock.now(),
            started_at: group.tasks.iter().filter_map(|task| task.state.started_at()).min(),
            announce: told.then_some(event).into_iter().collect(),
        };
        self.store.end_job(job, &end).await?;
        Ok(told)
    }
}
