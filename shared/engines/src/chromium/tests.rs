use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::process::testing::launcher;
use crate::testing::{Bench, ask, bench_with};
use crate::{ConversionError, Limits, Output};
use web::Web;

mod web;

/// Returns a bench with Chromium, or nothing where it is not installed and need not be.
async fn bench() -> Option<Bench> {
    bench_with(ENGINE.name, &["pdftotext", "pdfinfo"]).await
}

async fn capture(
    bench: &Bench,
    web: &Arc<Web>,
    format: Format,
    options: Value,
) -> Result<Output, CaptureError> {
    let capture = Capture {
        address: "http://a.test/".to_owned(),
        output_format: format,
        options: options.as_object().unwrap().clone(),
        directory: tempfile::tempdir_in(bench.directory.path()).unwrap().keep(),
    };
    bench.catalogue.capture(&capture, web.clone(), &bench.progress).await
}

/// Returns the one file that came of a page.
async fn file(bench: &Bench, web: Web, format: Format, options: Value) -> PathBuf {
    let output = capture(bench, &web.into(), format, options).await.unwrap();
    output.made.files[0].path.clone()
}

fn text(path: &std::path::Path) -> String {
    ask("pdftotext", &["-layout", path.to_str().unwrap(), "-"]).unwrap_or_default()
}

#[tokio::test]
async fn a_page_with_all_that_belongs_to_it_becomes_pdf() {
    let Some(bench) = bench().await else { return };
    let page =
        "<!DOCTYPE html><title>Tea</title><link rel=stylesheet href=style.css><p id=a>Tea</p>
        <iframe src=http://b.test/></iframe><script src=script.js></script>
        <script>new Worker('worker.js').onmessage = it => document.body.append(it.data)</script>";
    let web = Web::page(page)
        .with("http://a.test/style.css", "text/css", "p::after { content: ' and coffee' }")
        .with("http://a.test/script.js", "text/javascript", "document.body.append(6 * 7)")
        .with("http://a.test/worker.js", "text/javascript", "postMessage('from a worker')")
        .with("http://b.test/", "text/html", "<p>from elsewhere");
    let options = json!({ "wait_until": "networkidle0" });
    let output = capture(&bench, &web.into(), Format::PDF, options).await.unwrap();
    assert_eq!(output.engine, "chrome");
    assert!(output.version.starts_with(|first: char| first.is_ascii_digit()), "{}", output.version);
    let text = text(&output.made.files[0].path);
    for part in ["Tea and coffee", "42", "from elsewhere", "from a worker"] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
    assert_eq!(bench.progress.words().as_deref(), Some("printing the page"));
}

#[tokio::test]
async fn redirects_and_cookies_are_the_browsers_own_business() {
    let Some(bench) = bench().await else { return };
    let to = [("location", "http://b.test/in"), ("set-cookie", "a=1")];
    let inner = [("location", "http://a.test/end"), ("set-cookie", "b=2")];
    let web = Web::default()
        .answering("http://a.test/", 302, &to, "")
        .answering("http://b.test/in", 301, &inner, "")
        .with("http://a.test/end", "text/html", "<script>document.write(document.cookie)</script>");
    let web = Arc::new(web);
    let output = capture(&bench, &web, Format::PDF, json!({})).await.unwrap();
    assert!(text(&output.made.files[0].path).contains("a=1"));
    let asked = web.asked.lock().unwrap();
    let sent = |number: usize| {
        let mut headers = asked[number].headers.iter();
        headers.find(|(name, _)| name.eq_ignore_ascii_case("cookie")).map(|(_, it)| it.as_str())
    };
    assert_eq!([sent(0), sent(1), sent(2)], [None, None, Some("a=1")]);
}

#[tokio::test]
async fn a_picture_is_of_all_of_the_page_or_of_its_window() {
    let Some(bench) = bench().await else { return };
    let page = "<body style='margin:0;background:#0000ff'><div style='height:1500px;background:#ff0000'></div>
        <div style='height:500px'></div>";
    let check = async |format: Format, options: Value, size: (u32, u32), last: [u8; 3]| {
        let path = file(&bench, Web::page(page), format, options).await;
        let picture = image::ImageReader::open(path).unwrap().with_guessed_format().unwrap();
        let picture = picture.decode().unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), size);
        let is_near = |at: (u32, u32), colour: [u8; 3]| {
            let found = picture.get_pixel(at.0, at.1).0;
            let near = found.iter().zip(colour).all(|(one, other)| one.abs_diff(other) < 4);
            assert!(near, "{found:?} at {at:?}");
        };
        is_near((5, 5), [255, 0, 0]);
        is_near((size.0 - 5, size.1 - 5), last);
    };
    check(Format::PNG, json!({}), (1280, 2000), [0, 0, 255]).await;
    let window = json!({ "width": 300, "height": 200, "full_page": false, "zoom": 2 });
    check(Format::JPG, window, (600, 400), [255, 0, 0]).await;
}

