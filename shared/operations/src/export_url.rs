use domain::Work;
use engines::Format;

use crate::act::Act;
#[cfg(feature = "run")]
use crate::act::Doing;
use crate::description::{Description, INPUT, Parameter, ParameterKind, TIME};
use crate::fields::Fields;
#[cfg(feature = "run")]
use crate::run::{Bench, Given};

/// Gives out addresses from which the files of the inputs can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportUrl {
    /// Whether a browser shows the files instead of saving them.
    pub inline: bool,
    /// Whether several files become one ZIP.
    pub archive: bool,
}

const INLINE: Parameter = Parameter::optional(
    "inline",
    ParameterKind::Boolean { default: false },
    "Whether a browser shows the files instead of saving them.",
);

const ARCHIVE: Parameter = Parameter::optional(
    "archive_multiple_files",
    ParameterKind::Boolean { default: false },
    "Whether several files become one ZIP.",
);

impl ExportUrl {
    pub(crate) const DESCRIPTION: Description = Description {
        path: "export/url",
        summary: "Gives out addresses from which the files can be read.",
        parameters: &[INPUT, INLINE, ARCHIVE, TIME],
        by_engines: false,
        parse: |fields, _| Some(Box::new(Self::parse(fields))),
    };

    fn parse(fields: &mut Fields<'_>) -> Self {
        Self { inline: fields.flag("inline"), archive: fields.flag("archive_multiple_files") }
    }
}

impl Act for ExportUrl {
    fn work(&self) -> Work {
        if self.archive { Work::Execution } else { Work::Listing }
    }

    /// What is packed and what is not depends on how many files there are.
    fn produces(&self, inputs: Option<Format>) -> Option<Format> {
        inputs.filter(|_| !self.archive)
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(self.export(bench, inputs))
    }
}

#[cfg(feature = "run")]
mod run {
    use std::collections::HashSet;
    use std::fs::File as DiskFile;
    use std::io;
    use std::path::PathBuf;

    use domain::{File, FileName, Output};
    use files::FilesError;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::ExportUrl;
    use crate::process::name::before_extension;
    use crate::run::{Bench, Given, Stop};

    impl ExportUrl {
        /// Packs several files into one; a single file is given out as it is.
        pub(super) async fn export(
            &self,
            bench: &Bench<'_>,
            inputs: &[Given],
        ) -> Result<Output, Stop> {
            let inputs: Vec<&File> = inputs.iter().flat_map(|given| &given.files).collect();
            let key = files::result_key(bench.task, bench.run, 1);
            let file = match inputs.as_slice() {
                [single] => bench.files.copy(single, key).await?,
                several => {
                    let archive =
                        pack(bench.fetch(several).await?, bench.directory.join("archive")).await?;
                    bench.files.upload(key, archive_name(), &archive).await?
                }
            };
            let output = bench.finish(vec![file]).await?;
            Ok(Output { secret: Some(bench.entropy.hex::<16>()), ..output })
        }
    }

    #[expect(clippy::expect_used, reason = "the literal is a file name")]
    fn archive_name() -> FileName {
        FileName::sanitize("archive.zip").expect("a name")
    }

    async fn pack(files: Vec<(FileName, PathBuf)>, target: PathBuf) -> Result<PathBuf, Stop> {
        let path = target.clone();
        let packed =
            tokio::task::spawn_blocking(move || write_zip(files, DiskFile::create(path)?)).await;
        packed.map_err(io::Error::other).flatten().map_err(FilesError::from)?;
        Ok(target)
    }

    fn write_zip(files: Vec<(FileName, PathBuf)>, target: DiskFile) -> io::Result<()> {
        let mut archive = ZipWriter::new(target);
        let options = SimpleFileOptions::default().large_file(true);
        let mut taken = HashSet::new();
        for (name, path) in files {
            archive.start_file(unique(&name, &mut taken), options).map_err(io::Error::other)?;
            io::copy(&mut DiskFile::open(path)?, &mut archive)?;
        }
        archive.finish().map_err(io::Error::other)?;
        Ok(())
    }

    /// Numbers the second and later files of one name: `a.txt`, `a-2.txt`.
    fn unique(name: &FileName, taken: &mut HashSet<String>) -> String {
        let numbered = |number: usize| before_extension(name.as_str(), number);
        let mut candidates = std::iter::once(name.to_string()).chain((2..).map(numbered));
        candidates.find(|candidate| taken.insert(candidate.clone())).unwrap_or_default()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn files_of_one_name_are_numbered() {
            let name = FileName::sanitize("a.txt").unwrap();
            let mut taken = HashSet::new();
            let names: Vec<_> = (0..3).map(|_| unique(&name, &mut taken)).collect();
            assert_eq!(names, ["a.txt", "a-2.txt", "a-3.txt"]);
        }
    }
}
