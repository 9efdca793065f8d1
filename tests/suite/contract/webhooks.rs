//! Webhooks and their deliveries.

use serde_json::{Value, json};

use crate::harness::{World, text};
use crate::requests::tidy;

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_answered_so() {
    // With no worker free, nothing is delivered.
    let world = World::with(|options| options.concurrency = 0).await;
    let body = json!({ "url": "https://example.org/hook", "events": ["job.finished"] });
    let mut created = world.post("/webhooks", &body).await;
    let id = text(&created.data()["id"]).to_owned();
    let webhook = format!("/webhooks/{id}");
    let secret = text(&created.data()["signing_secret"]).to_owned();
    created.text = created.text.replace(&secret, "<signing secret>").replace(&id, "<webhook>");
    insta::assert_snapshot!(tidy(&world, &created), @r#"
    201 {
      "data": {
        "id": "<group>-",
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
          "self": "<api>/v2/webhooks/<group>-"
        }
      }
    }
    "#);
    let mut list = world.get("/webhooks").await;
    list.text = list.text.replace(&id, "<webhook>");
    insta::assert_snapshot!(tidy(&world, &list), @r#"
    200 {
      "data": [
        {
          "id": "<group>-",
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
            "self": "<api>/v2/webhooks/<group>-"
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
    let delivery = text(&test.data()["id"]).to_owned();
    test.text = test.text.replace(&id, "<webhook>").replace(&delivery, "<delivery>");
    insta::assert_snapshot!(tidy(&world, &test), @r#"
    201 {
      "data": {
        "id": "<group>-",
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
    let mut deliveries = world.get(&format!("{webhook}/deliveries")).await;
    for (known, name) in [(&id, "<webhook>"), (&delivery, "<delivery>")] {
        deliveries.text = deliveries.text.replace(known, name);
    }
    insta::assert_snapshot!(tidy(&world, &deliveries), @r#"
    200 {
      "data": [
        {
          "id": "<group>-",
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
      ],
      "links": {
        "first": "<api>/v2/webhooks/<webhook>/deliveries?page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/webhooks/<webhook>/deliveries",
        "per_page": 100,
        "to": 1
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
