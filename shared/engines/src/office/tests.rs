use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::process::testing::launcher;
use crate::testing::{Bench, everything_is_required, sample};
use crate::{Availability, Catalogue, ConversionError, Limits, detect};

/// Returns a bench with LibreOffice, or nothing where it is not installed and need not be.
async fn bench() -> Option<Bench> {
    let catalogue = Catalogue::probe("/usr/local/bin:/usr/bin".as_ref()).await;
    let office = catalogue.engines().any(|(engine, availability)| {
        engine.name == ENGINE.name && matches!(availability, Availability::Available { .. })
    });
    if office {
        return Some(Bench::with(catalogue));
    }
    assert!(!everything_is_required(), "soffice not found");
    println!("skipped: soffice not found");
    None
}

/// Returns the text of a PDF and the number of its pages, by poppler.
fn read_pdf(path: &Path) -> (String, usize) {
    let output =
        Command::new("pdftotext").arg(path).arg("-").output().expect("pdftotext is installed");
    let text = String::from_utf8(output.stdout).unwrap();
    let pages = text.matches('\u{c}').count();
    (text, pages)
}

#[tokio::test]
async fn documents_become_pdf() {
    let Some(bench) = bench().await else { return };
    let output =
        bench.convert(sample("report.docx"), Format::DOCX, Format::PDF, json!({})).await.unwrap();
    assert_eq!(output.engine, "office");
    assert!(output.version.starts_with(|first: char| first.is_ascii_digit()), "{}", output.version);
    let (text, pages) = read_pdf(&output.made.files[0].path);
    assert_eq!(pages, 1);
    for part in ["Quarterly report", "The café in Zürich opened in May.", "3,871"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    let (text, _) =
        read_pdf(&bench.file(sample("table.csv"), (Format::CSV, Format::PDF), json!({})).await);
    assert!(text.contains("Café crème") && text.contains("Tea, green"), "{text}");
}

#[tokio::test]
async fn documents_become_their_siblings() {
    let Some(bench) = bench().await else { return };
    for &output in &[Format::DOC, Format::ODT, Format::RTF, Format::HTML, Format::TXT] {
        let file = bench.file(sample("report.docx"), (Format::DOCX, output), json!({})).await;
        assert_eq!(detect(&file, None, Some(output)).unwrap(), output);
        if TEXTS.contains(&output) {
            let (text, _) = read_pdf(&bench.file(file, (output, Format::PDF), json!({})).await);
            assert!(text.contains("The café in Zürich opened in May."), "{output}: {text}");
        } else {
            // HTML is wrapped.
            let text =
                fs::read_to_string(file).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains("The café in Zürich opened in May."), "{output}: {text}");
        }
    }
}

#[tokio::test]
async fn sheets_become_their_siblings() {
    let Some(bench) = bench().await else { return };
    for &output in &[Format::ODS, Format::XLS] {
        let file = bench.file(sample("table.xlsx"), (Format::XLSX, output), json!({})).await;
        let csv =
            fs::read_to_string(bench.file(file, (output, Format::CSV), json!({})).await).unwrap();
        assert!(
            csv.starts_with("Item,Price,Number,Ordered\n\"Tea, green\",4.5,12,"),
            "{output}: {csv}"
        );
        assert!(csv.contains("Café crème,3.2,7,"), "{output}: {csv}");
    }
    let csv = bench.file(sample("table.csv"), (Format::CSV, Format::ODS), json!({})).await;
    let csv =
        fs::read_to_string(bench.file(csv, (Format::ODS, Format::CSV), json!({})).await).unwrap();
    assert!(csv.contains("茶,-0.99,100,"), "{csv}");
}

/// Makes slides, which no other sample is, of a flat presentation with a page for each text.
async fn slides(bench: &Bench, texts: &[&str]) -> PathBuf {
    let mut pages = String::new();
    for text in texts {
        pages.push_str(&format!(
            "<draw:page draw:name='{text}'><draw:frame svg:width='10cm' svg:height='3cm' svg:x='2cm' svg:y='2cm'>\
             <draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
        ));
    }
    let content = format!(
        "<office:document-content office:version='1.2' xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
         xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'><office:body><office:presentation>{pages}\
         </office:presentation></office:body></office:document-content>"
    );
    open_document(bench, "slides.odp", "presentation", &content)
}

