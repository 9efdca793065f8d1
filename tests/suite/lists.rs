//! Lists of tasks and jobs: narrowed down, in pages, newest first.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use store::Scope;

use crate::harness::{Answer, World, task, text};
use crate::requests::{key, send};
use crate::tasks::{awaited, convert, export, path, picture, raw, single};

/// Returns the ids that a list shows, in its order.
#[track_caller]
fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["data"].as_array().unwrap().iter().map(|it| text(&it["id"]).to_owned()).collect()
}

async fn list(world: &World, query: &str) -> Vec<String> {
    ids(&world.get(query).await)
}

/// Follows `links.next` to the end and returns all ids.
async fn follow(world: &World, first: &str) -> Vec<String> {
    let api = world.stack.endpoints.api.clone();
    let (mut next, mut all) = (Some(first.to_owned()), Vec::new());
    while let Some(path) = next {
        let answer = world.get(&path).await;
        all.extend(ids(&answer));
        next = answer.json()["links"]["next"].as_str().map(|url| url.replacen(&api, "", 1));
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_narrowed_down_by_status_job_and_operation_alone_and_together() {
    let world = World::new().await;
    let tasks = json!({ "in": picture(), "to": convert("in", "webp"), "out": export("to") });
    let job = world.ended(&world.create(tasks).await).await;
    let upload = single(&world, awaited()).await;
    let [import, to, out] =
        ["in", "to", "out"].map(|name| text(&task(&job, name)["id"]).to_owned());
    let (upload, id) = (text(&upload["id"]).to_owned(), text(&job["id"]));
    let all = [&upload, &out, &to, &import].map(Clone::clone);
    let checks: &[(&str, &[&String])] = &[
        ("", &[&upload, &out, &to, &import]),
        ("filter[status]=finished", &[&out, &to, &import]),
        ("filter%5Bstatus%5D=waiting", &[&upload]),
        ("filter[status]=error", &[]),
        ("filter[operation]=convert", &[&to]),
        ("filter[operation]=import/upload&filter[status]=waiting", &[&upload]),
        ("filter[operation]=import/upload&filter[status]=finished", &[]),
        (&format!("filter[job_id]={id}"), &[&out, &to, &import]),
        (&format!("filter[job_id]={id}&filter[operation]=convert&filter[status]=finished"), &[&to]),
        (&format!("filter[job_id]={upload}"), &[]),
        ("filter[job_id]=nonsense", &[]),
        (
            "filter[status]=&filter[job_id]=&filter[operation]=&include=&page=&per_page=",
            &[&upload, &out, &to, &import],
        ),
        ("filter[operation]=no/such", &[]),
    ];
    for (query, expect) in checks {
        let found = list(&world, &format!("/tasks?{query}")).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), *expect, "{query}");
    }
    assert_eq!(list(&world, "/tasks").await, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_narrowed_down_by_status_and_tag_and_show_tasks_when_asked() {
    let world = World::new().await;
    let mut made = Vec::new();
    for (tag, tasks) in [
        (json!("a"), json!({ "in": raw("# a", "a.md") })),
        (json!("b"), json!({ "in": raw("# b", "b.md") })),
        (json!("a"), json!({ "in": awaited() })),
        (Value::Null, json!({ "in": awaited() })),
    ] {
        let body = json!({ "tasks": tasks, "tag": tag });
        made.push(text(&world.post("/jobs", &body).await.data()["id"]).to_owned());
    }
    let checks: &[(&str, &[usize])] = &[
        ("", &[3, 2, 1, 0]),
        ("filter[status]=finished", &[1, 0]),
        ("filter[status]=processing", &[3, 2]),
        ("filter[status]=error", &[]),
        ("filter[tag]=a", &[2, 0]),
        ("filter[tag]=a&filter[status]=finished", &[0]),
        ("filter[tag]=c", &[]),
        ("filter[tag]=&filter[status]=", &[3, 2, 1, 0]),
    ];
    for (query, expect) in checks {
        let expect: Vec<_> = expect.iter().map(|index| made[*index].clone()).collect();
        assert_eq!(list(&world, &format!("/jobs?{query}")).await, expect, "{query}");
    }
    let plain = world.get("/jobs").await.json();
    assert!(plain["data"][0].get("tasks").is_none());
    let whole = world.get("/jobs?include=tasks").await.json();
    for (listed, id) in whole["data"].as_array().unwrap().iter().zip(made.iter().rev()) {
        let mut shown = world.get(&format!("/jobs/{id}")).await.data();
        // Signed anew by whoever shows it.
        for job in [&mut shown, &mut listed.clone()] {
            job["tasks"][0]["result"] = Value::Null;
            // Lists know three statuses.
            job["status"] = Value::Null;
        }
        assert_eq!(listed["tasks"][0]["id"], shown["tasks"][0]["id"]);
        assert_eq!(listed["created_at"], shown["created_at"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_as_the_api_does_and_followed_to_the_end() {
    let world = World::new().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(text(&single(&world, awaited()).await["id"]).to_owned());
    }
    made.reverse();
    let base = format!("{}/tasks", world.stack.endpoints.api);
    let first = world.get("/tasks?per_page=3").await;
    assert_eq!(ids(&first), made[..3]);
    let body = first.json();
    let next = text(&body["links"]["next"]).to_owned();
    assert!(next.starts_with(&format!("{base}?per_page=3&page=2&cursor=")), "{next}");
    assert_eq!(body["links"]["first"], json!(format!("{base}?per_page=3&page=1")));
    assert_eq!((&body["links"]["prev"], &body["links"]["last"]), (&Value::Null, &Value::Null));
    let meta = json!({ "current_page": 1, "from": 1, "path": base, "per_page": 3, "to": 3 });
    assert_eq!(body["meta"], meta);
    assert_eq!(follow(&world, "/tasks?per_page=3").await, made);
    assert_eq!(follow(&world, "/tasks?per_page=1&filter[status]=waiting").await, made);
    assert_eq!(list(&world, "/tasks?per_page=3&page=3").await, made[6..]);
    assert_eq!(list(&world, "/tasks?per_page=3&page=4").await, Vec::<String>::new());
    // What was created meanwhile moves no page that is followed.
    single(&world, awaited()).await;
    let second = Answer::of(
        world.http.get(&next).bearer_auth(&world.stack.endpoints.api_key).send().await.unwrap(),
    )
    .await;
    assert_eq!(ids(&second), made[3..6]);
    assert_eq!(second.json()["meta"]["from"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jobs_tasks_are_paged_too() {
    let world = World::new().await;
    let tasks: serde_json::Map<_, _> = (0..7).map(|n| (format!("t{n}"), awaited())).collect();
    let job = world.create(tasks.into()).await;
    let filter = format!("/tasks?filter[job_id]={}", text(&job["id"]));
    let whole = list(&world, &filter).await;
    assert_eq!(whole.len(), 7);
    assert_eq!(follow(&world, &format!("{filter}&per_page=3")).await, whole);
    assert_eq!(list(&world, &format!("{filter}&per_page=3&page=2")).await, whole[3..6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_list_is_422_by_parameter() {
    let world = World::new().await;
    for (query, field) in [
        ("/tasks?per_page=0", "per_page"),
        ("/tasks?per_page=x", "per_page"),
        ("/tasks?page=0", "page"),
        ("/tasks?page=101", "page"),
        ("/tasks?cursor=nonsense", "cursor"),
        ("/tasks?cursor=1.0199aaaa-0000-7000-8000-00000000000x", "cursor"),
        ("/tasks?filter[status]=done", "filter.status"),
        ("/jobs?filter[status]=waiting", "filter.status"),
        ("/jobs?page=101", "page"),
    ] {
        let answer = world.get(query).await;
        assert_eq!(answer.status, 422, "{query}");
        assert!(answer.json()["errors"][field].is_array(), "{query} {}", answer.text);
    }
    let body = world.get("/tasks?per_page=1000").await.json();
    assert_eq!(body["meta"]["per_page"], 100);
    assert_eq!(world.get("/tasks?page=100").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_its_owners_alone_and_a_cursor_of_anothers_leads_nowhere() {
    let world = World::new().await;
    let other = key(&world, "other", &[Scope::TaskRead, Scope::TaskWrite]).await;
    let theirs = send(&world, (Method::POST, "/import/upload"), Some(&other), "").await.data();
    for _ in 0..2 {
        single(&world, awaited()).await;
    }
    let mine = list(&world, "/tasks").await;
    assert_eq!(mine.len(), 2);
    assert!(!mine.contains(&text(&theirs["id"]).to_owned()));
    let page = world.get("/tasks?per_page=1").await.json();
    let cursor = text(&page["links"]["next"]).split("cursor=").nth(1).unwrap().to_owned();
    let seen =
        send(&world, (Method::GET, &format!("/tasks?cursor={cursor}")), Some(&other), "").await;
    let allowed = BTreeSet::from([text(&theirs["id"]).to_owned()]);
    assert!(ids(&seen).into_iter().all(|id| allowed.contains(&id)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_expired_or_was_deleted_is_in_no_list() {
    let world = World::new().await;
    let old = world.ended(&world.create(json!({ "in": raw("# a", "a.md") })).await).await;
    world.clock.advance(Duration::from_hours(25));
    let new = single(&world, awaited()).await;
    let gone = single(&world, awaited()).await;
    assert_eq!(world.delete(&path(&gone)).await.status, 204);
    for query in ["", "filter[status]=waiting", "filter[operation]=import/upload"] {
        let found = list(&world, &format!("/tasks?{query}")).await;
        assert_eq!(found, [text(&new["id"])], "{query}");
    }
    let of_job = format!("/tasks?filter[job_id]={}", text(&old["id"]));
    assert_eq!(list(&world, &of_job).await, Vec::<String>::new());
    assert_eq!(list(&world, "/jobs").await, Vec::<String>::new());
}
