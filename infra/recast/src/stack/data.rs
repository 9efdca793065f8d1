use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Endpoints;
use ambient::Entropy;
use store::ApiKey;

const ENDPOINTS: &str = "endpoints.json";

/// The directory of one stack, for one process at a time and its owner alone.
#[derive(Clone, Debug)]
pub struct Data {
    directory: PathBuf,
    /// Whether the table survives the process.
    durable: bool,
    _lock: Arc<File>,
}

/// The directory cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// Another process has it.
    #[error("{0} is in use by another process")]
    InUse(PathBuf),
    /// It cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// What could not be.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Data {
    /// Takes a directory, which is made if it is missing, for a stack that survives its process.
    ///
    /// # Errors
    ///
    /// [`DataError`] when another process has it or it cannot be written.
    pub fn open(directory: &Path) -> Result<Self, DataError> {
        Self::take(directory, true)
    }

    /// Takes a directory for a stack that goes with its process.
    ///
    /// # Errors
    ///
    /// [`DataError`] when another process has it or it cannot be written.
    pub fn passing(directory: &Path) -> Result<Self, DataError> {
        Self::take(directory, false)
    }

    fn take(directory: &Path, durable: bool) -> Result<Self, DataError> {
        let failed = |source| DataError::Io { path: directory.to_owned(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        let directory = directory.canonicalize().map_err(failed)?;
        let lock = File::create(directory.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { directory, durable, _lock: Arc::new(lock) }),
            Err(TryLockError::WouldBlock) => Err(DataError::InUse(directory)),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Returns the owner's key, made when first asked for.
    ///
    /// # Errors
    ///
    /// [`DataError`] when it cannot be read or written.
    pub fn api_key(&self, entropy: &Entropy) -> Result<String, DataError> {
        let path = self.directory.join("api_key");
        match fs::read_to_string(&path) {
            Ok(key) => Ok(key.trim().to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = ApiKey::secret(entropy);
                self.write("api_key", key.as_bytes())?;
                Ok(key)
            }
            Err(source) => Err(DataError::Io { path, source }),
        }
    }

    /// Returns where the stack of a directory is reached, as its process has written it down.
    ///
    /// A killed process leaves it behind: whether there is one, the lock says.
    #[must_use]
    pub fn published(directory: &Path) -> Option<Endpoints> {
        let found = fs::read(directory.join(ENDPOINTS)).ok()?;
        serde_json::from_slice(&found).ok()
    }

    /// Writes down where the stack is reached.
    ///
    /// # Errors
    ///
    /// [`DataError`] when it cannot be written.
    pub fn publish(&self, endpoints: &Endpoints) -> Result<(), DataError> {
        self.write(ENDPOINTS, &serde_json::to_vec_pretty(endpoints).unwrap_or_default())
    }

    /// Forgets where the stack was reached.
    pub fn unpublish(&self) {
        // It may never have been written.
        drop(fs::remove_file(self.directory.join(ENDPOINTS)));
    }

    pub(crate) fn table(&self) -> Option<PathBuf> {
        self.durable.then(|| self.directory.join("table.sqlite"))
    }

    pub(crate) fn files(&self) -> PathBuf {
        self.directory.join("files")
    }

    pub(crate) fn executions(&self) -> Option<PathBuf> {
        self.durable.then(|| self.directory.join("executions"))
    }

    /// Makes an empty directory for the workers: what a dead process left there helps nobody.
    pub(crate) fn scratch(&self) -> Result<PathBuf, DataError> {
        let path = self.directory.join("scratch");
        let failed = |source| DataError::Io { path: path.clone(), source };
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            Ok(()) | Err(_) => {}
        }
        fs::create_dir(&path).map_err(failed)?;
        Ok(path)
    }

    /// Returns where a file is.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Returns what a file holds, if it is there and is text.
    pub(crate) fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    /// Writes a file whole or not at all, for the owner alone.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), DataError> {
        let (path, part) = (self.directory.join(name), self.directory.join(format!("{name}.part")));
        let write = || {
            let mut options = fs::OpenOptions::new();
            let mut file =
                options.write(true).create(true).truncate(true).mode(0o600).open(&part)?;
            file.write_all(content)?;
            file.sync_all()?;
            fs::rename(&part, &path)
        };
        write().map_err(|source| DataError::Io { path: path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_for_one_process_and_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        let data = Data::open(&path).unwrap();
        assert!(matches!(Data::open(&path), Err(DataError::InUse(_))));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        drop(data);
        assert!(Data::open(&path).is_ok());
    }

    #[test]
    fn the_key_survives() {
        let directory = tempfile::tempdir().unwrap();
        let data = Data::open(directory.path()).unwrap();
        let key = data.api_key(&Entropy).unwrap();
        assert_eq!(data.api_key(&Entropy).unwrap(), key);
        assert!(ApiKey::is_well_formed(&key), "{key}");
    }
}
