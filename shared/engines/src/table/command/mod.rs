//! The operation `command`: a program that is run with the arguments that a user writes.
//!
//! It sees its inputs as `/input/<task>/<file>` and leaves what is to become of them in `/output/`, as CloudConvert has
//! it. Both are folders of the job's directory, in which it runs, so that what users write there is made relative.

#[cfg(feature = "run")]
pub(super) mod run;

use super::template::{Item, Piece, Template};
use super::{Call, raw};
use crate::{COMMAND, Kind, OptionSpec, Route};

/// The option that is the whole line, and the gap that it fills.
pub(super) const ARGUMENTS: &str = "arguments";

/// The longest line: one argument of a Linux process may be twice as long.
const LONGEST: usize = 64 << 10;

const LINE: OptionSpec = OptionSpec::required(
    ARGUMENTS,
    Kind::String { valid: is_line, form: "a line of at most 64 KiB whose quotes are closed" },
);

/// Whether what the program says becomes a part of the result.
const CAPTURE: OptionSpec =
    OptionSpec::optional("capture_output", Kind::Boolean { default: false });

/// Returns how an engine's executables are run, one of which the user names.
pub(super) fn call(executables: Vec<String>) -> Call {
    let words: Vec<&'static str> = executables.into_iter().map(super::build::text).collect();
    let which = OptionSpec::required("command", Kind::Enum(super::build::list(words)));
    let options = super::build::list([which, LINE, CAPTURE]);
    let line = Template(vec![Piece::Gap(ARGUMENTS.to_owned(), None)]);
    Call {
        route: Route { operation: COMMAND, options, ..Route::CONVERT },
        first: Vec::new(),
        arguments: vec![Item::One(line)],
        result: raw::Result::Command,
        output: None,
    }
}

fn is_line(text: &str) -> bool {
    text.len() <= LONGEST && !text.contains(char::is_control) && shlex::split(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_closed_quotes_and_no_control_characters() {
        for line in ["", "-i /input/a/b.mp4 /output/c.gif", r#"-vf "scale=2:-1" 'a b'"#] {
            assert!(is_line(line), "{line}");
        }
        for line in ["'a", "a\"", "a\nb", "a\0", &"a".repeat(LONGEST + 1)] {
            assert!(!is_line(line), "{line}");
        }
    }
}
