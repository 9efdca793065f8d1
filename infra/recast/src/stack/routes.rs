//! Which route a request takes, as an HTTP API decides it.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::template::Route;

/// Routes and where they lead, the most specific first.
pub(crate) struct Routes<T>(Vec<(Route, T)>);

impl<T> Routes<T> {
    pub(crate) fn new(mut routes: Vec<(Route, T)>) -> Self {
        routes.sort_by_key(|(route, _)| order(route));
        Self(routes)
    }

    /// Returns the route of a request, where it leads, and the variable parts of the path, decoded.
    pub(crate) fn find(
        &self,
        method: &str,
        path: &str,
    ) -> Option<(&Route, &T, BTreeMap<String, String>)> {
        self.0.iter().find_map(|(route, target)| {
            let fits = route.is_any() || route.method == method;
            let parameters = matches(route, path).filter(|_| fits)?;
            Some((route, target, parameters))
        })
    }
}

/// `$default` comes last and greedy parts before it; then the longer path wins, the one with fewer
/// variables, and a method before any.
fn order(route: &Route) -> (bool, bool, Reverse<usize>, usize, bool) {
    let (path, greedy) = (&route.path, route.path.contains("+}"));
    let length = if greedy { path.split('/').count() } else { 0 };
    (route.is_default(), greedy, Reverse(length), path.matches('{').count(), route.is_any())
}

fn matches(route: &Route, path: &str) -> Option<BTreeMap<String, String>> {
    if route.is_default() { Some(BTreeMap::new()) } else { cut(&route.path, path) }
}

/// Returns the variable parts of a path if it is one of the route.
fn cut(route: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    let mut rest = path.trim_start_matches('/').split('/');
    for part in route.trim_start_matches('/').split('/') {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            if rest.next() != Some(part) {
                return None;
            }
            continue;
        };
        let (name, value) = match name.strip_suffix('+') {
            Some(name) => (name, rest.by_ref().collect::<Vec<_>>().join("/")),
            None => (name, rest.next()?.to_owned()),
        };
        if value.is_empty() {
            return None;
        }
        let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned();
        parameters.insert(name.to_owned(), value);
    }
    rest.next().is_none().then_some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(route: &str, path: &str, expect: Option<&[(&str, &str)]>) {
        let owned = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
        };
        assert_eq!(cut(route, path), expect.map(owned), "{route} {path}");
    }

    #[test]
    fn paths_are_matched_part_by_part() {
        check("/v2/tasks/{id}", "/v2/tasks/1", Some(&[("id", "1")]));
        check("/v2/tasks/{id}", "/v2/tasks/", None);
        check("/v2/tasks/{id}", "/v2/tasks/1/wait", None);
        check("/v2/tasks/{id}/wait", "/v2/tasks/1/wait", Some(&[("id", "1")]));
        check("/v2/{operation+}", "/v2/import/url", Some(&[("operation", "import/url")]));
        check("/files/{id}/{name}", "/files/1/a%20b%2Fc", Some(&[("id", "1"), ("name", "a b/c")]));
    }

    #[track_caller]
    fn leads(request: &str, expect: Option<&str>) {
        let keys = [
            "$default",
            "ANY /{proxy+}",
            "POST /v2/{operation+}",
            "GET /v2/tasks/{id}",
            "ANY /v2/jobs",
            "POST /v2/jobs",
        ];
        let route = |key: &str| {
            let (method, path) = key.split_once(' ').unwrap_or(("ANY", key));
            (Route { method: method.to_owned(), path: path.to_owned() }, key.to_owned())
        };
        let routes = Routes::new(keys.map(route).to_vec());
        let (method, path) = request.split_once(' ').unwrap();
        let found = routes.find(method, path);
        assert_eq!(found.as_ref().map(|(_, key, _)| key.as_str()), expect, "{request}");
        assert_eq!(found.map(|(route, _, _)| route.key()), expect.map(ToOwned::to_owned));
    }

    #[test]
    fn the_most_specific_route_wins() {
        leads("POST /v2/jobs", Some("POST /v2/jobs"));
        leads("DELETE /v2/jobs", Some("ANY /v2/jobs"));
        leads("GET /v2/tasks/1", Some("GET /v2/tasks/{id}"));
        leads("POST /v2/tasks/1", Some("POST /v2/{operation+}"));
        leads("PUT /v2/tasks/1", Some("ANY /{proxy+}"));
        leads("GET /", Some("$default"));
    }
}
