use url::{Host, Url};

/// The hosts an operator opens although they would be refused: private ones, and ports other than
/// 80 and 443.
///
/// What an allowed name resolves to is trusted with it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AllowedHosts(Vec<AllowedHost>);

/// A text that names no host to allow.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is no HOST[:PORT], where an IPv6 address stands in brackets")]
pub struct AllowedHostError(String);

#[derive(Clone, Debug, Eq, PartialEq)]
struct AllowedHost {
    host: Host,
    /// Every port, when none is named.
    port: Option<u16>,
}

impl AllowedHosts {
    /// Reads lists of `HOST[:PORT]`, separated by commas.
    ///
    /// # Errors
    ///
    /// The first entry that is none.
    pub fn parse<List: AsRef<str>>(
        lists: impl IntoIterator<Item = List>,
    ) -> Result<Self, AllowedHostError> {
        let mut hosts = Vec::new();
        for list in lists {
            let entries = list.as_ref().split(',').map(str::trim).filter(|entry| !entry.is_empty());
            for entry in entries {
                hosts.push(host(entry).ok_or_else(|| AllowedHostError(entry.to_owned()))?);
            }
        }
        Ok(Self(hosts))
    }

    /// Returns whether the host of `url`, as it is spelled there, is allowed at its port.
    #[must_use]
    pub fn contains(&self, url: &Url) -> bool {
        let Some(host) = url.host().map(canonical) else { return false };
        let port = url.port_or_known_default();
        self.0
            .iter()
            .any(|allowed| allowed.host == host && (allowed.port.is_none() || allowed.port == port))
    }
}

/// Returns the host without the dot that ends an absolute name: it changes nothing.
pub(crate) fn canonical(host: Host<&str>) -> Host {
    match host {
        Host::Domain(name) => Host::Domain(name.strip_suffix('.').unwrap_or(name).to_owned()),
        Host::Ipv4(address) => Host::Ipv4(address),
        Host::Ipv6(address) => Host::Ipv6(address),
    }
}

fn host(entry: &str) -> Option<AllowedHost> {
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port.parse().ok()?)),
        Some(_) | None => (entry, None),
    };
    let host = Host::parse(host.strip_suffix('.').unwrap_or(host)).ok()?;
    Some(AllowedHost { host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(allowed: &str, url: &str, contained: bool) {
        let hosts = AllowedHosts::parse([allowed]).expect(allowed);
        assert_eq!(hosts.contains(&Url::parse(url).expect(url)), contained, "{allowed} {url}");
    }

    #[test]
    fn host_without_port_is_allowed_at_every_port() {
        check("intranet.example", "http://INTRANET.example/a", true);
        check("intranet.example", "https://intranet.example.:8443/", true);
        check("intranet.example", "http://www.intranet.example/", false);
        check("127.0.0.1", "http://2130706433:9000/", true);
        check("[::1]", "http://[0:0::1]:9000/", true);
        check("", "http://localhost/", false);
    }

    #[test]
    fn host_with_port_is_allowed_there_alone() {
        check("localhost:9000", "http://localhost:9000/", true);
        check("localhost:9000", "http://localhost/", false);
        check("localhost:443", "https://localhost/", true);
        check("[::1]:80", "http://[::1]/", true);
        check("[::1]:80", "http://[::1]:81/", false);
    }

    #[test]
    fn lists_are_joined() {
        let hosts = AllowedHosts::parse(["a.example, b.example:81,", "c.example"]).unwrap();
        for url in ["http://a.example", "http://b.example:81", "http://c.example:82"] {
            assert!(hosts.contains(&Url::parse(url).unwrap()), "{url}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for entry in ["::1", "http://a.example", "a.example:port", "a.example:65536", "a b", ":80"]
        {
            assert_eq!(AllowedHosts::parse([entry]), Err(AllowedHostError(entry.to_owned())));
        }
    }
}
