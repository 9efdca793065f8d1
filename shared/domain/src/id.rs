use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const NUMBER: u128 = 0xffff;

/// A group: a job with its tasks, or a task that belongs to no job.
///
/// It is a UUIDv7 (RFC 9562) whose last 16 bits are zero, and the partition that all its rows share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(Uuid);

/// A job: the same UUID as its group's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(GroupId);

/// A task: its group's UUID with the task's number, from 1, in the last 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct TaskId(Uuid);

/// The owner of jobs, tasks and keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnerId(String);

/// An API key, as rows name it: the first 16 hexadecimal digits of its SHA-256, which tell nothing of
/// the key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

/// The text is not an id of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct InvalidId;

impl GroupId {
    /// Makes the id of a group created at `at` from ten random bytes.
    #[must_use]
    pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
        Self(Uuid::from_u128(self::at(at, random).as_u128() & !NUMBER))
    }

    /// Returns the id of the group's task of that number; 1 is the first.
    #[must_use]
    pub fn task(self, number: u16) -> TaskId {
        TaskId(Uuid::from_u128(self.0.as_u128() | u128::from(number)))
    }

    /// Returns the id of the trace that all work on the group is part of, as W3C Trace Context has them: 32
    /// hexadecimal digits. Whoever knows a row or an execution knows it, too.
    #[must_use]
    pub fn trace(self) -> String {
        self.0.simple().to_string()
    }

    /// Returns a number from 0 to `shards` - 1 that spreads groups evenly.
    #[must_use]
    pub fn shard(self, shards: u8) -> u8 {
        let random = self.0.as_bytes()[8..14].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
        random % shards
    }
}

impl JobId {
    /// Returns the group that the job is the first row of.
    #[must_use]
    pub fn group(self) -> GroupId {
        self.0
    }
}

impl TaskId {
    /// Returns the group that the task belongs to.
    #[must_use]
    pub fn group(self) -> GroupId {
        GroupId(Uuid::from_u128(self.0.as_u128() & !NUMBER))
    }

    /// Returns what a request made for the task says of the trace that it is part of.
    /// <https://www.w3.org/TR/trace-context/#traceparent-header>
    #[must_use]
    pub fn traceparent(self) -> String {
        let span = self.0.as_u128() & u128::from(u64::MAX);
        format!("00-{}-{span:016x}-01", self.group().trace())
    }
}

impl From<GroupId> for JobId {
    fn from(group: GroupId) -> Self {
        Self(group)
    }
}

impl OwnerId {
    /// Makes an owner of 1 to 128 visible ASCII characters.
    ///
    /// # Errors
    ///
    /// [`InvalidId`] when the text is anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidId) }
    }

    /// Returns the owner's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KeyId {
    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let fits = text.len() == 16 && text.bytes().all(digit);
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidId) }
    }
}

impl FromStr for GroupId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let uuid = parse(text)?;
        if uuid.as_u128() & NUMBER == 0 { Ok(Self(uuid)) } else { Err(InvalidId) }
    }
}

impl FromStr for JobId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse().map(Self)
    }
}

impl FromStr for TaskId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let uuid = parse(text)?;
        if uuid.as_u128() & NUMBER == 0 { Err(InvalidId) } else { Ok(Self(uuid)) }
    }
}

/// Makes the UUIDv7 of a moment.
pub(crate) fn at(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Takes the one spelling that ids are given out in, so that two texts never name one row.
pub(crate) fn parse(text: &str) -> Result<Uuid, InvalidId> {
    let uuid = Uuid::try_parse(text).map_err(|_| InvalidId)?;
    let ours = uuid.get_version_num() == 7 && uuid.to_string() == text;
    if ours { Ok(uuid) } else { Err(InvalidId) }
}

impl TryFrom<String> for TaskId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group() -> GroupId {
        GroupId::new(Timestamp::from_second(1_700_000_000).unwrap(), [0xab; 10])
    }

    #[test]
    fn task_id_gives_its_group() {
        assert_eq!(group().task(1).group(), group());
        assert_eq!(group().task(500).group(), group());
    }

    #[test]
    fn ids_survive_being_written_down() {
        assert_eq!(group().to_string().parse(), Ok(group()));
        assert_eq!(group().task(7).to_string().parse(), Ok(group().task(7)));
    }

    #[test]
    fn a_task_id_is_no_job_id_and_the_other_way_round() {
        assert_eq!(group().task(1).to_string().parse::<JobId>(), Err(InvalidId));
        assert_eq!(group().to_string().parse::<TaskId>(), Err(InvalidId));
    }

    #[test]
    fn only_the_canonical_spelling_is_an_id() {
        let id = group().task(1).to_string();
        for text in [id.to_uppercase(), id.replace('-', ""), format!("{{{id}}}"), format!("{id} ")]
        {
            assert_eq!(text.parse::<TaskId>(), Err(InvalidId), "{text}");
        }
        assert_eq!("0b6f4d7e-4b1c-4d3e-9a51-000000000001".parse::<TaskId>(), Err(InvalidId));
    }
}
