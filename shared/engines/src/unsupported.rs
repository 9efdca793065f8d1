use crate::Format;

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
    /// An engine would serve the pair if its program were installed.
    #[error("converting {input} to {output} needs {program}, which is not installed ({install})")]
    Missing {
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
        "{input} is not converted to {output} by an engine of that name, but by {}",
        join(engines)
    )]
    Engine {
        /// The format of the file.
        input: Format,
        /// The format that was asked for.
        output: Format,
        /// The engines that serve the pair, best first.
        engines: Vec<&'static str>,
    },
    /// The engines that would do it are there in other versions only.
    #[error(
        "{input} is not converted to {output} by version {version} of an engine, but by {}",
        join(engines)
    )]
    Version {
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

fn join<T: ToString>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
