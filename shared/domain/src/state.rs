use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Failure, Files};

/// Where a task is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Its inputs have not all ended, or nobody has claimed it yet.
    Waiting,
    /// A run has claimed it.
    Processing {
        /// When it was first claimed.
        started_at: Timestamp,
        /// The run that works on it; writes of any other are refused.
        run: Run,
        /// When the run is taken for dead.
        deadline: Timestamp,
    },
    /// It has ended and its files are there.
    Finished {
        /// When it was claimed, or ended if nobody had to.
        started_at: Timestamp,
        /// When it ended.
        ended_at: Timestamp,
    },
    /// It has ended without a result.
    Error {
        /// When it was claimed, or ended if it never was.
        started_at: Timestamp,
        /// When it ended.
        ended_at: Timestamp,
        /// Why.
        failure: Failure,
    },
}

/// The four words that the API has for a task's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Not begun.
    Waiting,
    /// Being worked on.
    Processing,
    /// Ended well.
    Finished,
    /// Ended badly.
    Error,
}

/// One try of a worker at a task: its fence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Run {
    /// Which invocation of the state machine it is, from 0; a later one takes over from an earlier.
    pub attempt: u32,
    /// Random digits: names the run's files, so that two runs never write the same object.
    pub nonce: String,
}

/// What may happen to a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A run takes the task on.
    Claim {
        /// The run.
        run: Run,
        /// When.
        at: Timestamp,
        /// When the run is to be taken for dead.
        deadline: Timestamp,
    },
    /// The task is done.
    Finish {
        /// The states it may come from.
        from: From,
        /// When.
        at: Timestamp,
        /// What came of it.
        output: Output,
    },
    /// The task cannot be done.
    Fail {
        /// The states it may come from.
        from: From,
        /// When.
        at: Timestamp,
        /// Why.
        failure: Failure,
    },
}

/// What came of a task that was done.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Output {
    /// What it made.
    pub files: Files,
    /// Name and version of the engine that did the work.
    pub engine: Option<(String, String)>,
    /// What happened, in words, when there is more to say than the state.
    pub message: Option<String>,
    /// What makes the addresses of an export/url unguessable.
    pub secret: Option<String>,
    /// Further members of the task's result, such as a file's metadata.
    pub details: Map<String, Value>,
    /// What the engine itself said last, line by line.
    pub log: Vec<String>,
}

/// The states that an ending may come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum From {
    /// Nobody has claimed it.
    Waiting,
    /// This run holds it.
    Run(Run),
    /// It has not ended, whoever holds it.
    Open,
}

/// The event is not possible in the state the task is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not possible in this state")]
pub struct Refused;

impl State {
    /// Returns the state that follows, by the one table of what may follow on what.
    ///
    /// # Errors
    ///
    /// [`Refused`] when the event is not possible here: always once a task has ended.
    pub fn next(&self, event: &Event) -> Result<Self, Refused> {
        match event {
            Event::Claim { run, at, deadline } => self.claim(run, *at, *deadline),
            Event::Finish { from, at, .. } => {
                let (started_at, ended_at) = self.end(from, *at)?;
                Ok(Self::Finished { started_at, ended_at })
            }
            Event::Fail { from, at, failure } => {
                let (started_at, ended_at) = self.end(from, *at)?;
                // What the engine said is the task's, not its state's.
                let failure = Failure::new(failure.code, &failure.message);
                Ok(Self::Error { started_at, ended_at, failure })
            }
        }
    }

    fn claim(&self, run: &Run, at: Timestamp, deadline: Timestamp) -> Result<Self, Refused> {
        let started_at = match self {
            Self::Waiting => at,
            Self::Processing { started_at, run: old, .. } if old.attempt <= run.attempt => {
                *started_at
            }
            Self::Processing { .. } | Self::Finished { .. } | Self::Error { .. } => {
                return Err(Refused);
            }
        };
        Ok(Self::Processing { started_at, run: run.clone(), deadline })
    }

