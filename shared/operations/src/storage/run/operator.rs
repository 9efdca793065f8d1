//! The storages that are reached by HTTP, all by one library.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use egress::EgressError;
use futures::stream::{StreamExt, TryStreamExt};
use opendal::options::{ListOptions, WriteOptions};
use opendal::{Builder, Error, ErrorKind, HttpTransporter, OperationContext, Operator, Writer};

use super::{Attributes, Body, Incoming, MOST, Shelf, Transport, Trouble};

/// The size of a part of a large file in bytes, and how much of it is held in memory.
const PART: usize = 8 * 1024 * 1024;

/// A bucket or container.
pub(in crate::storage) struct Bucket {
    operator: Operator,
    names: Names,
    refused: Arc<AtomicU16>,
}

/// What things are called there.
#[derive(Clone)]
pub(super) struct Names {
    /// `bucket` or `container`.
    pub(super) kind: &'static str,
    /// Its name.
    pub(super) name: String,
    /// `object`, `blob`, `file`.
    pub(super) file: &'static str,
}

impl Bucket {
    pub(super) fn open(
        builder: impl Builder,
        transport: Transport,
        names: Names,
    ) -> Result<Self, Trouble> {
        let refused = transport.refused.clone();
        let operator = Operator::new(builder);
        let operator =
            operator.map_err(|_| Trouble::told("The storage cannot be used as it is named."))?;
        let context = OperationContext::new().with_http_transport(HttpTransporter::new(transport));
        Ok(Self { operator: operator.with_context(context), names, refused })
    }

    async fn put(&self, writer: &mut Writer, mut body: Body, path: &str) -> Result<(), Trouble> {
        while let Some(chunk) = body.next().await {
            writer.write(chunk?).await.map_err(|error| self.explain(&error, path))?;
        }
        writer.close().await.map_err(|error| self.explain(&error, path))?;
        Ok(())
    }

    /// Says in the user's terms what went wrong.
    fn explain(&self, error: &Error, path: &str) -> Trouble {
        explain(error, path, &self.names, self.refused.load(Ordering::Relaxed))
    }
}

impl Shelf for Bucket {
    async fn list(&self, prefix: &str) -> Result<Vec<String>, Trouble> {
        let options = ListOptions { recursive: true, ..ListOptions::default() };
        let lister = self.operator.lister_options(prefix, options).await;
        let lister = lister.map_err(|error| self.explain(&error, prefix))?;
        let files = lister.try_filter(|entry| std::future::ready(entry.metadata().is_file()));
        let paths = files.map_ok(|entry| entry.path().to_owned()).take(MOST + 1);
        paths.try_collect().await.map_err(|error| self.explain(&error, prefix))
    }

    async fn read(&self, path: &str) -> Result<Incoming, Trouble> {
        let explained = |error| self.explain(&error, path);
        let reader = self.operator.reader(path).await.map_err(explained)?;
        let mut stream = reader.into_stream(..).await.map_err(explained)?;
        let metadata = stream.metadata().await.map_err(explained)?;
        let size = Some(metadata.content_length());
        let (path, names) = (path.to_owned(), self.names.clone());
        let refused = self.refused.clone();
        let explained =
            move |error| explain(&error, &path, &names, refused.load(Ordering::Relaxed));
        let body = stream.map_ok(|buffer| buffer.to_bytes()).map_err(explained).boxed();
        Ok(Incoming { size, body })
    }

    async fn write(&self, path: &str, attributes: &Attributes, body: Body) -> Result<(), Trouble> {
        let options = options(attributes, path);
        let writer = self.operator.writer_options(path, options).await;
        let mut writer = writer.map_err(|error| self.explain(&error, path))?;
        let put = self.put(&mut writer, body, path).await;
        if put.is_err() {
            // What is left of it costs its owner, not us: no more than a try.
            drop(writer.abort().await);
        }
        put
    }
}

