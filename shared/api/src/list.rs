//! Lists of tasks and jobs: read from an index of keys, shown from the rows as they are.

mod jobs;
mod tasks;

use domain::OwnerId;
use lambda_http::Request;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{By, Kind, Place};

use crate::{ApiError, Context, Page, filter, parameter};

pub use jobs::list_jobs;
pub use tasks::list_tasks;

/// The most items of a page, and how many it has unless it is asked for fewer.
const MOST: usize = 100;

/// The last page that can be asked for by its number: what comes before it is read again.
const LAST: usize = 100;

/// How many keys are skipped at once: a read of the index ends at 1 MB.
const SKIP: usize = 1_000;

/// How often an index is asked for one page: what it names may be gone, or not match.
const ROUNDS: usize = 10;

/// How many bytes of views a page may have, so that it fits Lambda's 6 MB.
const ROOM: usize = 4_000_000;

/// How many rows are shown at once.
const PARALLEL: usize = 8;

/// What is read: whose, which of it, and from where on.
struct Reading<'a> {
    context: &'a Context,
    of: (Kind, &'a OwnerId),
    by: By<'a>,
    page: Page,
    cursor: Option<Place>,
}

/// The rows of a page, and the place behind which the next one begins.
struct Read<T> {
    rows: Vec<T>,
    next: Option<Place>,
}

/// A walk along an index, until a page is full.
struct Walk<'a> {
    reading: &'a Reading<'a>,
    after: Option<Place>,
    more: bool,
    rounds: usize,
}

impl Walk<'_> {
    /// Returns the next places for a page that has `full` rows; none when it has enough, or there are
    /// no more.
    async fn next(&mut self, full: usize) -> Result<Option<Vec<Place>>, ApiError> {
        let want = self.reading.page.size - full;
        if want == 0 || !self.more || self.rounds == ROUNDS {
            return Ok(None);
        }
        self.rounds += 1;
        let mut places = self.reading.list(self.after.as_ref(), want + 1).await?;
        self.more = places.len() > want;
        places.truncate(want);
        self.after = places.last().cloned().or_else(|| self.after.take());
        Ok(Some(places))
    }

    /// Returns the place behind which the next page begins, if there is one.
    fn end(self) -> Option<Place> {
        self.after.filter(|_| self.more)
    }
}

impl Reading<'_> {
    async fn walk(&self) -> Result<Walk<'_>, ApiError> {
        Ok(Walk { reading: self, after: self.start().await?, more: true, rounds: 0 })
    }

    /// Finds the place behind which the page begins: the one in its address, or by its number.
    async fn start(&self) -> Result<Option<Place>, ApiError> {
        let mut after = self.cursor.clone();
        let mut left = if after.is_some() { 0 } else { self.page.skipped() };
        while left > 0 {
            let skipped = self.list(after.as_ref(), left.min(SKIP)).await?;
            if skipped.is_empty() {
                break;
            }
            left -= skipped.len();
            after = skipped.into_iter().next_back();
        }
        Ok(after)
    }

    async fn list(&self, after: Option<&Place>, limit: usize) -> Result<Vec<Place>, ApiError> {
        Ok(self.context.store.list(self.of, self.by, after, limit).await?)
    }
}

/// Reads which page is asked for: by its number, or by the place it begins at.
fn page(request: &Request) -> Result<(Page, Option<Place>), ApiError> {
    let page = Page::read(request, MOST, MOST)?;
    let Some(cursor) = parameter(request, "cursor") else {
        let message = format!("The page may not be over {LAST}. Follow links.next instead.");
        let near = page.number <= LAST;
        return near.then_some((page, None)).ok_or_else(|| ApiError::invalid("page", message));
    };
    let place = Place::parse(&cursor.replacen('.', "#", 1));
    let wrong = || ApiError::invalid("cursor", "The cursor is none of those given out.");
    place.map(|place| (page, Some(place))).ok_or_else(wrong)
}

/// Writes a place so that it can stand in an address as it is.
fn cursor(place: &Place) -> String {
    place.to_string().replacen('#', ".", 1)
}

/// Reads a filter that has one of a few words; `words` names them.
fn word<T: DeserializeOwned>(
    request: &Request,
    name: &str,
    words: &str,
) -> Result<Option<T>, ApiError> {
    let Some(word) = filter(request, name) else { return Ok(None) };
    let message = format!("The {name} must be one of {words}.");
    let parsed = serde_json::from_value(word.into());
    parsed.map(Some).map_err(|_| ApiError::invalid(&format!("filter.{name}"), message))
}

/// Returns about how many bytes a view takes within Lambda's answer, which quotes it once more.
fn weight(view: &impl Serialize) -> usize {
    serde_json::to_string(view).map_or(ROOM, |text| text.len() + text.len() / 8)
}
