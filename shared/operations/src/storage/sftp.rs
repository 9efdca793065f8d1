//! `import/sftp` and `export/sftp`.

use super::{Attributes, Export, Import, Secret, Selection};
use crate::Rules;
use crate::description::{Description, FILENAME, INPUT, Parameter, ParameterKind, TIME};
use crate::fields::{Fields, label};

/// A server.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) struct Sftp {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) username: String,
    pub(super) login: Login,
    /// The fingerprint that the server's key must have.
    pub(super) host_key: Option<String>,
}

/// How the user is known.
#[derive(Debug)]
#[cfg_attr(not(feature = "run"), expect(dead_code, reason = "only who goes there asks"))]
pub(super) enum Login {
    Password(Secret),
    Key(Secret),
}

const SSH: u64 = 22;

pub(crate) const IMPORT: Description = Description {
    path: "import/sftp",
    summary: "Brings in files from a server by SFTP.",
    parameters: &[
        HOST,
        PORT,
        USERNAME,
        PASSWORD,
        PRIVATE_KEY,
        HOST_KEY,
        FILE,
        PATH,
        FILENAME,
        TIME,
    ],
    by_engines: false,
    parse: |fields, rules| {
        let place = place(fields, rules);
        let selection = selection(fields);
        let filename = fields.file_name("filename");
        Some(Box::new(Import { place: place?, selection: selection?, filename }))
    },
};

pub(crate) const EXPORT: Description = Description {
    path: "export/sftp",
    summary: "Puts the files on a server by SFTP.",
    parameters: &[
        INPUT,
        HOST,
        PORT,
        USERNAME,
        PASSWORD,
        PRIVATE_KEY,
        HOST_KEY,
        Parameter { description: "The path that the file gets; %d in it is its number.", ..FILE },
        Parameter { description: "The directory that the files are put into.", ..PATH },
        TIME,
    ],
    by_engines: false,
    parse: |fields, rules| {
        let place = place(fields, rules);
        let selection = selection(fields);
        let attributes = Attributes::default();
        Some(Box::new(Export { place: place?, selection: selection?, attributes }))
    },
};

const HOST: Parameter =
    Parameter::required("host", ParameterKind::String, "The server, which must be public.");

const PORT: Parameter = Parameter::optional(
    "port",
    ParameterKind::Integer { min: 1, max: 65_535, default: Some(SSH) },
    "The port of the server.",
);

const USERNAME: Parameter =
    Parameter::required("username", ParameterKind::String, "The name of the user.");

const PASSWORD: Parameter = Parameter::secret("password", "The password of the user.");

const PRIVATE_KEY: Parameter = Parameter::secret(
    "private_key",
    "A key of the user's without a passphrase, in OpenSSH's form or in PEM; instead of a password.",
);

const HOST_KEY: Parameter = Parameter::optional(
    "host_key",
    ParameterKind::String,
    "The fingerprint that the server's key must have, as SHA256:…; else any is taken.",
);

const FILE: Parameter = Parameter::optional(
    "file",
    ParameterKind::String,
    "The path of the file; goes before a directory.",
);

const PATH: Parameter = Parameter::optional(
    "path",
    ParameterKind::String,
    "The directory whose files are taken, instead of one file.",
);

fn place(fields: &mut Fields<'_>, rules: &Rules) -> Option<Sftp> {
    let port = fields.integer("port", 1..=65_535).unwrap_or(SSH);
    let port = u16::try_from(port).unwrap_or(22);
    let host = fields.required_text("host");
    let host = host.map(|host| egress::check_host(host, port, &rules.hosts));
    if let Some(Err(reason)) = &host {
        fields.refuse("host", reason.to_string().replacen("The url", "The host", 1));
    }
    let username = fields.required_text("username").map(ToOwned::to_owned);
    let host_key = fields.filled("host_key").map(|text| fingerprint(text).ok_or(text));
    if let Some(Err(_)) = host_key {
        let form = format!("The {} must be a fingerprint as SHA256:….", label("host_key"));
        fields.refuse("host_key", form);
    }
    let login = login(fields);
    let (host, login) = (host?.ok()?, login?);
    let host_key = host_key.and_then(Result::ok);
    Some(Sftp { host, port, username: username?, login, host_key })
}

/// Returns a fingerprint as `ssh-keygen -l` prints it: SHA-256, in base64 without padding.
fn fingerprint(text: &str) -> Option<String> {
    let hash = text.strip_prefix("SHA256:")?.trim_end_matches('=');
    let is_hash =
        hash.len() == 43 && hash.chars().all(|it| it.is_ascii_alphanumeric() || "+/".contains(it));
    is_hash.then(|| format!("SHA256:{hash}"))
}

fn login(fields: &mut Fields<'_>) -> Option<Login> {
    let password = fields.filled("password").map(|it| Login::Password(Secret::new(it)));
    let key = fields.filled("private_key").map(Secret::pem);
    let key = match key {
        Some(key) => Some(Login::Key(fields.expect("private_key", "a key in PEM", key)?)),
        None => None,
    };
    fields.either(key.or(password), ["password", "private_key"])
}

/// A directory is one with a slash at its end or without.
fn selection(fields: &mut Fields<'_>) -> Option<Selection> {
    match Selection::parse(fields, "file", "path")? {
        Selection::Several(path) if !path.is_empty() && !path.ends_with('/') => {
            Some(Selection::Several(path + "/"))
        }
        selection @ (Selection::One(_) | Selection::Several(_)) => Some(selection),
    }
}
