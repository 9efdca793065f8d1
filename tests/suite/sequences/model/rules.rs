//! What follows from where the tasks of a job are.

use super::{Kind, Model, Status, Task};

impl Model {
    /// Ends what can end, until nothing can.
    pub(super) fn settle(&mut self) {
        while let Some((at, status)) =
            (0..self.tasks.len()).find_map(|at| Some((at, self.next(at)?)))
        {
            let (files, texts) = self.files(at);
            let task = &mut self.tasks[at];
            (task.status, task.files, task.texts, task.ended) = (status, files, texts, self.now);
        }
        if self.job.is_none() && !self.tasks.iter().any(|task| task.status == Status::Waiting) {
            (self.job, self.job_ended) = (Some(self.outcome()), self.now);
        }
    }

    /// Says how a waiting task ends now, if it does.
    fn next(&self, at: usize) -> Option<Status> {
        let task = &self.tasks[at];
        if task.status != Status::Waiting || task.kind == Kind::Upload {
            return None;
        }
        let failed = |input: usize| {
            let input = &self.tasks[input];
            matches!(input.status, Status::Error(_) | Status::Gone) || self.is_expired(input)
        };
        let dependent = Some(Status::Error("INPUT_TASK_FAILED"));
        if task.inputs.iter().any(|(input, optional)| !optional && failed(*input)) {
            return dependent;
        }
        if task.inputs.iter().any(|(input, _)| self.tasks[*input].status == Status::Waiting) {
            return None;
        }
        if !task.inputs.is_empty() && task.inputs.iter().all(|(input, _)| failed(*input)) {
            return dependent;
        }
        if task.kind == Kind::Convert && !self.input_files(at).1 {
            return Some(Status::Error("INVALID_CONVERSION_TYPE"));
        }
        Some(Status::Finished)
    }

    /// Returns how many files a task makes, and whether all of them are texts.
    fn files(&self, at: usize) -> (usize, bool) {
        let (count, texts) = self.input_files(at);
        match self.tasks[at].kind {
            Kind::Raw | Kind::Upload => (1, true),
            Kind::Export => (count, texts),
            Kind::Convert => (count, false),
            // A single file is given out as it is.
            Kind::Archive => (1, texts && count == 1),
        }
    }

    fn input_files(&self, at: usize) -> (usize, bool) {
        let inputs = self.tasks[at].inputs.iter().map(|(input, _)| &self.tasks[*input]);
        let inputs: Vec<_> = inputs.filter(|input| input.status == Status::Finished).collect();
        (inputs.iter().map(|input| input.files).sum(), inputs.iter().all(|input| input.texts))
    }

    fn outcome(&self) -> &'static str {
        let failed = |task: &&Task| matches!(task.status, Status::Error(_)) && !task.ignore_error;
        let newest: Vec<_> = (0..self.graph.len())
            .filter_map(|node| {
                let there = |task: &&Task| task.node == node && task.status != Status::Gone;
                self.tasks.iter().rfind(there)
            })
            .collect();
        let bad = newest.is_empty() || !self.lost.is_empty() || newest.iter().any(failed);
        if bad { "error" } else { "finished" }
    }
}
