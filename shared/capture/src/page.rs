use domain::{Code, File, FileName};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A page to make a file of. It is not [`Debug`]: its payload may hold secrets.
#[derive(Serialize, Deserialize)]
pub struct Page {
    /// The payload of the task.
    pub payload: Map<String, Value>,
    /// Where in the bucket the file goes.
    pub key: String,
    /// What it is called.
    pub name: FileName,
    /// When nobody waits for it any more.
    pub until: Timestamp,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Captured {
    /// The file lies where it was to go.
    Stored {
        /// The file.
        file: File,
        /// Name and version of the engine that made it.
        engine: (String, String),
        /// What the engine itself said last.
        log: Vec<String>,
    },
    /// There is none.
    Failed {
        /// What kind of failure it is.
        code: Code,
        /// Why, in a sentence.
        message: String,
        /// What the engine itself said last.
        log: Vec<String>,
    },
}
