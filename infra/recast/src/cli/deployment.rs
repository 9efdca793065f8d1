use clap::Args;

/// A deployed stack, as a client of its API knows it.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Deployment {
    /// The address of a deployed stack's API, its output `Api`.
    #[arg(long, env = "RECAST_ENDPOINT", value_name = "URL", requires = "key")]
    endpoint: Option<String>,
    /// The key to it.
    #[arg(long, env = "RECAST_API_KEY", value_name = "KEY", hide_env_values = true)]
    key: Option<String>,
}

impl Deployment {
    /// Returns address and key, when a deployed stack is meant.
    pub(crate) fn access(&self) -> Option<(&str, &str)> {
        self.endpoint.as_deref().zip(self.key.as_deref())
    }
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Smoke {
    /// The address of the stack's API, its output `Api`.
    #[arg(long, env = "RECAST_ENDPOINT", value_name = "URL")]
    pub(crate) endpoint: String,
    /// The key to it.
    #[arg(long, env = "RECAST_API_KEY", value_name = "KEY", hide_env_values = true)]
    pub(crate) key: String,
    /// The address of its synchronous API, its output `Sync`; not looked at unless given.
    #[arg(long, env = "RECAST_SYNC_ENDPOINT", value_name = "URL")]
    pub(crate) sync: Option<String>,
}
