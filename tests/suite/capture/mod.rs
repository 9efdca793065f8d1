//! Pages of the web become files, and reach nothing that an import could not.

mod site;

use std::os::unix::fs::symlink;
use std::time::Duration;

use engines::Catalogue;
use image::ImageFormat;
use serde_json::{Value, json};

use crate::harness::{Receiver, World, isolated, missing, task, text};
use crate::tasks::{end, export, path, raw, single, url};
use site::{Site, hostile};

/// A world with Chromium, a site that it may reach, and a place that it may not.
struct Stage {
    world: World,
    site: Site,
    canary: Receiver,
}

impl Stage {
    /// Returns nothing where Chromium is missing and need not be there.
    async fn set() -> Option<Self> {
        if missing("chromium") {
            return None;
        }
        // Chromium alone: to ask all programs for their versions takes a while.
        let folder = tempfile::tempdir().unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let found = std::env::split_paths(&path).find(|it| it.join("chromium").is_file()).unwrap();
        symlink(found.join("chromium"), folder.path().join("chromium")).unwrap();
        let catalogue = isolated(Catalogue::probe(folder.keep().as_os_str()).await);
        let canary = Receiver::new().await;
        let site = Site::new(&canary).await;
        let host = site.host.clone();
        let world = World::with(|options| {
            (options.catalogue, options.allow_hosts) = (catalogue, host);
        });
        Some(Self { world: world.await, site, canary })
    }

    fn payload(&self, path: &str, more: Value) -> Value {
        let url = format!("http://{}{path}", self.site.host);
        let mut payload =
            json!({ "operation": "capture-website", "url": url, "output_format": "pdf" });
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        payload
    }

    /// Creates the task of a page that comes when the gate is opened, and returns it once the page has been asked for.
    async fn opened(&self, more: Value) -> Value {
        let page = single(&self.world, self.payload("/gate", more)).await;
        self.world.until(async || self.site.headers("/gate").map(drop)).await;
        page
    }

    /// Captures a page and returns the task, and the file if there is one.
    async fn capture(&self, path: &str, more: Value) -> (Value, Vec<u8>) {
        let tasks = json!({ "page": self.payload(path, more), "out": export("page") });
        let job = self.world.create(tasks).await;
        let job = self.world.ended(&job).await;
        let page = task(&job, "page").clone();
        if page["status"] != "finished" {
            return (page, Vec::new());
        }
        let file = self.world.download(url(task(&job, "out"), 0)).await;
        (page, file)
    }
}

