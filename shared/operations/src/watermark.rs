use crate::description::{Description, INPUT, Parameter, ParameterKind, TIME};
use crate::process::{ENGINE, ENGINE_VERSION, INPUT_FORMAT, Process, RESULT_NAME, Rule};

const IMAGE: Parameter = Parameter::optional(
    "image",
    ParameterKind::Tasks,
    "The task whose file is the picture to put on the files, instead of a text.",
);

pub(crate) const DESCRIPTION: Description = Description {
    path: RULE.path,
    summary: "Puts a text or a picture on files.",
    parameters: &[INPUT, IMAGE, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&RULE, fields, rules),
};

const RULE: Rule = Rule { tool: Some("image"), ..Rule::changing("watermark") };
