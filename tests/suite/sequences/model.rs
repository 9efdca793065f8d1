//! What a job is to come to, told without rows, calls or workers.

mod rules;

use std::collections::BTreeMap;

/// What a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its text came with it.
    Raw,
    /// It waits for its text.
    Upload,
    /// It makes pages of texts, and cannot of anything else.
    Convert,
    /// It lists the files of its inputs.
    Export,
    /// It packs them, which takes a worker.
    Archive,
}

/// A task of a graph: its kind, the earlier ones it depends on, and `ignore_error`.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) inputs: Vec<usize>,
    pub(crate) ignore_error: bool,
}

/// What is done to a job; tasks are named by their place in the graph, the newest try is meant.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Upload(usize),
    /// The upload's event comes, once more or late.
    Event(usize),
    Cancel(usize),
    Retry(usize),
    Delete(usize),
    DeleteJob,
    /// The sweep comes after five minutes.
    Sweep,
    /// Twelve hours pass, and the sweep comes.
    HalfDay,
    /// Two at once.
    Both(Box<Op>, Box<Op>),
}

/// Where a task is: `Gone` when it was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Waiting,
    Finished,
    Error(&'static str),
    Gone,
}

#[derive(Clone, Debug)]
struct Task {
    node: usize,
    kind: Kind,
    /// The tasks it depends on, and whether their failure can be done without.
    inputs: Vec<(usize, bool)>,
    ignore_error: bool,
    status: Status,
    /// How many files it has, and whether all of them are texts.
    files: usize,
    texts: bool,
    created: u32,
    ended: u32,
}

/// A job, or what is left of it.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    graph: Vec<Node>,
    tasks: Vec<Task>,
    /// Half days since the beginning.
    now: u32,
    job: Option<&'static str>,
    job_ended: u32,
    /// Names of tasks deleted before they had finished and not tried again.
    lost: Vec<usize>,
    deleted: bool,
}

/// A job as it is shown: its status, and of each task the status and code.
pub(crate) type Shown = Option<(String, BTreeMap<String, (String, String)>)>;

impl Model {
    pub(crate) fn new(graph: &[Node]) -> Self {
        let task = |(place, node): (usize, &Node)| Task {
            node: place,
            kind: node.kind,
            inputs: node.inputs.iter().map(|input| (*input, graph[*input].ignore_error)).collect(),
            ignore_error: node.ignore_error,
            status: Status::Waiting,
            files: 0,
            texts: false,
            created: 0,
            ended: 0,
        };
        let tasks = graph.iter().enumerate().map(task).collect();
        let (graph, lost) = (graph.to_vec(), Vec::new());
        let mut model =
            Self { graph, tasks, now: 0, job: None, job_ended: 0, lost, deleted: false };
        model.settle();
        model
    }

    /// Does what is asked and says which status the client is answered.
    pub(crate) fn apply(&mut self, op: &Op) -> u16 {
        let status = self.act(op, self.target(op));
        self.settle();
        status
    }

    /// Returns what two things done at once may come to, each with the statuses that their clients
    /// are answered: one is first, and what follows from it happens before the other or after.
    ///
    /// Whoever deletes what is just being deleted is told either: both count as 204.
    pub(crate) fn both(&self, one: &Op, other: &Op) -> Vec<(Self, [u16; 2])> {
        let ways = [(false, false), (false, true), (true, false), (true, true)];
        ways.map(|(turned, settles)| self.one_way(one, other, turned, settles)).into()
    }

    fn one_way(&self, one: &Op, other: &Op, turned: bool, settles: bool) -> (Self, [u16; 2]) {
        let mut model = self.clone();
        // Their tasks were named before either was done.
        let mut steps = [(0, one, self.target(one)), (1, other, self.target(other))];
        if turned {
            steps.reverse();
        }
        let mut statuses = [0; 2];
        for (place, op, target) in steps {
            statuses[place] = told(op, model.act(op, target));
            if settles {
                model.settle();
            }
        }
        model.settle();
        (model, statuses)
    }

    /// Returns the newest try that is there of the task that an operation names.
    fn target(&self, op: &Op) -> Option<usize> {
        match op {
            Op::Upload(node) | Op::Cancel(node) | Op::Retry(node) | Op::Delete(node) => {
                self.find(*node)
            }
            Op::Event(_) | Op::DeleteJob | Op::Sweep | Op::HalfDay | Op::Both(..) => None,
        }
    }

