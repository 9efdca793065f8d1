use std::env;
use std::ffi::OsStr;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::catalogue::named;
use crate::engine::Run;
use crate::process::{Command, Limits};
use crate::sandbox::hide;
use crate::{Catalogue, Engine, Program, office2pdf};

/// How long a program may take to tell its version: a cold disk, or other work, can hold a large one up for seconds.
const PATIENCE: Duration = Duration::from_secs(60);

impl Catalogue {
    /// Returns the catalogue with every engine available whose program is in a directory of `path` (as in `$PATH`)
    /// and tells its version within a minute.
    pub async fn probe(path: &OsStr) -> Self {
        Self::embedded().probed(path).await
    }

    /// Returns the catalogue with every engine available whose program is found as [`Catalogue::probe`] does.
    pub async fn probed(self, path: &OsStr) -> Self {
        self.probed_but_for(path, "").await
    }

    /// Returns the catalogue with every engine available whose program is in a directory of `path`; those whose versions
    /// `known` tells, as `office=7.4.7`, by commas, are not asked for them, which takes a large one a second.
    async fn probed_but_for(mut self, path: &OsStr, known: &str) -> Self {
        if office2pdf::IS_THERE {
            self = self.with_program(office2pdf::ENGINE.name, env!("CARGO_PKG_VERSION"));
        }
        let mut asked = JoinSet::new();
        for engine in self.engines().map(|(engine, _)| engine).collect::<Vec<_>>() {
            let (path, version) = (path.to_owned(), version_of(known, engine.name));
            asked.spawn(async move { (engine, find(engine, &path, version).await) });
        }
        for (engine, found) in asked.join_all().await {
            if let Some((version, program)) = found {
                self = self.with_program_at(engine.name, &version, program);
            }
        }
        self
    }

    /// Returns what this machine has, and an owner's own engines, each at work in a child of this executable that confines
    /// itself; the process itself hides from its children from now on. Programs whose versions are `known`, as
    /// `office=7.4.7`, by commas, are taken for what they were said to be if they are there.
    ///
    /// # Errors
    ///
    /// When the table of the own engines cannot be read, or the kernel does not do its part.
    pub async fn confined(own: &str, path: &OsStr, known: &str) -> io::Result<Self> {
        // A program of the same user could otherwise read the process's keys from /proc.
        hide()?;
        let catalogue = Self::embedded().with_own(own).map_err(io::Error::other)?;
        let launcher = env::current_exe()?;
        let catalogue = catalogue.probed_but_for(path, known).await;
        Ok(catalogue.isolated(launcher, Limits::default()))
    }
}

fn version_of(known: &str, engine: &str) -> Option<String> {
    named(known).find_map(|(name, version)| (name == engine).then(|| version.to_owned()))
}

async fn find(engine: &Engine, path: &OsStr, known: Option<String>) -> Option<(String, PathBuf)> {
    // What is a part of this program is no file.
    let program = engine.program.as_ref().filter(|_| !matches!(engine.run, Run::Embedded(_)))?;
    let names = [program.name].into_iter().chain(program.others.iter().copied());
    let files = names.flat_map(|name| env::split_paths(path).map(move |folder| folder.join(name)));
    for file in files.filter(|file| runs(file)) {
        if let Some(version) = known {
            return Some((version, file));
        }
        if let Some(version) = ask(program, &file).await {
            return Some((version, file));
        }
    }
    None
}

fn runs(file: &Path) -> bool {
    let executable = |it: Metadata| it.is_file() && it.permissions().mode() & 0o111 != 0;
    file.is_absolute() && file.metadata().is_ok_and(executable)
}

async fn ask(program: &Program, file: &Path) -> Option<String> {
    let command = Command::new(file, Path::new("/")).args(program.version.iter().copied());
    let ended = command.deadline(PATIENCE).run_unconfined().await.ok()?;
    let version = |text: &str| version_in(text.split_once(program.after)?.1).map(str::to_owned);
    version(&ended.stdout).or_else(|| version(&ended.stderr))
}

/// Returns the first word that begins like a version: `LibreOffice 7.4.7.2 40(Build:2)` is 7.4.7.2.
fn version_in(text: &str) -> Option<&str> {
    let is_version =
        |word: &&str| word.contains('.') && word.starts_with(|first: char| first.is_ascii_digit());
    let mut words = text.split_whitespace().map(|word| word.trim_end_matches([')', ',']));
    words.find(is_version)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Availability;

    /// Makes a fake `soffice` and returns what the catalogue makes of it.
    async fn probe(script: &str, mode: u32) -> Option<String> {
        probe_knowing(script, mode, "").await
    }

    async fn probe_knowing(script: &str, mode: u32, known: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("soffice");
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let path = env::join_paths([Path::new("/no/such/folder"), folder.path()]).unwrap();
        let catalogue = Catalogue::embedded().probed_but_for(&path, known).await;
        let (_, office) = catalogue.engines().find(|(engine, _)| engine.name == "office").unwrap();
        match office {
            Availability::Available { version } => Some(version.to_owned()),
            Availability::Missing { .. } => None,
        }
    }

    #[tokio::test]
    async fn a_program_on_the_path_is_available_in_its_version() {
        let version = probe("echo LibreOffice 24.8.1.2 $1", 0o755).await;
        assert_eq!(version.as_deref(), Some("24.8.1.2"));
    }

    #[tokio::test]
    async fn what_does_not_run_or_tell_a_version_is_missing() {
        assert_eq!(probe("echo LibreOffice 24.8.1.2", 0o644).await, None);
        assert_eq!(probe("echo no version", 0o755).await, None);
    }

    #[tokio::test]
    async fn a_program_whose_version_is_known_is_not_asked_but_must_be_there() {
        let known = "pandoc=3.1, office=7.4.7";
        assert_eq!(probe_knowing("exit 1", 0o755, known).await.as_deref(), Some("7.4.7"));
        assert_eq!(probe_knowing("exit 1", 0o644, known).await, None);
    }

    #[tokio::test]
    async fn an_empty_path_finds_nothing() {
        let catalogue = Catalogue::probe(OsStr::new("")).await;
        assert!(catalogue.pairs().iter().all(|pair| pair.engine.program.is_none()));
    }
}
