use std::fmt;

use serde::{Deserialize, Serialize};

/// A task's name within its job: letters, digits, `-` and `_`, up to 100 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaskName(String);

/// The text cannot name a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("may only hold letters, digits, dashes and underscores, 100 at most")]
pub struct InvalidTaskName;

impl TaskName {
    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TaskName {
    type Error = InvalidTaskName;

    fn try_from(text: String) -> Result<Self, InvalidTaskName> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let fits = (1..=100).contains(&text.len()) && text.bytes().all(allowed);
        if fits { Ok(Self(text)) } else { Err(InvalidTaskName) }
    }
}

impl From<TaskName> for String {
    fn from(name: TaskName) -> Self {
        name.0
    }
}

impl fmt::Display for TaskName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_letters_digits_dashes_and_underscores() {
        for good in ["a", "import-my-file", "Task_1", &"x".repeat(100)] {
            assert!(TaskName::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "a b", "a.b", "ä", "a/b", &"x".repeat(101)] {
            assert_eq!(TaskName::try_from(bad.to_owned()), Err(InvalidTaskName), "{bad}");
        }
    }
}
