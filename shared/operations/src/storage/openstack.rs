//! `import/openstack` and `export/openstack`: the object storage of OpenStack, Swift.

use url::Url;

use super::{Attributes, Export, Import, Secret, Selection};
use crate::Rules;
use crate::description::{Description, FILENAME, INPUT, Parameter, ParameterKind, TIME};
use crate::fields::Fields;

/// A container.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct OpenStack {
    pub(super) auth_url: Url,
    pub(super) username: String,
    pub(super) password: Secret,
    /// The name of the domain that the user and the project are in.
    pub(super) domain: Option<String>,
    pub(super) project: Option<String>,
    pub(super) region: String,
    pub(super) container: String,
}

pub(crate) const IMPORT: Description = Description {
    path: "import/openstack",
    summary: "Brings in files from a container of OpenStack's object storage.",
    parameters: &[
        AUTH_URL,
        USERNAME,
        PASSWORD,
        DOMAIN,
        PROJECT,
        REGION,
        CONTAINER,
        FILE,
        FILE_PREFIX,
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
    path: "export/openstack",
    summary: "Puts the files into a container of OpenStack's object storage.",
    parameters: &[
        INPUT,
        AUTH_URL,
        USERNAME,
        PASSWORD,
        DOMAIN,
        PROJECT,
        REGION,
        CONTAINER,
        Parameter { description: "The name that the file gets; %d in it is its number.", ..FILE },
        Parameter { description: "What the names of the files begin with.", ..FILE_PREFIX },
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

const AUTH_URL: Parameter = Parameter::required(
    "auth_url",
    ParameterKind::Address,
    "Where Keystone is, or the v1 authentication of Swift; it must be public.",
);

const USERNAME: Parameter =
    Parameter::required("username", ParameterKind::String, "The name of the user.");

const PASSWORD: Parameter =
    Parameter { required: true, ..Parameter::secret("password", "The password of the user.") };

const DOMAIN: Parameter = Parameter::optional(
    "domain",
    ParameterKind::String,
    "The domain of the user and the project; else Default.",
);

const PROJECT: Parameter = Parameter::optional(
    "project",
    ParameterKind::String,
    "The name of the project; else the user's default, or the only one.",
);

const REGION: Parameter =
    Parameter::required("region", ParameterKind::String, "The region of the container.");

const CONTAINER: Parameter =
    Parameter::required("container", ParameterKind::String, "The name of the container.");

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

fn place(fields: &mut Fields<'_>, rules: &Rules) -> Option<OpenStack> {
    fields.required_text("auth_url");
    let auth_url = fields.address("auth_url", &rules.hosts);
    let [username, region, container] =
        ["username", "region", "container"].map(|field| fields.required_text(field));
    let password = fields.required_text("password").map(Secret::new);
    let [domain, project] =
        ["domain", "project"].map(|field| fields.filled(field).map(ToOwned::to_owned));
    let wrong =
        container.is_some_and(|it| it.is_empty() || it.contains('/') || it.starts_with('.'));
    if wrong {
        fields.refuse("container", "The container must be a name without slashes.".to_owned());
    }
    Some(OpenStack {
        auth_url: auth_url?,
        username: username?.to_owned(),
        password: password?,
        domain,
        project,
        region: region?.to_owned(),
        container: container?.to_owned(),
    })
}
