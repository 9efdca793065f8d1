//! `GET /v2/operations`: lists what can be done here, and with which options; `GET
//! /v2/convert/formats`: of that, the conversions. Whoever asks needs no key.

mod filter;
mod item;
mod list;

use std::sync::Arc;

use api::{ApiError, Body, Page, Request, Response, cacheable, includes};
use aws::Environment;
use engines::Catalogue;

use filter::Filter;
use item::Include;
pub use item::Item;

/// The most items of a page whose size is asked for; without a size, everything is one page.
const MOST: usize = 1_000;

/// What listing operations needs.
#[derive(Clone, Debug)]
pub struct Context {
    catalogue: Catalogue,
}

impl Context {
    /// Reads `RECAST_ENGINES`: which engines the runner has.
    #[must_use]
    pub fn new(environment: &Environment) -> Self {
        let engines = environment.settings.optional("RECAST_ENGINES").unwrap_or_default();
        Self { catalogue: Catalogue::from_setting(engines) }
    }
}

/// Answers one request.
///
/// # Errors
///
/// See [`ApiError`].
pub async fn handle(context: Arc<Context>, request: Request) -> Result<Response<Body>, ApiError> {
    let include = Include {
        options: includes(&request, "options"),
        engine_versions: includes(&request, "engine_versions"),
    };
    let found = list::list(&context.catalogue, &Filter::read(&request)?);
    let page = Page::read(&request, found.len().max(MOST), MOST)?;
    let items = found.into_iter().map(|found| Item::new(found, include)).collect();
    cacheable(&request, page.cut(&request, items).body()?)
}
