//! What lists, show and wait read does not depend on how much is stored.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use domain::GroupId;
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::harness::{World, text};
use crate::tasks::{awaited, raw, single};

type Row = HashMap<String, AttributeValue>;

/// The requests that are weighed; `{…}` is the newest task and its job.
const REQUESTS: &[&str] = &[
    "/tasks",
    "/tasks?per_page=10",
    "/tasks?filter[status]=waiting",
    "/tasks?filter[operation]=import/upload",
    "/tasks?filter[operation]=import/upload&filter[status]=waiting",
    "/tasks?filter[job_id]={job}",
    "/jobs?include=tasks",
    "/tasks/{task}",
    "/tasks/{task}/wait",
    "/jobs/{job}",
    "/jobs/{job}/wait",
];

fn text_of(value: impl ToString) -> AttributeValue {
    AttributeValue::S(value.to_string())
}

fn number_of(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

struct Table {
    client: Client,
    name: String,
}

impl Table {
    fn of(world: &World) -> Self {
        let (client, name) = world.table();
        Self { client, name }
    }

    async fn row(&self, id: &str) -> Row {
        let get = self.client.get_item().table_name(&self.name);
        let get = get.key("pk", text_of(format!("{}0000", &id[..32]))).key("sk", text_of(id));
        get.send().await.unwrap().item.unwrap()
    }

    async fn put(&self, rows: Vec<Row>) {
        let put = |row: &Row| {
            let put = PutRequest::builder().set_item(Some(row.clone())).build().unwrap();
            WriteRequest::builder().put_request(put).build()
        };
        let batches: Vec<Vec<_>> =
            rows.chunks(25).map(|rows| rows.iter().map(put).collect()).collect();
        let writes = stream::iter(batches)
            .map(|batch| self.client.batch_write_item().request_items(&self.name, batch).send());
        let done: Vec<_> = writes.buffer_unordered(8).collect().await;
        assert!(done.into_iter().all(|done| done.unwrap().unprocessed_items.unwrap().is_empty()));
    }
}

/// Makes rows like one of a task that waits, each a bit older than the next; of the older nine in
/// ten some have expired, but their rows are still there.
fn older(like: &Row, now: Timestamp, count: i64, expired: bool) -> Vec<Row> {
    let row = |nth: i64| {
        let gone = expired && nth > count / 10;
        let hours = if gone { 30 } else { 1 };
        let at = now - SignedDuration::from_hours(hours) - SignedDuration::from_millis(nth);
        let id = GroupId::new(at, ambient::Entropy.bytes()).task(1);
        let mut row = like.clone();
        let mut set = |name: &str, value| row.insert(name.to_owned(), value);
        set("pk", text_of(id.group()));
        set("sk", text_of(id));
        set("listed", text_of(format!("{:015}#{id}", at.as_millisecond())));
        set("created_at", number_of(at.as_millisecond()));
        if gone {
            let ended = at + SignedDuration::from_mins(1);
            set("status", text_of("finished"));
            set("owned_status", text_of("task#default#finished"));
            set("started_at", number_of(ended.as_millisecond()));
            set("ended_at", number_of(ended.as_millisecond()));
            set("expires_at", number_of(ended.as_second() + 48 * 3600));
        }
        row
    };
    (1..=count).map(row).collect()
}

/// Returns the read units of each request with so many older tasks stored.
async fn weigh(count: i64, expired: bool) -> BTreeMap<String, f64> {
    let world = World::new().await;
    let like = single(&world, awaited()).await;
    let table = Table::of(&world);
    let like = table.row(text(&like["id"])).await;
    table.put(older(&like, world.clock.now(), count, expired)).await;
    for _ in 0..110 {
        single(&world, awaited()).await;
    }
    let job = world.ended(&world.create(json!({ "in": raw("# a", "a.md") })).await).await;
    let mut weights = BTreeMap::new();
    for request in REQUESTS {
        let path = request.replace("{job}", text(&job["id"]));
        let path = path.replace("{task}", text(&job["tasks"][0]["id"]));
        // Once for the key, which is remembered.
        world.get(&path).await.data();
        world.wire.reset();
        world.wire.weigh();
        world.get(&path).await.data();
        weights.insert((*request).to_owned(), world.wire.units());
    }
    weights
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_depends_on_what_is_shown_and_not_on_what_is_stored() {
    let few = weigh(100, false).await;
    assert!(few["/tasks/{task}"] == 1.0 && few["/tasks"] > 100.0, "{few:#?}");
    assert_eq!(weigh(2_000, false).await, few);
    assert_eq!(weigh(2_000, true).await, few);
}

/// Not a test but a measurement: `cargo test -p suite figures -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures, and holds nothing to it"]
async fn figures_of_a_thousand_and_a_hundred_thousand_tasks() {
    for (count, expired) in [(1_000, false), (100_000, false), (100_000, true)] {
        println!(
            "{count} tasks, nine in ten expired: {expired}: {:#?}",
            weigh(count, expired).await
        );
    }
}
