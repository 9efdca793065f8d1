use std::time::{Duration, UNIX_EPOCH};

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::TaskId;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{Files, LARGEST, key};

/// How long a form is good for: whoever shows the waiting task signs a fresh one.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A form that a browser or client posts a file to, as S3 takes it.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where to post to.
    pub url: String,
    /// The fields, all of which go before the file's.
    pub fields: Vec<(&'static str, String)>,
}

impl Files {
    /// Signs the form for the file of a task, good for an hour and up to 5 GiB.
    ///
    /// The answer to the post is 201, or leads to `redirect` when there is one.
    #[must_use]
    pub fn form(&self, task: TaskId, redirect: Option<&str>) -> Form {
        let now = self.signing_clock.now();
        let mut fields = vec![("key", format!("{}${{filename}}", key::upload_prefix(task)))];
        fields.push(match redirect {
            Some(url) => ("success_action_redirect", url.to_owned()),
            None => ("success_action_status", "201".to_owned()),
        });
        fields.push(("X-Amz-Credential", self.credential(now)));
        fields.push(("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()));
        fields.push(("X-Amz-Date", now.strftime("%Y%m%dT%H%M%SZ").to_string()));
        if let Some(token) = self.credentials.session_token() {
            fields.push(("X-Amz-Security-Token", token.to_owned()));
        }
        let policy = self.policy(&fields, key::upload_prefix(task), now);
        fields.push(("X-Amz-Signature", self.sign(&policy, now)));
        fields.push(("Policy", policy));
        Form { url: self.form_url(), fields }
    }

    fn policy(&self, fields: &[(&'static str, String)], prefix: String, now: Timestamp) -> String {
        let mut conditions = vec![
            json!({ "bucket": self.bucket }),
            json!(["starts-with", "$key", prefix]),
            json!(["content-length-range", 0, LARGEST]),
        ];
        let exact = fields.iter().filter(|(name, _)| *name != "key");
        conditions.extend(exact.map(|(name, value)| json!({ *name: value })));
        let end = now.saturating_add(LIFE).unwrap_or(now);
        let expiration = end.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        BASE64_STANDARD
            .encode(json!({ "expiration": expiration, "conditions": conditions }).to_string())
    }

    fn credential(&self, now: Timestamp) -> String {
        let date = now.strftime("%Y%m%d");
        format!("{}/{date}/{}/s3/aws4_request", self.credentials.access_key_id(), self.region)
    }

    fn sign(&self, policy: &str, now: Timestamp) -> String {
        let secret = self.credentials.secret_access_key();
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let at = UNIX_EPOCH + Duration::from_secs(seconds);
        let key = generate_signing_key(secret, at, &self.region, "s3");
        calculate_signature(key, policy.as_bytes())
    }

    fn form_url(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), self.bucket),
            None => format!("https://{}.s3.{}.amazonaws.com/", self.bucket, self.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws::{Environment, Settings};
    use domain::GroupId;

    use super::*;

    /// The credentials of AWS's published example.
    fn files(more: &[(&str, &str)]) -> Files {
        let settings = [
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("AWS_REGION", "us-east-1"),
            ("RECAST_BUCKET", "sigv4examplebucket"),
        ];
        let settings =
            settings.iter().chain(more).map(|(name, value)| (name.to_string(), value.to_string()));
        let settings: Settings = settings.collect();
        Files::new(&Environment { settings, ..Environment::from_process() }).unwrap()
    }

    fn field<'a>(form: &'a Form, name: &str) -> Option<&'a str> {
        form.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.as_str())
    }

    /// The policy and the signature are those of
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>.
    #[test]
    fn a_policy_is_signed_as_aws_publishes_it() {
        let policy = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9";
        let at: Timestamp = "2015-12-29T00:00:00Z".parse().unwrap();
        let signature = files(&[]).sign(policy, at);
        assert_eq!(signature, "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    }

    #[test]
    fn every_field_but_the_key_is_a_condition_of_its_exact_value() {
        let task = GroupId::new(Timestamp::UNIX_EPOCH, [1; 10]).task(1);
        let form = files(&[("AWS_SESSION_TOKEN", "role's token")]).form(task, None);
        let policy = BASE64_STANDARD.decode(field(&form, "Policy").unwrap()).unwrap();
        let policy: serde_json::Value = serde_json::from_slice(&policy).unwrap();
        let conditions = policy["conditions"].as_array().unwrap();
        for (name, value) in &form.fields {
            let exact = conditions.contains(&json!({ *name: value }));
            assert_eq!(exact, !["key", "Policy", "X-Amz-Signature"].contains(name), "{name}");
        }
        assert!(conditions.contains(&json!(["starts-with", "$key", format!("uploads/{task}/")])));
        assert_eq!(field(&form, "X-Amz-Security-Token"), Some("role's token"));
        assert_eq!(form.url, "https://sigv4examplebucket.s3.us-east-1.amazonaws.com/");
    }

    #[test]
    fn a_redirect_takes_the_place_of_the_201() {
        let task = GroupId::new(Timestamp::UNIX_EPOCH, [1; 10]).task(1);
        let form = files(&[]).form(task, Some("https://example.org/done"));
        assert_eq!(field(&form, "success_action_redirect"), Some("https://example.org/done"));
        assert_eq!(field(&form, "success_action_status"), None);
    }
}