    /// Does what is asked, without what follows from it.
    fn act(&mut self, op: &Op, target: Option<usize>) -> u16 {
        let target = target.filter(|at| {
            let task = &self.tasks[*at];
            !self.is_gone() && task.status != Status::Gone && !self.is_expired(task)
        });
        match (op, target) {
            (Op::Upload(_), Some(at)) => self.upload(at),
            (Op::Cancel(_), Some(at)) => self.cancel(at),
            (Op::Retry(_), Some(at)) => self.retry(at),
            (Op::Delete(_), Some(at)) => self.delete(at),
            (Op::Cancel(_) | Op::Retry(_) | Op::Delete(_), None) => 404,
            (Op::DeleteJob, _) => self.delete_job(),
            (Op::HalfDay, _) => self.half_day(),
            (Op::Upload(_) | Op::Event(_) | Op::Sweep | Op::Both(..), _) => 0,
        }
    }

    /// Returns the job as it must be shown.
    pub(crate) fn shown(&self) -> Shown {
        if self.is_gone() {
            return None;
        }
        let tasks: BTreeMap<_, _> =
            self.newest().into_iter().map(|task| (name(task.node), words(task.status))).collect();
        let waits = || self.there().all(|task| task.status == Status::Waiting);
        let status = self.job.unwrap_or_else(|| if waits() { "waiting" } else { "processing" });
        Some((status.to_owned(), tasks))
    }

    fn is_gone(&self) -> bool {
        self.deleted || (self.job.is_some() && self.now - self.job_ended >= 2)
    }

    fn is_expired(&self, task: &Task) -> bool {
        task.status != Status::Waiting && self.now - task.ended >= 2
    }

    /// The tasks that whoever asks can see.
    fn there(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.status != Status::Gone && !self.is_expired(task))
    }

    fn newest(&self) -> Vec<&Task> {
        let newest = |node| self.there().filter(|task| task.node == node).last();
        (0..self.graph.len()).filter_map(newest).collect()
    }

    /// Finds the newest try that is there.
    fn find(&self, node: usize) -> Option<usize> {
        let seen = |task: &Task| {
            task.node == node && task.status != Status::Gone && !self.is_expired(task)
        };
        (!self.is_gone()).then(|| self.tasks.iter().rposition(seen)).flatten()
    }

    fn upload(&mut self, at: usize) -> u16 {
        let task = &mut self.tasks[at];
        if task.kind == Kind::Upload && task.status == Status::Waiting {
            (task.status, task.files, task.texts) = (Status::Finished, 1, true);
            task.ended = self.now;
        }
        0
    }

    fn cancel(&mut self, at: usize) -> u16 {
        if self.tasks[at].status != Status::Waiting {
            return 422;
        }
        (self.tasks[at].status, self.tasks[at].ended) = (Status::Error("CANCELLED"), self.now);
        200
    }

    fn retry(&mut self, at: usize) -> u16 {
        let node = self.tasks[at].node;
        if self.tasks.iter().any(|task| task.node == node && task.status == Status::Waiting) {
            return 422;
        }
        let inputs = self.graph[node].inputs.clone();
        let found: Option<Vec<_>> = inputs.iter().map(|input| self.find(*input)).collect();
        let Some(found) = found else { return 422 };
        let inputs = found.into_iter().map(|input| (input, self.tasks[input].ignore_error));
        let new = Task {
            inputs: inputs.collect(),
            status: Status::Waiting,
            created: self.now,
            ..self.tasks[at].clone()
        };
        self.tasks.push(new);
        self.lost.retain(|lost| *lost != node);
        self.job = None;
        201
    }

    fn delete(&mut self, at: usize) -> u16 {
        let task = &mut self.tasks[at];
        let (node, finished) = (task.node, task.status == Status::Finished || task.ignore_error);
        (task.status, task.ended) = (Status::Gone, self.now);
        let newer = |task: &Task| task.node == node && task.status != Status::Gone;
        let tried = self.tasks[at..].iter().any(newer);
        if !finished && !tried {
            self.lost.push(node);
        }
        204
    }

    fn delete_job(&mut self) -> u16 {
        if self.is_gone() {
            return 404;
        }
        self.deleted = true;
        204
    }

    /// An upload may come within twelve hours.
    fn half_day(&mut self) -> u16 {
        self.now += 1;
        for task in &mut self.tasks {
            let late = task.kind == Kind::Upload && self.now - task.created >= 1;
            if late && task.status == Status::Waiting {
                (task.status, task.ended) = (Status::Error("TIMEOUT"), self.now);
            }
        }
        0
    }
}

/// Returns a status with those that are as good made one.
pub(crate) fn told(op: &Op, status: u16) -> u16 {
    if matches!(op, Op::Delete(_)) { 204 } else { status }
}

/// Returns what the task of a place in the graph is called.
pub(crate) fn name(node: usize) -> String {
    format!("t{node}")
}

fn words(status: Status) -> (String, String) {
    let (status, code) = match status {
        Status::Waiting => ("waiting", "-"),
        Status::Finished => ("finished", "-"),
        Status::Error(code) => ("error", code),
        Status::Gone => ("gone", "-"),
    };
    (status.to_owned(), code.to_owned())
}
