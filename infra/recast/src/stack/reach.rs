use std::path::Path;

use aws::Environment;
use engines::Catalogue;

use super::{Data, DataError, Options, Stack, StackError};

/// A stack's table, bucket and state machines, whoever runs it.
pub struct Reached {
    /// What a function of the stack would be given.
    pub environment: Environment,
    /// The stack that was started because nobody else runs it.
    own: Option<Stack>,
}

impl Stack {
    /// Reaches the stack of a directory: that of the process which serves it, or else one that is
    /// started for it and lets what was running lie.
    ///
    /// # Errors
    ///
    /// [`StackError`] when another process has the directory and has not said yet where it is
    /// reached, or when none has it and the stack cannot be started.
    pub async fn reach(directory: &Path) -> Result<Reached, StackError> {
        match Data::open(directory) {
            Ok(data) => Reached::start(data).await,
            Err(DataError::InUse(path)) => {
                let published = Data::published(&path).ok_or(DataError::InUse(path))?;
                Ok(Reached { environment: published.aws.environment(), own: None })
            }
            Err(error @ DataError::Io { .. }) => Err(error.into()),
        }
    }
}

impl Reached {
    /// Takes a stack that AWS runs.
    pub(crate) fn deployed(environment: Environment) -> Self {
        Self { environment, own: None }
    }

    async fn start(data: Data) -> Result<Self, StackError> {
        let options = Options::new(data, Catalogue::embedded());
        let stack = Stack::start(Options { sweep: false, resume: false, ..options }).await?;
        Ok(Self { environment: stack.environment.clone(), own: Some(stack) })
    }

    /// Lets go of it, and stops what was started for it.
    pub async fn release(self) {
        if let Some(stack) = self.own {
            stack.stop().await;
        }
    }
}
