//! What the operations that read from a user's own storage, or write to it, share.
//!
//! A service is one file: what its payload says, the [`Place`] made of it, and what it is in [`run`].

pub(crate) mod azure;
pub(crate) mod google;
pub(crate) mod openstack;
mod place;
#[cfg(feature = "run")]
mod run;
pub(crate) mod s3;
mod secret;
mod selection;
pub(crate) mod sftp;
pub(crate) mod upload;

#[cfg(feature = "run")]
use place::Place;
use place::{Attributes, Export, Import};
use secret::Secret;
use selection::Selection;
