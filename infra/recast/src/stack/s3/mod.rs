//! The embedded S3: one bucket in a directory, served over HTTP for the laptop and the tests.
//!
//! `s3s` speaks the protocol (routing, signatures, XML); here is what it leaves open: `store` keeps
//! objects on disk, `bucket` answers the operations from it, `post` takes browser uploads, and
//! `cors` answers browsers as S3 does. An operation, version, condition or delimiter it does not
//! know is refused; storage classes, encryption, tags and access lists mean nothing here. The room
//! does not know what the objects are.

mod access;
mod bucket;
mod cors;
mod post;
mod server;
mod store;
#[cfg(test)]
mod tests;

use std::{io, path::PathBuf, sync::Arc};

use ambient::Clock;
use tokio::net::TcpListener;

pub use cors::CorsRule;

/// What is called after each object that was created, before its request is answered; it must not
/// block.
pub type OnCreated = Arc<dyn Fn(ObjectCreated) + Send + Sync>;

/// Who may do what, by access keys.
pub trait Account: Send + Sync + 'static {
    /// Returns whether there is such an access key.
    fn knows(&self, access_key: &str) -> bool;

    /// Returns whether who has it may do something, both in the words of IAM: `s3:GetObject`, and an ARN.
    fn allows(&self, access_key: &str, action: &str, resource: &str) -> bool;
}

/// What a server needs.
#[derive(Clone)]
pub struct S3Options {
    /// The directory that holds the objects; made when missing. One server at a time may use it.
    pub root: PathBuf,
    /// The bucket's name, the only one there is.
    pub bucket: String,
    /// Who may sign requests, and for what.
    pub account: Arc<dyn Account>,
    /// The secret that they sign with.
    pub secret_key: String,
    /// The bucket's CORS rules, the first that fits deciding; none turns CORS off.
    pub cors: Vec<CorsRule>,
    /// The prefix of the keys whose creation is notified.
    pub notify_prefix: String,
    /// Receives the notifications.
    pub on_created: OnCreated,
    /// The time that AWS goes by: it dates objects and ends upload forms. Other signatures are
    /// held against the system's time.
    pub clock: Clock,
}

/// An object that was created, as an event notification of S3 tells it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ObjectCreated {
    /// `ObjectCreated:Put`, `:Post`, `:Copy` or `:CompleteMultipartUpload`.
    pub event_name: &'static str,
    /// The bucket's name.
    pub bucket: String,
    /// The object's key as it is, not encoded for a URL.
    pub key: String,
    /// The object's size in bytes.
    pub size: u64,
    /// The object's entity tag, without quotes.
    pub e_tag: String,
}

/// Serves the bucket until `shutdown` ends, which cuts off the connections that are open.
///
/// Addresses are path-style: `http://host/bucket/key`.
///
/// # Errors
///
/// A directory that cannot be read or written.
pub async fn serve(
    listener: TcpListener,
    options: S3Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let server = server::Server::open(options)?;
    tokio::select! {
        () = shutdown => {}
        () = server.run(listener) => {}
    }
    Ok(())
}
