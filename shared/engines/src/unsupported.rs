use crate::{CONVERT, Format};

/// Why no engine converts a pair of formats.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    /// Nothing reads the input format.
    #[error("{input} files cannot be converted")]
    Input {
        /// The format of the file.
        input: Format,
    },
    /// The input format can become others, but not this one.
    #[error("{input} cannot be converted to {output}, only to {}", join(outputs))]
    Output {
        /// The format of the file.
        input: Format,
        /// The format that was asked for.
        output: Format,
        /// The formats that it can become, sorted.
        outputs: Vec<Format>,
    },
    /// The operation is not done with files of this format.
    #[error("{operation} takes no {input} files, only {}", join(inputs))]
    Operation {
        /// The operation, by the API's path.
        operation: String,
        /// The format of the file.
        input: Format,
        /// The formats that it takes, sorted.
        inputs: Vec<Format>,
    },
    /// The operation makes no files of the format that was asked for.
    #[error("{operation} makes only {}", join(outputs))]
    Made {
        /// The operation, by the API's path.
        operation: String,
        /// The formats that it makes, sorted.
        outputs: Vec<Format>,
    },
    /// The owner has not opened the operation.
    #[error("{operation} is not allowed here")]
    Closed {
        /// The operation, by the API's path.
        operation: String,
    },
    /// An engine would do the operation if its program were installed.
    #[error("{operation} needs {program}, which is not installed ({install})")]
    Program {
        /// The operation, by the API's path.
        operation: String,
        /// The executable's name.
        program: &'static str,
        /// The command that installs it.
        install: &'static str,
    },
    /// An engine would serve the pair if its program were installed.
    #[error("{} needs {program}, which is not installed ({install})", doing(operation, *input, *output))]
    Missing {
        /// The operation, by the API's path.
        operation: String,
        /// The format of the file.
        input: Format,
        /// The format that was asked for.
        output: Format,
        /// The executable's name.
        program: &'static str,
        /// The command that installs it.
        install: &'static str,
    },
    /// The engine that was asked for does not exist, or does not serve the pair though others do.
    #[error(
        "{} by an engine of that name, but by {}",
        not_done(operation, *input, *output),
        join(engines)
    )]
    Engine {
        /// The operation, by the API's path.
        operation: String,
        /// The format of the file.
        input: Format,
        /// The format that was asked for.
        output: Format,
        /// The engines that serve the pair, best first.
        engines: Vec<&'static str>,
    },
    /// The engines that would do it are there in other versions only.
    #[error(
        "{} by version {version} of an engine, but by {}",
        not_done(operation, *input, *output),
        join(engines)
    )]
    Version {
        /// The operation, by the API's path.
        operation: String,
        /// The format of the file.
        input: Format,
        /// The format that was asked for.
        output: Format,
        /// The version that was asked for.
        version: String,
        /// The engines that serve the pair, best first, with their versions.
        engines: Vec<String>,
    },
}

fn doing(operation: &str, input: Format, output: Format) -> String {
    match operation {
        CONVERT => format!("converting {input} to {output}"),
        _ if input == Format::BIN => operation.to_owned(),
        _ => format!("{operation} of {input}"),
    }
}

fn not_done(operation: &str, input: Format, output: Format) -> String {
    match operation {
        CONVERT => format!("{input} is not converted to {output}"),
        _ if input == Format::BIN => format!("{operation} is not done"),
        _ => format!("{operation} of {input} is not done"),
    }
}

fn join<T: ToString>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
