use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;

use crate::change::Change;
use crate::item::{Item, Row, number};
use crate::{ApiKey, Store, StoreError, key};

/// How many seconds requests are counted together.
const WINDOW: i64 = 60;

/// How a key stands with its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many it may make in a minute.
    pub limit: u32,
    /// How many it may still make in this one; none when this was one too many.
    pub remaining: Option<u32>,
    /// When the next minute begins.
    pub reset: Timestamp,
    /// How many seconds that is away.
    pub wait: i64,
}

impl Store {
    /// Counts a request of a key in the row of that key, up to `limit` a minute.
    ///
    /// A count that the SDK repeats counts twice: that is as good as exact.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn count_request(&self, api_key: &ApiKey, limit: u32) -> Result<Rate, StoreError> {
        let now = self.clock.now().as_second();
        let window = now.div_euclid(WINDOW);
        let reset = Timestamp::from_second((window + 1) * WINDOW).unwrap_or(Timestamp::MAX);
        let rate = |made: Option<u32>| Rate {
            limit,
            remaining: made.map(|made| limit.saturating_sub(made)),
            reset,
            wait: (window + 1) * WINDOW - now,
        };
        let row = || Change::new(key::lookup(&api_key.digest)).value("window", number(window));
        let next = row()
            .set_by("requests = requests + :one")
            .when("attribute_exists(pk) AND counted = :window AND requests < :limit")
            .value("one", number(1))
            .value("limit", number(limit));
        match self.try_count(next).await? {
            Counted::Made(made) => return Ok(rate(Some(made))),
            Counted::Refused(old) if counted(&old)? >= Some(window) => return Ok(rate(None)),
            Counted::Refused(_) => {}
        }
        let first = row()
            .set_by("counted = :window, requests = :one")
            .when("attribute_exists(pk) AND (attribute_not_exists(counted) OR counted < :window)")
            .value("one", number(1));
        // Another request may have begun the minute first: then this one goes uncounted.
        Ok(match self.try_count(first).await? {
            Counted::Made(made) => rate(Some(made)),
            Counted::Refused(old) => {
                rate(Some(Row(&old).optional_number("requests")?.unwrap_or(1)))
            }
        })
    }

    async fn try_count(&self, change: Change) -> Result<Counted, StoreError> {
        let update = change
            .request(&self.client, &self.table)
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match update.send().await {
            Ok(done) => {
                Ok(Counted::Made(Row(&done.attributes.unwrap_or_default()).number("requests")?))
            }
            Err(error) => refused(error),
        }
    }
}

enum Counted {
    Made(u32),
    Refused(Item),
}

fn refused<R: std::fmt::Debug + 'static>(
    error: SdkError<UpdateItemError, R>,
) -> Result<Counted, StoreError> {
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
            Ok(Counted::Refused(failed.item().cloned().unwrap_or_default()))
        }
        _ => Err(StoreError::from_sdk(error)),
    }
}

fn counted(old: &Item) -> Result<Option<i64>, StoreError> {
    Row(old).optional_number("counted")
}
