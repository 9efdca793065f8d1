//! Objects in a directory.
//!
//! An object is a record (`objects/<hash of its key>.json`) that names a blob (`blobs/<number>`).
//! Blobs never change and a record is replaced by renaming, so a reader sees the old object or the
//! new one, whole; what a killed process leaves behind is a blob without a record, removed when the
//! store is opened. All records are in memory too, in the order of their keys. The room knows
//! nothing of HTTP.

mod blob;
mod condition;
mod object;
mod upload;

use std::{
    collections::{BTreeMap, HashSet},
    fs::{self, File},
    io,
    ops::Bound,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use s3s::S3Result;
use sha2::{Digest, Sha256};

pub(super) use blob::{Blobs, Draft};
pub(super) use condition::{Condition, no_such_key, precondition_failed};
pub(super) use object::{Attributes, Object};
pub(super) use upload::{PartName, Uploads, multipart_e_tag};

pub(super) struct Store {
    blobs: Arc<Blobs>,
    directory: PathBuf,
    objects: Mutex<Objects>,
}

type Objects = BTreeMap<String, Arc<Object>>;

impl Store {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let directory = root.join("objects");
        fs::create_dir_all(&directory)?;
        let objects = read_records(&directory)?;
        let known = objects.values().map(|object| object.blob).collect::<HashSet<_>>();
        let blobs = Arc::new(Blobs::open(root.join("blobs"), &known)?);
        Ok(Self { blobs, directory, objects: Mutex::new(objects) })
    }

    pub(super) fn blobs(&self) -> &Arc<Blobs> {
        &self.blobs
    }

    /// Returns an object.
    pub(super) fn get(&self, key: &str) -> Option<Arc<Object>> {
        self.lock().get(key).cloned()
    }

    /// Returns an object and its bytes, which stay readable whatever becomes of it.
    pub(super) fn read(&self, key: &str) -> io::Result<Option<(Arc<Object>, File)>> {
        let objects = self.lock();
        let Some(object) = objects.get(key) else { return Ok(None) };
        Ok(Some((object.clone(), self.blobs.read(object.blob)?)))
    }

    /// Returns an object and a copy of its bytes.
    pub(super) fn copy(&self, key: &str) -> io::Result<Option<(Arc<Object>, Draft)>> {
        let objects = self.lock();
        let Some(object) = objects.get(key) else { return Ok(None) };
        Ok(Some((object.clone(), self.blobs.link(object.blob, object.size)?)))
    }

    /// Puts an object in the place of the one with its key, if that meets the condition.
    pub(super) fn put(&self, object: Object, draft: Draft, when: &Condition) -> S3Result<()> {
        let mut objects = self.lock();
        when.check_write(objects.get(&object.key).map(|old| &**old))?;
        write_record(&self.record(&object.key), &object).map_err(internal)?;
        draft.keep();
        if let Some(old) = objects.insert(object.key.clone(), Arc::new(object)) {
            self.blobs.remove(old.blob);
        }
        Ok(())
    }

    /// Removes an object, if there is one.
    pub(super) fn remove(&self, key: &str) -> io::Result<()> {
        let mut objects = self.lock();
        if objects.contains_key(key) {
            fs::remove_file(self.record(key))?;
        }
        if let Some(object) = objects.remove(key) {
            self.blobs.remove(object.blob);
        }
        Ok(())
    }

    /// Returns the first objects with a prefix whose keys come after another.
    pub(super) fn list(&self, prefix: &str, after: &str, limit: usize) -> Vec<Arc<Object>> {
        let start = if after < prefix { Bound::Included(prefix) } else { Bound::Excluded(after) };
        self.lock()
            .range::<str, _>((start, Bound::Unbounded))
            .map(|(_, object)| object)
            .take_while(|object| object.key.starts_with(prefix))
            .take(limit)
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Objects> {
        // Each change is made last, in one step, so a panic leaves the map whole.
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, key: &str) -> PathBuf {
        self.directory.join(format!("{}.json", hex::encode(Sha256::digest(key))))
    }
}

/// The error of a disk, without its path.
pub(super) fn internal(error: io::Error) -> s3s::S3Error {
    s3s::S3Error::internal_error(error)
}

/// Reads the records and removes what was left unfinished.
fn read_records(directory: &Path) -> io::Result<Objects> {
    let mut objects = Objects::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            fs::remove_file(path)?;
            continue;
        }
        let object: Object = serde_json::from_slice(&fs::read(path)?)?;
        objects.insert(object.key.clone(), Arc::new(object));
    }
    Ok(objects)
}

fn write_record(path: &Path, object: &Object) -> io::Result<()> {
    let unfinished = path.with_extension("part");
    fs::write(&unfinished, serde_json::to_vec(object)?)?;
    fs::rename(&unfinished, path)
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use futures::stream;
    use s3s::{S3ErrorCode, dto::ETagCondition};

    use super::*;

    #[tokio::test]
    async fn condition_is_judged_at_the_moment_of_the_change() {
        let root = tempfile::TempDir::new().unwrap();
        let store = Store::open(root.path()).unwrap();
        let when = Condition { if_none_match: Some(ETagCondition::Any), ..Condition::default() };
        let put = async || {
            let draft = store.blobs().write(stream::empty()).await?;
            let object = Object {
                key: "a".to_owned(),
                blob: draft.blob,
                size: 0,
                e_tag: draft.e_tag(),
                modified: SystemTime::UNIX_EPOCH,
                attributes: Attributes::default(),
            };
            store.put(object, draft, &when)
        };
        put().await.unwrap();
        let refused = put().await.unwrap_err();
        assert_eq!(*refused.code(), S3ErrorCode::PreconditionFailed);
        assert_eq!(fs::read_dir(root.path().join("blobs")).unwrap().count(), 1);
    }
}
