use serde::Serialize;
use store::{ApiKey, Owner, Scope};

/// A key as it is shown: all but the key.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct KeyView {
    id: String,
    owner: String,
    scopes: Vec<&'static str>,
    created_at: String,
    expires_at: Option<String>,
}

/// A new key, the only time it is shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NewKeyView {
    key: String,
    #[serde(flatten)]
    view: KeyView,
    signing_secret: String,
}

impl KeyView {
    pub(crate) fn new(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            owner: key.owner.to_string(),
            scopes: key.scopes.iter().map(|scope| Scope::name(*scope)).collect(),
            created_at: format!("{:.0}", key.created_at),
            expires_at: key.expires_at.map(|at| format!("{at:.0}")),
        }
    }

    /// Writes one line.
    pub(crate) fn print(&self) {
        let Self { id, created_at, scopes, .. } = self;
        println!("{id}  {created_at}  {:<20}  {}", self.expiry(), scopes.join(" "));
    }

    fn expiry(&self) -> &str {
        self.expires_at.as_deref().unwrap_or("never")
    }
}

impl NewKeyView {
    pub(crate) fn new(secret: String, key: &ApiKey, owner: Owner) -> Self {
        Self { key: secret, view: KeyView::new(key), signing_secret: owner.signing_secret }
    }

    /// Writes all of it.
    pub(crate) fn print(&self) {
        println!("key             {}", self.key);
        println!("id              {}", self.view.id);
        println!("owner           {}", self.view.owner);
        println!("scopes          {}", self.view.scopes.join(" "));
        println!("expires         {}", self.view.expiry());
        println!("signing secret  {}", self.signing_secret);
        println!("Keep the key: it cannot be shown again.");
    }
}

/// Writes JSON.
pub(crate) fn print_json(value: &impl Serialize) {
    println!("{}", serde_json::to_string_pretty(value).unwrap_or_default());
}
