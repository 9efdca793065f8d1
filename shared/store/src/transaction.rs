use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, Put, TransactWriteItem};

use crate::item::Item;
use crate::{Store, StoreError};

/// How often a conflict or a batch done in part is tried again.
pub(crate) const ATTEMPTS: u32 = 5;

/// The items of a transaction whose condition did not hold, by their place: none when it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcomes(pub(crate) Vec<usize>);

impl Store {
    /// Writes all or nothing.
    ///
    /// The SDK makes it idempotent by a token of its own, but leaves a conflict with another
    /// transaction to its caller.
    pub(crate) async fn transact(
        &self,
        items: Vec<TransactWriteItem>,
    ) -> Result<Outcomes, StoreError> {
        for attempt in 0..ATTEMPTS {
            let transaction =
                self.client.transact_write_items().set_transact_items(Some(items.clone()));
            let Err(error) = transaction.send().await else { return Ok(Outcomes(Vec::new())) };
            let failed = with_code(reasons(&error), &["ConditionalCheckFailed"]);
            if !failed.is_empty() {
                return Ok(Outcomes(failed));
            }
            if with_code(reasons(&error), &PASSING).is_empty() {
                return Err(StoreError::from_sdk(error));
            }
            self.back_off(attempt).await;
        }
        Err(StoreError::Throttled)
    }

    /// Puts a row that must not be there yet.
    pub(crate) fn put_new(&self, row: Item) -> Result<TransactWriteItem, StoreError> {
        let put = Put::builder().table_name(&self.table).set_item(Some(row));
        let put = put.condition_expression("attribute_not_exists(pk)").build();
        let put = put.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Waits 50 ms, twice as long each time, of which up to half is left to chance.
    pub(crate) async fn back_off(&self, attempt: u32) {
        let [chance] = self.entropy.bytes::<1>();
        let full = Duration::from_millis(50) * 2_u32.pow(attempt);
        self.clock.sleep(full.mul_f32(0.5 + f32::from(chance) / 512.0)).await;
    }
}

/// What a moment's wait cures.
const PASSING: [&str; 3] =
    ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

fn reasons<R>(error: &SdkError<TransactWriteItemsError, R>) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => &[],
    }
}

fn with_code(reasons: &[CancellationReason], codes: &[&str]) -> Vec<usize> {
    let has = |reason: &CancellationReason| reason.code().is_some_and(|code| codes.contains(&code));
    reasons.iter().enumerate().filter(|(_, reason)| has(reason)).map(|(place, _)| place).collect()
}