/// Returns the text of a PDF, by poppler.
fn words(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    let output = std::process::Command::new("pdftotext").arg(&path).arg("-").output();
    String::from_utf8(output.expect("pdftotext is installed").stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_becomes_pdf_with_what_its_scripts_have_made_of_it() {
    let Some(stage) = Stage::set().await else { return };
    let more = json!({ "wait_until": "networkidle0", "headers": { "x-secret": "42" } });
    let (page, pdf) = stage.capture("/start", more).await;
    assert_eq!(page["status"], "finished", "{page}");
    assert_eq!((&page["engine"], &page["percent"]), (&json!("chrome"), &json!(100)));
    assert_eq!(page["result"]["files"][0]["filename"], "127.0.0.1.pdf");
    let said = words(&pdf);
    for part in ["Tea and coffee", "visited=yes", "answer 42"] {
        assert!(said.contains(part), "{part} is missing in {said}");
    }
    // Opening it again, as an invocation that comes twice does, is harmless.
    let again = json!({
        "payload": stage.payload("/page", json!({})),
        "key": "tasks/a/b/1",
        "name": "a.pdf",
        "until": stage.world.clock.now() + Duration::from_secs(60),
    });
    for _ in 0..2 {
        stage.world.stack.call("capture-page", again.clone()).await.unwrap();
    }
    assert!(stage.world.objects().await.contains("tasks/a/b/1"));
    let headers = stage.site.headers("/data").unwrap();
    assert!(headers["x-secret"] == "42" && headers["cookie"] == "visited=yes", "{headers:?}");
    let shown = stage.world.get(&format!("/tasks/{}?include=payload", text(&page["id"]))).await;
    assert_eq!(shown.data()["payload"]["headers"]["x-secret"], "***");
    let row = stage.world.store().task(text(&page["id"]).parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(row.payload, domain::Payload::Stored);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_becomes_a_picture() {
    let Some(stage) = Stage::set().await else { return };
    for (format, kind) in [("png", ImageFormat::Png), ("jpg", ImageFormat::Jpeg)] {
        let more =
            json!({ "output_format": format, "width": 400, "height": 300, "filename": "mine" });
        let (page, picture) = stage.capture("/page", more).await;
        assert_eq!(page["result"]["files"][0]["filename"], "mine");
        assert_eq!(image::guess_format(&picture).unwrap(), kind);
        let picture = image::load_from_memory(&picture).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (400, 300));
        let corner = picture.get_pixel(399, 299).0;
        assert!(corner[2] > 250 && corner[0] < 5, "{corner:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reaches_nothing_that_is_private() {
    let Some(stage) = Stage::set().await else { return };
    for format in ["pdf", "png"] {
        let more = json!({ "output_format": format, "wait_time": 2000 });
        let (page, file) = stage.capture("/hostile", more).await;
        assert_eq!(page["status"], "finished", "{page}");
        if format == "pdf" {
            let said = words(&file);
            assert!(said.contains("the page"), "{said}");
            for part in ["root:", "thank you", "sent", "opened", "streamed", "fetched"] {
                assert!(!said.contains(part), "{part} is in {said}");
            }
        }
    }
    assert!(stage.site.headers("/inwards").is_some() && stage.site.headers("/metadata").is_some());
    let heard = stage.canary.messages();
    assert!(heard.is_empty(), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_had_fails_with_its_cause() {
    let Some(stage) = Stage::set().await else { return };
    let check = async |path: &str, more: Value, expected: [&str; 3]| {
        let (page, _) = stage.capture(path, more).await;
        assert_eq!(end(&page), expected, "{path}");
    };
    let private = "The url points to a private address.";
    check("/missing", json!({}), ["error", "DOWNLOAD_FAILED", "127.0.0.1 answered 404"]).await;
    for path in ["/inwards", "/metadata"] {
        check(path, json!({}), ["error", "DOWNLOAD_FAILED", private]).await;
    }
    let message = "The page has 1280 x 20016 pixels: a picture of one may have 16384 a side and 100 million in all";
    let picture = json!({ "output_format": "png" });
    check("/tall", picture, ["error", "FILE_TOO_LARGE", message]).await;
    assert!(stage.canary.messages().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_never_comes_ends_when_the_task_does() {
    let Some(stage) = Stage::set().await else { return };
    let page = stage.opened(json!({ "timeout": 30 })).await;
    let says = async || {
        let page = stage.world.get(&path(&page)).await.data();
        (page["message"] == "opening the page").then_some(())
    };
    stage.world.until(says).await;
    stage.world.clock.advance(Duration::from_secs(31));
    let page = stage.world.ended_task(&page).await;
    assert_eq!(end(&page), ["error", "TIMEOUT", "The task took longer than it may."]);
    stage.world.until(async || stage.world.stack.is_idle().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_deleted_while_its_page_is_open_leaves_nothing() {
    let Some(stage) = Stage::set().await else { return };
    let world = &stage.world;
    let page = stage.opened(json!({})).await;
    assert_eq!(world.delete(&path(&page)).await.status, 204);
    // Who asked for the page lets go of it and cleans up; who opened it does not know, and stores it.
    let lists = world.wire.count("ListObjectsV2");
    world.until(async || (world.wire.count("ListObjectsV2") > lists).then_some(())).await;
    stage.site.gate.notify_one();
    world.until(async || world.stack.is_idle().then_some(())).await;
    world.sweep_after(20).await;
    assert_eq!((world.rows().await, world.objects().await), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_waits_where_there_is_no_room_for_another_function() {
    let world = World::with(|options| {
        options.catalogue = Catalogue::from_setting("chrome=156.0");
        options.concurrency = 0;
    });
    let world = world.await;
    let payload = json!({ "url": "https://example.org/", "output_format": "pdf" });
    let page = world.post("/capture-website", &payload).await.data();
    let event = |attempt| json!({ "task": page["id"], "owner": "default", "attempt": attempt });
    for attempt in 0..2 {
        let failed = world.stack.call("run-task", event(attempt)).await.unwrap_err();
        assert_eq!(failed.name, "Throttled");
    }
    assert_eq!(world.get(&path(&page)).await.data()["status"], "processing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_becomes_pdf_and_fetches_nothing() {
    let Some(stage) = Stage::set().await else { return };
    let page = hostile(&stage.canary.host).replace("'/", &format!("'http://{}/", stage.site.host));
    let job = json!({
        "in": raw(&format!("<!DOCTYPE html>{page}"), "page.html"),
        "pdf": { "operation": "convert", "input": "in", "output_format": "pdf", "wait_time": 1000 },
        "out": export("pdf"),
    });
    let job = stage.world.ended(&stage.world.create(job).await).await;
    assert_eq!(job["status"], "finished", "{job}");
    assert_eq!(task(&job, "pdf")["engine"], "chrome");
    let said = words(&stage.world.download(url(task(&job, "out"), 0)).await);
    assert!(said.contains("the page") && !said.contains("root:"), "{said}");
    assert!(stage.site.asked.lock().unwrap().is_empty() && stage.canary.messages().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_listed_and_checked_where_chromium_is_and_refused_elsewhere() {
    let world =
        World::with(|options| options.catalogue = Catalogue::from_setting("chrome=156.0")).await;
    let listed = async |world: &World| {
        let path = "/operations?filter[operation]=capture-website&include=options";
        world.get(path).await.data().as_array().unwrap().clone()
    };
    let items = listed(&world).await;
    let formats: Vec<_> = items.iter().map(|item| text(&item["output_format"])).collect();
    assert_eq!(formats, ["jpg", "pdf", "png"]);
    let options = items[1]["options"].as_array().unwrap();
    let wait = options.iter().find(|option| option["name"] == "wait_until").unwrap();
    assert_eq!((&wait["type"], &wait["default"]), (&json!("enum"), &json!("load")));
    let payload = json!({ "url": "file:///etc/passwd", "output_format": "gif" });
    let refused = world.post("/capture-website", &payload).await;
    let errors = json!({
        "url": ["The url must begin with http:// or https://."],
        "output_format": ["The output format must be one of pdf, png, jpg."],
    });
    assert_eq!((refused.status, &refused.json()["errors"]), (422, &errors));
    let without = World::new().await;
    assert!(listed(&without).await.is_empty());
    let payload = json!({ "url": "https://example.org/", "output_format": "pdf" });
    let refused = without.post("/capture-website", &payload).await;
    let told = "capture-website needs chromium, which is not installed (apt-get install chromium).";
    assert_eq!((refused.status, &refused.json()["errors"]), (422, &json!({ "operation": [told] })));
}