#[tokio::test]
async fn paper_is_as_is_wanted() {
    let Some(bench) = bench().await else { return };
    let page =
        "<p>one</p><p style='break-before:page'>two</p><p style='break-before:page'>three</p>";
    let options = json!({
        "page_width": 10, "page_height": 20, "margin_top": 20, "pages": "2-3",
        "display_header_footer": true, "header_template": "<b style='font-size:9pt'>above</b>",
        "footer_template": "<i style='font-size:9pt'>below <i class=pageNumber></i></i>",
    });
    let path = file(&bench, Web::page(page), Format::PDF, options).await;
    let Some(said) = ask("pdfinfo", &[path.to_str().unwrap()]) else { return };
    assert!(said.contains("Page size:       283.") && said.contains("x 56"), "{said}");
    assert!(said.contains("Pages:           2"), "{said}");
    let text = text(&path);
    assert!(text.contains("above") && text.contains("below") && !text.contains("one"), "{text}");
    let check = async |options: Value, expected: &str| {
        let web = Web::page(page).into();
        let error = capture(&bench, &web, Format::PDF, options).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
    };
    check(json!({ "pages": "7" }), "the page has not all of these pages").await;
    let margins = json!({ "page_width": 2, "margin_left": 15, "margin_right": 15 });
    check(margins, "the margins leave nothing of the paper").await;
}

#[tokio::test]
async fn a_page_is_waited_for() {
    let Some(bench) = bench().await else { return };
    let page = "<p>begun</p><script>setTimeout(() => document.body.innerHTML += '<p id=late>late</p>', 1000);
        alert('nobody closes this')</script>";
    let check = async |options: Value, is_there: bool| {
        let path = file(&bench, Web::page(page), Format::PDF, options.clone()).await;
        assert_eq!(text(&path).contains("late"), is_there, "{options}");
    };
    check(json!({ "wait_until": "domcontentloaded" }), false).await;
    check(json!({ "wait_for_element": "#late" }), true).await;
    check(json!({ "wait_time": 1500 }), true).await;
    let options = json!({ "wait_for_element": "p[" });
    let error = capture(&bench, &Web::page(page).into(), Format::PDF, options).await.unwrap_err();
    assert_eq!(error.to_string(), "The wait for element must be a CSS selector.");
}

#[tokio::test]
async fn what_is_no_page_says_so() {
    let Some(bench) = bench().await else { return };
    let check = async |web: Web, expected: &str| {
        let error = capture(&bench, &web.into(), Format::PDF, json!({})).await.unwrap_err();
        assert!(matches!(&error, CaptureError::Unreachable(_)), "{error:?}");
        assert_eq!(error.to_string(), expected);
    };
    check(Web::default(), "there is nothing").await;
    let missing = Web::default().answering("http://a.test/", 404, &[], "<h1>Not here</h1>");
    check(missing, "a.test answered 404").await;
    let file = [("content-disposition", "attachment"), ("content-type", "text/plain")];
    let file = Web::default().answering("http://a.test/", 200, &file, "a file");
    check(file, "the address leads to no page").await;
    check(Web::default().answering("http://a.test/", 204, &[], ""), "the address leads to no page")
        .await;
    let pdf = Web::default().with("http://a.test/", "application/pdf", "%PDF-1.7");
    check(pdf, "a.test sent no page, but a file (application/pdf)").await;
    let away = "<script>setTimeout(() => location = 'http://b.test/', 100)</script>";
    let (away, options) = (Web::page(away), json!({ "wait_time": 2000 }));
    let error = capture(&bench, &away.into(), Format::PDF, options).await.unwrap_err();
    assert_eq!(error.to_string(), "there is nothing");
}

