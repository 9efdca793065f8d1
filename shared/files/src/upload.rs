use aws_sdk_s3::types::Object;
use domain::{File, FileName, InvalidFileName, TaskId};

use crate::{Files, FilesError, key};

/// An object that a client has posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag.
    pub etag: String,
}

impl Uploaded {
    /// Makes the file that the task will show.
    ///
    /// # Errors
    ///
    /// [`InvalidFileName`] when the client's name for it cannot be used.
    pub fn file(self) -> Result<File, InvalidFileName> {
        let name = FileName::sanitize(self.key.splitn(3, '/').nth(2).unwrap_or_default())?;
        Ok(File { name, size: self.size, key: self.key, etag: self.etag })
    }
}

impl Files {
    /// Looks at one uploaded object; none when it is not there (any more).
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn uploaded(&self, key: &str) -> Result<Option<Uploaded>, FilesError> {
        let head = self.client().head_object().bucket(&self.bucket).key(key).send().await;
        let object = match head.map_err(FilesError::from_sdk) {
            Ok(object) => object,
            Err(FilesError::Gone) => return Ok(None),
            Err(error) => return Err(error),
        };
        let size = object.content_length.unwrap_or_default().try_into().unwrap_or_default();
        let etag = object.e_tag.ok_or(FilesError::Malformed)?;
        Ok(Some(Uploaded { key: key.to_owned(), size, etag }))
    }

    /// Looks whether a file still is the one that was recorded.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn is_there(&self, file: &File) -> Result<bool, FilesError> {
        let head = self.client().head_object().bucket(&self.bucket).key(&file.key);
        match head.if_match(&file.etag).send().await.map_err(FilesError::from_sdk) {
            Ok(_) => Ok(true),
            Err(FilesError::Gone | FilesError::Changed) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Looks for the object that was posted for a task: the first to have come, if several were.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn find_upload(&self, task: TaskId) -> Result<Option<Uploaded>, FilesError> {
        let list =
            self.client().list_objects_v2().bucket(&self.bucket).prefix(key::upload_prefix(task));
        let found = list.send().await.map_err(FilesError::from_sdk)?;
        let first = found
            .contents()
            .iter()
            .min_by_key(|object| object.last_modified().map(|at| at.as_nanos()));
        match first.and_then(Object::key) {
            Some(key) => self.uploaded(key).await,
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_upload_is_the_last_part_of_its_key() {
        let file = |name: &str| {
            Uploaded { key: format!("uploads/x/{name}"), size: 1, etag: String::new() }.file()
        };
        assert_eq!(
            file("in put.png").map(|file| file.name.to_string()),
            Ok("in put.png".to_owned())
        );
        assert_eq!(file("a/b/c.png").map(|file| file.name.to_string()), Ok("c.png".to_owned()));
        assert_eq!(file(""), Err(InvalidFileName));
    }
}
