use hmac::{Hmac, KeyInit, Mac};
use s3s::{S3Error, S3Result, s3_error};
use sha2::Sha256;

use super::{
    super::access::{Keys, denied},
    form::Fields,
};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Verifies the signature of a form and returns the policy that is signed, and the access key that signed it
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>).
pub(super) fn verify<'form>(
    keys: &Keys,
    fields: &'form Fields,
) -> S3Result<(&'form str, &'form str)> {
    let policy = fields.get("policy").ok_or_else(denied)?;
    if fields.required("x-amz-algorithm")? != ALGORITHM {
        return Err(s3_error!(InvalidArgument, "X-Amz-Algorithm only supports {ALGORITHM}"));
    }
    let credential = fields.required("x-amz-credential")?;
    fields.required("x-amz-date")?;
    let signature = hex::decode(fields.required("x-amz-signature")?).unwrap_or_default();
    let [access_key, scope @ ..] = &*credential.split('/').collect::<Vec<_>>() else {
        return Err(malformed_credential());
    };
    let [_date, _region, "s3", "aws4_request"] = scope else { return Err(malformed_credential()) };
    let signed = sign(keys.secret(access_key)?, scope, policy);
    signed.verify_slice(&signature).map_err(|_| mismatch())?;
    Ok((policy, *access_key))
}

fn sign(secret: &str, scope: &[&str], policy: &str) -> Hmac<Sha256> {
    let secret = format!("AWS4{secret}").into_bytes();
    let step = |key: Vec<u8>, part: &&str| mac(&key, part).finalize().into_bytes().to_vec();
    mac(&scope.iter().fold(secret, step), policy)
}

fn mac(key: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}

fn malformed_credential() -> S3Error {
    s3_error!(
        InvalidArgument,
        "the Credential is mal-formed; expecting \
         \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
    )
}

fn mismatch() -> S3Error {
    s3_error!(
        SignatureDoesNotMatch,
        "The request signature we calculated does not match the signature you provided. \
         Check your key and signing method."
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::stack::s3::tests::OneKey;

    /// The example of <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>.
    const POLICY: &str = concat!(
        "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAg",
        "ICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAi",
        "dXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25f",
        "cmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxf",
        "dXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQog",
        "ICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRl",
        "LWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAi",
        "Il0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMt",
        "ZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEy",
        "NTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9",
    );
    const SIGNATURE: &str = "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e";

    fn check(changed: (&str, &str)) -> Result<(), String> {
        let keys = Keys {
            account: Arc::new(OneKey("AKIAIOSFODNN7EXAMPLE")),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        };
        let mut fields = [
            ("policy", POLICY),
            ("x-amz-algorithm", ALGORITHM),
            ("x-amz-credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
            ("x-amz-date", "20151229T000000Z"),
            ("x-amz-signature", SIGNATURE),
        ];
        for field in &mut fields {
            if field.0 == changed.0 {
                *field = changed;
            }
        }
        let verified = verify(&keys, &Fields::of(&fields)).map(drop);
        verified.map_err(|error| error.code().as_str().to_owned())
    }

    #[test]
    fn published_example_is_verified() {
        assert_eq!(check(("", "")), Ok(()));
    }

    #[test]
    fn whatever_was_changed_is_refused() {
        let other_day = "AKIAIOSFODNN7EXAMPLE/20151230/us-east-1/s3/aws4_request";
        let other_key = "AKIAIOSFODNN8EXAMPLE/20151229/us-east-1/s3/aws4_request";
        for (field, value, code) in [
            ("policy", &POLICY[4..], "SignatureDoesNotMatch"),
            ("x-amz-signature", &SIGNATURE[2..], "SignatureDoesNotMatch"),
            ("x-amz-signature", "", "SignatureDoesNotMatch"),
            ("x-amz-credential", other_day, "SignatureDoesNotMatch"),
            ("x-amz-credential", other_key, "InvalidAccessKeyId"),
            ("x-amz-credential", "AKIAIOSFODNN7EXAMPLE", "InvalidArgument"),
            ("x-amz-algorithm", "AWS4", "InvalidArgument"),
        ] {
            assert_eq!(check((field, value)), Err(code.to_owned()), "{field} {value}");
        }
    }
}
