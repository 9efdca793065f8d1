//! Files go through jobs and come out right.

use serde_json::json;

use crate::harness::{World, bytes, file, task, text};

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_uploaded_converted_and_downloaded() {
    let world = World::new().await;
    let job = world.picture_job().await;
    assert_eq!(job["status"], "waiting");
    let job = world.ended(&job).await;
    assert_eq!(job["status"], "finished", "{job}");
    let export = &task(&job, "export")["result"]["files"][0];
    assert_eq!(export["filename"], "photo.webp");
    let webp = world.download(text(&export["url"])).await;
    assert_eq!(export["size"], webp.len());
    let picture = image::load_from_memory_with_format(&webp, image::ImageFormat::WebP).unwrap();
    let original = image::open(file("photo.png")).unwrap();
    assert_eq!((picture.width(), picture.height()), (original.width(), original.height()));
    world.stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn base64_and_raw_files_are_there_at_once() {
    use base64::Engine;
    let world = World::new().await;
    let encoded = base64::prelude::BASE64_STANDARD.encode(bytes("photo.png"));
    let job = world
        .create(json!({
            "picture": { "operation": "import/base64", "file": encoded, "filename": "a.png" },
            "page": { "operation": "import/raw", "file": "# Hello", "filename": "b.md" },
            "export": { "operation": "export/url", "input": ["picture", "page"] },
        }))
        .await;
    assert_eq!(job["status"], "finished", "{job}");
    let files = &task(&job, "export")["result"]["files"];
    assert_eq!(world.download(text(&files[0]["url"])).await, bytes("photo.png"));
    assert_eq!(world.download(text(&files[1]["url"])).await, b"# Hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_files_become_one_archive() {
    let world = World::new().await;
    let raw = |text: &str| json!({ "operation": "import/raw", "file": text, "filename": "a.txt" });
    let job = world
        .create(json!({
            "one": raw("first"),
            "two": raw("second"),
            "export": { "operation": "export/url", "input": ["one", "two"], "archive_multiple_files": true },
        }))
        .await;
    let job = world.ended(&job).await;
    let files = task(&job, "export")["result"]["files"].as_array().unwrap().clone();
    assert_eq!(files.len(), 1, "{job}");
    let archive = world.download(text(&files[0]["url"])).await;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(archive)).unwrap();
    assert_eq!(archive.len(), 2);
    assert_eq!(std::io::read_to_string(archive.by_name("a.txt").unwrap()).unwrap(), "first");
    let second = std::io::read_to_string(archive.by_name("a-2.txt").unwrap()).unwrap();
    assert_eq!(second, "second");
}
