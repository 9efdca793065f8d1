//! IAM: what each function may do is what its policy in the template allows, and nothing else.
//!
//! A function signs with a key of its own, by which the bucket knows it, links and forms that it has signed included. The
//! other services are asked through a client that looks first.

mod client;
mod demand;
mod policy;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::names::ACCESS_KEY;
use super::s3::Account;
use super::template::Function;
use client::Guarded;
pub(crate) use policy::Statement;

/// The functions' roles.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    policies: Arc<BTreeMap<String, Vec<Statement>>>,
    used: Arc<Mutex<BTreeSet<(String, String)>>>,
}

impl Roles {
    pub(crate) fn new(functions: &[Function]) -> Self {
        let of = |function: &Function| (function.binary.clone(), function.policy.clone());
        let policies = functions.iter().map(of).collect();
        Self { policies: Arc::new(policies), used: Arc::default() }
    }

    /// Returns the access key of a function.
    pub(crate) fn access_key(function: &str) -> String {
        format!("{ACCESS_KEY}-{function}")
    }

    /// Returns a client through which a function does what it may and nothing else.
    pub(crate) fn client(&self, function: &str, inner: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Guarded { roles: self.clone(), function: function.to_owned(), inner })
    }

    /// Returns what the functions have done of what they may: the function and the action.
    pub(crate) fn used(&self) -> BTreeSet<(String, String)> {
        self.used.lock().map(|used| used.clone()).unwrap_or_default()
    }

    fn function<'a>(&self, access_key: &'a str) -> Option<&'a str> {
        let function = access_key.strip_prefix(ACCESS_KEY)?.strip_prefix('-')?;
        self.policies.contains_key(function).then_some(function)
    }

    fn allows_function(&self, function: &str, action: &str, resource: &str) -> bool {
        let policy = self.policies.get(function).map(Vec::as_slice).unwrap_or_default();
        let allowed = policy.iter().any(|statement| statement.allows(action, resource));
        if allowed && let Ok(mut used) = self.used.lock() {
            used.insert((function.to_owned(), action.to_owned()));
        }
        if !allowed {
            tracing::error!(function, action, resource, "not allowed by the function's policy");
        }
        allowed
    }
}

/// The account's own key may do everything.
impl Account for Roles {
    fn knows(&self, access_key: &str) -> bool {
        access_key == ACCESS_KEY || self.function(access_key).is_some()
    }

    fn allows(&self, access_key: &str, action: &str, resource: &str) -> bool {
        match self.function(access_key) {
            Some(function) => self.allows_function(function, action, resource),
            None => access_key == ACCESS_KEY,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::stack::template::Template;

    #[test]
    fn a_function_may_do_what_the_template_says_and_the_account_everything() {
        let functions = Template::read(&BTreeMap::new()).unwrap().functions().unwrap();
        let roles = Roles::new(&functions);
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/recast";
        let object = "arn:aws:s3:::recast-000000000000-us-east-1/tasks/a/b/1";
        let may = |key: &str, action: &str, resource: &str| roles.allows(key, action, resource);
        assert!(may("recast-show-task", "dynamodb:GetItem", table));
        assert!(!may("recast-show-task", "dynamodb:PutItem", table));
        assert!(may("recast-capture-page", "s3:PutObject", object));
        assert!(!may("recast-capture-page", "s3:GetObject", object));
        assert!(may("recast", "s3:GetObject", object) && !may("other", "s3:GetObject", object));
        assert!(roles.knows("recast-sweep") && roles.knows("recast") && !roles.knows("recast-x"));
        let used = [("capture-page", "s3:PutObject"), ("show-task", "dynamodb:GetItem")];
        let used = used.map(|(function, action)| (function.to_owned(), action.to_owned()));
        assert_eq!(roles.used(), BTreeSet::from(used));
    }
}
