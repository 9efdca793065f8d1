//! `import/azure/blob` and `export/azure/blob`, which some clients call `azure-blob`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use super::{Attributes, Export, Import, Secret, Selection};
use crate::Rules;
use crate::description::{Description, FILENAME, INPUT, Parameter, ParameterKind, Parse, TIME};
use crate::fields::Fields;

/// A container.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct Azure {
    pub(super) account: String,
    pub(super) container: String,
    pub(super) access: Access,
    /// Else where Azure has the account.
    pub(super) endpoint: Option<Url>,
}

/// Who asks.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) enum Access {
    Key(Secret),
    Token(Secret),
}

pub(crate) const IMPORT: Description = Description {
    path: "import/azure/blob",
    summary: "Brings in files from a container of Azure Blob Storage.",
    parameters: &[ACCOUNT, KEY, SAS, CONTAINER, BLOB, BLOB_PREFIX, ENDPOINT, FILENAME, TIME],
    by_engines: false,
    parse: PARSE_IMPORT,
};

pub(crate) const IMPORT_ALIAS: Description =
    Description { path: "import/azure-blob", summary: "What import/azure/blob does.", ..IMPORT };

pub(crate) const EXPORT: Description = Description {
    path: "export/azure/blob",
    summary: "Puts the files into a container of Azure Blob Storage.",
    parameters: &[
        INPUT,
        ACCOUNT,
        KEY,
        SAS,
        CONTAINER,
        Parameter { description: "The name that the blob gets; %d in it is its number.", ..BLOB },
        Parameter { description: "What the names of the blobs begin with.", ..BLOB_PREFIX },
        METADATA,
        ENDPOINT,
        TIME,
    ],
    by_engines: false,
    parse: PARSE_EXPORT,
};

pub(crate) const EXPORT_ALIAS: Description =
    Description { path: "export/azure-blob", summary: "What export/azure/blob does.", ..EXPORT };

const PARSE_IMPORT: Parse = |fields, rules| {
    let place = place(fields, rules);
    let selection = Selection::parse(fields, "blob", "blob_prefix");
    let filename = fields.file_name("filename");
    Some(Box::new(Import { place: place?, selection: selection?, filename }))
};

const PARSE_EXPORT: Parse = |fields, rules| {
    let place = place(fields, rules);
    let selection = Selection::parse(fields, "blob", "blob_prefix");
    let metadata = super::place::pairs(&fields.headers("metadata")?);
    let attributes = Attributes { metadata, ..Attributes::default() };
    Some(Box::new(Export { place: place?, selection: selection?, attributes }))
};

const ACCOUNT: Parameter =
    Parameter::required("storage_account", ParameterKind::String, "The name of the account.");

const KEY: Parameter = Parameter::secret("storage_access_key", "A key of the account, in base64.");

const SAS: Parameter =
    Parameter::secret("sas_token", "A shared access signature, instead of a key.");

const CONTAINER: Parameter =
    Parameter::required("container", ParameterKind::String, "The name of the container.");

const BLOB: Parameter = Parameter::optional(
    "blob",
    ParameterKind::String,
    "The name of the blob; goes before a prefix.",
);

const BLOB_PREFIX: Parameter = Parameter::optional(
    "blob_prefix",
    ParameterKind::String,
    "What the names of the blobs begin with, instead of the name of one.",
);

const METADATA: Parameter =
    Parameter::optional("metadata", ParameterKind::Dictionary, "Texts that are kept with it.");

const ENDPOINT: Parameter = Parameter::optional(
    "endpoint",
    ParameterKind::Address,
    "Where the account is, if it is not in Azure's public cloud; it must be public.",
);

fn place(fields: &mut Fields<'_>, rules: &Rules) -> Option<Azure> {
    let account = fields.required_token("storage_account").map(ToOwned::to_owned);
    let container = fields.required_token("container").map(ToOwned::to_owned);
    let endpoint = fields.address("endpoint", &rules.hosts);
    let access = access(fields);
    Some(Azure { account: account?, container: container?, access: access?, endpoint })
}

fn access(fields: &mut Fields<'_>) -> Option<Access> {
    let key = fields.filled("storage_access_key");
    let token = fields.filled("sas_token");
    if key.is_some_and(|key| BASE64_STANDARD.decode(key).is_err()) {
        fields.refuse("storage_access_key", "The storage access key must be base64.".to_owned());
        return None;
    }
    let key = key.map(|key| Access::Key(Secret::new(key)));
    let token = token.map(|token| Access::Token(Secret::new(token.trim_start_matches('?'))));
    fields.either(token.or(key), ["storage_access_key", "sas_token"])
}
