//! What opens only with a password says so, whatever it is given to.

use serde_json::Value;

use super::*;
use crate::ConversionError;
use crate::testing::{Bench, here, sample};

/// Returns what is missing of the options that an operation needs.
fn required(operation: &str) -> Value {
    match operation {
        "pdf/encrypt" => json!({ "set_password": "other" }),
        "pdf/extract-pages" => json!({ "pages": "1" }),
        "pdf/rotate-pages" => json!({ "rotation": "+90" }),
        "metadata/write" => json!({ "metadata": { "Title": "Tea" } }),
        "watermark" => json!({ "text": "Draft" }),
        _ => json!({}),
    }
}

/// Gives a protected file to an engine and returns what is wrong with how that ends, if anything is.
async fn complaint(bench: &Bench, pair: Pair<'_>, password: Option<&str>) -> Option<String> {
    let mut options = required(pair.operation);
    options["engine"] = pair.engine.name.into();
    if let Some(password) = password {
        options["password"] = password.into();
    }
    let sources = [(sample("locked.pdf"), "locked.pdf", pair.input)];
    let result = bench.process(pair.operation, &sources, pair.output, options).await;
    let right = match (&result, password) {
        (Err(ConversionError::PasswordRequired), None)
        | (Err(ConversionError::WrongPassword), Some("Secret"))
        | (Ok(_), Some("secret")) => true,
        // What is open of a file is told without a password.
        (Ok(_), None) => (pair.engine.name, pair.operation) == ("exiftool", "metadata"),
        (Ok(_) | Err(_), _) => false,
    };
    let (operation, engine) = (pair.operation, pair.engine.name);
    (!right)
        .then(|| format!("{engine}: {operation} to {} by {password:?}: {result:?}", pair.output))
}

#[tokio::test]
async fn a_protected_file_asks_for_its_password() {
    let bench = Bench::with(here().await);
    let mut pairs = bench.catalogue.pairs();
    pairs.retain(|pair| pair.input == Format::PDF && pair.via.is_none());
    pairs.dedup_by_key(|pair| (pair.engine.name, pair.operation));
    let mut wrong = Vec::new();
    for pair in pairs {
        wrong.extend(complaint(&bench, pair, None).await);
        if pair.options.iter().any(|option| option.name == "password") {
            wrong.extend(complaint(&bench, pair, Some("Secret")).await);
            wrong.extend(complaint(&bench, pair, Some("secret")).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
