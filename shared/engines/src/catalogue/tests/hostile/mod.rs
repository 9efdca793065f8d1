//! Files that reach for what is not theirs: a file of this machine, an address, the environment of who converts them.
//! Each is given to the engines that read it, and ends in a clear error or in a result without any of that.

use std::net::TcpListener;
use std::path::PathBuf;

use futures::StreamExt;
use futures::stream::iter;
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::testing::{Bench, everything_is_required, here};
use crate::{ConversionError, Output};

mod drawings;
mod leaks;
mod markup;
mod media;
mod packages;
mod pages;
mod pictures;

/// What users call their files: nothing that reads such names should come to see them.
const NAMES: [&str; 5] = ["-rf", "|ls", "https:..", "label:@x", "%d.png"];

/// What must not be reached.
struct Trap {
    folder: TempDir,
    server: TcpListener,
    word: String,
}

/// Engines, and what each is to make.
type Readers<'a> = &'a [(&'static str, &'a [Format])];

/// A hostile file, and what it is to become.
struct Case {
    name: &'static str,
    engine: &'static str,
    wanted: Wanted<'static>,
    options: Value,
    content: Vec<u8>,
}

impl Trap {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        server.set_nonblocking(true).unwrap();
        let name = folder.path().file_name().unwrap().to_str().unwrap();
        let word = format!("leak{}", name.trim_start_matches('.'));
        let trap = Self { server, word, folder };
        std::fs::write(trap.file("secret.txt"), format!("{}\n", trap.word)).unwrap();
        let word = &trap.word;
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' id='x' width='9' height='9'><text y='9'>{word}</text></svg>"
        );
        std::fs::write(trap.file("secret.svg"), svg).unwrap();
        image::RgbImage::from_pixel(61, 67, leaks::COLOUR).save(trap.file("secret.png")).unwrap();
        trap
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Names what must not be reached in a text that says where it is to stand.
    fn set(&self, text: &str) -> String {
        let file = |name: &str| self.file(name).to_str().unwrap().to_owned();
        text.replace("«TEXT»", &file("secret.txt"))
            .replace("«PICTURE»", &file("secret.png"))
            .replace("«DRAWING»", &file("secret.svg"))
            .replace("«ENVIRON»", &format!("/proc/{}/environ", std::process::id()))
            .replace("«WEB»", &format!("http://{}", self.server.local_addr().unwrap()))
    }

    /// Returns a case for each engine and each format that it may make.
    fn cases(
        &self,
        (name, format, content): (&'static str, Format, impl AsRef<[u8]>),
        engines: Readers<'_>,
    ) -> Vec<Case> {
        let case = |engine, output| Case {
            name,
            engine,
            wanted: Wanted::conversion(format, output),
            options: json!({}),
            content: content.as_ref().to_vec(),
        };
        let of = |(engine, outputs): &(&'static str, &[Format])| {
            outputs.iter().map(|output| case(*engine, *output)).collect::<Vec<_>>()
        };
        engines.iter().flat_map(of).collect()
    }
}

/// Does what a case wants; none where its engine is missing.
async fn done(
    bench: &Bench,
    number: usize,
    case: &Case,
) -> Option<Result<Output, ConversionError>> {
    if bench.catalogue.choose(case.wanted, (Some(case.engine), None)).is_err() {
        assert!(!everything_is_required(), "{} does no {:?}", case.engine, case.wanted);
        return None;
    }
    let Wanted { operation, input, output } = case.wanted;
    let path = bench.write(&format!("{number}"), &case.content);
    let mut options = case.options.clone();
    options["engine"] = case.engine.into();
    let source = (path, NAMES[number % NAMES.len()], input);
    Some(bench.process(operation, &[source], output, options).await)
}

/// Returns what is wrong with how a case ends, if anything is.
async fn check(bench: &Bench, trap: &Trap, (number, case): (usize, Case)) -> Option<String> {
    let begun = std::time::Instant::now();
    let ended = done(bench, number, &case).await?;
    let Case { name, engine, wanted: Wanted { input, output, .. }, .. } = case;
    let name = format!("{engine}: {name}, {input} to {output}");
    println!("{name} {:.1?} {:?}", begun.elapsed(), ended.as_ref().err());
    let complaint = match ended {
        Ok(output) => leaks::of(trap, &output),
        Err(error) => leaks::of_error(trap, &error),
    };
    complaint.map(|complaint| format!("{name}: {complaint}"))
}

#[tokio::test]
async fn no_file_reaches_beyond_itself() {
    let (bench, trap) = (Bench::with(here().await), Trap::new());
    let rooms: [fn(&Trap) -> Vec<Case>; 6] = [
        drawings::cases,
        markup::cases,
        media::cases,
        packages::cases,
        pages::cases,
        pictures::cases,
    ];
    let cases = rooms.into_iter().flat_map(|cases| cases(&trap)).enumerate();
    let checks: Vec<_> = cases.map(|case| check(&bench, &trap, case)).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<_> =
        iter(checks).buffer_unordered(cores).filter_map(std::future::ready).collect().await;
    assert!(trap.server.accept().is_err(), "a file was fetched");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
