use domain::{Code, Failure, State, Task};
use operations::{Given, Stop};
use worker::WorkerError;

use crate::Context;

/// Looks at the inputs once more, now that the task is claimed, and returns their files in order.
pub(crate) async fn input_files(
    context: &Context,
    task: &Task,
) -> Result<Result<Vec<Given>, Stop>, WorkerError> {
    let ids: Vec<_> = task.inputs.iter().map(|input| input.task).collect();
    let found = context.settler.store.tasks(&ids).await?;
    let now = context.settler.clock.now();
    let mut files = Vec::new();
    for input in &task.inputs {
        match found.get(&input.task).filter(|found| !found.is_gone(now)) {
            Some(found @ Task { state: State::Finished { .. }, .. }) => {
                let list = context.settler.files.load_list(&found.files).await?;
                files.push(Given { task: found.id, title: found.title(), files: list });
            }
            Some(Task { state: State::Waiting | State::Processing { .. }, .. }) => {
                return Err(WorkerError::TooEarly);
            }
            _ if input.optional => {}
            found => {
                let title = found.map_or_else(|| input.task.to_string(), Task::title);
                let message = format!("Input task has failed: {title}");
                return Ok(Err(Stop::Failed(Failure::new(Code::InputTaskFailed, message))));
            }
        }
    }
    Ok(Ok(files))
}
