//! Who the user is to OpenStack, and where their storage is.
//!
//! <https://docs.openstack.org/api-ref/identity/v3/#password-authentication-with-scoped-authorization>;
//! for the older way, <https://docs.openstack.org/api-ref/object-store/#authentication>.

use egress::{Answer, Egress, Outgoing};
use futures::stream::{self, StreamExt, TryStreamExt};
use http::Method;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use url::Url;

use super::super::openstack::OpenStack;
use super::Trouble;

/// What the user may now do, and where.
pub(super) struct Session {
    pub(super) token: String,
    /// The address of the account.
    pub(super) storage: String,
}

/// What Keystone answers: a token, and what it is for.
struct Grant {
    token: String,
    body: Value,
}

impl OpenStack {
    /// Asks Keystone, or Swift itself where the address is that of its own authentication.
    pub(super) async fn authenticate(&self, egress: &Egress) -> Result<Session, Trouble> {
        if self.auth_url.path().trim_end_matches('/').ends_with("/auth/v1.0") {
            return self.authenticate_v1(egress).await;
        }
        let scope = self.project.as_deref().map(|name| self.scope("name", name));
        let grant = self.grant(egress, scope).await?;
        if let Some(storage) = self.find(&grant.body)? {
            return Ok(Session { token: grant.token, storage });
        }
        let project = self.only_project(egress, &grant.token).await?;
        let grant = self.grant(egress, Some(self.scope("id", &project))).await?;
        let storage = self.find(&grant.body)?;
        let nowhere = || Trouble::told("The project has no object storage.");
        Ok(Session { token: grant.token, storage: storage.ok_or_else(nowhere)? })
    }

    async fn authenticate_v1(&self, egress: &Egress) -> Result<Session, Trouble> {
        let headers = [("x-auth-user", &self.username), ("x-auth-key", &self.password.0)];
        let headers = headers.map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?))
        });
        let headers = headers.into_iter().collect::<Option<HeaderMap>>().ok_or_else(unaccepted)?;
        let sent = egress.exchange(Method::GET, self.auth_url.clone(), headers, None);
        let answer = accepted(sent.await?)?;
        let header = |name| answer.headers.get(name)?.to_str().ok().map(ToOwned::to_owned);
        let session =
            || Some(Session { token: header("x-auth-token")?, storage: header("x-storage-url")? });
        session().ok_or_else(unreadable)
    }

    fn domain(&self) -> Value {
        json!({ "name": self.domain.as_deref().unwrap_or("Default") })
    }

    /// An id stands for itself, a name is one within a domain.
    fn scope(&self, by: &str, project: &str) -> Value {
        match by {
            "id" => json!({ "project": { "id": project } }),
            by => json!({ "project": { by: project, "domain": self.domain() } }),
        }
    }

    async fn grant(&self, egress: &Egress, scope: Option<Value>) -> Result<Grant, Trouble> {
        let user = json!({
            "name": self.username,
            "password": self.password.0,
            "domain": self.domain(),
        });
        let identity = json!({ "methods": ["password"], "password": { "user": user } });
        let mut auth = json!({ "identity": identity });
        if let Some(scope) = scope {
            auth["scope"] = scope;
        }
        let url = self.path("auth/tokens");
        let headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        let sent =
            egress.exchange(Method::POST, url, headers, Some(body(&json!({ "auth": auth }))));
        let answer = accepted(sent.await?)?;
        let token = answer.headers.get("x-subject-token").and_then(|token| token.to_str().ok());
        let token = token.map(ToOwned::to_owned).ok_or_else(unreadable)?;
        Ok(Grant { token, body: read(answer).await? })
    }

    /// Returns the id of the one project that the user is in.
    async fn only_project(&self, egress: &Egress, token: &str) -> Result<String, Trouble> {
        let token = HeaderValue::try_from(token).map_err(|_| unreadable())?;
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-auth-token"), token)]);
        let sent = egress.exchange(Method::GET, self.path("auth/projects"), headers, None);
        let body = read(accepted(sent.await?)?).await?;
        match body["projects"].as_array().map(Vec::as_slice) {
            Some([project]) => project["id"].as_str().map(ToOwned::to_owned).ok_or_else(unreadable),
            Some([]) | None => Err(Trouble::told("The user is in no project.")),
            Some(_) => Err(Trouble::told("The user is in several projects: name one of them.")),
        }
    }

    /// Returns where the storage of the region is, none when the token is not for a project.
    fn find(&self, grant: &Value) -> Result<Option<String>, Trouble> {
        let Some(catalog) = grant["token"]["catalog"].as_array() else { return Ok(None) };
        let stores = catalog.iter().filter(|service| service["type"] == "object-store");
        let endpoints: Vec<_> =
            stores.filter_map(|it| it["endpoints"].as_array()).flatten().collect();
        if endpoints.is_empty() {
            return Ok(None);
        }
        let here = |it: &&&Value| {
            it["interface"] == "public"
                && [&it["region"], &it["region_id"]].iter().any(|it| **it == self.region.as_str())
        };
        let found = endpoints.iter().find(here).and_then(|endpoint| endpoint["url"].as_str());
        let nowhere =
            || Trouble::told(format!("There is no object storage in the region {}.", self.region));
        found.map(|url| Some(url.to_owned())).ok_or_else(nowhere)
    }

    /// Returns an address below that of Keystone, whose version may be in it or not.
    fn path(&self, path: &str) -> Url {
        let mut url = self.auth_url.clone();
        let base = url.path().trim_end_matches('/').trim_end_matches("/auth/tokens");
        let version = if base.ends_with("/v3") { "" } else { "/v3" };
        url.set_path(&format!("{}{version}/{path}", base.trim_end_matches("/v2.0")));
        url.set_query(None);
        url
    }
}

fn body(value: &Value) -> Outgoing {
    let text = value.to_string();
    let size = text.len() as u64;
    Outgoing { size, body: stream::iter([Ok(text.into())]).boxed() }
}

fn accepted(answer: Answer) -> Result<Answer, Trouble> {
    match answer.status.as_u16() {
        200..=299 => Ok(answer),
        401 | 403 => Err(unaccepted()),
        status => Err(Trouble::told(format!("The authentication service answered {status}."))),
    }
}

/// How long an answer may be that is read as a whole.
const LONGEST: usize = 1024 * 1024;

async fn read(answer: Answer) -> Result<Value, Trouble> {
    let mut bytes = Vec::new();
    let mut body = answer.body;
    while let Some(chunk) = body.try_next().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(unreadable());
        }
    }
    serde_json::from_slice(&bytes).map_err(|_| unreadable())
}

fn unaccepted() -> Trouble {
    Trouble::told("The authentication service does not accept the credentials.")
}

fn unreadable() -> Trouble {
    Trouble::told("The authentication service answered something else than a token.")
}
