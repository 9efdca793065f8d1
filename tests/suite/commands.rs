//! The operation `command`: programs with a user's own arguments, where the owner allows it.

use serde_json::{Value, json};

use crate::harness::{World, here, isolated, missing, task};
use crate::tasks::{convert, end, export, names, picture, url};

/// Starts a stack whose owner has opened these engines.
async fn open_for(engines: &str) -> World {
    let catalogue = here().await;
    World::with(|options| {
        options.catalogue = isolated(catalogue);
        options.parameters.insert("Commands".to_owned(), engines.to_owned());
    })
    .await
}

fn command(engine: &str, command: &str, arguments: &str) -> Value {
    json!({ "operation": "command", "input": "in", "engine": engine, "command": command, "arguments": arguments })
}

/// Runs a command on a picture and returns its task.
async fn ran(world: &World, command: Value) -> Value {
    let job = json!({ "in": picture(), "ran": command });
    let job = world.ended(&world.create(job).await).await;
    task(&job, "ran").clone()
}

/// Asserts that a command is refused, for this in that field.
async fn refused(world: &World, command: Value, field: &str, message: &str) {
    let answer =
        world.post("/jobs", &json!({ "tasks": { "in": picture(), "ran": command } })).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let errors = &answer.json()["errors"];
    assert_eq!(errors[format!("tasks.ran.{field}")], json!([message]), "{errors}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_reads_its_inputs_and_what_it_leaves_is_the_result() {
    if missing("ffmpeg") {
        return;
    }
    let world = open_for("ffmpeg").await;
    let arguments = "-i /input/in/photo.png -vf 'scale=32:-2' /output/small.jpg";
    let job = json!({
        "in": picture(),
        "ran": command("ffmpeg", "ffmpeg", arguments),
        "again": convert("ran", "png"),
        "out": export("again"),
    });
    let job = world.ended(&world.create(job).await).await;
    assert_eq!(names(task(&job, "ran")), ["small.jpg"], "{job}");
    assert_eq!(task(&job, "ran")["engine"], "ffmpeg");
    let small = world.download(url(task(&job, "out"), 0)).await;
    assert_eq!(&small[16..24], [0, 0, 0, 32, 0, 0, 0, 24], "the size in a PNG");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_says_is_the_result_where_that_is_asked_for() {
    if missing("ffmpeg") || missing("gm") {
        return;
    }
    let world = open_for("ffmpeg, graphicsmagick").await;
    let mut version = command("graphicsmagick", "gm", "version");
    let failed = ran(&world, version.clone()).await;
    assert_eq!(end(&failed)[1..], ["CONVERSION_FAILED", "The command left nothing in /output/"]);
    version["capture_output"] = true.into();
    let said = ran(&world, version).await["result"]["output"].clone();
    assert!(said.as_str().unwrap().starts_with("GraphicsMagick 1."), "{said}");
    let mut probe = command(
        "ffmpeg",
        "ffprobe",
        "-v error -show_entries stream=width -of csv=p=0 /input/in/photo.png",
    );
    probe["capture_output"] = true.into();
    let probed = ran(&world, probe).await;
    assert_eq!(probed["result"]["output"], "320\n", "{probed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_made_by_the_rules_of_the_engine() {
    if missing("identify") {
        return;
    }
    let world = open_for("imagemagick").await;
    let made = ran(
        &world,
        command("imagemagick", "convert", "/input/in/photo.png -rotate 90 /output/a.png"),
    )
    .await;
    assert_eq!(names(&made), ["a.png"], "{made}");
    for line in [
        "/etc/passwd /output/a.png",
        "label:@/etc/passwd /output/a.png",
        "text:/etc/passwd /output/a.png",
        "https://127.0.0.1/a.png /output/a.png",
        "xc:red /etc/a.png",
    ] {
        let made = ran(&world, command("imagemagick", "convert", line)).await;
        assert_eq!(end(&made)[..2], ["error", "CONVERSION_FAILED"], "{line}: {made}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_stays_in_its_directory() {
    if missing("ffmpeg") {
        return;
    }
    let world = open_for("ffmpeg").await;
    let open = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    open.set_nonblocking(true).unwrap();
    let address = open.local_addr().unwrap();
    let pid = std::process::id();
    for line in [
        format!("-f rawvideo -s 1x1 -pix_fmt gray -i /proc/{pid}/environ -f rawvideo /output/a"),
        format!("-i http://{address}/a.png /output/a.png"),
        format!("-i /input/in/photo.png -f image2pipe tcp://{address}"),
        "-i /input/in/photo.png -y /tmp/recast-command.png".to_owned(),
    ] {
        let made = ran(&world, command("ffmpeg", "ffmpeg", &line)).await;
        assert_eq!(end(&made)[..2], ["error", "CONVERSION_FAILED"], "{line}: {made}");
    }
    assert!(open.accept().is_err(), "nobody has called");
    assert!(!std::path::Path::new("/tmp/recast-command.png").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_closed_unless_the_owner_opens_them() {
    let run = |engine: &str| command(engine, "ffmpeg", "-version");
    refused(&World::new().await, run("ffmpeg"), "operation", "command is not allowed here.").await;
    if missing("ffmpeg") || missing("gm") {
        return;
    }
    let world = open_for("ffmpeg").await;
    let other = "command is not done by an engine of that name, but by ffmpeg.";
    refused(&world, command("graphicsmagick", "gm", "version"), "engine", other).await;
    refused(
        &world,
        command("ffmpeg", "sh", "-c true"),
        "command",
        "The command must be one of ffmpeg, ffprobe.",
    )
    .await;
    let quotes = "The arguments must be a line of at most 64 KiB whose quotes are closed.";
    refused(&world, command("ffmpeg", "ffmpeg", "-i 'a"), "arguments", quotes).await;
    let mut nothing = run("ffmpeg");
    nothing.as_object_mut().unwrap().remove("engine");
    refused(&world, nothing, "engine", "The engine field is required.").await;
    let listed = world.get("/operations?filter[operation]=command").await.data();
    let engines: Vec<_> = listed.as_array().unwrap().iter().map(|row| &row["engine"]).collect();
    assert_eq!(engines, ["ffmpeg"]);
}
