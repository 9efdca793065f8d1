//! Pages of tasks and jobs.

use super::failed_job;
use crate::harness::World;
use crate::requests::tidy;

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
          "message": "md cannot be converted to webp, only to html, txt",
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
              "message": "md cannot be converted to webp, only to html, txt",
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
