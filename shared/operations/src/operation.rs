use std::sync::Arc;
use std::time::Duration;

use domain::Work;
use egress::AllowedHosts;
use engines::Catalogue;
use serde_json::{Map, Value};

use crate::act::Act;
use crate::fields::{Fields, Invalid};
use crate::{Description, ParameterKind, Stored, describe, masked};

/// How long a task may take unless it says so: five hours, as the API has it. What it runs on may
/// have less.
pub(crate) const TIMEOUT: u64 = 5 * 3600;

/// What a task is asked to do.
#[derive(Clone, Debug)]
pub struct Operation(Arc<dyn Act>);

/// What requests are checked against.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What can be converted here.
    pub catalogue: Catalogue,
    /// Addresses that may be named although they are not public.
    pub hosts: AllowedHosts,
    /// The buckets that may be read and written with the deployment's own role.
    pub role_buckets: Vec<String>,
}

impl Operation {
    /// Reads what a task is asked to do: the path of an operation and its payload.
    ///
    /// Members that an operation does not know are none of its business, as in the API.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, by field.
    pub fn parse(
        path: &str,
        payload: &Map<String, Value>,
        rules: &Rules,
    ) -> Result<Self, Vec<Invalid>> {
        let mut fields = Fields::new(payload);
        let operation = match describe(path) {
            Some(description) => (description.parse)(&mut fields, rules),
            None => {
                fields.refuse("operation", format!("The operation {path} is not supported."));
                None
            }
        };
        fields.integer("timeout", 1..=TIMEOUT);
        fields.finish(operation.map(|operation| Self(operation.into())))
    }

    /// Returns what brings the task to its end.
    #[must_use]
    pub fn work(&self) -> Work {
        self.0.work()
    }

    /// Returns the file that came with the request, if one did.
    #[must_use]
    pub fn stored(&self) -> Option<&Stored> {
        self.0.stored()
    }

    pub(crate) fn act(&self) -> &dyn Act {
        &*self.0
    }

    /// Returns whether the operation of that path takes the files of other tasks.
    #[must_use]
    pub fn takes_input(path: &str) -> bool {
        describe(path).is_some_and(Description::takes_input)
    }

    /// Returns the members of a payload that name tasks whose files are taken.
    pub fn task_fields(path: &str) -> impl Iterator<Item = &'static str> {
        let parameters = describe(path).map_or(&[][..], |operation| operation.parameters);
        let of_tasks = parameters.iter().filter(|it| it.kind == ParameterKind::Tasks);
        of_tasks.map(|parameter| parameter.name)
    }

    /// Returns whether the payload holds something that must not lie in a row: what is masked when it
    /// is shown.
    #[must_use]
    pub fn has_secrets(path: &str, payload: &Map<String, Value>) -> bool {
        masked(path, payload) != *payload
    }

    /// Returns how long a task with this payload may take.
    #[must_use]
    pub fn timeout(payload: &Map<String, Value>) -> Duration {
        Duration::from_secs(
            payload.get("timeout").and_then(engines::whole).unwrap_or(TIMEOUT).min(TIMEOUT),
        )
    }
}
