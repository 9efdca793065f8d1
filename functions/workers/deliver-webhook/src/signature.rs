//! What shows a receiver that a message is ours and whole.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Returns `CloudConvert-Signature`: the HMAC-SHA256 of the body in lower-case hexadecimal digits, the
/// key being the secret's text.
pub(crate) fn cloudconvert(secret: &str, body: &[u8]) -> String {
    hex::encode(hmac(secret.as_bytes(), &[body]))
}

/// Returns `webhook-signature`: `v1,` and the HMAC-SHA256 of id, time in seconds and body with dots
/// between them, in base64, the key being the bytes that the secret spells after `whsec_`.
///
/// <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>
pub(crate) fn standard(secret: &str, id: &str, seconds: i64, body: &[u8]) -> String {
    let key = secret.strip_prefix("whsec_").and_then(|key| BASE64_STANDARD.decode(key).ok());
    let key = key.unwrap_or_else(|| secret.as_bytes().to_vec());
    let signed = hmac(&key, &[format!("{id}.{seconds}.").as_bytes(), body]);
    format!("v1,{}", BASE64_STANDARD.encode(signed))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn hmac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that the clients of the API test themselves with.
    #[test]
    fn the_body_is_signed_as_clients_expect() {
        let expect = "5c4c0691bce8a1a2af738b7073fe0627e792734813358c5f88a658819dd0a6d2";
        assert_eq!(cloudconvert("90sffs0d8fs0f9sf0", b"cloudconvert"), expect);
    }

    /// The example of Standard Webhooks' own libraries.
    #[test]
    fn the_message_is_signed_as_standard_webhooks_says() {
        let signed = standard(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
