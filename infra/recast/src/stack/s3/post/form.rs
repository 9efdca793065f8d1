use std::collections::BTreeMap;

use http::{
    HeaderMap, HeaderValue, Request,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use multer::{Field, Multipart};
use percent_encoding::percent_decode_str;
use s3s::{Body, S3Error, S3Result, s3_error};

/// A form up to its file: what follows the file is ignored.
pub(super) struct Form {
    pub(super) fields: Fields,
    pub(super) file: Field<'static>,
}

/// The fields of a form by their names in lower case.
pub(super) struct Fields(BTreeMap<String, String>);

/// How long the fields before the file may be together, in bytes.
const MAX_FIELDS: usize = 20 * 1024;

impl Form {
    /// Reads the fields and replaces `${filename}` in them, as S3 does before it judges them.
    pub(super) async fn read(request: Request<Body>) -> S3Result<Self> {
        let content_type = request.headers().get(CONTENT_TYPE).map(HeaderValue::to_str);
        let boundary =
            multer::parse_boundary(content_type.and_then(Result::ok).unwrap_or_default());
        let mut parts = Multipart::new(request.into_body(), boundary.map_err(malformed)?);
        let mut fields = BTreeMap::new();
        let mut left = MAX_FIELDS;
        while let Some(part) = parts.next_field().await.map_err(malformed)? {
            let name = part.name().unwrap_or_default().to_ascii_lowercase();
            if name == "file" {
                let fields = Fields(fields).expand(file_name(part.headers()).as_deref());
                return Ok(Self { fields, file: part });
            }
            left = left.checked_sub(name.len()).ok_or_else(too_long)?;
            fields.insert(name, read_field(part, &mut left).await?);
        }
        Err(s3_error!(InvalidArgument, "POST requires exactly one file upload per request."))
    }
}

impl Fields {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn required(&self, name: &str) -> S3Result<&str> {
        self.get(name).ok_or_else(|| {
            s3_error!(
                InvalidArgument,
                "Bucket POST must contain a field named '{name}'.  \
                 If it is specified, please check the order of the fields."
            )
        })
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns the fields whose names begin with a prefix, without it.
    pub(super) fn with_prefix(&self, prefix: &str) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(move |(name, value)| {
            Some((name.strip_prefix(prefix)?.to_owned(), value.clone()))
        })
    }

    /// Without a file name S3 leaves the variable as it is, whatever its documentation says.
    fn expand(self, file_name: Option<&str>) -> Self {
        let Some(name) = file_name.map(last_component) else { return self };
        let expand = |(field, value): (String, String)| (field, value.replace("${filename}", name));
        Self(self.0.into_iter().map(expand).collect())
    }

    #[cfg(test)]
    pub(super) fn of(fields: &[(&str, &str)]) -> Self {
        Self(fields.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }
}

pub(super) fn malformed(error: multer::Error) -> S3Error {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    s3_error!(error, MalformedPOSTRequest, "{message}")
}

async fn read_field(mut part: Field<'_>, left: &mut usize) -> S3Result<String> {
    let mut value = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(malformed)? {
        *left = left.checked_sub(chunk.len()).ok_or_else(too_long)?;
        value.extend_from_slice(&chunk);
    }
    String::from_utf8(value)
        .map_err(|_| s3_error!(MalformedPOSTRequest, "The form must be UTF-8 encoded."))
}

fn too_long() -> S3Error {
    s3_error!(
        MaxPostPreDataLengthExceededError,
        "Your POST request fields preceding the upload file were too large."
    )
}

fn last_component(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Returns the file name in a Content-Disposition as clients write it: quoted with at most its
/// quotes escaped, bare with spaces and raw UTF-8 in it, or extended as of RFC 8187.
fn file_name(headers: &HeaderMap) -> Option<String> {
    let header = str::from_utf8(headers.get(CONTENT_DISPOSITION)?.as_bytes()).ok()?;
    if let Some(value) = parameter(header, "filename") {
        return Some(match value.strip_prefix('"') {
            Some(quoted) => quoted.strip_suffix('"').unwrap_or(quoted).replace("\\\"", "\""),
            None => value.to_owned(),
        });
    }
    let encoded = parameter(header, "filename*")?.rsplit('\'').next()?;
    percent_decode_str(encoded).decode_utf8().ok().map(Into::into)
}

fn parameter<'header>(header: &'header str, name: &str) -> Option<&'header str> {
    let mut quoted = false;
    let mut previous = ' ';
    let parameters = header.split(move |character| {
        quoted ^= character == '"' && previous != '\\';
        previous = character;
        character == ';' && !quoted
    });
    parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(disposition: &str, expected: Option<&str>) {
        let value = HeaderValue::from_bytes(disposition.as_bytes()).unwrap();
        let headers = HeaderMap::from_iter([(CONTENT_DISPOSITION, value)]);
        assert_eq!(file_name(&headers).as_deref(), expected, "{disposition}");
    }

    #[test]
    fn file_name_is_read_in_every_spelling() {
        check("form-data; name=\"file\"; filename=\"in put é.png\"", Some("in put é.png"));
        check("form-data; name=\"file\";filename=in put é.png", Some("in put é.png"));
        check("form-data; name=\"filename=a\"; filename=\"b;c.png\"", Some("b;c.png"));
        check("form-data; name=\"file\"; filename=\"a\\\"b%22.png\"", Some("a\"b%22.png"));
        check(
            "form-data; name=\"file\"; filename*=UTF-8''in%20put%20%C3%A9.png",
            Some("in put é.png"),
        );
        check("form-data; name=\"file\"; filename*=utf-8''%C3%A9; filename=\"e\"", Some("e"));
        check("form-data; name=\"file\"; filename=\"\"", Some(""));
        check("form-data; name=\"file\"", None);
    }

    #[test]
    fn variable_becomes_the_last_component_of_the_name() {
        let expand = |name| {
            let fields = Fields::of(&[("key", "uploads/1/${filename}")]).expand(name);
            fields.get("key").map(str::to_owned)
        };
        assert_eq!(expand(Some("a b.png")).as_deref(), Some("uploads/1/a b.png"));
        assert_eq!(expand(Some("../../a.png")).as_deref(), Some("uploads/1/a.png"));
        assert_eq!(expand(Some("C:\\dir\\a.png")).as_deref(), Some("uploads/1/a.png"));
        assert_eq!(expand(Some("")).as_deref(), Some("uploads/1/"));
        assert_eq!(expand(Some("..")).as_deref(), Some("uploads/1/.."));
        assert_eq!(expand(None).as_deref(), Some("uploads/1/${filename}"));
    }
}
