use std::borrow::Cow;
use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use url::{Host, Url};

use crate::{AllowedHosts, address::is_public, allowed_hosts::canonical};

/// Why an address is refused by its spelling, told to whoever named it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UrlError {
    /// It is no address.
    #[error("The url format is invalid.")]
    Format,
    /// It is not one of the web.
    #[error("The url must begin with http:// or https://.")]
    Scheme,
    /// It carries a user name or password, which logs and other readers would see.
    #[error("The url must not contain a user name or a password.")]
    UserInfo,
    /// It leads to some other service than the web's.
    #[error("The url must use port 80 or 443.")]
    Port,
    /// It names a host inside a network.
    #[error("The url points to a private address.")]
    Private,
}

/// Reads an address that a user named and returns it in its one canonical spelling.
///
/// A name that passes may still resolve to a private address.
///
/// # Errors
///
/// Whatever the address is refused for; an allowed host may be private and have any port.
pub fn check(url: &str, allowed: &AllowedHosts) -> Result<Url, UrlError> {
    let url = Url::parse(url).map_err(|_| UrlError::Format)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(UrlError::Scheme);
    }
    let host = url.host().map(canonical).ok_or(UrlError::Format)?;
    if !is_well_formed(&url) {
        return Err(UrlError::Format);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::UserInfo);
    }
    if allowed.contains(&url) {
        return Ok(url);
    }
    if is_private(&host) {
        return Err(UrlError::Private);
    }
    if !matches!(url.port_or_known_default(), Some(80 | 443)) {
        return Err(UrlError::Port);
    }
    Ok(url)
}

/// Reads a host that a user named, for a protocol that is not HTTP, and returns it in its one canonical
/// spelling: an IPv6 address without brackets.
///
/// Any port is taken: what speaks first there is not HTTP, so that nothing of the web is reached.
///
/// # Errors
///
/// Whatever the host is refused for; an allowed one may be private.
pub fn check_host(host: &str, port: u16, allowed: &AllowedHosts) -> Result<String, UrlError> {
    check_host_url(host, port, allowed).map(|(host, _)| host)
}

/// Returns the host, and the address by which it may be allowed.
pub(crate) fn check_host_url(
    host: &str,
    port: u16,
    allowed: &AllowedHosts,
) -> Result<(String, Url), UrlError> {
    let host = Host::parse(&bracketed(host)).map_err(|_| UrlError::Format)?;
    let url = Url::parse(&format!("http://{host}:{port}/")).map_err(|_| UrlError::Format)?;
    let canonical = url.host().map(canonical).ok_or(UrlError::Format)?;
    if !is_well_formed(&url) {
        return Err(UrlError::Format);
    }
    if !allowed.contains(&url) && is_private(&canonical) {
        return Err(UrlError::Private);
    }
    Ok((canonical.to_string().trim_matches(['[', ']']).to_owned(), url))
}

fn bracketed(host: &str) -> Cow<'_, str> {
    match host.parse::<Ipv6Addr>() {
        Ok(address) => format!("[{address}]").into(),
        Err(_) => host.into(),
    }
}

/// The longest name DNS can carry, RFC 1035, section 2.3.4, in its textual form.
const MAX_HOST: usize = 253;

/// An HTTP client reads the address with its own grammar: both must see the same host.
fn is_well_formed(url: &Url) -> bool {
    let uri = url.as_str().parse::<Uri>();
    let host = url.host_str().filter(|host| host.len() <= MAX_HOST);
    host.is_some() && uri.is_ok_and(|uri| uri.host() == host)
}

fn is_private(host: &Host) -> bool {
    match host {
        Host::Domain(name) => is_private_name(name),
        Host::Ipv4(address) => !is_public(IpAddr::V4(*address)),
        Host::Ipv6(address) => !is_public(IpAddr::V6(*address)),
    }
}

/// Names that never leave a network: RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of
/// `.internal`.
const PRIVATE_NAMES: [&str; 4] = ["localhost", "local", "home.arpa", "internal"];

