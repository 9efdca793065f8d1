use std::path::Path;

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use bytes::Bytes;
use domain::File;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::io::AsyncWriteExt;

use crate::{Files, FilesError};

impl Files {
    /// Brings a file to this machine's disk, if it still is the one that was recorded.
    ///
    /// # Errors
    ///
    /// [`FilesError::Changed`] or [`FilesError::Gone`] when it is not; else what failed.
    pub async fn download(&self, file: &File, to: &Path) -> Result<(), FilesError> {
        let get =
            self.client().get_object().bucket(&self.bucket).key(&file.key).if_match(&file.etag);
        let object = get.send().await.map_err(FilesError::from_sdk)?;
        save(object, to).await
    }

    /// Reads a file as it comes, if it still is the one that was recorded.
    ///
    /// # Errors
    ///
    /// [`FilesError::Changed`] or [`FilesError::Gone`] when it is not; else what failed.
    pub async fn read(
        &self,
        file: &File,
    ) -> Result<BoxStream<'static, Result<Bytes, FilesError>>, FilesError> {
        let get =
            self.client().get_object().bucket(&self.bucket).key(&file.key).if_match(&file.etag);
        let object = get.send().await.map_err(FilesError::from_sdk)?;
        Ok(stream::try_unfold(object.body, async |mut body| {
            Ok(body.try_next().await.map_err(broken)?.map(|chunk| (chunk, body)))
        })
        .boxed())
    }

    /// Reads a small object of our own.
    pub(crate) async fn get(&self, key: &str) -> Result<Bytes, FilesError> {
        let get = self.client().get_object().bucket(&self.bucket).key(key);
        let object = get.send().await.map_err(FilesError::from_sdk)?;
        let body = object.body.collect().await.map_err(broken)?;
        Ok(body.into_bytes())
    }
}

async fn save(mut object: GetObjectOutput, to: &Path) -> Result<(), FilesError> {
    let mut target = tokio::fs::File::create(to).await?;
    while let Some(chunk) = object.body.try_next().await.map_err(broken)? {
        target.write_all(&chunk).await?;
    }
    target.flush().await?;
    Ok(())
}

fn broken(error: impl std::fmt::Display) -> FilesError {
    FilesError::Unavailable(error.to_string())
}