#[tokio::test]
async fn a_page_reaches_nothing_but_what_is_handed_in() {
    let Some(bench) = bench().await else { return };
    let heard = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = heard.local_addr().unwrap().port();
    let inside = format!("127.0.0.1:{port}");
    let page = format!(
        "<p>the page</p><img src='http://{inside}/img'><img src='file:///etc/passwd'>
        <iframe src='file:///etc/hostname'></iframe><iframe src='http://{inside}/frame'></iframe>
        <iframe src='chrome://version'></iframe><embed src='file:///etc/passwd'>
        <link rel=stylesheet href='file:///etc/passwd'><link rel=preconnect href='http://{inside}'>
        <link rel=dns-prefetch href='//{inside}'><link rel=prefetch href='http://{inside}/prefetch'>
        <script>
        const say = text => document.body.append(text + ' ');
        new WebSocket('ws://{inside}/').onopen = () => say('opened');
        fetch('file:///etc/passwd').then(it => it.text()).then(say, () => {{}});
        fetch('http://{inside}/fetch', {{ mode: 'no-cors' }}).then(() => say('fetched'), () => {{}});
        navigator.sendBeacon('http://{inside}/beacon', 'a');
        new EventSource('http://{inside}/events').onopen = () => say('streamed');
        window.open('http://{inside}/window'); window.open('file:///etc/passwd');
        const peer = new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:{inside}' }}, {{ urls: 'turn:{inside}?transport=tcp', username: 'a', credential: 'b' }}] }});
        peer.createDataChannel('a'); peer.createOffer().then(it => peer.setLocalDescription(it));
        </script>"
    );
    let web = Arc::new(Web::page(&page));
    let options = json!({ "wait_until": "networkidle0", "wait_time": 1000 });
    let output = capture(&bench, &web, Format::PDF, options).await.unwrap();
    let text = text(&output.made.files[0].path);
    assert!(text.contains("the page"), "{text}");
    for part in ["root:", "opened", "fetched", "streamed", "Chromium"] {
        assert!(!text.contains(part), "{part} is in {text}");
    }
    // It was asked for at the one place where it could be refused, and nobody went there.
    let asked = web.asked();
    assert!(asked.contains(&format!("http://{inside}/img")), "{asked:?}");
    assert!(asked.iter().all(|url| url.starts_with("http")), "{asked:?}");
    let any = tokio::time::timeout(std::time::Duration::from_millis(1), heard.accept()).await;
    assert!(any.is_err(), "something was heard");
}

#[tokio::test]
async fn a_file_becomes_pdf_and_pictures_and_fetches_nothing() {
    let Some(bench) = bench().await else { return };
    let page = "<!DOCTYPE html><body style='background:#00ff00'><p>Zürich, 茶</p><img src=http://a.test/a.png>
        <script>document.body.append('it ' + 'runs')</script>";
    let html = bench.write("page.html", page);
    let path = bench.file(html.clone(), (Format::HTML, Format::PDF), json!({})).await;
    let text = text(&path);
    assert!(text.contains("Zürich") && text.contains("it runs"), "{text}");
    for format in [Format::PNG, Format::JPG] {
        let options = json!({ "width": 200, "height": 100 });
        let path = bench.file(html.clone(), (Format::HTML, format), options).await;
        let picture = image::ImageReader::open(path).unwrap().with_guessed_format().unwrap();
        let picture = picture.decode().unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (200, 100));
        assert!(picture.get_pixel(199, 99).0[1] > 250);
    }
}

#[tokio::test]
async fn a_page_that_eats_memory_is_ended() {
    let Some(mut bench) = bench().await else { return };
    let limits = Limits { memory: 1 << 30, ..Limits::default() };
    bench.catalogue = bench.catalogue.isolated_by(launcher(), limits);
    let page =
        "<script>const all = []; for (;;) all.push(new Array(1e7).fill(all.length))</script>";
    let error = capture(&bench, &Web::page(page).into(), Format::PDF, json!({})).await.unwrap_err();
    let CaptureError::Conversion(ConversionError::TooLarge(text)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(text, "the conversion needed more memory than one may have");
}

#[tokio::test]
async fn a_crash_is_noticed() {
    let Some(bench) = bench().await else { return };
    let (_, program) = bench.catalogue.installed(&ENGINE).unwrap();
    let isolation = bench.catalogue.isolation.as_ref().unwrap();
    let browser = launch::launch(isolation, program.unwrap(), bench.directory.path());
    let launch::Browser { sandboxed: _kept, messages, requests } = browser.await.unwrap();
    let (page, outgoing) = page::Page::new(Arc::new(Web::default()));
    let page = Arc::new(page);
    let crash = async {
        page.open((800, 600, 1.0)).await.unwrap();
        page.session.tell("Page.crash", json!({}));
        page.crash().await;
    };
    tokio::select! {
        () = crash => {}
        () = Arc::clone(&page).attend(messages) => panic!("the browser has ended"),
        () = launch::send(requests, outgoing) => panic!("the browser hears nothing"),
    }
}

#[tokio::test]
async fn without_chromium_it_says_what_to_install() {
    let bench = Bench::new();
    let error = capture(&bench, &Web::page("a").into(), Format::PDF, json!({})).await.unwrap_err();
    let expected =
        "capture-website needs chromium, which is not installed (apt-get install chromium)";
    assert_eq!(error.to_string(), expected);
}