fn options(attributes: &Attributes, path: &str) -> WriteOptions {
    let Attributes { cache_control, content_disposition, content_type, metadata } =
        attributes.clone();
    let guessed = || files::content_type(path).to_owned();
    WriteOptions {
        cache_control,
        content_disposition,
        content_type: Some(content_type.unwrap_or_else(guessed)),
        user_metadata: (!metadata.is_empty()).then(|| metadata.into_iter().collect()),
        chunk: Some(PART),
        ..WriteOptions::default()
    }
}

/// What services say when they do not know who asks.
const UNKNOWN: [&str; 11] = [
    "AuthenticationFailed",
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "NoAuthenticationInformation",
    "Server failed to authenticate",
    "SignatureDoesNotMatch",
    "invalid_client",
    "invalid_grant",
    "Unauthorized",
];

/// What services say when there is no such bucket.
const NOWHERE: [&str; 4] =
    ["NoSuchBucket", "ContainerNotFound", "bucket does not exist", "ContainerBeingDeleted"];

fn explain(error: &Error, path: &str, names: &Names, status: u16) -> Trouble {
    if let Some(cause) = cause(error) {
        return cause.clone().into();
    }
    let Names { kind, name, file } = names;
    let said = error.to_string();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    Trouble::Told(if says(&NOWHERE) {
        format!("There is no {kind} {name}.")
    } else if says(&UNKNOWN) || status == 401 {
        "The storage does not accept the credentials.".to_owned()
    } else {
        match (error.kind(), status) {
            (ErrorKind::NotFound, _) => format!("There is no {file} {path} in the {kind} {name}."),
            (ErrorKind::PermissionDenied, _) | (_, 403) => {
                format!("The storage denies access to {path} in the {kind} {name}.")
            }
            (_, 0) => "The credentials cannot be used: the request could not be signed.".to_owned(),
            (_, status) => match code(&said) {
                Some(code) => format!("The storage answered {status}: {code}."),
                None => format!("The storage answered {status}."),
            },
        }
    })
}

/// Returns the word by which the service names what is wrong: InvalidTag.
fn code(said: &str) -> Option<&str> {
    let (_, after) = said.split_once("code: \"")?;
    let (code, _) = after.split_once('"')?;
    let is_word = !code.is_empty() && code.chars().all(|it| it.is_ascii_alphanumeric());
    is_word.then_some(code)
}

/// Returns what kept a request from being answered.
fn cause(error: &Error) -> Option<&EgressError> {
    let mut link = error.source();
    while let Some(error) = link {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        link = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: Error, status: u16, expected: &str) {
        let names = Names { kind: "bucket", name: "b".to_owned(), file: "object" };
        assert_eq!(explain(&error, "a/c", &names, status).to_string(), expected);
    }

    #[test]
    fn what_went_wrong_is_said_in_the_terms_of_the_user() {
        let s3 = |kind, code: &str| {
            Error::new(kind, format!("S3Error {{ code: \"{code}\", message: \"secret\" }}"))
        };
        check(s3(ErrorKind::NotFound, "NoSuchKey"), 404, "There is no object a/c in the bucket b.");
        check(s3(ErrorKind::NotFound, "NoSuchBucket"), 404, "There is no bucket b.");
        let denied = "The storage denies access to a/c in the bucket b.";
        check(s3(ErrorKind::PermissionDenied, "AccessDenied"), 403, denied);
        let unknown = "The storage does not accept the credentials.";
        check(s3(ErrorKind::PermissionDenied, "SignatureDoesNotMatch"), 403, unknown);
        check(
            s3(ErrorKind::Unexpected, "InvalidTag"),
            400,
            "The storage answered 400: InvalidTag.",
        );
        check(Error::new(ErrorKind::Unexpected, "secret"), 500, "The storage answered 500.");
        let unsigned = "The credentials cannot be used: the request could not be signed.";
        check(Error::new(ErrorKind::Unexpected, "secret"), 0, unsigned);
        let private = EgressError::Private { host: "s3.test".to_owned() };
        let unsent = Error::new(ErrorKind::Unexpected, "secret").set_source(private);
        check(unsent, 0, "s3.test resolves to a private address");
    }
}
