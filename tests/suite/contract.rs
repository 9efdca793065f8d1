//! Every endpoint's answers, whole: what a client parses.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Fault, Kind, World, text};
use crate::requests::{send, tidy};
use crate::tasks::{awaited, convert, path, raw, single};

/// A job of an import, a convert that fails, and what depends on it.
async fn failed_job(world: &World) -> Value {
    let tasks = json!({ "in": raw("# Hello", "a.md"), "to": convert("in", "webp") });
    world.ended(&world.post("/jobs", &json!({ "tasks": tasks, "tag": "t" })).await.data()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_tasks_is_answered_so() {
    let world = World::new().await;
    failed_job(&world).await;
    let answer = world.get("/tasks?include=payload,depends_on_tasks,retries&per_page=1").await;
    insta::assert_snapshot!(tidy(&world, &answer), @r#"
    200 {
      "data": [
        {
          "id": "<group>-0002",
          "job_id": "<group>-0000",
          "name": "to",
          "operation": "convert",
          "status": "error",
          "credits": 0,
          "message": "md cannot be converted to webp, only to html",
          "code": "INVALID_CONVERSION_TYPE",
          "percent": 0,
          "result": null,
          "created_at": "<time>",
          "started_at": "<time>",
          "ended_at": "<time>",
          "retry_of_task_id": null,
          "copy_of_task_id": null,
          "depends_on_task_ids": [
            "<group>-0001"
          ],
          "payload": {
            "output_format": "webp",
            "input": [
              "in"
            ]
          },
          "depends_on_tasks": {
            "in": "<group>-0001"
          },
          "retries": [],
          "links": {
            "self": "<api>/v2/tasks/<group>-0002"
          }
        }
      ],
      "links": {
        "first": "<api>/v2/tasks?include=payload,depends_on_tasks,retries&per_page=1&page=1",
        "last": null,
        "prev": null,
        "next": "<api>/v2/tasks?include=payload,depends_on_tasks,retries&per_page=1&page=2&cursor=<place>"
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/tasks",
        "per_page": 1,
        "to": 1
      }
    }
    "#);
    let empty = world.get("/tasks?filter[status]=waiting").await;
    insta::assert_snapshot!(tidy(&world, &empty), @r#"
    200 {
      "data": [],
      "links": {
        "first": "<api>/v2/tasks?filter[status]=waiting&page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": null,
        "path": "<api>/v2/tasks",
        "per_page": 100,
        "to": null
      }
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_jobs_is_answered_so() {
    let world = World::new().await;
    failed_job(&world).await;
    insta::assert_snapshot!(tidy(&world, &world.get("/jobs").await), @r#"
    200 {
      "data": [
        {
          "id": "<group>-0000",
          "tag": "t",
          "status": "error",
          "created_at": "<time>",
          "started_at": "<time>",
          "ended_at": "<time>",
          "links": {
            "self": "<api>/v2/jobs/<group>-0000"
          }
        }
      ],
      "links": {
        "first": "<api>/v2/jobs?page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/jobs",
        "per_page": 100,
        "to": 1
      }
    }
    "#);
    let whole = world.get("/jobs?include=tasks&filter[tag]=t&filter[status]=error").await;
    insta::assert_snapshot!(tidy(&world, &whole), @r#"
    200 {
      "data": [
        {
          "id": "<group>-0000",
          "tag": "t",
          "status": "error",
          "created_at": "<time>",
          "started_at": "<time>",
          "ended_at": "<time>",
          "tasks": [
            {
              "id": "<group>-0001",
              "job_id": "<group>-0000",
              "name": "in",
              "operation": "import/raw",
              "status": "finished",
              "credits": 0,
              "message": null,
              "code": null,
              "percent": 100,
              "result": {
                "files": [
                  {
                    "filename": "a.md",
                    "size": 7
                  }
                ]
              },
              "created_at": "<time>",
              "started_at": "<time>",
              "ended_at": "<time>",
              "retry_of_task_id": null,
              "copy_of_task_id": null,
              "depends_on_task_ids": [],
              "links": {
                "self": "<api>/v2/tasks/<group>-0001"
              }
            },
            {
              "id": "<group>-0002",
              "job_id": "<group>-0000",
              "name": "to",
              "operation": "convert",
              "status": "error",
              "credits": 0,
              "message": "md cannot be converted to webp, only to html",
              "code": "INVALID_CONVERSION_TYPE",
              "percent": 0,
              "result": null,
              "created_at": "<time>",
              "started_at": "<time>",
              "ended_at": "<time>",
              "retry_of_task_id": null,
              "copy_of_task_id": null,
              "depends_on_task_ids": [
                "<group>-0001"
              ],
              "links": {
                "self": "<api>/v2/tasks/<group>-0002"
              }
            }
          ],
          "links": {
            "self": "<api>/v2/jobs/<group>-0000"
          }
        }
      ],
      "links": {
        "first": "<api>/v2/jobs?include=tasks&filter[tag]=t&filter[status]=error&page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/jobs",
        "per_page": 100,
        "to": 1
      }
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_retry_and_delete_are_answered_so() {
    let world = World::new().await;
    let upload = single(&world, awaited()).await;
    let cancel = format!("{}/cancel", path(&upload));
    insta::assert_snapshot!(tidy(&world, &world.post(&cancel, &Value::Null).await), @r#"
    200 {
      "data": {
        "id": "<group>-0001",
        "job_id": null,
        "operation": "import/upload",
        "status": "error",
        "credits": 0,
        "message": "The task was cancelled.",
        "code": "CANCELLED",
        "percent": 0,
        "result": null,
        "created_at": "<time>",
        "started_at": "<time>",
        "ended_at": "<time>",
        "retry_of_task_id": null,
        "copy_of_task_id": null,
        "depends_on_task_ids": [],
        "links": {
          "self": "<api>/v2/tasks/<group>-0001"
        }
      }
    }
    "#);
    insta::assert_snapshot!(tidy(&world, &world.post(&cancel, &Value::Null).await), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "status": [
          "Cannot change status: task already completed."
        ]
      }
    }
    "#);
    let retry = format!("{}/retry", path(&upload));
    let again = world.post(&retry, &Value::Null).await;
    let mut body = again.json();
    body["data"]["result"] = Value::Null;
    body["data"]["retry_of_task_id"] = json!(body["data"]["retry_of_task_id"] == upload["id"]);
    body["data"]["copy_of_task_id"] = json!(body["data"]["copy_of_task_id"] == upload["id"]);
    let again = crate::harness::Answer { text: body.to_string(), ..again };
    insta::assert_snapshot!(tidy(&world, &again), @r#"
    201 {
      "data": {
        "id": "<group>-0001",
        "job_id": null,
        "operation": "import/upload",
        "status": "waiting",
        "credits": null,
        "message": "Waiting for file upload",
        "code": null,
        "percent": 0,
        "result": null,
        "created_at": "<time>",
        "started_at": null,
        "ended_at": null,
        "retry_of_task_id": true,
        "copy_of_task_id": true,
        "depends_on_task_ids": [],
        "links": {
          "self": "<api>/v2/tasks/<group>-0001"
        }
      }
    }
    "#);
    insta::assert_snapshot!(tidy(&world, &world.post(&retry, &Value::Null).await), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "status": [
          "The newest try of the task has not ended."
        ]
      }
    }
    "#);
    let deleted = world.delete(&path(&upload)).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    insta::assert_snapshot!(tidy(&world, &world.delete(&path(&upload)).await), @r#"
    404 {
      "message": "The requested resource was not found.",
      "code": "NOT_FOUND"
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_is_not_over_is_answered_so() {
    let world = World::new().await;
    let upload = single(&world, awaited()).await;
    let wait = format!("{}/wait?hop=8", path(&upload));
    let clock = world.clock.clone();
    let (answer, ()) = futures::join!(world.get(&wait), async {
        for _ in 0..30 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.advance(Duration::from_secs(1));
        }
    });
    assert_eq!((answer.status, &answer.data()["status"]), (200, &json!("waiting")));
    let job = world.create(json!({ "in": awaited() })).await;
    let wait = format!("/jobs/{}/wait?include=payload", text(&job["id"]));
    let clock = world.clock.clone();
    let (answer, ()) = futures::join!(world.get(&wait), async {
        for _ in 0..30 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            clock.advance(Duration::from_secs(1));
        }
    });
    assert_eq!((answer.status, &answer.json()["data"]["id"]), (307, &job["id"]));
    let location = answer.headers["location"].to_str().unwrap();
    assert!(
        location.starts_with("/v2/jobs/") && location.contains("include=payload"),
        "{location}"
    );
    assert!(location.contains("hop=1"), "{location}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_with_redirect_leads_to_its_file() {
    let world = World::new().await;
    let tasks = json!({ "in": raw("# Hello", "a.md"), "out": crate::tasks::export("in") });
    let body = json!({ "tasks": tasks, "redirect": true });
    let request = world.http.post(format!("{}/jobs", world.stack.endpoints.sync)).json(&body);
    let led = request.bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap();
    assert_eq!(led.status(), 302);
    let address = led.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(world.download(&address).await, b"# Hello");
    let job = world.get("/jobs").await.json()["data"][0]["id"].clone();
    for (host, expect) in [(&world.stack.endpoints.api, 302), (&world.stack.endpoints.sync, 302)] {
        let get = world.http.get(format!("{host}/jobs/{}?redirect=true", text(&job)));
        let led = get.bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap();
        assert_eq!(led.status(), expect, "{host}");
    }
    let nothing = world.create(json!({ "in": awaited() })).await;
    let shown = world.get(&format!("/jobs/{}?redirect=true", text(&nothing["id"]))).await;
    assert_eq!(shown.status, 200, "there is no file yet");
    let refused = json!({ "tasks": { "in": awaited() }, "redirect": true });
    insta::assert_snapshot!(tidy(&world, &world.post("/jobs", &refused).await), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "redirect": [
          "The redirect needs an export/url task."
        ]
      }
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_answered_so() {
    let world = World::with(|options| {
        options.parameters.insert("RequestsPerMinute".to_owned(), "1".to_owned());
    })
    .await;
    let key = world.stack.endpoints.api_key.clone();
    let malformed = send(&world, (Method::POST, "/import/upload"), Some(&key), "[1]").await;
    insta::assert_snapshot!(tidy(&world, &malformed), @r#"
    422 {
      "message": "The request body must be a JSON object.",
      "code": "INVALID_DATA"
    }
    "#);
    world.clock.advance(Duration::from_mins(1));
    let unknown = world.post("/no/such", &json!({})).await;
    insta::assert_snapshot!(tidy(&world, &unknown), @r#"
    404 {
      "message": "The requested resource was not found.",
      "code": "NOT_FOUND"
    }
    "#);
    insta::assert_snapshot!(tidy(&world, &world.post("/import/upload", &json!({})).await), @r#"
    201 {
      "data": {
        "id": "<group>-0001",
        "job_id": null,
        "operation": "import/upload",
        "status": "waiting",
        "credits": null,
        "message": "Waiting for file upload",
        "code": null,
        "percent": 0,
        "result": {
          "form": {
            "url": "<bucket>/recast-000000000000-us-east-1",
            "parameters": {
              "key": "uploads/<group>-0001/${filename}",
              "success_action_status": "201",
              "X-Amz-Credential": "<x-amz-credential>",
              "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
              "X-Amz-Date": "<x-amz-date>",
              "X-Amz-Signature": "<x-amz-signature>",
              "Policy": "<policy>"
            }
          }
        },
        "created_at": "<time>",
        "started_at": null,
        "ended_at": null,
        "retry_of_task_id": null,
        "copy_of_task_id": null,
        "depends_on_task_ids": [],
        "links": {
          "self": "<api>/v2/tasks/<group>-0001"
        }
      }
    }
    "#);
    world.clock.advance(Duration::from_mins(1));
    insta::assert_snapshot!(tidy(&world, &world.get("/tasks?page=x&per_page=0").await), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "per_page": [
          "The per page must be an integer of at least 1."
        ]
      }
    }
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_answered_so() {
    let world = World::new().await;
    let body = json!({ "url": "https://example.org/hook", "events": ["job.finished"] });
    let mut created = world.post("/webhooks", &body).await;
    let webhook = format!("/webhooks/{}", text(&created.data()["id"]));
    let secret = text(&created.data()["signing_secret"]).to_owned();
    created.text = created.text.replace(&secret, "<signing secret>");
    insta::assert_snapshot!(tidy(&world, &created), @r#"
    201 {
      "data": {
        "id": "<group>-caea",
        "url": "https://example.org/hook",
        "events": [
          "job.finished"
        ],
        "disabled": false,
        "failing": false,
        "signing_secret": "<signing secret>",
        "created_at": "<time>",
        "updated_at": "<time>",
        "links": {
          "self": "<api>/v2/webhooks/<group>-caea"
        }
      }
    }
    "#);
    insta::assert_snapshot!(tidy(&world, &world.get("/webhooks").await), @r#"
    200 {
      "data": [
        {
          "id": "<group>-caea",
          "url": "https://example.org/hook",
          "events": [
            "job.finished"
          ],
          "disabled": false,
          "failing": false,
          "signing_secret": null,
          "created_at": "<time>",
          "updated_at": "<time>",
          "links": {
            "self": "<api>/v2/webhooks/<group>-caea"
          }
        }
      ],
      "links": {
        "first": "<api>/v2/webhooks?page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/webhooks",
        "per_page": 100,
        "to": 1
      }
    }
    "#);
    let mut test = world.post(&format!("{webhook}/test"), &Value::Null).await;
    assert_eq!(
        world.get(&format!("{webhook}/deliveries")).await.json()["data"][0]["id"],
        test.data()["id"]
    );
    test.text = test.text.replace(text(&created.data()["id"]), "<webhook>");
    insta::assert_snapshot!(tidy(&world, &test), @r#"
    201 {
      "data": {
        "id": "<group>-0b3a",
        "webhook_id": "<webhook>",
        "event": "webhook.test",
        "job_id": null,
        "status": "pending",
        "attempts": 0,
        "response_status": null,
        "message": null,
        "created_at": "<time>",
        "updated_at": "<time>"
      }
    }
    "#);
    let wrong = world.post("/webhooks", &json!({ "url": "http://10.0.0.1/", "events": [] })).await;
    insta::assert_snapshot!(tidy(&world, &wrong), @r#"
    422 {
      "message": "The given data was invalid.",
      "code": "INVALID_DATA",
      "errors": {
        "events": [
          "The events must be a list of some of job.created, job.finished and job.failed."
        ],
        "url": [
          "The url points to a private address."
        ]
      }
    }
    "#);
    let deleted = world.delete(&webhook).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_itself_is_answered_so() {
    let world = World::new().await;
    insta::assert_snapshot!(tidy(&world, &world.get("/health").await), @r#"
    200 {
      "data": {
        "status": "ok",
        "version": "0.1.0",
        "services": {
          "table": "up",
          "bucket": "up"
        }
      }
    }
    "#);
    let query = "filter[input_format]=md&filter[output_format]=html&include=engine_versions";
    insta::assert_snapshot!(tidy(&world, &world.get(&format!("/operations?{query}")).await), @r#"
    200 {
      "data": [
        {
          "operation": "convert",
          "input_format": "md",
          "output_format": "html",
          "engine": "comrak",
          "credits": 0,
          "engine_versions": [
            {
              "version": "0.1.0",
              "default": true,
              "latest": true,
              "deprecated": false,
              "experimental": false
            }
          ],
          "deprecated": false,
          "experimental": false,
          "meta": {}
        }
      ],
      "links": {
        "first": "<api>/v2/operations?filter[input_format]=md&filter[output_format]=html&include=engine_versions&page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/operations",
        "per_page": 1000,
        "to": 1
      }
    }
    "#);
    let large = json!({ "file": "x".repeat(5_600_000), "filename": "a.txt" });
    insta::assert_snapshot!(tidy(&world, &world.post("/import/raw", &large).await), @r#"
    413 {
      "message": "The request body is too large. Use import/upload or import/url for files.",
      "code": "PAYLOAD_TOO_LARGE"
    }
    "#);
    let none = send(&world, (Method::PUT, "/jobs"), None, "").await;
    insta::assert_snapshot!(tidy(&world, &none), @r#"
    405 {
      "message": "The method is not allowed here.",
      "code": "METHOD_NOT_ALLOWED"
    }
    "#);
    let fault = Fault { operation: "GetItem", nth: 0, kind: Kind::Outage };
    world.wire.reset();
    world.wire.plan(fault);
    let down = world.get("/tasks/0199aaaa-0000-7000-8000-000000000001").await;
    insta::assert_snapshot!(tidy(&world, &down), @r#"
    429 {
      "message": "Too many requests. Try again in a moment.",
      "code": "TOO_MANY_REQUESTS"
    }
    "#);
}
