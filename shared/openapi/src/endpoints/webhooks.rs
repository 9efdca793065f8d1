use api::Scope;
use serde_json::{Value, json};

use crate::endpoint::{Endpoint, answer, bare, data, page};
use crate::parameters::{filter, id, idempotency_key, paging};
use crate::payloads;

const TAG: &str = "webhooks";

/// The most items of a page.
const MOST: usize = 100;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    let lists = [("/webhooks", "listWebhooks"), ("/users/me/webhooks", "listMyWebhooks")];
    let lists = lists.into_iter().map(|(path, id)| list(path, id));
    lists.chain([create(), delete(), deliveries(), test()]).collect()
}

fn list(path: &str, id: &str) -> Endpoint {
    Endpoint::new(("get", path), (TAG, id), "Lists webhooks, the newest first.")
        .needs(Scope::WebhookRead)
        .takes([filter("url")])
        .takes(paging(MOST))
        .answers(200, answer("A page of webhooks, without their secrets.", page("Webhook")))
        .refused(&[422])
}

fn create() -> Endpoint {
    let summary = "Has an address told of jobs.";
    Endpoint::new(("post", "/webhooks"), (TAG, "createWebhook"), summary)
        .needs(Scope::WebhookWrite)
        .takes([idempotency_key()])
        .body(new_webhook(), true)
        .answers(201, answer("The webhook, with its secret.", data("Webhook")))
        // Whoever asks again with the key of a webhook that is gone.
        .refused(&[404])
}

fn new_webhook() -> Value {
    let events = ["job.created", "job.finished", "job.failed"];
    json!({
        "type": "object",
        "required": ["url", "events"],
        "properties": {
            "url": payloads::address(),
            "events": { "type": "array", "minItems": 1, "items": { "enum": events } },
        },
    })
}

fn delete() -> Endpoint {
    let summary = "Deletes a webhook: it is told of nothing more.";
    Endpoint::new(("delete", "/webhooks/{id}"), (TAG, "deleteWebhook"), summary)
        .needs(Scope::WebhookWrite)
        .takes([id()])
        .answers(204, bare("It is gone."))
        .refused(&[404])
}

fn deliveries() -> Endpoint {
    let summary = "Lists what a webhook was told lately, the newest first.";
    Endpoint::new(("get", "/webhooks/{id}/deliveries"), (TAG, "listDeliveries"), summary)
        .needs(Scope::WebhookRead)
        .takes([id()])
        .takes(paging(MOST))
        .answers(200, answer("A page of deliveries.", page("Delivery")))
        .refused(&[404, 422])
}

fn test() -> Endpoint {
    let summary = "Tells a webhook something, to see whether it arrives.";
    Endpoint::new(("post", "/webhooks/{id}/test"), (TAG, "testWebhook"), summary)
        .needs(Scope::WebhookWrite)
        .takes([id(), idempotency_key()])
        .answers(201, answer("The delivery that is under way.", data("Delivery")))
        .refused(&[404, 422])
}