fn is_private_name(name: &str) -> bool {
    PRIVATE_NAMES.iter().any(|private| {
        name.strip_suffix(private).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_all(urls: &[&str], expected: Result<(), UrlError>) {
        for url in urls {
            let checked = check(url, &AllowedHosts::default()).map(drop);
            assert_eq!(checked, expected, "{url}");
        }
    }

    #[test]
    fn addresses_of_the_web_pass() {
        check_all(
            &[
                "https://example.org/a?b=c#d",
                "HTTP://EXAMPLE.ORG:80",
                "https://example.org.:443/",
                "http://example.org:443/",
                "https://müller.example/ä b",
                "http://8.8.8.8/",
                "http://[2606:4700:4700::1111]/",
                "http://locals/",
                "http://notlocalhost/",
                "http://@example.org/",
            ],
            Ok(()),
        );
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        check_all(
            &[
                "http://127.0.0.1/",
                "HTTP://127.0.0.1/",
                "http:127.0.0.1",
                "http://127.1/",
                "http://127.0.0.1./",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0x7f.1/",
                "http://0177.0.0.1/",
                "http://017700000001/",
                "http://%31%32%37.0.0.1/",
                "http://１２７.０.０.１/",
                "http://①②⑦.⓪.⓪.①/",
                "http://0/",
                "http://10.0.0.1:443/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]/",
                "http://[::]/",
                "http://[0:0:0:0:0:0:0:1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://[::ffff:7f00:1]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[fd00:ec2::254]/",
                "http://localhost/",
                "http://LOCALHOST./",
                "http://localhost:8080/",
                "http://api.localhost/",
                "http://printer.local/",
                "http://metadata.google.internal/",
                "http://nas.home.arpa/",
                "http:\\\\localhost\\etc\\passwd",
            ],
            Err(UrlError::Private),
        );
    }

    #[test]
    fn what_is_no_address_of_the_web_is_refused() {
        check_all(
            &["", "example.org/a", "http://", "http:///", "//example.org", "http://a b/"],
            Err(UrlError::Format),
        );
        check_all(&[&format!("http://{}.org/", "a".repeat(250))], Err(UrlError::Format));
        check_all(&[&format!("http://example.org/{}", "a".repeat(70_000))], Err(UrlError::Format));
        check_all(
            &["ftp://example.org/", "file:///etc/passwd", "data:,a", "gopher://example.org/"],
            Err(UrlError::Scheme),
        );
        check_all(
            &["http://user@example.org/", "https://:password@example.org/"],
            Err(UrlError::UserInfo),
        );
        check_all(
            &["http://example.org:22/", "https://example.org:8443/", "http://8.8.8.8:0/"],
            Err(UrlError::Port),
        );
    }

    #[test]
    fn allowed_host_may_be_private_and_have_any_port() {
        let allowed = AllowedHosts::parse(["127.0.0.1:9000", "nas.local"]).unwrap();
        let check = |url| check(url, &allowed).map(String::from);
        assert_eq!(check("http://0x7f.1:9000/a"), Ok("http://127.0.0.1:9000/a".into()));
        assert_eq!(check("http://nas.local:81/"), Ok("http://nas.local:81/".into()));
        assert_eq!(check("http://127.0.0.1:9001/"), Err(UrlError::Private));
        assert_eq!(check("http://me@nas.local/"), Err(UrlError::UserInfo));
        assert_eq!(check("ftp://nas.local/"), Err(UrlError::Scheme));
    }

    #[test]
    fn hosts_of_other_protocols_are_judged_alike_at_any_port() {
        let allowed = AllowedHosts::parse(["127.0.0.1:2022", "nas.local"]).unwrap();
        let check = |host, port| check_host(host, port, &allowed);
        for (host, name) in [
            ("FTP.example.org.", "ftp.example.org"),
            ("2606:4700:4700::1111", "2606:4700:4700::1111"),
            ("[2606:4700:4700::1111]", "2606:4700:4700::1111"),
            ("8.8.8.8", "8.8.8.8"),
            ("nas.local", "nas.local"),
        ] {
            assert_eq!(check(host, 22), Ok(name.to_owned()), "{host}");
        }
        assert_eq!(check("0x7f.1", 2022), Ok("127.0.0.1".to_owned()));
        for host in ["127.0.0.1", "2130706433", "localhost", "::1", "[::ffff:10.0.0.1]", "a.local"]
        {
            assert_eq!(check(host, 22), Err(UrlError::Private), "{host}");
        }
        for host in
            ["", "a b", "me@example.org", "example.org:22", "example.org/a", "example.org?a"]
        {
            assert_eq!(check(host, 22), Err(UrlError::Format), "{host}");
        }
    }
}
