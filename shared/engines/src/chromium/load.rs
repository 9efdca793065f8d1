//! Loading a page, and waiting for it to be what is wanted.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::error::{BrowserError, CaptureError};
use super::options::{WAIT_FOR_ELEMENT, WAIT_TIME, WAIT_UNTIL};
use super::page::Page;
use super::seen::Seen;
use crate::{ConversionError, Progress};

/// How long a page may take to load, and an element to appear.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often an element is looked for.
const EVERY: Duration = Duration::from_millis(100);

/// Loads an address and waits as the options say.
pub(super) async fn load(
    page: &Page,
    address: &str,
    options: &Map<String, Value>,
    progress: &Progress,
) -> Result<(), CaptureError> {
    progress.set(20);
    progress.say("waiting for the page");
    let late = || format!("the page was not loaded within {} seconds", PATIENCE.as_secs());
    let arrived = tokio::time::timeout(PATIENCE, arrive(page, address, event(options))).await;
    arrived.map_err(|_| CaptureError::Unreachable(late()))??;
    progress.set(60);
    if let Some(selector) = WAIT_FOR_ELEMENT.text(options) {
        progress.say(format!("waiting for {selector}"));
        let late = || format!("no {selector} appeared within {} seconds", PATIENCE.as_secs());
        let appeared = tokio::time::timeout(PATIENCE, appear(page, &selector)).await;
        appeared.map_err(|_| ConversionError::Failed(late()))??;
    }
    let more = WAIT_TIME.integer(options).unwrap_or_default();
    tokio::time::sleep(Duration::from_millis(more.into())).await;
    // It may have gone on to another one meanwhile.
    judge(&page.seen.borrow())
}

/// Returns the lifecycle event that stands for what is waited for.
fn event(options: &Map<String, Value>) -> &'static str {
    match WAIT_UNTIL.text(options).as_deref() {
        Some("domcontentloaded") => "DOMContentLoaded",
        Some("networkidle0") => "networkIdle",
        Some("networkidle2") => "networkAlmostIdle",
        _ => "load",
    }
}

async fn arrive(page: &Page, address: &str, event: &str) -> Result<(), CaptureError> {
    let reply = page.session.call("Page.navigate", json!({ "url": address })).await?;
    // An answer without a page, or one that is to be kept as a file.
    let none = || CaptureError::Unreachable("the address leads to no page".to_owned());
    if reply["errorText"].is_string() {
        return Err(page
            .seen
            .borrow()
            .refusal
            .clone()
            .map_or_else(none, CaptureError::Unreachable));
    }
    let mut seen = page.seen.subscribe();
    let seen = seen.wait_for(|seen| seen.is_over(event)).await.map_err(|_| BrowserError::Ended)?;
    judge(&seen)
}

fn judge(seen: &Seen) -> Result<(), CaptureError> {
    match &seen.refusal {
        Some(reason) => Err(CaptureError::Unreachable(reason.clone())),
        None => Ok(()),
    }
}

async fn appear(page: &Page, selector: &str) -> Result<(), CaptureError> {
    loop {
        match is_there(page, selector).await {
            Ok(true) => return Ok(()),
            Err(BrowserError::Ended) => return Err(BrowserError::Ended.into()),
            Err(BrowserError::Refused(reason)) if reason.starts_with("DOM Error") => {
                return Err(not_a_selector().into());
            }
            // A page that goes on to another one has no document for a moment.
            Ok(false) | Err(BrowserError::Refused(_)) => tokio::time::sleep(EVERY).await,
        }
    }
}

/// Looks from outside: what a page has made of its own functions is none of our business.
async fn is_there(page: &Page, selector: &str) -> Result<bool, BrowserError> {
    let document = page.session.call("DOM.getDocument", json!({ "depth": 0 })).await?;
    let query = json!({ "nodeId": document["root"]["nodeId"], "selector": selector });
    let found = page.session.call("DOM.querySelector", query).await?;
    Ok(found["nodeId"].as_u64().is_some_and(|node| node != 0))
}

fn not_a_selector() -> ConversionError {
    let message = "The wait for element must be a CSS selector.".to_owned();
    ConversionError::InvalidOption { field: WAIT_FOR_ELEMENT.name.to_owned(), message }
}
