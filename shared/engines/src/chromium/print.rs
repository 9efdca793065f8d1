//! A page on paper.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt;

use super::error::{BrowserError, CaptureError};
use super::options::{
    DISPLAY_HEADER_FOOTER, FOOTER_TEMPLATE, HEADER_TEMPLATE, MARGIN_BOTTOM, MARGIN_LEFT,
    MARGIN_RIGHT, MARGIN_TOP, PAGE_HEIGHT, PAGE_WIDTH, PRINT_BACKGROUND, ZOOM,
};
use super::page::Page;
use crate::ConversionError;
use crate::pages::PAGES;

const CENTIMETRES: f64 = 2.54;
const MILLIMETRES: f64 = 25.4;

/// How many bytes of the result come at a time.
const PART: u64 = 1 << 20;

/// The largest result, in bytes.
const LARGEST: u64 = 1 << 30;

/// Prints the page to a file that is not there yet.
pub(super) async fn print(
    page: &Page,
    options: &Map<String, Value>,
    path: &Path,
) -> Result<(), CaptureError> {
    let printed = page.session.call("Page.printToPDF", parameters(options)).await;
    let printed = printed.map_err(unprintable)?;
    let mut file = tokio::fs::File::create_new(path).await.map_err(ConversionError::from)?;
    let mut size = 0;
    loop {
        let more = json!({ "handle": printed["stream"], "size": PART });
        let part = page.session.call("IO.read", more).await?;
        let bytes = bytes(&part)?;
        size += bytes.len() as u64;
        if size > LARGEST {
            return Err(ConversionError::TooLarge("the page is too large".to_owned()).into());
        }
        file.write_all(&bytes).await.map_err(ConversionError::from)?;
        if part["eof"].as_bool() != Some(false) {
            return Ok(file.flush().await.map_err(ConversionError::from)?);
        }
    }
}

/// Returns the arguments of `Page.printToPDF`, which counts in inches.
fn parameters(options: &Map<String, Value>) -> Value {
    let lengths = [
        ("paperWidth", PAGE_WIDTH, CENTIMETRES),
        ("paperHeight", PAGE_HEIGHT, CENTIMETRES),
        ("marginTop", MARGIN_TOP, MILLIMETRES),
        ("marginBottom", MARGIN_BOTTOM, MILLIMETRES),
        ("marginLeft", MARGIN_LEFT, MILLIMETRES),
        ("marginRight", MARGIN_RIGHT, MILLIMETRES),
    ];
    let lengths = lengths
        .into_iter()
        .filter_map(|(name, option, unit)| Some((name, (option.number(options)? / unit).into())));
    let texts = [
        ("pageRanges", PAGES),
        ("headerTemplate", HEADER_TEMPLATE),
        ("footerTemplate", FOOTER_TEMPLATE),
    ];
    let texts = texts.into_iter().filter_map(|(name, option)| Some((name, option.text(options)?)));
    let has_size = [PAGE_WIDTH, PAGE_HEIGHT].iter().any(|it| it.number(options).is_some());
    let mut parameters = json!({
        "transferMode": "ReturnAsStream",
        "printBackground": PRINT_BACKGROUND.flag(options),
        "displayHeaderFooter": DISPLAY_HEADER_FOOTER.flag(options),
        "preferCSSPageSize": !has_size,
        "scale": ZOOM.number(options),
    });
    let given = lengths.chain(texts.map(|(name, text)| (name, text.into())));
    given.for_each(|(name, value): (_, Value)| parameters[name] = value);
    parameters
}

fn bytes(part: &Value) -> Result<Vec<u8>, CaptureError> {
    let data = part["data"].as_str().unwrap_or_default();
    let decoded = BASE64_STANDARD.decode(data).ok();
    let broken = || BrowserError::Refused("no base64".to_owned());
    Ok(decoded.filter(|_| part["base64Encoded"] == true || data.is_empty()).ok_or_else(broken)?)
}

/// Says what of the options the browser would not print.
fn unprintable(error: BrowserError) -> CaptureError {
    let invalid = |field: &str, message: &str| {
        let (field, message) = (field.to_owned(), message.to_owned());
        ConversionError::InvalidOption { field, message }.into()
    };
    match error {
        BrowserError::Refused(reason) if reason.contains("age range") => {
            invalid(PAGES.name, "the page has not all of these pages")
        }
        BrowserError::Refused(reason) if reason.contains("content area is empty") => {
            invalid(PAGE_WIDTH.name, "the margins leave nothing of the paper")
        }
        error @ (BrowserError::Ended | BrowserError::Refused(_)) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_inches_and_what_is_not_given_is_left_to_the_browser() {
        let check = |options: Value, expected: Value| {
            let parameters = parameters(options.as_object().unwrap());
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(parameters.get(name).unwrap_or(&Value::Null), value, "{name}");
            }
        };
        check(
            json!({ "page_width": 25.4, "margin_top": 12.7, "pages": "1-2", "zoom": 0.5 }),
            json!({ "paperWidth": 10.0, "marginTop": 0.5, "pageRanges": "1-2", "scale": 0.5,
                "paperHeight": null, "preferCSSPageSize": false }),
        );
        check(
            json!({ "print_background": false, "header_template": "<b>a</b>" }),
            json!({ "printBackground": false, "displayHeaderFooter": false, "scale": 1.0,
                "headerTemplate": "<b>a</b>", "preferCSSPageSize": true, "marginTop": null }),
        );
    }
}
