use lambda_http::{Body, Request};
use serde_json::{Map, Value};

use crate::ApiError;

/// The largest body that is taken: an event has 6 MB, and holds the body as escaped text.
pub const LARGEST_BODY: usize = 5_500_000;

/// Reads a body: a JSON object, or nothing, which counts as an empty one.
///
/// # Errors
///
/// [`ApiError::Malformed`] when it is anything else, [`ApiError::TooLarge`] when it is too large.
pub fn json_body(request: &Request) -> Result<Map<String, Value>, ApiError> {
    let bytes: &[u8] = match request.body() {
        Body::Empty => &[],
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes,
        _ => return Err(ApiError::Malformed),
    };
    if bytes.len() > LARGEST_BODY {
        return Err(ApiError::TooLarge);
    }
    if bytes.trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        // An empty PHP array becomes an empty JSON one.
        Ok(Value::Array(list)) if list.is_empty() => Ok(Map::new()),
        Ok(_) | Err(_) => Err(ApiError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Body) -> Result<usize, String> {
        json_body(&Request::new(body)).map(|object| object.len()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_body_is_an_object_or_nothing() {
        assert_eq!(read(Body::Empty), Ok(0));
        assert_eq!(read("".into()), Ok(0));
        assert_eq!(read("{}".into()), Ok(0));
        assert_eq!(read("[]".into()), Ok(0));
        assert_eq!(read(Body::Binary(br#"{"a":1}"#.to_vec())), Ok(1));
        for bad in ["[1]", "1", "null", "{", "\u{feff}{}"] {
            assert_eq!(read(bad.into()), Err("malformed body".to_owned()), "{bad}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(read(deep.as_str().into()), Err("malformed body".to_owned()));
        assert_eq!(
            read(Body::Binary(vec![b' '; LARGEST_BODY + 1])),
            Err("body too large".to_owned())
        );
    }
}
