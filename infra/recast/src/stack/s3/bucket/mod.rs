//! The operations of S3 on the one bucket. Access is checked before; what is not here is answered
//! by `s3s` with NotImplemented.

/// Takes from an operation's input the headers that the object will be returned with.
macro_rules! attributes {
    ($input:expr) => {
        Attributes {
            content_type: $input.content_type,
            cache_control: $input.cache_control,
            content_disposition: $input.content_disposition,
            content_encoding: $input.content_encoding,
            content_language: $input.content_language,
            metadata: $input.metadata,
        }
    };
}

mod checksums;
mod copy;
mod list;
mod multipart;
mod read;
mod write;

use std::{io, sync::Arc, time::SystemTime};

use ambient::Clock;
use s3s::{S3, S3Request, S3Response, S3Result, dto};

use super::{
    ObjectCreated, OnCreated, S3Options,
    store::{Attributes, Condition, Draft, Object, Store, Uploads},
};

/// The bucket; clones are the same one.
#[derive(Clone)]
pub(super) struct Bucket(Arc<Inner>);

struct Inner {
    name: String,
    store: Store,
    uploads: Uploads,
    clock: Clock,
    notify_prefix: String,
    on_created: OnCreated,
}

/// An object to come, whose bytes are there already.
pub(super) struct Creation {
    pub(super) event_name: &'static str,
    pub(super) key: String,
    pub(super) draft: Draft,
    pub(super) e_tag: String,
    pub(super) attributes: Attributes,
}

impl Bucket {
    pub(super) fn open(options: &S3Options) -> io::Result<Self> {
        let store = Store::open(&options.root)?;
        Ok(Self(Arc::new(Inner {
            name: options.bucket.clone(),
            uploads: Uploads::new(store.blobs().clone()),
            store,
            clock: options.clock.clone(),
            notify_prefix: options.notify_prefix.clone(),
            on_created: options.on_created.clone(),
        })))
    }

    /// Creates an object, if that meets the condition, and tells of it.
    pub(super) fn create(&self, creation: Creation, when: &Condition) -> S3Result<Object> {
        let Creation { event_name, key, draft, e_tag, attributes } = creation;
        let modified = self.now();
        let object =
            Object { key, blob: draft.blob, size: draft.size, e_tag, modified, attributes };
        self.0.store.put(object.clone(), draft, when)?;
        self.notify(event_name, &object);
        Ok(object)
    }

    /// Returns the time of the stack's clock.
    pub(super) fn now(&self) -> SystemTime {
        let now = self.0.clock.now();
        now.try_into().expect("the system knows every time that a clock can show")
    }

    /// Notifies once more of the objects that are there, since a process that was killed may not
    /// have told of them: S3 promises its events at least once.
    pub(super) fn notify_again(&self) {
        for object in self.0.store.list(&self.0.notify_prefix, "", usize::MAX) {
            self.notify("ObjectCreated:Put", &object);
        }
    }

    fn notify(&self, event_name: &'static str, object: &Object) {
        if object.key.starts_with(&self.0.notify_prefix) {
            (self.0.on_created)(ObjectCreated {
                event_name,
                bucket: self.0.name.clone(),
                key: object.key.clone(),
                size: object.size,
                e_tag: object.e_tag.clone(),
            });
        }
    }
}

type Answer<Output> = S3Result<S3Response<Output>>;

#[async_trait::async_trait]
impl S3 for Bucket {
    async fn head_bucket(
        &self,
        _: S3Request<dto::HeadBucketInput>,
    ) -> Answer<dto::HeadBucketOutput> {
        Ok(S3Response::new(dto::HeadBucketOutput::default()))
    }

    async fn get_object(
        &self,
        request: S3Request<dto::GetObjectInput>,
    ) -> Answer<dto::GetObjectOutput> {
        self.get(request.input).await.map(S3Response::new)
    }

    async fn head_object(
        &self,
        request: S3Request<dto::HeadObjectInput>,
    ) -> Answer<dto::HeadObjectOutput> {
        self.head(request.input).map(S3Response::new)
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<dto::ListObjectsV2Input>,
    ) -> Answer<dto::ListObjectsV2Output> {
        self.list(request.input).map(S3Response::new)
    }

    async fn put_object(
        &self,
        request: S3Request<dto::PutObjectInput>,
    ) -> Answer<dto::PutObjectOutput> {
        self.put(request).await.map(S3Response::new)
    }

    async fn copy_object(
        &self,
        request: S3Request<dto::CopyObjectInput>,
    ) -> Answer<dto::CopyObjectOutput> {
        self.copy(request.input).map(S3Response::new)
    }

    async fn delete_object(
        &self,
        request: S3Request<dto::DeleteObjectInput>,
    ) -> Answer<dto::DeleteObjectOutput> {
        self.delete(request.input).map(S3Response::new)
    }

    async fn delete_objects(
        &self,
        request: S3Request<dto::DeleteObjectsInput>,
    ) -> Answer<dto::DeleteObjectsOutput> {
        self.delete_many(request.input).map(S3Response::new)
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<dto::CreateMultipartUploadInput>,
    ) -> Answer<dto::CreateMultipartUploadOutput> {
        Ok(S3Response::new(self.create_upload(request.input)))
    }

    async fn upload_part(
        &self,
        request: S3Request<dto::UploadPartInput>,
    ) -> Answer<dto::UploadPartOutput> {
        self.put_part(request).await.map(S3Response::new)
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<dto::CompleteMultipartUploadInput>,
    ) -> Answer<dto::CompleteMultipartUploadOutput> {
        self.complete_upload(request.input).await.map(S3Response::new)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<dto::AbortMultipartUploadInput>,
    ) -> Answer<dto::AbortMultipartUploadOutput> {
        self.abort_upload(&request.input).map(S3Response::new)
    }
}
