//! `import/google-cloud-storage` and `export/google-cloud-storage`.

use url::Url;

use super::{Attributes, Export, Import, Secret, Selection};
use crate::Rules;
use crate::description::{Description, FILENAME, INPUT, Parameter, ParameterKind, TIME};
use crate::fields::Fields;

/// A bucket.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct Google {
    pub(super) bucket: String,
    pub(super) client_email: String,
    pub(super) private_key: Secret,
    /// Else where Google has it.
    pub(super) endpoint: Option<Url>,
    /// Where the key is exchanged for a token, else at Google's.
    pub(super) token_uri: Option<Url>,
}

pub(crate) const IMPORT: Description = Description {
    path: "import/google-cloud-storage",
    summary: "Brings in files from a bucket of Google Cloud Storage.",
    parameters: &[
        PROJECT,
        BUCKET,
        EMAIL,
        PRIVATE_KEY,
        FILE,
        FILE_PREFIX,
        ENDPOINT,
        TOKEN_URI,
        FILENAME,
        TIME,
    ],
    by_engines: false,
    parse: |fields, rules| {
        let place = place(fields, rules);
        let selection = Selection::parse(fields, "file", "file_prefix");
        let filename = fields.file_name("filename");
        Some(Box::new(Import { place: place?, selection: selection?, filename }))
    },
};

pub(crate) const EXPORT: Description = Description {
    path: "export/google-cloud-storage",
    summary: "Puts the files into a bucket of Google Cloud Storage.",
    parameters: &[
        INPUT,
        PROJECT,
        BUCKET,
        EMAIL,
        PRIVATE_KEY,
        Parameter { description: "The name that the file gets; %d in it is its number.", ..FILE },
        Parameter { description: "What the names of the files begin with.", ..FILE_PREFIX },
        ENDPOINT,
        TOKEN_URI,
        TIME,
    ],
    by_engines: false,
    parse: |fields, rules| {
        let place = place(fields, rules);
        let selection = Selection::parse(fields, "file", "file_prefix");
        let attributes = Attributes::default();
        Some(Box::new(Export { place: place?, selection: selection?, attributes }))
    },
};

const PROJECT: Parameter =
    Parameter::required("project_id", ParameterKind::String, "The id of the bucket's project.");

const BUCKET: Parameter =
    Parameter::required("bucket", ParameterKind::String, "The name of the bucket.");

const EMAIL: Parameter = Parameter::required(
    "client_email",
    ParameterKind::String,
    "The address of the service account, as in its key file.",
);

const PRIVATE_KEY: Parameter = Parameter {
    required: true,
    ..Parameter::secret("private_key", "The key of the service account, as in its key file.")
};

const FILE: Parameter = Parameter::optional(
    "file",
    ParameterKind::String,
    "The name of the file; goes before a prefix.",
);

const FILE_PREFIX: Parameter = Parameter::optional(
    "file_prefix",
    ParameterKind::String,
    "What the names of the files begin with, instead of the name of one.",
);

const ENDPOINT: Parameter = Parameter::optional(
    "endpoint",
    ParameterKind::Address,
    "Where the service is, if it is not Google's; it must be public.",
);

const TOKEN_URI: Parameter = Parameter::optional(
    "token_uri",
    ParameterKind::Address,
    "Where the key is exchanged for a token, as in its key file.",
);

fn place(fields: &mut Fields<'_>, rules: &Rules) -> Option<Google> {
    // The bucket's name is enough to find it.
    fields.required_text("project_id");
    let bucket = fields.required_token("bucket").map(ToOwned::to_owned);
    let client_email = fields.required_text("client_email").map(ToOwned::to_owned);
    let private_key = fields.required_text("private_key").map(Secret::pem);
    let private_key = private_key.and_then(|key| fields.expect("private_key", "a key in PEM", key));
    let [endpoint, token_uri] =
        ["endpoint", "token_uri"].map(|field| fields.address(field, &rules.hosts));
    Some(Google {
        bucket: bucket?,
        client_email: client_email?,
        private_key: private_key?,
        endpoint,
        token_uri,
    })
}
