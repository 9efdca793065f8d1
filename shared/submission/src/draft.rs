use domain::{Files, KeyId, OwnerId, Payload, Scope, State, Task, TaskId};
use jiff::Timestamp;

use crate::request::Request;

/// Makes the row to be of a task that waits, of no job and without inputs.
pub(crate) fn blank(
    id: TaskId,
    owner: &OwnerId,
    key: &KeyId,
    request: &Request,
    created_at: Timestamp,
) -> Task {
    Task {
        id,
        owner: owner.clone(),
        scope: Scope::Single,
        operation: request.path.clone(),
        work: request.operation.work(),
        payload: Payload::Stored,
        inputs: Vec::new(),
        ignore_error: false,
        created_at,
        state: State::Waiting,
        percent: 0,
        message: None,
        engine: None,
        files: Files::default(),
        details: serde_json::Map::new(),
        log: Vec::new(),
        secret: None,
        key: Some(key.clone()),
        retry_of: None,
        retries: Vec::new(),
        staged: false,
        deleted: false,
        expires_at: None,
    }
}
