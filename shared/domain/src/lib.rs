//! Tasks, jobs and the rules they live by.
//!
//! Everything here is a pure function of its arguments: no I/O, no clock, no randomness, and
//! nothing of HTTP or AWS. The heart of it is [`due()`], which looks at the rows of one group and says
//! what is to be done next, and [`State::next`], which says what may follow on what.

mod delivery;
mod due;
mod failure;
mod file;
mod graph;
mod group;
mod id;
mod job;
mod name;
mod retention;
mod state;
mod task;
mod webhook;

pub use delivery::{
    DELIVERY_MEMORY, Delivery, DeliveryBody, DeliveryEvent, DeliveryId, DeliveryState, Receiver,
};
pub use due::{Step, due, next_look};
pub use failure::{Code, Failure};
pub use file::{File, FileName, InvalidFileName};
pub use graph::cycle;
pub use group::{Group, Pointer};
pub use id::{GroupId, InvalidId, JobId, KeyId, OwnerId, TaskId};
pub use job::{Job, JobEvent, JobStatus, Schedule};
pub use name::{InvalidTaskName, TaskName};
pub use retention::{EXECUTION_TIME, MOST_TASKS, RETENTION, STAGING, UPLOAD_WINDOW};
pub use state::{Event, From, Output, Refused, Run, State, Status};
pub use task::{Files, Input, Payload, Scope, Task, Work};
pub use webhook::{Webhook, WebhookId};
