use std::{io, net::SocketAddr, sync::Arc};

use futures::future::BoxFuture;
use reqwest::{
    Client,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::{EgressError, Limits};
use crate::is_public;

/// Resolves a name to addresses, whose port is of no meaning.
#[derive(Clone)]
pub(super) struct Lookup(pub(super) Arc<dyn Fn(String) -> Found + Send + Sync>);

/// What a name is found to be.
pub(super) type Found = BoxFuture<'static, io::Result<Vec<SocketAddr>>>;

/// What a client may connect to.
#[derive(Clone, Copy)]
pub(super) enum Trust {
    /// Names that resolve to public addresses, all of them.
    Public,
    /// Whatever a name resolves to.
    Everything,
}

/// Returns the look-up of the operating system.
pub(super) fn system_lookup() -> Lookup {
    Lookup(Arc::new(|name| {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }))
}

/// Returns a client that takes nothing from its surroundings and does nothing of its own accord.
///
/// It keeps no connection for a later request, so every request is resolved and judged.
pub(super) fn client(limits: &Limits, trust: Trust, lookup: Lookup) -> Client {
    Client::builder()
        .user_agent(concat!("recast/", env!("CARGO_PKG_VERSION")))
        .tls_backend_preconfigured(tls())
        .dns_resolver(Resolver { trust, lookup })
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(limits.connect)
        .build()
        .expect("only building TLS or a resolver can fail, and both are given")
}

fn tls() -> ClientConfig {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring serves every version of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// Hands out the very addresses it has judged: nothing resolves the name again.
///
/// An address written in the URL never comes here; `check` has judged it.
struct Resolver {
    trust: Trust,
    lookup: Lookup,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let (trust, answer) = (self.trust, (self.lookup.0)(host.clone()));
        Box::pin(async move {
            let addresses = answer.await.unwrap_or_default();
            let judged = judge(host, addresses, trust)?;
            Ok(Box::new(judged.into_iter()) as Addrs)
        })
    }
}

/// Returns the addresses if they all are trusted.
pub(super) fn judge(
    host: String,
    addresses: Vec<SocketAddr>,
    trust: Trust,
) -> Result<Vec<SocketAddr>, EgressError> {
    if addresses.is_empty() {
        return Err(EgressError::Unresolved { host });
    }
    let trusted = match trust {
        Trust::Public => addresses.iter().all(|address| is_public(address.ip())),
        Trust::Everything => true,
    };
    if trusted { Ok(addresses) } else { Err(EgressError::Private { host }) }
}
