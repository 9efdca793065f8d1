use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::arguments::Convert;

/// What one input becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) input: PathBuf,
    pub(crate) output: PathBuf,
    pub(crate) format: String,
}

/// The arguments do not say what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Usage {
    #[error("{0}: no such file")]
    NoFile(PathBuf),
    #[error("{0} has no extension that says the format; name one with --to FORMAT")]
    NoFormat(PathBuf),
    #[error("several inputs need a folder as output")]
    OneOutput,
}

/// Says what each input becomes.
pub(crate) fn targets(arguments: &Convert) -> Result<Vec<Target>, Usage> {
    if let Some(missing) = arguments.inputs.iter().find(|input| !input.is_file()) {
        return Err(Usage::NoFile(missing.clone()));
    }
    let folder = arguments.output.is_dir() || arguments.output.to_string_lossy().ends_with('/');
    if !folder && arguments.inputs.len() > 1 {
        return Err(Usage::OneOutput);
    }
    let format = format(arguments, folder)?;
    let mut taken = HashSet::new();
    let mut output = |input: &Path| match folder {
        true => free(in_folder(&arguments.output, input, &format), &mut taken),
        false => arguments.output.clone(),
    };
    let target = |input: &PathBuf| Target {
        input: input.clone(),
        output: output(input),
        format: format.clone(),
    };
    Ok(arguments.inputs.iter().map(target).collect())
}

fn format(arguments: &Convert, folder: bool) -> Result<String, Usage> {
    let option = arguments.options.iter().find(|(key, _)| key == "output_format");
    let option = option.and_then(|(_, value)| value.as_str()).map(ToOwned::to_owned);
    let extension = arguments.output.extension().filter(|_| !folder);
    let extension = extension.map(|extension| extension.to_string_lossy().to_lowercase());
    let format = arguments.to.clone().or(option).or(extension);
    format.ok_or_else(|| Usage::NoFormat(arguments.output.clone()))
}

fn in_folder(folder: &Path, input: &Path, format: &str) -> PathBuf {
    folder.join(input.file_stem().unwrap_or_default()).with_extension(format)
}

/// Numbers what would fall on another's place: `a.png` and `a.jpg` become `a.webp` and `a-2.webp`.
fn free(output: PathBuf, taken: &mut HashSet<PathBuf>) -> PathBuf {
    let mut candidates =
        std::iter::once(output.clone()).chain((2..).map(|number| numbered(&output, number)));
    candidates.find(|candidate| taken.insert(candidate.clone())).unwrap_or(output)
}

/// Returns where the result of that number of several goes: `out-2.png`.
pub(crate) fn numbered(output: &Path, number: usize) -> PathBuf {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    let extension = output.extension().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!("{stem}-{number}.{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::deployment::Deployment;

    fn arguments(inputs: &[&Path], output: &Path, to: Option<&str>) -> Convert {
        Convert {
            inputs: inputs.iter().map(|input| input.to_path_buf()).collect(),
            output: output.to_owned(),
            to: to.map(ToOwned::to_owned),
            options: Vec::new(),
            deployment: Deployment::default(),
        }
    }

    #[test]
    fn the_extension_of_the_output_says_the_format() {
        let directory = tempfile::tempdir().unwrap();
        let input = directory.path().join("a.png");
        std::fs::write(&input, "").unwrap();
        let target =
            |output: &str, to| targets(&arguments(&[&input], &directory.path().join(output), to));
        assert_eq!(target("b.WEBP", None).unwrap()[0].format, "webp");
        assert_eq!(target("b.jpg", Some("webp")).unwrap()[0].format, "webp");
        assert!(matches!(target("b", None), Err(Usage::NoFormat(_))));
    }

    #[test]
    fn a_folder_takes_them_all_under_their_own_names() {
        let directory = tempfile::tempdir().unwrap();
        let inputs = ["a.png", "b.png", "b.jpg"].map(|name| directory.path().join(name));
        inputs.iter().for_each(|input| std::fs::write(input, "").unwrap());
        let inputs: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
        let all = targets(&arguments(&inputs, directory.path(), Some("webp"))).unwrap();
        let outputs: Vec<_> = all.into_iter().map(|target| target.output).collect();
        assert_eq!(
            outputs,
            ["a.webp", "b.webp", "b-2.webp"].map(|name| directory.path().join(name))
        );
        let file = directory.path().join("one.webp");
        assert_eq!(targets(&arguments(&inputs, &file, None)), Err(Usage::OneOutput));
        let missing = arguments(&[Path::new("missing.png")], &file, None);
        assert!(matches!(targets(&missing), Err(Usage::NoFile(_))));
    }

    #[test]
    fn several_results_are_numbered() {
        assert_eq!(numbered(Path::new("x/out.png"), 2), Path::new("x/out-2.png"));
    }
}
