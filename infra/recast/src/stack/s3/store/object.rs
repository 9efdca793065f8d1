use std::{collections::HashMap, time::SystemTime};

use s3s::dto::{ETag, Timestamp};
use serde::{Deserialize, Serialize};

/// What is known of an object besides its bytes.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Object {
    pub(crate) key: String,
    /// The number of the blob that holds its bytes.
    pub(crate) blob: u64,
    pub(crate) size: u64,
    /// Without quotes.
    pub(crate) e_tag: String,
    pub(crate) modified: SystemTime,
    pub(crate) attributes: Attributes,
}

/// The headers that an object is given and returned with.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Attributes {
    pub(crate) content_type: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) content_disposition: Option<String>,
    pub(crate) content_encoding: Option<String>,
    pub(crate) content_language: Option<String>,
    pub(crate) metadata: Option<HashMap<String, String>>,
}

impl Object {
    pub(crate) fn e_tag(&self) -> ETag {
        ETag::Strong(self.e_tag.clone())
    }

    pub(crate) fn last_modified(&self) -> Timestamp {
        self.modified.into()
    }
}
