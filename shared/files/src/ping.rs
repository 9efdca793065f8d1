use crate::{Files, FilesError};

impl Files {
    /// Asks for the bucket's head, which reads nothing of it.
    ///
    /// # Errors
    ///
    /// [`FilesError`] when the bucket does not answer.
    pub async fn ping(&self) -> Result<(), FilesError> {
        let head = self.client().head_bucket().bucket(&self.bucket);
        head.send().await.map(drop).map_err(FilesError::from_sdk)
    }
}
