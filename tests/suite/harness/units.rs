//! What a read costs, by AWS's own rule: items by their size, in steps of 4 KB, half for a read that may
//! be a little behind.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html>

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use serde_json::Value;

use super::{Wire, operation};

/// Makes a call and adds what it read.
pub(super) fn weighed(
    wire: Wire,
    inner: SharedHttpConnector,
    request: HttpRequest,
) -> HttpConnectorFuture {
    let name = operation(&request);
    let asked: Value =
        serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
    HttpConnectorFuture::new(async move {
        let response = inner.call(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await.expect("a whole answer").to_bytes();
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let units = units(name, &asked, &answer);
        wire.log.lock().unwrap().units.iter_mut().for_each(|sum| *sum += units);
        Ok(HttpResponse::new(status, SdkBody::from(body)))
    })
}

fn units(operation: &str, asked: &Value, answer: &Value) -> f64 {
    let strong = |asked: &Value| asked["ConsistentRead"] == true;
    let cost = |bytes: usize, strong: bool| {
        let steps = bytes.max(1).div_ceil(4096) as f64;
        if strong { steps } else { steps / 2.0 }
    };
    match operation {
        "GetItem" => cost(size(&answer["Item"]), strong(asked)),
        "Query" => {
            let items = answer["Items"].as_array().into_iter().flatten();
            cost(items.map(size).sum(), strong(asked))
        }
        "BatchGetItem" => {
            let tables = answer["Responses"].as_object().into_iter().flatten();
            let costs = tables.map(|(table, items)| {
                let strong = strong(&asked["RequestItems"][table]);
                let items = items.as_array().into_iter().flatten();
                items.map(|item| cost(size(item), strong)).sum::<f64>()
            });
            costs.sum()
        }
        _ => 0.0,
    }
}

/// Returns about how large an item is: its names and values.
fn size(item: &Value) -> usize {
    let members = item.as_object().into_iter().flatten();
    members.map(|(name, value)| name.len() + value.to_string().len().saturating_sub(8)).sum()
}
