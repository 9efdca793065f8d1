use std::path::PathBuf;

use aws::Environment;
use clap::Args;

use super::deployed::{self, DeployedError};
use crate::stack::{Reached, Stack, StackError};

/// Which stack a command is for.
#[derive(Clone, Debug, Args)]
pub(crate) struct Place {
    /// The directory of an embedded stack, whether `recast serve` runs it or not.
    #[arg(long, value_name = "DIR", default_value = ".recast")]
    pub(crate) data: PathBuf,
    /// The name of a stack in AWS; region and credentials come from the environment: AWS_REGION,
    /// AWS_ACCESS_KEY_ID and their like.
    #[arg(long, value_name = "NAME", conflicts_with = "data")]
    pub(crate) stack: Option<String>,
    /// The number of the account that it is in; RECAST_ACCOUNT unless given.
    #[arg(long, value_name = "NUMBER", requires = "stack")]
    pub(crate) account: Option<String>,
}

/// The stack cannot be reached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlaceError {
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Deployed(#[from] DeployedError),
}

impl Place {
    /// Does something with the stack, and lets go of it.
    pub(crate) async fn with<T, E: From<PlaceError>>(
        &self,
        act: impl AsyncFnOnce(&Environment) -> Result<T, E>,
    ) -> Result<T, E> {
        let reached = self.reach().await?;
        let result = act(&reached.environment).await;
        reached.release().await;
        result
    }

    async fn reach(&self) -> Result<Reached, PlaceError> {
        let Some(stack) = &self.stack else { return Ok(Stack::reach(&self.data).await?) };
        let process = Environment::from_process();
        Ok(Reached::deployed(deployed::environment(stack, self.account.as_deref(), process)?))
    }
}