/// Writes an OpenDocument package with only its content.
fn open_document(bench: &Bench, name: &str, kind: &str, content: &str) -> PathBuf {
    let kind = format!("application/vnd.oasis.opendocument.{kind}");
    let manifest = format!(
        "<manifest:manifest manifest:version='1.2' xmlns:manifest='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>\
         <manifest:file-entry manifest:full-path='/' manifest:media-type='{kind}'/>\
         <manifest:file-entry manifest:full-path='content.xml' manifest:media-type='text/xml'/></manifest:manifest>"
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in [
        ("mimetype", kind.as_str()),
        ("META-INF/manifest.xml", &manifest),
        ("content.xml", content),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    bench.write(name, zip.finish().unwrap().into_inner())
}

#[tokio::test]
async fn slides_become_pdf_and_their_siblings() {
    let Some(bench) = bench().await else { return };
    let odp = slides(&bench, &["one", "two", "three"]).await;
    for &output in &[Format::PPT, Format::PPTX] {
        let file = bench.file(odp.clone(), (Format::ODP, output), json!({})).await;
        let (text, pages) = read_pdf(&bench.file(file, (output, Format::PDF), json!({})).await);
        assert_eq!(pages, 3, "{output}");
        assert!(text.contains("two"), "{output}: {text}");
    }
}

#[tokio::test]
async fn pages_are_chosen() {
    let Some(bench) = bench().await else { return };
    let odp = slides(&bench, &["one", "two", "three", "four"]).await;
    let (text, pages) =
        read_pdf(&bench.file(odp, (Format::ODP, Format::PDF), json!({"pages": "1-2,4"})).await);
    assert_eq!(pages, 3);
    assert!(text.contains("two") && text.contains("four") && !text.contains("three"), "{text}");
}

#[tokio::test]
async fn a_damaged_document_is_an_invalid_file() {
    let Some(bench) = bench().await else { return };
    let whole = fs::read(sample("report.docx")).unwrap();
    let check = async |path: PathBuf, format: Format, expected: &str| {
        let result = bench.convert(path, format, Format::PDF, json!({})).await;
        let Err(error @ ConversionError::InvalidFile(_)) = result else { panic!("{result:?}") };
        assert_eq!(error.to_string(), expected);
    };
    check(
        bench.write("cut.docx", &whole[..whole.len() - 100]),
        Format::DOCX,
        "not a docx: looks like a damaged zip",
    )
    .await;
    check(
        bench.write("noise.docx", [1; 5000]),
        Format::DOCX,
        "not a docx: looks like unknown data",
    )
    .await;
    let empty = open_document(&bench, "empty.odt", "text", "<broken");
    check(empty, Format::ODT, "LibreOffice cannot read the file as odt: it is damaged").await;
}

/// A document that shows pictures by address: one of a server that notes who asks, one of this machine.
fn spy(bench: &Bench, server: &TcpListener) -> PathBuf {
    let local = sample("photo.png").canonicalize().unwrap();
    let address = server.local_addr().unwrap();
    let frame = |href: String| {
        format!(
            "<text:p><draw:frame svg:width='5cm' svg:height='5cm'><draw:image xlink:href='{href}' xlink:type='simple' \
             xlink:show='embed' xlink:actuate='onLoad'/></draw:frame></text:p>"
        )
    };
    let frames = [format!("file://{}", local.display()), format!("http://{address}/photo.png")]
        .map(frame)
        .concat();
    let content = format!(
        "<office:document-content office:version='1.2' xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
         xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' xmlns:xlink='http://www.w3.org/1999/xlink'>\
         <office:body><office:text><text:p>Before</text:p>{frames}</office:text></office:body></office:document-content>"
    );
    open_document(bench, "spy.odt", "text", &content)
}

#[tokio::test]
async fn a_document_fetches_nothing_from_elsewhere() {
    let Some(bench) = bench().await else { return };
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let file = bench.file(spy(&bench, &server), (Format::ODT, Format::PDF), json!({})).await;
    assert!(read_pdf(&file).0.contains("Before"));
    assert!(server.accept().is_err(), "the server was asked");
    let pdf = fs::read(file).unwrap();
    let picture = b"/Subtype/Image";
    assert!(
        !pdf.windows(picture.len()).any(|window| window == picture),
        "the picture is in the document"
    );
}

/// Makes a catalogue whose `soffice` is this script.
async fn fake(bench: &Bench, script: &str) -> Catalogue {
    use std::os::unix::fs::PermissionsExt;

    let path = bench.write(
        "soffice",
        format!("#!/bin/sh\n[ \"$1\" = --version ] && echo Fake 1.2.3 && exit\n{script}\n"),
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let catalogue = Catalogue::probe(bench.directory.path().as_os_str()).await;
    catalogue.isolated_by(launcher(), Limits::default())
}

/// Returns a file that a program left in its job's directory.
fn in_job(bench: &Bench, name: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(bench.directory.path()).unwrap();
    entries.map(|entry| entry.unwrap().path().join(name)).find(|path| path.exists())
}

async fn convert_by_fake(script: &str) -> Result<crate::Output, ConversionError> {
    let bench = Bench::new();
    let bench = Bench { catalogue: fake(&bench, script).await, ..bench };
    bench.convert(sample("report.docx"), Format::DOCX, Format::PDF, json!({})).await
}

#[tokio::test]
async fn only_a_result_that_looks_right_is_a_success() {
    let good = convert_by_fake("mkdir out; echo %PDF-1.7 > out/input.pdf").await.unwrap();
    assert_eq!((good.version.as_str(), good.made.files.len()), ("1.2.3", 1));
    for script in
        ["exit 0", "mkdir out; touch out/input.pdf", "mkdir out; echo Error > out/input.pdf"]
    {
        let result = convert_by_fake(script).await;
        assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{script}: {result:?}");
    }
    let result = convert_by_fake("echo \"Fatal: $PWD/input.docx is bad\" >&2; exit 1").await;
    let Err(error @ ConversionError::Failed(_)) = result else { panic!("{result:?}") };
    assert_eq!(error.to_string(), "LibreOffice failed on this file: Fatal: is bad");
    let result = convert_by_fake("kill -9 $$").await;
    let Err(error @ ConversionError::Failed(_)) = result else { panic!("{result:?}") };
    assert_eq!(error.to_string(), "LibreOffice failed on this file: it ended early");
}

#[tokio::test]
async fn the_program_gets_a_hardened_profile_and_no_name_of_the_user() {
    let bench = Bench::new();
    let script = "cat profile/user/registrymodifications.xcu > seen; echo \"$@\" >> seen";
    let bench = Bench { catalogue: fake(&bench, script).await, ..bench };
    let input = bench.directory.path().join("--headless; rm.docx");
    fs::copy(sample("report.docx"), &input).unwrap();
    let _ = bench.convert(input, Format::DOCX, Format::PDF, json!({"pages": "2"})).await;
    let seen = fs::read_to_string(in_job(&bench, "seen").unwrap()).unwrap();
    for part in [
        "BlockUntrustedRefererLinks",
        "DisableMacrosExecution",
        "-env:UserInstallation=file:///",
        "\"value\":\"2\"",
    ] {
        assert!(seen.contains(part), "{part} is missing in {seen}");
    }
    assert!(!seen.contains("rm.docx"), "{seen}");
}

#[tokio::test]
async fn dropping_the_conversion_kills_libreoffice() {
    let bench = Bench::new();
    let script = "echo $$ > pid.new; mv pid.new pid; sleep 1000";
    let bench = Bench { catalogue: fake(&bench, script).await, ..bench };
    let started = async {
        while in_job(&bench, "pid").is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let options: Value = json!({});
    tokio::select! {
        result = bench.convert(sample("report.docx"), Format::DOCX, Format::PDF, options) => panic!("{result:?}"),
        () = started => {}
    }
    let pid = fs::read_to_string(in_job(&bench, "pid").unwrap()).unwrap();
    let stat = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
    let is_alive = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z"));
    let dead = async {
        while is_alive() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), dead).await.expect("it dies");
}
