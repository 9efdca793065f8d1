use serde::Serialize;

/// What a job would do.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Plan))]
pub struct PlanView {
    /// Its tasks, in an order in which they could run.
    pub tasks: Vec<PlannedView>,
}

/// A task in its place.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PlannedTask))]
pub struct PlannedView {
    /// Its name.
    pub name: String,
    /// What it does.
    pub operation: String,
    /// The names of the tasks whose files it takes.
    pub depends_on: Vec<String>,
    /// What the files are that it converts, if that is known before they are there.
    #[cfg_attr(feature = "schema", schema(required))]
    pub input_format: Option<String>,
    /// What they become.
    #[cfg_attr(feature = "schema", schema(required))]
    pub output_format: Option<String>,
    /// The engine that would do it.
    #[cfg_attr(feature = "schema", schema(required))]
    pub engine: Option<String>,
    /// That engine's version.
    #[cfg_attr(feature = "schema", schema(required))]
    pub engine_version: Option<String>,
    /// Why no engine would do it.
    #[cfg_attr(feature = "schema", schema(required))]
    pub message: Option<String>,
}
