use crate::description::{Description, INPUT, TIME};
use crate::process::{ENGINE, ENGINE_VERSION, INPUT_FORMAT, Process, RESULT_NAME, Rule};

pub(crate) const READ: Description = Description {
    path: READING.path,
    summary: "Tells what files say of themselves.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&READING, fields, rules),
};

const READING: Rule = Rule::changing("metadata");

pub(crate) const WRITE: Description = Description {
    path: WRITING.path,
    summary: "Changes what files say of themselves.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&WRITING, fields, rules),
};

const WRITING: Rule = Rule::changing("metadata/write");
