use crate::description::{Description, INPUT, TIME};
use crate::process::{
    ENGINE, ENGINE_VERSION, INPUT_FORMAT, OUTPUT_FORMAT, Process, RESULT_NAME, Rule,
};

pub(crate) const ARCHIVE: Description = Description {
    path: PACK.path,
    summary: "Packs files into one.",
    parameters: &[INPUT, OUTPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&PACK, fields, rules),
};

const PACK: Rule = Rule::joining("archive");

pub(crate) const EXTRACT: Description = Description {
    path: UNPACK.path,
    summary: "Takes the files out of archives.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&UNPACK, fields, rules),
};

const UNPACK: Rule = Rule::changing("archive/extract");
