//! Programs that a hostile file has taken over: what they reach, and how they end. They are shell scripts and perl,
//! which any Debian has, in LibreOffice's place.

mod ends;
mod reach;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use engines::{Catalogue, Limits};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{World, bytes, task};
use crate::tasks::{convert, export, import, picture, url};

/// A world whose LibreOffice does what a script says.
struct Taken {
    world: World,
    _folder: TempDir,
}

const LIMITS: Limits = Limits { memory: 300 << 20, processes: 20, disk: 20 << 20 };

impl Taken {
    async fn over(script: &str) -> Self {
        Self::by(PathBuf::from(env!("CARGO_BIN_EXE_recast-under-test")), script).await
    }

    /// With the executable by which programs are started.
    async fn by(launcher: PathBuf, script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("soffice");
        let version = "[ \"$1\" = --version ] && echo Fake 1.2.3 && exit";
        fs::write(&program, format!("#!/bin/sh\n{version}\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let catalogue = Catalogue::probe(folder.path().as_os_str()).await;
        let catalogue = catalogue.isolated(launcher, LIMITS);
        let world = World::with(|options| options.catalogue = catalogue).await;
        Self { world, _folder: folder }
    }

    async fn start(&self, timeout: u64) -> Value {
        let mut convert = convert("in", "pdf");
        convert["timeout"] = timeout.into();
        let import = import(&bytes("report.docx"), "report.docx");
        let tasks = json!({ "in": import, "convert": convert, "out": export("convert") });
        self.world.create(tasks).await
    }

    /// Runs the program and returns how the task ended; another conversion goes on meanwhile.
    async fn end(&self, timeout: u64) -> Value {
        let job = self.start(timeout).await;
        let other = json!({ "in": picture(), "convert": convert("in", "webp") });
        let other = self.world.create(other).await;
        assert_eq!(self.world.ended(&other).await["status"], "finished");
        let job = self.world.ended(&job).await;
        self.world.until(async || self.world.stack.is_idle().then_some(())).await;
        task(&job, "convert").clone()
    }

    /// Runs the program and returns the lines of the result after the first.
    async fn lines(&self) -> Vec<String> {
        let job = self.world.ended(&self.start(60).await).await;
        assert_eq!(job["status"], "finished", "{job}");
        let file = self.world.download(url(task(&job, "out"), 0)).await;
        String::from_utf8(file).unwrap().lines().skip(1).map(str::to_owned).collect()
    }
}

fn perl(code: &str) -> String {
    format!("perl -MSocket -MPOSIX -e '{code}'")
}
