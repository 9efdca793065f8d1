use egress::AllowedHosts;
use serde_json::json;

use super::*;
use crate::{Invalid, Operation};

fn refused(programs: &str, payload: &Value) -> Vec<(String, String)> {
    let rules = Rules {
        catalogue: Catalogue::from_setting(programs),
        hosts: AllowedHosts::default(),
        role_buckets: Vec::new(),
    };
    let told = |Invalid { field, message }| (field, message);
    let parsed = Operation::parse(CAPTURE, payload.as_object().unwrap(), &rules);
    parsed.err().unwrap_or_default().into_iter().map(told).collect()
}

fn payload(more: Value) -> Value {
    let mut payload = json!({ "url": "https://example.org/", "output_format": "pdf" });
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    payload
}

#[test]
fn what_the_api_takes_is_taken() {
    for more in [
        json!({}),
        json!({ "engine": "chrome", "engine_version": "156", "filename": "a.pdf", "timeout": 60 }),
        json!({ "pages": "1-2", "zoom": 1.5, "page_width": 21, "page_height": 29.7, "margin_top": 10 }),
        json!({ "wait_until": "networkidle2", "wait_for_element": "#a", "wait_time": 500 }),
        json!({ "headers": { "authorization": "Bearer a" }, "print_background": false }),
        json!({ "output_format": "png", "width": 800, "height": 600, "full_page": false }),
        json!({ "output_format": "jpg", "quality": 50, "wait_for_element": null }),
    ] {
        assert_eq!(refused("chrome=156.0.1", &payload(more.clone())), [], "{more}");
    }
}

#[test]
fn what_is_wrong_is_refused_by_its_name() {
    let check = |more: Value, field: &str| {
        let refused = refused("chrome=156.0.1", &payload(more.clone()));
        let fields: Vec<_> = refused.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, [field], "{more}: {refused:?}");
    };
    for url in
        ["ftp://example.org/", "file:///etc/passwd", "http://127.0.0.1/", "http://a:b@c.org/"]
    {
        check(json!({ "url": url }), "url");
    }
    check(json!({ "url": null }), "url");
    check(json!({ "output_format": "docx" }), "output_format");
    check(json!({ "output_format": null }), "output_format");
    check(json!({ "headers": { "a b": "c" } }), "headers");
    check(json!({ "wait_until": "tomorrow" }), "wait_until");
    check(json!({ "wait_time": 1_000_000 }), "wait_time");
    check(json!({ "pages": "3-1" }), "pages");
    check(json!({ "zoom": 0 }), "zoom");
    check(json!({ "margin_left": -1 }), "margin_left");
    check(json!({ "engine": "netscape" }), "engine");
    check(json!({ "engine_version": "4" }), "engine_version");
    check(json!({ "timeout": 0 }), "timeout");
}

#[test]
fn without_chromium_it_says_what_to_install() {
    let told = "capture-website needs chromium, which is not installed (apt-get install chromium).";
    let expected = [("operation".to_owned(), told.to_owned())];
    assert_eq!(refused("", &payload(json!({}))), expected);
}
