use ambient::Entropy;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use domain::{KeyId, OwnerId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::item::{Item, Row, json, text, time, time_to_live};
use crate::{Store, StoreError, owner};

/// What every key begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "recast_";

/// How many digits are a key's own: 256 random bits.
const DIGITS: usize = 64;

/// Who a key speaks for and what it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// What rows call it.
    pub id: KeyId,
    /// Its SHA-256: with 256 random bits in it, that tells nothing of the key.
    pub digest: String,
    /// Whose jobs and tasks it reaches.
    pub owner: OwnerId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends to be good, if it does.
    pub expires_at: Option<Timestamp>,
}

/// What a key may do, by the API's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Show who the owner is.
    #[serde(rename = "user.read")]
    UserRead,
    /// Change it.
    #[serde(rename = "user.write")]
    UserWrite,
    /// Show, list and wait for tasks and jobs.
    #[serde(rename = "task.read")]
    TaskRead,
    /// Create, cancel, retry and delete them.
    #[serde(rename = "task.write")]
    TaskWrite,
    /// Show webhooks.
    #[serde(rename = "webhook.read")]
    WebhookRead,
    /// Create, test and delete them.
    #[serde(rename = "webhook.write")]
    WebhookWrite,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::UserRead,
        Self::UserWrite,
        Self::TaskRead,
        Self::TaskWrite,
        Self::WebhookRead,
        Self::WebhookWrite,
    ];

    /// Returns the scope's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UserRead => "user.read",
            Self::UserWrite => "user.write",
            Self::TaskRead => "task.read",
            Self::TaskWrite => "task.write",
            Self::WebhookRead => "webhook.read",
            Self::WebhookWrite => "webhook.write",
        }
    }
}

impl ApiKey {
    /// Makes what is stored of a secret.
    #[must_use]
    pub fn new(secret: &str, owner: OwnerId, scopes: Vec<Scope>, created_at: Timestamp) -> Self {
        let digest = digest(secret);
        Self { id: id(&digest), digest, owner, scopes, created_at, expires_at: None }
    }

    /// Makes a new secret: a prefix, 64 random digits, and 8 that check them.
    #[must_use]
    pub fn secret(entropy: &Entropy) -> String {
        let digits = entropy.hex::<32>();
        format!("{PREFIX}{digits}{}", checksum(&digits))
    }

    /// Returns whether a text can be a key at all: a mistyped one is told without asking the table.
    #[must_use]
    pub fn is_well_formed(secret: &str) -> bool {
        let digits = secret.strip_prefix(PREFIX).and_then(|digits| digits.split_at_checked(DIGITS));
        digits.is_some_and(|(digits, check)| checksum(digits) == check)
    }
}

fn checksum(digits: &str) -> String {
    digest(digits)[..8].to_owned()
}

fn digest(secret: &str) -> String {
    hex::encode(Sha256::digest(secret))
}

#[expect(clippy::expect_used, reason = "a digest begins with 16 digits")]
fn id(digest: &str) -> KeyId {
    digest[..16].parse().expect("16 hexadecimal digits")
}

impl Store {
    /// Finds what a key may; none when there is no such key, or it has expired.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn api_key(&self, secret: &str) -> Result<Option<ApiKey>, StoreError> {
        let get =
            self.client.get_item().table_name(&self.table).set_key(Some(lookup(&digest(secret))));
        let found = get.send().await.map_err(StoreError::from_sdk)?.item;
        found.as_ref().map(from_item).transpose()
    }

    /// Makes a key good: the row that it is looked up by and the one that it is listed by.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn put_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        let rows = [lookup(&key.digest), listing(&key.owner, &key.id)];
        let puts = rows.map(|row| {
            let put = Put::builder().table_name(&self.table).set_item(Some(to_item(row, key)));
            put.build().map(|put| TransactWriteItem::builder().put(put).build())
        });
        let puts = puts.into_iter().collect::<Result<Vec<_>, _>>();
        self.transact(puts.map_err(|error| StoreError::Unavailable(error.to_string()))?).await?;
        Ok(())
    }

    /// Returns the keys of an owner that are good.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn keys(&self, owner: &OwnerId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = self.query_owner(owner, "key#").await?;
        rows.iter().map(from_item).collect()
    }

    /// Makes a key good for nothing, within a minute for instances that remember it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the table does not answer.
    pub async fn delete_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        let rows = [lookup(&key.digest), listing(&key.owner, &key.id)];
        let deletes = rows.map(|row| {
            let delete = Delete::builder().table_name(&self.table).set_key(Some(row)).build();
            delete.map(|delete| TransactWriteItem::builder().delete(delete).build())
        });
        let deletes = deletes.into_iter().collect::<Result<Vec<_>, _>>();
        self.transact(deletes.map_err(|error| StoreError::Unavailable(error.to_string()))?).await?;
        Ok(())
    }
}

/// Returns the key of the row that a key is looked up by.
pub(crate) fn lookup(digest: &str) -> Item {
    let row = text(format_args!("key#{digest}"));
    [("pk".to_owned(), row.clone()), ("sk".to_owned(), row)].into()
}

fn listing(owner: &OwnerId, id: &KeyId) -> Item {
    owner::row(owner, &format!("key#{id}"))
}

fn to_item(mut item: Item, key: &ApiKey) -> Item {
    let mut set = |name: &str, value| item.insert(name.to_owned(), value);
    set("owner", text(&key.owner));
    set("digest", text(&key.digest));
    set("scopes", json(&key.scopes));
    set("created_at", time(key.created_at));
    if let Some(at) = key.expires_at {
        set("expires_at", time_to_live(at));
    }
    item
}

fn from_item(item: &Item) -> Result<ApiKey, StoreError> {
    let row = Row(item);
    let digest = row.text("digest")?.to_owned();
    Ok(ApiKey {
        id: id(&digest),
        digest,
        owner: OwnerId::parse(row.text("owner")?).map_err(|_| StoreError::Malformed("owner"))?,
        scopes: row.json("scopes")?,
        created_at: row.time("created_at")?,
        expires_at: row.optional_seconds("expires_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_checks_itself() {
        let secret = ApiKey::secret(&Entropy);
        assert!(ApiKey::is_well_formed(&secret), "{secret}");
        for wrong in ["", "recast_", "recast_é", &secret[..60], &secret.replace("recast", "other")]
        {
            assert!(!ApiKey::is_well_formed(wrong), "{wrong}");
        }
        let mut digits = secret.into_bytes();
        digits[20] = if digits[20] == b'0' { b'1' } else { b'0' };
        assert!(!ApiKey::is_well_formed(&String::from_utf8(digits).unwrap()));
    }

    #[test]
    fn scopes_are_called_as_they_are_written() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
        }
    }
}
