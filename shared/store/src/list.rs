use aws_sdk_dynamodb::types::AttributeValue;
use domain::{OwnerId, Status};
use jiff::{SignedDuration, Timestamp};

use crate::index::{self, Kind, LISTED, OWNED, OWNED_LABEL, OWNED_STATUS};
use crate::item::{Item, Row, word};
use crate::{Store, StoreError};

/// How long ago what is still there can have been created at most, but for jobs opened again: open
/// for a day, kept for another, and an hour for clocks.
const OLDEST_TASK: SignedDuration = SignedDuration::from_hours(49);

/// Which of an owner's tasks or jobs a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By<'a> {
    /// All.
    Owner,
    /// Those in one status.
    Status(Status),
    /// Tasks of one operation, or jobs of one tag.
    Label(&'a str),
}

/// Where a task or job stands in lists: behind it the older ones follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When it was created.
    pub created_at: Timestamp,
    /// Its id.
    pub id: String,
}

impl Store {
    /// Reads the ids of up to `limit` tasks or jobs of an owner, the newest first, from an index that
    /// may be some milliseconds behind; those after `after`, if it is given.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn list(
        &self,
        (kind, owner): (Kind, &OwnerId),
        by: By<'_>,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        let (index, partition) = partition(kind, owner, by);
        let (first, last) = index::since(self.oldest(kind));
        let start = after.and_then(|place| start(index, &partition, place));
        let page = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index)
            .key_condition_expression("#partition = :partition AND listed BETWEEN :first AND :last")
            .expression_attribute_names("#partition", index)
            .expression_attribute_values(":partition", partition)
            .expression_attribute_values(":first", first)
            .expression_attribute_values(":last", last)
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        page.items().iter().map(place).collect()
    }

    /// A job can be opened again and again: nothing bounds its age.
    fn oldest(&self, kind: Kind) -> Timestamp {
        let oldest = match kind {
            Kind::Task => self.clock.now().saturating_sub(OLDEST_TASK),
            Kind::Job => Ok(Timestamp::UNIX_EPOCH),
        };
        oldest.unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

fn partition(kind: Kind, owner: &OwnerId, by: By<'_>) -> (&'static str, AttributeValue) {
    match by {
        By::Owner => (OWNED, index::owned(kind, owner)),
        By::Status(status) => (OWNED_STATUS, index::status_of(kind, owner, word(status))),
        By::Label(label) => (OWNED_LABEL, index::label(kind, owner, label)),
    }
}

/// Returns the key to go on after; none for a place that nothing can have.
fn start(index: &str, partition: &AttributeValue, place: &Place) -> Option<Item> {
    let mut key = index::key_of(&place.id)?;
    key.insert(index.to_owned(), partition.clone());
    key.insert(LISTED.to_owned(), index::listed(place.created_at, &place.id));
    Some(key)
}

fn place(item: &Item) -> Result<Place, StoreError> {
    let listed = Row(item).text(LISTED)?;
    let (created_at, id) = index::parse_listed(listed).ok_or(StoreError::Malformed(LISTED))?;
    Ok(Place { created_at, id: id.to_owned() })
}

impl Place {
    /// Reads a place as [`std::fmt::Display`] writes it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (created_at, id) = index::parse_listed(text)?;
        index::key_of(id)?;
        Some(Self { created_at, id: id.to_owned() })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let listed = index::listed(self.created_at, &self.id);
        f.write_str(listed.as_s().map(String::as_str).unwrap_or_default())
    }
}
