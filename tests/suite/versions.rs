//! A deployment may go back to this version from a later one, whose rows are still there.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

use crate::harness::{World, bytes, picture_tasks, task, text};
use crate::webhooks::Told;

/// Adds to every row of the table what this version has no word for, and returns to how many.
async fn as_a_later_version_would(world: &World) -> usize {
    let (client, table) = world.table();
    let rows = client.scan().table_name(&table).send().await.unwrap().items.unwrap();
    let later = [("of".to_owned(), AttributeValue::S("tomorrow".to_owned()))];
    for row in &rows {
        let update =
            client.update_item().table_name(&table).update_expression("SET later = :later");
        let update = update.key("pk", row["pk"].clone()).key("sk", row["sk"].clone());
        let later = AttributeValue::M(later.clone().into());
        update.expression_attribute_values(":later", later).send().await.unwrap();
    }
    rows.len()
}

async fn shown(world: &World) -> Vec<Value> {
    let mut shown = Vec::new();
    for path in ["/jobs?include=tasks", "/tasks", "/webhooks", "/users/me"] {
        let answer = world.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        shown.push(answer.data());
    }
    shown
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_version_added_to_rows_is_let_be() {
    let told = Told::new().await;
    told.webhook("/hook", &["job.finished"]).await;
    let world = &told.world;
    let ended = world.ended(&world.picture_job().await).await;
    let waiting = world.create(picture_tasks()).await;
    told.messages(1).await;
    let before = shown(world).await;
    assert!(as_a_later_version_would(world).await > 8);
    assert_eq!(shown(world).await, before);

    world.upload(task(&waiting, "import"), "photo.png", bytes("photo.png")).await;
    assert_eq!(world.ended(&waiting).await["status"], "finished");
    told.messages(2).await;
    let convert = format!("/tasks/{}", text(&task(&ended, "convert")["id"]));
    let again = world.post(&format!("{convert}/retry"), &json!(null)).await;
    assert_eq!(world.ended_task(&again.data()).await["status"], "finished", "{}", again.text);
    assert_eq!(world.delete(&convert).await.status, 204);
    world.two_days_pass().await;
    assert_eq!(world.rows().await.len(), 0);
}
