//! Tasks that depend on each other: what they get, and what becomes of them when one fails.

use std::io::Cursor;

use image::ImageFormat;
use serde_json::{Value, json};

use crate::harness::{World, bytes, here, isolated, missing, task};
use crate::tasks::{awaited, convert, end, export, import, names, path, picture, raw, single, url};

/// A picture that has its magic number and nothing behind it.
const BROKEN: &[u8] = b"\x89PNG\r\n\x1a\nno picture";

/// Runs a job of one convert and downloads what it made.
async fn converted(world: &World, import: Value, format: &str) -> (Value, Vec<u8>) {
    let tasks = json!({ "in": import, "convert": convert("in", format), "out": export("convert") });
    let job = world.ended(&world.create(tasks).await).await;
    assert_eq!(job["status"], "finished", "{job}");
    let file = world.download(url(task(&job, "out"), 0)).await;
    (job, file)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_converts_passes_its_file_on() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "png": picture(),
            "jpg": convert("png", "jpg"),
            "webp": convert("jpg", "webp"),
            "bmp": convert("webp", "bmp"),
            "out": export("bmp"),
        }))
        .await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished", "{job}");
    let made = ["png", "jpg", "webp", "bmp"].map(|name| names(task(&job, name)).concat());
    assert_eq!(made, ["photo.png", "photo.jpg", "photo.webp", "photo.bmp"]);
    let bmp = world.download(url(task(&job, "out"), 0)).await;
    let bmp = image::load_from_memory_with_format(&bmp, ImageFormat::Bmp).unwrap();
    assert_eq!((bmp.width(), bmp.height()), (320, 240));
    assert_eq!(world.wire.count("StartExecution"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_import_feeds_many_converts() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "in": picture(),
            "jpg": convert("in", "jpg"),
            "webp": convert("in", "webp"),
            "gif": convert("in", "gif"),
            "out": export(json!(["gif", "jpg", "webp"])),
        }))
        .await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished", "{job}");
    let out = task(&job, "out");
    assert_eq!(names(out), ["photo.gif", "photo.jpg", "photo.webp"], "in the order of input");
    for (file, format) in [(0, ImageFormat::Gif), (1, ImageFormat::Jpeg), (2, ImageFormat::WebP)] {
        let bytes = world.download(url(out, file)).await;
        assert_eq!(image::guess_format(&bytes).unwrap(), format);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_files_go_through_one_convert_and_one_export() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "a": raw("# A", "a.md"),
            "b": raw("# B", "b.md"),
            "pages": convert(json!(["b", "a"]), "html"),
            "out": export(json!(["a", "pages"])),
        }))
        .await;
    let job = world.ended(&job).await;
    let pages = task(&job, "pages");
    assert_eq!(
        pages["depends_on_task_ids"],
        json!([task(&job, "b")["id"], task(&job, "a")["id"]]),
        "{job}"
    );
    assert_eq!(names(task(&job, "out")).len(), 3, "{job}");
    assert_eq!(names(task(&job, "out"))[0], "a.md");
    let page = world.download(url(task(&job, "out"), 1)).await;
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("B</h1>"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_task_takes_one_that_has_finished_by_its_id() {
    let world = World::new().await;
    let import = single(&world, picture()).await;
    assert_eq!(import["status"], "finished", "{import}");
    let convert = single(&world, convert(import["id"].clone(), "webp")).await;
    assert_eq!(convert["depends_on_task_ids"], json!([import["id"]]));
    assert_eq!(convert["job_id"], Value::Null);
    let convert = world.ended_task(&convert).await;
    assert_eq!(names(&convert), ["photo.webp"], "{convert}");
    let export = single(&world, export(json!([convert["id"], import["id"]]))).await;
    assert_eq!(export["status"], "finished", "{export}");
    assert_eq!(names(&export), ["photo.webp", "photo.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn single_tasks_wait_for_an_upload_by_its_id() {
    let world = World::new().await;
    let import = single(&world, awaited()).await;
    let convert = single(&world, convert(import["id"].clone(), "webp")).await;
    let export = single(&world, export(convert["id"].clone())).await;
    assert_eq!([&convert["status"], &export["status"]], ["waiting", "waiting"]);
    assert_eq!(world.upload(&import, "photo.png", bytes("photo.png")).await, 201);
    let export = world.ended_task(&export).await;
    assert_eq!(names(&export), ["photo.webp"], "{export}");
    let webp = world.download(url(&export, 0)).await;
    assert_eq!(image::guess_format(&webp).unwrap(), ImageFormat::WebP);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_task_takes_a_task_of_a_job_and_fails_with_it() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "upload": awaited(),
            "jpg": convert("upload", "jpg"),
        }))
        .await;
    let later = single(&world, convert(task(&job, "jpg")["id"].clone(), "webp")).await;
    assert_eq!(world.upload(task(&job, "upload"), "photo.png", BROKEN.to_vec()).await, 201);
    let later = world.ended_task(&later).await;
    assert_eq!(end(&later), ["error", "INPUT_TASK_FAILED", "Input task has failed: jpg"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_passed_on_and_keeps_its_cause() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "broken": import(BROKEN, "broken.png"),
            "good": picture(),
            "bad": convert("broken", "webp"),
            "worse": convert(json!(["good", "bad"]), "jpg"),
            "last": export("worse"),
            "other": export("good"),
        }))
        .await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "error", "{job}");
    let bad = task(&job, "bad");
    assert_eq!(end(bad), ["error", "INVALID_FILE", "The picture is damaged"]);
    assert_eq!(bad["result"], Value::Null);
    let passed = |name: &str| end(task(&job, name)).map(ToOwned::to_owned);
    assert_eq!(passed("worse"), ["error", "INPUT_TASK_FAILED", "Input task has failed: bad"]);
    assert_eq!(passed("last"), ["error", "INPUT_TASK_FAILED", "Input task has failed: worse"]);
    assert_eq!(task(&job, "other")["status"], "finished");
    let kept = world.get(&path(bad)).await.data();
    assert_eq!(&kept, bad, "nothing that came later has changed it");
    assert_eq!(world.wire.count("StartExecution"), 1, "what cannot be done is not started");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_is_ignored_leaves_the_other_inputs() {
    let world = World::new().await;
    let mut bad = convert("broken", "webp");
    bad["ignore_error"] = json!(true);
    let job = world
        .create(json!({
            "broken": import(BROKEN, "broken.png"),
            "good": picture(),
            "bad": bad,
            "jpg": convert(json!(["bad", "good"]), "jpg"),
            "out": export(json!(["bad", "jpg"])),
        }))
        .await;
    let job = world.ended(&job).await;
    assert_eq!(end(task(&job, "bad")), ["error", "INVALID_FILE", "The picture is damaged"]);
    assert_eq!(names(task(&job, "jpg")), ["photo.jpg"]);
    assert_eq!(names(task(&job, "out")), ["photo.jpg"]);
    assert_eq!(job["status"], "finished", "{job}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_all_inputs_ignored_nothing_is_left_to_do() {
    let world = World::new().await;
    let mut bad = convert("broken", "webp");
    bad["ignore_error"] = json!(true);
    let job = world
        .create(json!({
            "broken": import(BROKEN, "broken.png"),
            "bad": bad,
            "jpg": convert("bad", "jpg"),
            "out": export("bad"),
        }))
        .await;
    let job = world.ended(&job).await;
    let told = ["error", "INPUT_TASK_FAILED", "All input tasks have failed"];
    assert_eq!(end(task(&job, "jpg")), told);
    assert_eq!(end(task(&job, "out")), told);
    assert_eq!(job["status"], "error", "{job}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_its_name_says_is_an_error_that_names_both() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "in": import(&bytes("photo.png"), "photo.jpg"),
            "convert": convert("in", "webp"),
        }))
        .await;
    let job = world.ended(&job).await;
    let [status, code, message] = end(task(&job, "convert"));
    assert_eq!((status, code), ("error", "INVALID_FILE"), "{message}");
    assert_eq!(message, "Named jpg, but the content is png");
    let import = single(&world, raw("no picture", "a.png")).await;
    let convert = single(&world, crate::tasks::convert(import["id"].clone(), "webp")).await;
    let ended = world.ended_task(&convert).await;
    assert_eq!(end(&ended), ["error", "INVALID_FILE", "Not a png: looks like text"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_name_that_helps_is_known_by_its_content() {
    let world = World::new().await;
    let (job, webp) = converted(&world, import(&bytes("photo.png"), "photo"), "webp").await;
    assert_eq!(names(task(&job, "convert")), ["photo.webp"]);
    assert_eq!(image::guess_format(&webp).unwrap(), ImageFormat::WebP);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_engine_converts_is_told_when_the_file_is_seen() {
    let world = World::new().await;
    let job =
        world.create(json!({ "in": raw("# A", "a.md"), "convert": convert("in", "webp") })).await;
    let job = world.ended(&job).await;
    let [status, code, message] = end(task(&job, "convert"));
    assert_eq!((status, code), ("error", "INVALID_CONVERSION_TYPE"), "{message}");
    assert!(message.starts_with("md cannot be converted to webp, only to html"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_becomes_a_picture() {
    let world = World::new().await;
    let (job, png) = converted(&world, import(&bytes("drawing.svg"), "drawing.svg"), "png").await;
    assert_eq!(names(task(&job, "out")), ["drawing.png"]);
    let png = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
    assert_eq!((png.width(), png.height()), (200, 100));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_becomes_a_page_that_runs_nothing() {
    let world = World::new().await;
    let (job, page) = converted(&world, import(&bytes("notes.md"), "notes.md"), "html").await;
    assert_eq!(task(&job, "convert")["engine"], "comrak");
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("<table>") && !page.contains("<script"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_survives_the_way_to_a_workbook_and_back() {
    let world = World::new().await;
    let job = world
        .create(json!({
            "in": import(&bytes("table.csv"), "table.csv"),
            "xlsx": convert("in", "xlsx"),
            "csv": convert("xlsx", "csv"),
            "out": export(json!(["xlsx", "csv"])),
        }))
        .await;
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished", "{job}");
    let out = task(&job, "out");
    let workbook = world.download(url(out, 0)).await;
    let mut workbook = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    assert!(workbook.by_name("xl/workbook.xml").is_ok());
    let csv = String::from_utf8(world.download(url(out, 1)).await).unwrap();
    for kept in ["\"Tea, green\"", "007", "12345678901234567890", "=SUM(B2:B3)", "\"two\nlines\""] {
        assert!(csv.replace("\r\n", "\n").contains(kept), "{kept} in {csv}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_becomes_a_pdf() {
    if missing("soffice") {
        return;
    }
    let catalogue = here().await;
    let world = World::with(|options| options.catalogue = isolated(catalogue)).await;
    let (job, pdf) = converted(&world, import(&bytes("report.docx"), "report.docx"), "pdf").await;
    assert_eq!(names(task(&job, "out")), ["report.pdf"]);
    assert_eq!(task(&job, "convert")["engine"], "office");
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 5_000, "{} bytes", pdf.len());
}
