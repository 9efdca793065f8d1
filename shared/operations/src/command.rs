use crate::description::{Description, INPUT, Parameter, TIME};
use crate::process::{ENGINE, ENGINE_VERSION, Process, Rule};

pub(crate) const DESCRIPTION: Description = Description {
    path: RULE.path,
    summary: "Runs a program with arguments of one's own, where the owner allows it; it reads /input/TASK/FILE and \
              makes files in /output/.",
    parameters: &[INPUT, Parameter { required: true, ..ENGINE }, ENGINE_VERSION, TIME],
    by_engines: true,
    parse: |fields, rules| {
        fields.required_text("engine")?;
        Process::parse(&RULE, fields, rules)
    },
};

const RULE: Rule = Rule::taking_anything("command");
