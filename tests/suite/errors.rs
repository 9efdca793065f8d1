//! Requests that cannot be answered as asked are told all that is wrong with them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, World};
use crate::requests::{send, tidy};
use crate::tasks::{awaited, convert, export};

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_job_is_said_at_once() {
    let world = World::new().await;
    let answer = world
        .post(
            "/jobs",
            &json!({
                "tag": 7,
                "tasks": {
                    "bad name!": { "operation": "import/upload" },
                    "text": "convert",
                    "none": {},
                    "unknown": { "operation": "import/telepathy" },
                    "private": { "operation": "import/url", "url": "http://127.0.0.1/" },
                    "spelled": { "operation": "import/url", "url": "http://0x7f.1/" },
                    "scheme": { "operation": "import/url", "url": "file:///etc/passwd" },
                    "base64": { "operation": "import/base64", "file": "~~~", "filename": ".." },
                    "raw": { "operation": "import/raw" },
                    "pair": { "operation": "convert", "input": "raw", "input_format": "md", "output_format": "png" },
                    "format": { "operation": "convert", "input": "raw", "output_format": "nothing" },
                    "types": { "operation": "convert", "input": 7, "output_format": true, "timeout": "soon", "ignore_error": "no" },
                    "lonely": { "operation": "export/url", "inline": "perhaps" },
                    "lost": export("nobody"),
                    "loop": convert(json!(["loop", "bad name!"]), "png"),
                },
            }),
        )
        .await;
    insta::assert_snapshot!(tidy(&world, &answer), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "tag": [
          "The tag must be a string of at most 1024 bytes."
        ],
        "tasks.bad name!": [
          "The task name may only hold letters, digits, dashes and underscores, 100 at most."
        ],
        "tasks.base64.file": [
          "The file must be base64."
        ],
        "tasks.base64.filename": [
          "The filename must be a usable file name."
        ],
        "tasks.format.output_format": [
          "The output format nothing is not supported."
        ],
        "tasks.lonely.inline": [
          "The inline must be true or false."
        ],
        "tasks.lonely.input": [
          "The input field is required."
        ],
        "tasks.loop.input": [
          "The inputs form a cycle."
        ],
        "tasks.lost.input": [
          "The input nobody is no task of this job."
        ],
        "tasks.none.operation": [
          "The operation field is required."
        ],
        "tasks.pair.output_format": [
          "md cannot be converted to png, only to html, txt."
        ],
        "tasks.private.url": [
          "The url points to a private address."
        ],
        "tasks.raw.file": [
          "The file field is required."
        ],
        "tasks.raw.filename": [
          "The filename field is required."
        ],
        "tasks.scheme.url": [
          "The url must begin with http:// or https://."
        ],
        "tasks.spelled.url": [
          "The url points to a private address."
        ],
        "tasks.text": [
          "The task must be an object."
        ],
        "tasks.types.ignore_error": [
          "The ignore error must be true or false."
        ],
        "tasks.types.input": [
          "The input must be the name of a task or a list of names."
        ],
        "tasks.types.output_format": [
          "The output format must be a string."
        ],
        "tasks.types.timeout": [
          "The timeout must be an integer between 1 and 18000."
        ],
        "tasks.unknown.operation": [
          "The operation import/telepathy is not supported."
        ]
      }
    }
    "#);
    assert_eq!(world.rows().await.len() + world.objects().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_must_be_tasks_of_the_job_and_come_to_an_end() {
    let world = World::new().await;
    let answer = world
        .post(
            "/jobs",
            &json!({ "tasks": {
                "in": awaited(),
                "a": convert("b", "png"),
                "b": convert(json!(["in", "a"]), "png"),
                "own": convert("own", "png"),
                "lost": export(json!(["in", "nobody", "a b"])),
            } }),
        )
        .await;
    insta::assert_snapshot!(tidy(&world, &answer), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "tasks.a.input": [
          "The inputs form a cycle."
        ],
        "tasks.b.input": [
          "The inputs form a cycle."
        ],
        "tasks.lost.input": [
          "The input nobody is no task of this job.",
          "The input a b is no task of this job."
        ],
        "tasks.own.input": [
          "The inputs form a cycle."
        ]
      }
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_needs_tasks() {
    let world = World::new().await;
    let required = "The tasks field is required.";
    let object = "The tasks must be an object of named tasks.";
    let cases = [
        (json!({}), required),
        (json!({ "tasks": null }), required),
        (json!({ "tasks": {} }), required),
        (json!({ "tasks": [] }), required),
        (json!([]), required),
        (json!({ "tasks": [{}] }), object),
        (json!({ "tasks": "import" }), object),
    ];
    for (body, told) in cases {
        let answer = world.post("/jobs", &body).await;
        assert_eq!(
            (answer.status, &answer.json()["errors"]),
            (422, &json!({ "tasks": [told] })),
            "{body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_tasks_errors_bear_the_plain_names_of_its_fields() {
    let world = World::new().await;
    let check = async |operation: &str, payload: Value, errors: Value| {
        let answer = world.post(operation, &payload).await;
        assert_eq!(
            (answer.status, &answer.json()["errors"]),
            (422, &errors),
            "{operation} {payload}"
        );
        assert_eq!(answer.json()["code"], "INVALID_DATA");
    };
    let required = |field: &str| json!([format!("The {field} field is required.")]);
    check(
        "/import/base64",
        json!({}),
        json!({ "file": required("file"), "filename": required("filename") }),
    )
    .await;
    check("/import/url", json!({}), json!({ "url": required("url") })).await;
    check(
        "/convert",
        json!({}),
        json!({ "output_format": required("output format"), "input": required("input") }),
    )
    .await;
    check("/convert", json!({ "output_format": "png" }), json!({ "input": required("input") }))
        .await;
    assert_eq!(world.post("/import/telepathy", &json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_a_json_object_or_nothing() {
    let world = World::new().await;
    let malformed =
        r#"{"message":"The request body must be a JSON object.","code":"INVALID_DATA"}"#;
    let key = Some(world.stack.endpoints.api_key.as_str());
    for body in ["{", "null", "7", r#""text""#, "[1]", "\u{feff}{}", "{} {}"] {
        let answer = send(&world, (Method::POST, "/import/upload"), key, body).await;
        assert_eq!((answer.status, answer.text.as_str()), (422, malformed), "{body}");
    }
    for body in ["", " ", "{}", "[]"] {
        let plain = send(&world, (Method::POST, "/import/upload"), key, body).await;
        assert_eq!(plain.data()["status"], "waiting", "{body:?} without a type");
        let url = format!("{}/import/upload", world.stack.endpoints.api);
        let typed = world.http.post(url).header("content-type", "application/json");
        let typed =
            typed.bearer_auth(&world.stack.endpoints.api_key).body(body).send().await.unwrap();
        assert_eq!(Answer::of(typed).await.data()["status"], "waiting", "{body:?} as JSON");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_the_same_as_nothing() {
    let world = World::new().await;
    let tasks =
        json!({ "in": { "operation": "import/upload", "redirect": null, "ignore_error": null } });
    let job =
        world.post("/jobs", &json!({ "tag": null, "webhook_url": null, "tasks": tasks })).await;
    assert_eq!(job.status, 201, "{}", job.text);
    assert_eq!(job.data()["tag"], Value::Null);
}
