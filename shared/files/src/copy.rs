use domain::File;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Files, FilesError};

impl Files {
    /// Copies a file within the bucket, where no byte passes through here, if it still is the one
    /// that was seen.
    ///
    /// # Errors
    ///
    /// [`FilesError::Changed`] or [`FilesError::Gone`] when it is not; else what failed.
    pub async fn copy(&self, file: &File, to: String) -> Result<File, FilesError> {
        let source =
            format!("{}/{}", self.bucket, utf8_percent_encode(&file.key, NON_ALPHANUMERIC));
        let copy = self.client().copy_object().bucket(&self.bucket).key(&to).copy_source(source);
        let done =
            copy.copy_source_if_match(&file.etag).send().await.map_err(FilesError::from_sdk)?;
        let etag =
            done.copy_object_result.and_then(|result| result.e_tag).ok_or(FilesError::Malformed)?;
        Ok(File { key: to, etag, ..file.clone() })
    }
}
