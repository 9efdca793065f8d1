use api::ApiError;
use operations::{Node, plan};
use serde_json::{Map, Value};
use view::{PlanView, PlannedView};

use crate::Context;
use crate::job::Checked;

impl Context {
    /// Says what a job would do; nothing is stored.
    ///
    /// # Errors
    ///
    /// [`ApiError::Invalid`] with everything that is wrong with it.
    pub fn plan(&self, body: &Map<String, Value>) -> Result<PlanView, ApiError> {
        let Checked { members, .. } = self.check_job(body)?;
        let nodes: Vec<_> = members
            .iter()
            .map(|member| Node {
                name: &member.name,
                operation: &member.request.operation,
                inputs: &member.inputs,
            })
            .collect();
        let planned = plan(&nodes, &self.rules.catalogue);
        let tasks = planned.into_iter().filter_map(|planned| {
            let member = members.iter().find(|member| member.name == *planned.name)?;
            let forecast = planned.conversion;
            let format = |format: Option<engines::Format>| format.map(|format| format.to_string());
            let (engine, message) = match forecast.as_ref().and_then(|it| it.engine.clone()) {
                Some(Ok(engine)) => (Some(engine), None),
                Some(Err(message)) => (None, Some(message)),
                None => (None, None),
            };
            let (engine, engine_version) = engine.unzip();
            Some(PlannedView {
                name: member.name.to_string(),
                operation: member.request.path.clone(),
                depends_on: member.inputs.iter().map(ToString::to_string).collect(),
                input_format: format(forecast.as_ref().and_then(|it| it.input_format)),
                output_format: format(forecast.as_ref().and_then(|it| it.output_format)),
                engine,
                engine_version,
                message,
            })
        });
        Ok(PlanView { tasks: tasks.collect() })
    }
}
