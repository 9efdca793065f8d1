//! What is done to a task.

use serde_json::{Value, json};

use crate::harness::{Answer, World};
use crate::requests::tidy;
use crate::tasks::{awaited, path, single};

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
    let again = Answer { text: body.to_string(), ..again };
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
