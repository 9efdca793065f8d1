use std::path::Path;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use domain::{File, FileName};
use futures::{Stream, StreamExt};

use crate::{Files, FilesError, TransferError};

/// How much of a stream is held in memory, and the size of a part: S3 takes 10,000 of at least 5 MiB.
const PART: usize = 8 * 1024 * 1024;

impl Files {
    /// Stores a file of this machine's disk.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn upload(
        &self,
        key: String,
        name: FileName,
        from: &Path,
    ) -> Result<File, FilesError> {
        let size = tokio::fs::metadata(from).await?.len();
        let body = ByteStream::from_path(from).await;
        let body = body.map_err(|error| FilesError::Disk(std::io::Error::other(error)))?;
        let etag = self.put(&key, body).await?;
        Ok(File { name, size, key, etag })
    }

    /// Stores bytes as a file.
    ///
    /// # Errors
    ///
    /// What failed.
    pub async fn store(
        &self,
        key: String,
        name: FileName,
        bytes: Bytes,
    ) -> Result<File, FilesError> {
        let size = bytes.len() as u64;
        let etag = self.put(&key, bytes.into()).await?;
        Ok(File { name, size, key, etag })
    }

    /// Stores what a stream brings, holding 8 MiB of it at a time.
    ///
    /// # Errors
    ///
    /// What failed: then nothing of it is stored.
    pub async fn transfer<S, E>(
        &self,
        key: String,
        name: FileName,
        stream: S,
    ) -> Result<File, TransferError<E>>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let mut parts = Parts { stream, rest: BytesMut::new() };
        let first = parts.next().await.map_err(TransferError::Source)?;
        if first.len() < PART {
            return Ok(self.store(key, name, first).await?);
        }
        let id = self.begin(&key).await?;
        match self.send_parts((&key, &id), first, &mut parts).await {
            Ok((size, etag)) => Ok(File { name, size, key, etag }),
            Err(error) => {
                let abort = self.client().abort_multipart_upload().bucket(&self.bucket);
                // The bucket's lifecycle removes what could not be taken back now.
                drop(abort.key(&key).upload_id(&id).send().await);
                Err(error)
            }
        }
    }

    async fn begin(&self, key: &str) -> Result<String, FilesError> {
        let begin = self.client().create_multipart_upload().bucket(&self.bucket).key(key);
        let begun = begin.send().await.map_err(FilesError::from_sdk)?;
        begun.upload_id.ok_or(FilesError::Malformed)
    }

    async fn send_parts<S, E>(
        &self,
        upload: (&str, &str),
        first: Bytes,
        parts: &mut Parts<S>,
    ) -> Result<(u64, String), TransferError<E>>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let (mut part, mut size, mut sent) = (first, 0, Vec::new());
        while !part.is_empty() {
            size += part.len() as u64;
            sent.push(self.send_part(upload, sent.len() + 1, part).await?);
            part = parts.next().await.map_err(TransferError::Source)?;
        }
        Ok((size, self.complete(upload, sent).await?))
    }

    async fn send_part(
        &self,
        (key, id): (&str, &str),
        number: usize,
        bytes: Bytes,
    ) -> Result<CompletedPart, FilesError> {
        let number = i32::try_from(number).map_err(|_| FilesError::Malformed)?;
        let part = self.client().upload_part().bucket(&self.bucket).key(key).upload_id(id);
        let sent = part
            .part_number(number)
            .body(bytes.into())
            .send()
            .await
            .map_err(FilesError::from_sdk)?;
        Ok(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build())
    }

    async fn complete(
        &self,
        (key, id): (&str, &str),
        parts: Vec<CompletedPart>,
    ) -> Result<String, FilesError> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self.client().complete_multipart_upload().bucket(&self.bucket);
        let done = complete.key(key).upload_id(id).multipart_upload(parts).send().await;
        done.map_err(FilesError::from_sdk)?.e_tag.ok_or(FilesError::Malformed)
    }

    /// Stores an object and returns its ETag.
    pub(crate) async fn put(&self, key: &str, body: ByteStream) -> Result<String, FilesError> {
        let put = self.client().put_object().bucket(&self.bucket).key(key).body(body);
        let done = put.send().await.map_err(FilesError::from_sdk)?;
        done.e_tag.ok_or(FilesError::Malformed)
    }
}

/// Cuts a stream into parts of one size; the last is shorter, and empty when nothing is left.
struct Parts<S> {
    stream: S,
    rest: BytesMut,
}

impl<S, E> Parts<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    async fn next(&mut self) -> Result<Bytes, E> {
        while self.rest.len() < PART {
            let Some(chunk) = self.stream.next().await else { break };
            self.rest.extend_from_slice(&chunk?);
        }
        let length = self.rest.len().min(PART);
        Ok(self.rest.split_to(length).freeze())
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::executor::block_on;
    use futures::stream;

    use super::*;

    #[test]
    fn streams_are_cut_into_parts_of_one_size() {
        let chunks = vec![Ok::<_, Infallible>(Bytes::from(vec![7; 3 * 1024 * 1024])); 7];
        let mut parts = Parts { stream: stream::iter(chunks), rest: BytesMut::new() };
        let mut lengths = || block_on(parts.next()).unwrap().len();
        assert_eq!([lengths(), lengths(), lengths(), lengths()], [PART, PART, 5 * 1024 * 1024, 0]);
    }
}
