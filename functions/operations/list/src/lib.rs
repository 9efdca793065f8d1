//! `GET /v2/operations`: lists what can be done here, and with which options; `GET
//! /v2/convert/formats`: of that, the conversions. Whoever asks needs no key.

mod filter;
mod item;
mod list;

use std::sync::Arc;

use api::{ApiError, Body, Page, Request, Response, cacheable, includes};
use aws::{Environment, MissingSetting};
use engines::{Catalogue, Pair};

use filter::Filter;
use item::Include;
pub use item::Item;

/// The most items of a page whose size is asked for; without a size, everything is one page if an
/// answer holds it.
const MOST: usize = 1_000;

/// How many bytes of items an answer holds, so that it fits Lambda's 6 MB, where it is quoted once more.
const ROOM: usize = 4_000_000;

/// What listing operations needs.
#[derive(Clone, Debug)]
pub struct Context {
    /// What engines do here, which is worked out once.
    pairs: Arc<[Pair<'static>]>,
}

impl Context {
    /// Reads `RECAST_OWN_ENGINES`, the owner's table, `RECAST_ENGINES`: which engines the runner has, and
    /// `RECAST_COMMANDS`: which of them users may run with arguments of their own.
    ///
    /// # Errors
    ///
    /// [`MissingSetting`] when the table cannot be read.
    pub fn new(environment: &Environment) -> Result<Self, MissingSetting> {
        let own = environment.settings.optional("RECAST_OWN_ENGINES").unwrap_or_default();
        let engines = environment.settings.optional("RECAST_ENGINES").unwrap_or_default();
        let commands = environment.settings.optional("RECAST_COMMANDS").unwrap_or_default();
        let catalogue = Catalogue::from_settings(own, engines, commands);
        let catalogue = catalogue.map_err(|_| MissingSetting("RECAST_OWN_ENGINES"))?;
        // Is looked at as long as the instance lives.
        let catalogue: &'static Catalogue = Box::leak(Box::new(catalogue));
        Ok(Self { pairs: catalogue.pairs().into() })
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
    let found = list::list(&context.pairs, &Filter::read(&request)?);
    let items: Vec<_> = found.into_iter().map(|found| Item::new(found, include)).collect();
    let page = Page::read(&request, usual_size(&items), MOST)?;
    cacheable(&request, page.cut(&request, items).body()?)
}

/// Returns how many items a page has whose size is not asked for.
fn usual_size(items: &[Item]) -> usize {
    let whole = items.len().max(MOST);
    if items.len() > MOST && weight(items) > ROOM { MOST } else { whole }
}

fn weight(items: &[Item]) -> usize {
    serde_json::to_string(items).map_or(usize::MAX, |text| text.len() + text.len() / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The items of a machine that has every program, with all that is told of them.
    fn all() -> Vec<Item> {
        let embedded = Catalogue::embedded();
        let programs: Vec<_> =
            embedded.engines().map(|(engine, _)| format!("{}=1.0", engine.name)).collect();
        let catalogue: &'static Catalogue =
            Box::leak(Box::new(Catalogue::from_setting(&programs.join(","))));
        let include = Include { options: true, engine_versions: true };
        let filter = Filter { alternatives: true, ..Filter::default() };
        let pairs = catalogue.pairs();
        list::list(&pairs, &filter).into_iter().map(|found| Item::new(found, include)).collect()
    }

    #[test]
    fn a_page_of_everything_fits_an_answer() {
        let items = all();
        for page in items.chunks(MOST) {
            assert!(weight(page) <= ROOM, "{}", weight(page));
        }
        let size = usual_size(&items);
        assert!(size >= MOST && weight(&items[..size.min(items.len())]) <= ROOM);
    }

    #[test]
    fn what_one_answer_does_not_hold_is_in_pages() {
        let items = all();
        let times = (ROOM / weight(&items).max(1) + 1) * 2 + MOST / items.len().max(1);
        let many: Vec<_> = (0..times).flat_map(|_| all()).collect();
        assert_eq!(usual_size(&many), MOST);
        assert_eq!(usual_size(&items[..1]), MOST);
    }
}