    fn end(&self, from: &From, at: Timestamp) -> Result<(Timestamp, Timestamp), Refused> {
        match (self, from) {
            (Self::Waiting, From::Waiting | From::Open) => Ok((at, at)),
            (Self::Processing { started_at, .. }, From::Open) => {
                Ok((*started_at, at.max(*started_at)))
            }
            (Self::Processing { started_at, run, .. }, From::Run(by)) if run == by => {
                Ok((*started_at, at.max(*started_at)))
            }
            (Self::Waiting, From::Run(_))
            | (Self::Processing { .. }, From::Waiting | From::Run(_))
            | (Self::Finished { .. } | Self::Error { .. }, _) => Err(Refused),
        }
    }

    /// Returns the API's word for the state.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Waiting => Status::Waiting,
            Self::Processing { .. } => Status::Processing,
            Self::Finished { .. } => Status::Finished,
            Self::Error { .. } => Status::Error,
        }
    }

    /// Returns when the task was claimed, if it was.
    #[must_use]
    pub fn started_at(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting => None,
            Self::Processing { started_at, .. }
            | Self::Finished { started_at, .. }
            | Self::Error { started_at, .. } => Some(*started_at),
        }
    }

    /// Returns when the task ended, if it has.
    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting | Self::Processing { .. } => None,
            Self::Finished { ended_at, .. } | Self::Error { ended_at, .. } => Some(*ended_at),
        }
    }

    /// Returns why the task failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Error { failure, .. } => Some(failure),
            Self::Waiting | Self::Processing { .. } | Self::Finished { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn run(attempt: u32, nonce: &str) -> Run {
        Run { attempt, nonce: nonce.to_owned() }
    }

    fn states() -> [State; 4] {
        let failure = Failure::new(Code::Timeout, "too slow");
        [
            State::Waiting,
            State::Processing { started_at: at(5), run: run(1, "a"), deadline: at(9) },
            State::Finished { started_at: at(5), ended_at: at(8) },
            State::Error { started_at: at(5), ended_at: at(8), failure },
        ]
    }

    /// Checks one event against waiting, processing (attempt 1, nonce a), finished and error.
    #[track_caller]
    fn check(event: &Event, expect: [Option<Status>; 4]) {
        let next = states().map(|state| state.next(event).ok().map(|next| next.status()));
        assert_eq!(next, expect, "{event:?}");
    }

    fn claim(run: Run) -> Event {
        Event::Claim { run, at: at(20), deadline: at(30) }
    }

    fn finish(from: From) -> Event {
        Event::Finish { from, at: at(20), output: Output::default() }
    }

    fn fail(from: From) -> Event {
        Event::Fail { from, at: at(20), failure: Failure::new(Code::Cancelled, "cancelled") }
    }

    #[test]
    fn every_state_meets_every_event() {
        let (p, f, e) = (Some(Status::Processing), Some(Status::Finished), Some(Status::Error));
        check(&claim(run(0, "b")), [p, None, None, None]);
        check(&claim(run(1, "a")), [p, p, None, None]);
        check(&claim(run(1, "b")), [p, p, None, None]);
        check(&claim(run(2, "b")), [p, p, None, None]);
        check(&finish(From::Waiting), [f, None, None, None]);
        check(&finish(From::Run(run(1, "a"))), [None, f, None, None]);
        check(&finish(From::Run(run(1, "b"))), [None, None, None, None]);
        check(&finish(From::Run(run(0, "a"))), [None, None, None, None]);
        check(&finish(From::Open), [f, f, None, None]);
        check(&fail(From::Waiting), [e, None, None, None]);
        check(&fail(From::Run(run(1, "a"))), [None, e, None, None]);
        check(&fail(From::Run(run(2, "a"))), [None, None, None, None]);
        check(&fail(From::Open), [e, e, None, None]);
    }

    #[test]
    fn a_later_claim_keeps_the_first_start() {
        let [_, processing, ..] = states();
        let next = processing.next(&claim(run(2, "b"))).unwrap();
        assert_eq!(next.started_at(), Some(at(5)));
    }

    #[test]
    fn a_task_never_ends_before_it_started() {
        let [_, processing, ..] = states();
        let early =
            Event::Fail { from: From::Open, at: at(1), failure: Failure::new(Code::Timeout, "") };
        assert_eq!(processing.next(&early).unwrap().ended_at(), Some(at(5)));
    }
}
