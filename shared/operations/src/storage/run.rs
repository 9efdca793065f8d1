//! Going to the storages: one file each, and what they share.

mod azure;
mod flow;
mod google;
mod keystone;
mod openstack;
mod operator;
mod s3;
mod sftp;
mod targets;
mod transport;
mod trouble;
mod upload;

use bytes::Bytes;
use futures::stream::BoxStream;

use super::Attributes;
use operator::{Bucket, Names};
use transport::Transport;
pub(super) use trouble::Trouble;

/// A storage that is open.
pub(super) trait Shelf: Send + Sync {
    /// Returns the paths of the files that begin with a prefix, in no order, at most [`MOST`] and one more.
    fn list(&self, prefix: &str) -> impl Future<Output = Result<Vec<String>, Trouble>> + Send;

    /// Reads a file.
    fn read(&self, path: &str) -> impl Future<Output = Result<Incoming, Trouble>> + Send;

    /// Writes a file, in place of one that is there.
    fn write(
        &self,
        path: &str,
        attributes: &Attributes,
        body: Body,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// Returns what the user should know of it.
    fn remark(&self) -> Option<String> {
        None
    }
}

/// The bytes of a file as they come.
type Body = BoxStream<'static, Result<Bytes, Trouble>>;

/// A file that is read.
pub(super) struct Incoming {
    /// Its size in bytes, if the storage says so.
    size: Option<u64>,
    body: Body,
}

/// How many files one task brings in.
const MOST: usize = 1000;
