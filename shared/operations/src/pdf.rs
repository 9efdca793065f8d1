//! What is done with PDF files alone.

use crate::description::{Description, INPUT, TIME};
use crate::process::{ENGINE, ENGINE_VERSION, INPUT_FORMAT, Process, RESULT_NAME, Rule};

pub(crate) const A: Description = Description {
    path: TO_A.path,
    summary: "Makes PDF files that can be kept for ever.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&TO_A, fields, rules),
};

const TO_A: Rule = Rule::changing("pdf/a");

pub(crate) const OCR: Description = Description {
    path: READING.path,
    summary: "Makes the text in the pictures of PDF files one that can be searched.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&READING, fields, rules),
};

const READING: Rule = Rule::changing("pdf/ocr");

pub(crate) const ENCRYPT: Description = Description {
    path: LOCKING.path,
    summary: "Protects PDF files by passwords.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&LOCKING, fields, rules),
};

const LOCKING: Rule = Rule::changing("pdf/encrypt");

pub(crate) const DECRYPT: Description = Description {
    path: OPENING.path,
    summary: "Takes the protection off PDF files.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&OPENING, fields, rules),
};

const OPENING: Rule = Rule::changing("pdf/decrypt");

pub(crate) const SPLIT_PAGES: Description = Description {
    path: SPLITTING.path,
    summary: "Makes a file of each page.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&SPLITTING, fields, rules),
};

const SPLITTING: Rule = Rule::changing("pdf/split-pages");

pub(crate) const EXTRACT_PAGES: Description = Description {
    path: EXTRACTING.path,
    summary: "Makes a file of some of the pages.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&EXTRACTING, fields, rules),
};

const EXTRACTING: Rule = Rule::changing("pdf/extract-pages");

pub(crate) const ROTATE_PAGES: Description = Description {
    path: ROTATING.path,
    summary: "Turns pages.",
    parameters: &[INPUT, INPUT_FORMAT, ENGINE, ENGINE_VERSION, RESULT_NAME, TIME],
    by_engines: true,
    parse: |fields, rules| Process::parse(&ROTATING, fields, rules),
};

const ROTATING: Rule = Rule::changing("pdf/rotate-pages");
