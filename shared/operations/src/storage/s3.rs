//! `import/s3` and `export/s3`.

use url::Url;

use super::{Attributes, Export, Import, Secret, Selection};
use crate::Rules;
use crate::description::{Description, FILENAME, INPUT, Parameter, ParameterKind, TIME};
use crate::fields::Fields;

/// A bucket.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct S3 {
    pub(super) bucket: String,
    pub(super) region: String,
    /// Else where AWS has it.
    pub(super) endpoint: Option<Url>,
    /// Else the deployment's own role.
    pub(super) keys: Option<Keys>,
    pub(super) put: Put,
}

/// Who asks.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) token: Option<Secret>,
}

/// How an object is put.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct Put {
    pub(super) acl: Option<&'static str>,
    pub(super) encryption: Option<&'static str>,
    /// Pairs of a query string.
    pub(super) tagging: Option<String>,
}

pub(crate) const IMPORT: Description = Description {
    path: "import/s3",
    summary: "Brings in files from a bucket of S3 or of a service like it.",
    parameters: &[BUCKET, REGION, ENDPOINT, KEY, KEY_PREFIX, ID, SECRET, TOKEN, FILENAME, TIME],
    by_engines: false,
    parse: |fields, rules| {
        let place = place(fields, rules, Put::default());
        let selection = Selection::parse(fields, "key", "key_prefix");
        let filename = fields.file_name("filename");
        Some(Box::new(Import { place: place?, selection: selection?, filename }))
    },
};

pub(crate) const EXPORT: Description = Description {
    path: "export/s3",
    summary: "Puts the files into a bucket of S3 or of a service like it.",
    parameters: &[
        INPUT,
        BUCKET,
        REGION,
        ENDPOINT,
        Parameter { description: "The key that the file gets; %d in it is its number.", ..KEY },
        Parameter { description: "What the keys begin with, before the names.", ..KEY_PREFIX },
        ID,
        SECRET,
        TOKEN,
        ACL,
        CACHE_CONTROL,
        CONTENT_DISPOSITION,
        CONTENT_TYPE,
        METADATA,
        ENCRYPTION,
        TAGGING,
        TIME,
    ],
    by_engines: false,
    parse: |fields, rules| {
        let put = put(fields);
        let place = put.and_then(|put| place(fields, rules, put));
        let selection = Selection::parse(fields, "key", "key_prefix");
        let attributes = attributes(fields)?;
        Some(Box::new(Export { place: place?, selection: selection?, attributes }))
    },
};

const BUCKET: Parameter =
    Parameter::required("bucket", ParameterKind::String, "The name of the bucket.");

const REGION: Parameter =
    Parameter::required("region", ParameterKind::String, "The region of the bucket.");

const ENDPOINT: Parameter = Parameter::optional(
    "endpoint",
    ParameterKind::Address,
    "Where the service is, if it is not AWS; it must be public.",
);

const KEY: Parameter =
    Parameter::optional("key", ParameterKind::String, "The key of the file; goes before a prefix.");

const KEY_PREFIX: Parameter = Parameter::optional(
    "key_prefix",
    ParameterKind::String,
    "What the keys of the files begin with, instead of the key of one.",
);

const ID: Parameter = Parameter {
    required: true,
    ..Parameter::secret(
        "access_key_id",
        "The id of the access key; none for a bucket that the service's own role may use.",
    )
};

const SECRET: Parameter = Parameter {
    required: true,
    ..Parameter::secret(
        "secret_access_key",
        "The secret of the access key; none for a bucket that the service's own role may use.",
    )
};

const TOKEN: Parameter =
    Parameter::secret("session_token", "What comes with temporary credentials.");

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>
const ACLS: &[&str] = &[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
];

const ACL: Parameter = Parameter::optional(
    "acl",
    ParameterKind::Choice { words: ACLS, default: None },
    "Who may do what with the object.",
);

const CACHE_CONTROL: Parameter =
    Parameter::optional("cache_control", ParameterKind::String, "The header of that name.");

const CONTENT_DISPOSITION: Parameter =
    Parameter::optional("content_disposition", ParameterKind::String, "The header of that name.");

const CONTENT_TYPE: Parameter = Parameter::optional(
    "content_type",
    ParameterKind::String,
    "The header of that name; else what the file's name says.",
);

const METADATA: Parameter =
    Parameter::optional("metadata", ParameterKind::Dictionary, "Texts that are kept with it.");

const ENCRYPTIONS: &[&str] = &["AES256", "aws:kms"];

const ENCRYPTION: Parameter = Parameter::optional(
    "server_side_encryption",
    ParameterKind::Choice { words: ENCRYPTIONS, default: None },
    "How the bucket encrypts the object.",
);

const TAGGING: Parameter =
    Parameter::optional("tagging", ParameterKind::Dictionary, "The tags of the object.");

fn place(fields: &mut Fields<'_>, rules: &Rules, put: Put) -> Option<S3> {
    let bucket = fields.required_token("bucket");
    let region = fields.required_token("region");
    let endpoint = fields.address("endpoint", &rules.hosts);
    // Nobody else's service is asked with the role.
    let of_role = bucket.is_some_and(|bucket| rules.role_buckets.iter().any(|it| it == bucket))
        && fields.filled("endpoint").is_none()
        && ["access_key_id", "secret_access_key"].iter().all(|it| fields.filled(it).is_none());
    let keys = if of_role { None } else { keys(fields) };
    if !of_role && keys.is_none() {
        return None;
    }
    let [bucket, region] = [bucket?, region?].map(ToOwned::to_owned);
    Some(S3 { bucket, region, endpoint, keys, put })
}

fn keys(fields: &mut Fields<'_>) -> Option<Keys> {
    let id = fields.required_text("access_key_id").map(ToOwned::to_owned);
    let secret = fields.required_text("secret_access_key").map(Secret::new);
    let token = fields.filled("session_token").map(Secret::new);
    Some(Keys { id: id?, secret: secret?, token })
}

fn put(fields: &mut Fields<'_>) -> Option<Put> {
    let acl = fields.choice("acl", ACLS);
    let encryption = fields.choice("server_side_encryption", ENCRYPTIONS);
    let tags = fields.texts("tagging")?;
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    pairs.extend_pairs(&tags);
    let tagging = (!tags.is_empty()).then(|| pairs.finish());
    Some(Put { acl, encryption, tagging })
}

fn attributes(fields: &mut Fields<'_>) -> Option<Attributes> {
    let [cache_control, content_disposition, content_type] =
        ["cache_control", "content_disposition", "content_type"].map(|it| fields.header_value(it));
    let metadata = fields.headers("metadata").map(|headers| super::place::pairs(&headers));
    Some(Attributes { cache_control, content_disposition, content_type, metadata: metadata? })
}
