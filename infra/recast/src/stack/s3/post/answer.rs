use http::{
    Response, StatusCode,
    header::{CONTENT_TYPE, ETAG, LOCATION},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::{
    Body, HttpResponse, S3Error, S3Result,
    dto::PostResponse,
    xml::{Serialize, Serializer},
};
use url::Url;

use super::{super::store::Object, form::Fields};

/// What S3 leaves as it is in the address of an object: not even slashes.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Answers a form as it asks to be answered; what is no address or status counts as not there.
pub(super) fn answer(
    fields: &Fields,
    object: &Object,
    (host, bucket): (&str, &str),
) -> S3Result<HttpResponse> {
    let key = utf8_percent_encode(&object.key, UNRESERVED);
    let location = format!("http://{host}/{bucket}/{key}");
    let e_tag = format!("\"{}\"", object.e_tag);
    let redirect = redirect(fields, [("bucket", bucket), ("key", &object.key), ("etag", &e_tag)]);
    let response = Response::builder().header(ETAG, &e_tag);
    let response = response.header(LOCATION, redirect.as_ref().map_or(&*location, Url::as_str));
    let response = match (redirect, fields.get("success_action_status")) {
        (Some(_), _) => response.status(StatusCode::SEE_OTHER).body(Body::empty()),
        (None, Some("200")) => response.status(StatusCode::OK).body(Body::empty()),
        (None, Some("201")) => {
            let (location, key) = (&*location, &*object.key);
            let body = xml(&PostResponse { location, bucket, key, etag: &e_tag })?;
            let response = response.header(CONTENT_TYPE, "application/xml");
            response.status(StatusCode::CREATED).body(body.into())
        }
        (None, Some(_) | None) => response.status(StatusCode::NO_CONTENT).body(Body::empty()),
    };
    response.map_err(S3Error::internal_error)
}

fn redirect(fields: &Fields, query: [(&str, &str); 3]) -> Option<Url> {
    let url = fields.get("success_action_redirect").or_else(|| fields.get("redirect"))?;
    let mut url = Url::parse(url).ok()?;
    url.query_pairs_mut().extend_pairs(query);
    Some(url)
}

fn xml(answer: &impl Serialize) -> S3Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut serializer = Serializer::new(&mut text);
    let written = serializer.decl().and_then(|()| answer.serialize(&mut serializer));
    written.map_err(S3Error::internal_error)?;
    Ok(text)
}
