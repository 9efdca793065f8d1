//! The service itself, and when it cannot.

use reqwest::Method;
use serde_json::json;

use crate::harness::{Fault, Kind, World};
use crate::requests::{send, tidy};

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
    let formats = world.get(&format!("/convert/formats?{query}")).await;
    insta::assert_snapshot!(tidy(&world, &formats), @r#"
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
        "first": "<api>/v2/convert/formats?filter[input_format]=md&filter[output_format]=html&include=engine_versions&page=1",
        "last": null,
        "prev": null,
        "next": null
      },
      "meta": {
        "current_page": 1,
        "from": 1,
        "path": "<api>/v2/convert/formats",
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
