//! What can be done here, and that it is what is listed.

use engines::Catalogue;
use reqwest::Method;
use reqwest::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use serde_json::{Value, json};

use crate::harness::{Answer, World, task, text};
use crate::requests::{send, tidy};
use crate::tasks::{end, picture, single};

/// Starts a stack that takes LibreOffice for installed.
async fn with_office() -> World {
    World::with(|options| options.catalogue = Catalogue::from_setting("office=7.4.7.2")).await
}

/// Sends a request without a key.
async fn list(world: &World, path: &str) -> Answer {
    send(world, (Method::GET, path), None, "").await
}

async fn items(world: &World, path: &str) -> Vec<Value> {
    list(world, path).await.data().as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_is_listed_with_its_engine_versions_and_options() {
    let world = with_office().await;
    let path = "/operations?filter%5Binput_format%5D=doc&filter[output_format]=odt&filter[operation]=convert&include=options,engine_versions";
    insta::assert_snapshot!(tidy(&world, &list(&world, path).await), @r#"
    200 {
      "data": [
        {
          "operation": "convert",
          "input_format": "doc",
          "output_format": "odt",
          "engine": "office",
          "credits": 0,
          "options": [
            {
              "name": "password",
              "type": "string",
              "required": false,
              "default": null,
              "possible_values": []
            }
          ],
          "engine_versions": [
            {
              "version": "7.4.7.2",
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
        "first": "<api>/v2/operations?filter%5Binput_format%5D=doc&filter[output_format]=odt&filter[operation]=convert&include=options,engine_versions&page=1",
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
}

#[tokio::test(flavor = "multi_thread")]
async fn further_engines_are_listed_when_alternatives_are_asked_for() {
    let world = with_office().await;
    let path = "/operations?filter[input_format]=xlsx&filter[output_format]=csv&include=options,engine_versions";
    assert_eq!(items(&world, path).await.len(), 1);
    let alternatives = items(&world, &format!("{path}&alternatives=true")).await;
    let engines: Vec<_> = alternatives.iter().map(|item| text(&item["engine"])).collect();
    assert_eq!(engines, ["sheets", "office"]);
    assert_eq!(alternatives[1]["engine_versions"][0]["version"], "7.4.7.2");
    let options = alternatives[1]["options"].as_array().unwrap();
    let options: Vec<_> = options.iter().map(|option| text(&option["name"])).collect();
    assert_eq!(options, ["password"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_without_formats_is_listed_with_its_parameters() {
    let world = World::new().await;
    let path = "/operations?filter[operation]=export/url&include=options";
    insta::assert_snapshot!(tidy(&world, &list(&world, path).await), @r#"
    200 {
      "data": [
        {
          "operation": "export/url",
          "input_format": null,
          "output_format": null,
          "engine": null,
          "credits": 0,
          "options": [
            {
              "name": "input",
              "type": "array",
              "required": true,
              "description": "The tasks whose files are taken: names within a job, else ids.",
              "default": null,
              "possible_values": []
            },
            {
              "name": "inline",
              "type": "boolean",
              "required": false,
              "description": "Whether a browser shows the files instead of saving them.",
              "default": false,
              "possible_values": []
            },
            {
              "name": "archive_multiple_files",
              "type": "boolean",
              "required": false,
              "description": "Whether several files become one ZIP.",
              "default": false,
              "possible_values": []
            },
            {
              "name": "timeout",
              "type": "integer",
              "required": false,
              "description": "How many seconds the task may take.",
              "default": 18000,
              "possible_values": []
            }
          ],
          "deprecated": false,
          "experimental": false,
          "meta": {}
        }
      ],
      "links": {
        "first": "<api>/v2/operations?filter[operation]=export/url&include=options&page=1",
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
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_list_has_the_conversions_alone() {
    let world = World::new().await;
    let (all, formats) =
        (items(&world, "/operations").await, items(&world, "/convert/formats").await);
    let conversions: Vec<_> = all.iter().filter(|item| item["operation"] == "convert").collect();
    assert_eq!(conversions, formats.iter().collect::<Vec<_>>());
    assert!(formats.iter().any(|item| item["output_format"] == "jpg"));
    let expected = ::operations::catalogue().iter().filter(|it| !it.by_engines);
    let alone =
        all.iter().filter(|item| item["engine"].is_null() && item["input_format"].is_null());
    assert_eq!(alone.count(), expected.count());
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_filters_narrow_nothing_down_and_unknown_values_leave_nothing() {
    let world = World::new().await;
    let filters = ["operation", "input_format", "output_format", "engine", "engine_version"];
    let all = items(&world, "/operations").await;
    let empty: Vec<_> = filters.iter().map(|name| format!("filter[{name}]=")).collect();
    let path = format!("/operations?{}&include=&per_page=&page=&alternatives=", empty.join("&"));
    assert_eq!(items(&world, &path).await, all);
    for name in filters {
        let found = items(&world, &format!("/operations?filter[{name}]=nothing")).await;
        assert_eq!(found, Vec::<Value>::new(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_put_together_are_the_whole() {
    let world = World::new().await;
    let all = items(&world, "/operations").await;
    let (mut path, mut found) = ("/operations?per_page=7".to_owned(), Vec::new());
    loop {
        let answer = list(&world, &path).await;
        found.extend(answer.data().as_array().unwrap().clone());
        let Some(next) = answer.json()["links"]["next"].as_str().map(ToOwned::to_owned) else {
            break;
        };
        path = next.strip_prefix(&world.stack.endpoints.api).unwrap().to_owned();
    }
    assert_eq!(found, all);
    for field in ["page", "per_page"] {
        let answer = list(&world, &format!("/operations?{field}=0")).await;
        let message = format!("The {} must be an integer of at least 1.", field.replace('_', " "));
        assert_eq!((answer.status, &answer.json()["errors"]), (422, &json!({ field: [message] })));
        assert_eq!(answer.json()["code"], "INVALID_DATA");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_list_is_not_sent_it_again() {
    let world = World::new().await;
    let first = list(&world, "/convert/formats").await;
    assert_eq!(first.headers[CACHE_CONTROL], "public, max-age=300");
    let url = format!("{}/convert/formats", world.stack.endpoints.api);
    let again = world.http.get(url).header(IF_NONE_MATCH, &first.headers[ETAG]).send().await;
    let again = Answer::of(again.unwrap()).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn all_there_is_to_tell_is_far_from_what_lambda_gives() {
    let world = with_office().await;
    let all = list(&world, "/operations?include=options,engine_versions&alternatives=true").await;
    let escaped = serde_json::to_string(&all.text).unwrap().len();
    assert!((1..2_000_000).contains(&escaped), "{escaped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_of_another_version_is_refused_as_soon_as_the_pair_is_known() {
    let world = World::new().await;
    let own = env!("CARGO_PKG_VERSION");
    let convert = |version: &str, known: bool| {
        let format = known.then_some("png");
        json!({ "operation": "convert", "input": "in", "input_format": format, "output_format": "jpg", "engine_version": version })
    };
    let job = |convert: Value| json!({ "tasks": { "in": picture(), "out": convert } });
    let told = format!("png is not converted to jpg by version 9 of an engine, but by image {own}");
    let refused = world.post("/jobs", &job(convert("9", true))).await;
    let errors = json!({ "tasks.out.engine_version": [format!("{told}.")] });
    assert_eq!((refused.status, &refused.json()["errors"]), (422, &errors));
    let unknown = world.create(job(convert("9", false))["tasks"].clone()).await;
    let unknown = world.ended(&unknown).await;
    assert_eq!(end(task(&unknown, "out")), ["error", "INVALID_CONVERSION_TYPE", &told]);
    let parts = own.rsplit_once('.').unwrap().0;
    let done = world.create(job(convert(parts, true))["tasks"].clone()).await;
    let done = world.ended(&done).await;
    let out = task(&done, "out");
    assert_eq!((&out["status"], &out["engine_version"]), (&json!("finished"), &json!(own)));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_any_operation_lie_beside_the_row() {
    let world = World::new().await;
    let waiting = single(&world, json!({ "operation": "import/upload" })).await;
    let input = &waiting["id"];
    let convert = |member: &str| json!({ "operation": "convert", "input": input, "output_format": "pdf", "more": { member: "a" } });
    let secret = single(&world, convert("password")).await;
    let plain = single(&world, convert("page")).await;
    let objects = world.objects().await;
    let beside =
        |task: &Value| objects.contains(&format!("tasks/{}/payload.json", text(&task["id"])));
    assert!(beside(&secret) && !beside(&plain));
}
