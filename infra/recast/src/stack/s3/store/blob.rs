use std::{
    collections::HashSet,
    fs::{self, File},
    io,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use s3s::{
    S3Result,
    crypto::{Checksum, Md5},
};
use tokio::io::AsyncWriteExt;

use super::internal;

/// Files named by numbers, each written once.
pub(crate) struct Blobs {
    directory: PathBuf,
    next: AtomicU64,
}

/// A blob that vanishes unless it is kept.
pub(crate) struct Draft {
    pub(crate) blob: u64,
    pub(crate) size: u64,
    pub(crate) md5: [u8; 16],
    path: Option<PathBuf>,
}

impl Blobs {
    /// Opens the directory and removes all but the blobs that are known.
    pub(super) fn open(directory: PathBuf, known: &HashSet<u64>) -> io::Result<Self> {
        fs::create_dir_all(&directory)?;
        for entry in fs::read_dir(&directory)? {
            let entry = entry?;
            let blob = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if blob.is_none_or(|blob| !known.contains(&blob)) {
                fs::remove_file(entry.path())?;
            }
        }
        let next = known.iter().max().map_or(0, |last| last + 1);
        Ok(Self { directory, next: AtomicU64::new(next) })
    }

    /// Writes a blob; when it ends early or its future is dropped, nothing stays.
    pub(crate) async fn write(&self, body: impl Stream<Item = S3Result<Bytes>>) -> S3Result<Draft> {
        let (mut draft, path) = self.draft();
        let mut file = tokio::fs::File::create(path).await.map_err(internal)?;
        let mut md5 = Md5::new();
        let mut body = std::pin::pin!(body);
        while let Some(chunk) = body.try_next().await? {
            md5.update(&chunk);
            draft.size += chunk.len() as u64;
            file.write_all(&chunk).await.map_err(internal)?;
        }
        file.flush().await.map_err(internal)?;
        draft.md5 = md5.finalize();
        Ok(draft)
    }

    /// Writes a blob of the bytes of others, in their order.
    pub(crate) fn join(&self, parts: &[Draft]) -> io::Result<Draft> {
        let (mut draft, path) = self.draft();
        let mut file = File::create(path)?;
        for part in parts {
            draft.size += io::copy(&mut self.read(part.blob)?, &mut file)?;
        }
        Ok(draft)
    }

    /// Copies a blob without copying its bytes.
    pub(super) fn link(&self, blob: u64, size: u64) -> io::Result<Draft> {
        let (mut draft, path) = self.draft();
        draft.size = size;
        fs::hard_link(self.path(blob), path)?;
        Ok(draft)
    }

    pub(super) fn read(&self, blob: u64) -> io::Result<File> {
        File::open(self.path(blob))
    }

    /// Removes a blob; one that stays behind is removed when the store is opened again.
    pub(super) fn remove(&self, blob: u64) {
        let _ = fs::remove_file(self.path(blob));
    }

    /// Returns a number that was not used since the start.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn draft(&self) -> (Draft, PathBuf) {
        let blob = self.number();
        let path = self.path(blob);
        (Draft { blob, size: 0, md5: [0; 16], path: Some(path.clone()) }, path)
    }

    fn path(&self, blob: u64) -> PathBuf {
        self.directory.join(blob.to_string())
    }
}

impl Draft {
    /// Returns the entity tag of an object uploaded in one piece.
    pub(crate) fn e_tag(&self) -> String {
        hex::encode(self.md5)
    }

    pub(super) fn keep(mut self) {
        self.path = None;
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}
