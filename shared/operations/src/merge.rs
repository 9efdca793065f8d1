use crate::description::{Description, INPUT, TIME};
use crate::process::{
    ENGINE, ENGINE_VERSION, INPUT_FORMAT, OUTPUT_FORMAT, Process, RESULT_NAME, Rule,
};

pub(crate) const DESCRIPTION: Description = Description {
    path: RULE.path,
    summary: "Makes one file of all, in their order.",
    parameters: &[INPUT, INPUT_FORMAT, OUTPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&RULE, fields, rules),
};

const RULE: Rule = Rule::joining("merge");
