use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Group, GroupId, Schedule};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use crate::change::Change;
use crate::item::{Item, Row, number, text, time};
use crate::{Store, StoreError};

/// How many partitions the index of what is due has.
pub const SHARDS: u8 = 8;

/// How many groups of a partition one call finds.
const PAGE: i32 = 100;

/// How long after its time a group is late: the sweep comes every minute.
const LATE: SignedDuration = SignedDuration::from_mins(5);

pub(crate) const INDEX: &str = "due";

/// The groups that were to be looked at by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overdue {
    /// The groups, the longest overdue of each partition first.
    pub groups: Vec<GroupId>,
    /// How many of them should have been looked at five minutes ago.
    pub late: usize,
    /// Whether there are more.
    pub more: bool,
}

impl Store {
    /// Finds the groups whose time has come.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn overdue(&self, now: Timestamp) -> Result<Overdue, StoreError> {
        let shards = try_join_all((0..SHARDS).map(|shard| self.overdue_in(shard, now))).await?;
        let more = shards.iter().any(|rows| rows.len() >= PAGE as usize);
        let rows = shards.concat();
        let late = rows.iter().filter(|(_, due)| now.duration_since(*due) > LATE).count();
        Ok(Overdue { groups: rows.into_iter().map(|(group, _)| group).collect(), late, more })
    }

    async fn overdue_in(
        &self,
        shard: u8,
        now: Timestamp,
    ) -> Result<Vec<(GroupId, Timestamp)>, StoreError> {
        let query = self.client.query().table_name(&self.table).index_name(INDEX).limit(PAGE);
        let page = query
            .key_condition_expression("due_shard = :shard AND due <= :now")
            .expression_attribute_values(":shard", number(shard))
            .expression_attribute_values(":now", time(now))
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let row = |item| Ok((Row(item).parse("pk")?, Row(item).time("due")?));
        page.items().iter().map(row).collect()
    }

    /// Moves a group's next look on, unless somebody has since it was read.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn reschedule(&self, group: &Group, next: Schedule) -> Result<(), StoreError> {
        let (Some(old), Some(key)) = (group.schedule, first_row(group)) else { return Ok(()) };
        let moved = Change::new(key)
            .set("due", time(next.due))
            .set("looks", number(next.looks))
            .when("attribute_exists(pk) AND due = :old")
            .value("old", time(old.due));
        self.make(moved).await.map(drop)
    }
}

fn first_row(group: &Group) -> Option<Item> {
    let job = group.job.as_ref().map(|job| crate::job::key(job.id));
    job.or_else(|| group.tasks.first().map(|task| crate::task::key(task.id)))
}

/// Puts a schedule into the first row of a group.
pub(crate) fn write(item: &mut Item, group: GroupId, schedule: Schedule) {
    item.insert("due".to_owned(), time(schedule.due));
    item.insert("looks".to_owned(), number(schedule.looks));
    item.insert("due_shard".to_owned(), number(group.shard(SHARDS)));
}

/// Reads the schedule of a row, if it is a first one.
pub(crate) fn read(item: &Item) -> Result<Option<Schedule>, StoreError> {
    let row = Row(item);
    let Some(due) = row.optional_time("due")? else { return Ok(None) };
    Ok(Some(Schedule { due, looks: row.number("looks")? }))
}

/// Returns the key of a group's partition, for queries.
pub(crate) fn partition(group: GroupId) -> AttributeValue {
    text(group)
}
