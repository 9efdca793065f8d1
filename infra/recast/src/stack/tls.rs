//! The certificate under which the gateway speaks TLS: its own, good for this machine's names alone.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{RootCertStore, ServerConfig};
use tls_listener::TlsListener;
use tls_listener::rustls::TlsAcceptor;
use tokio::net::TcpListener;

use super::data::{Data, DataError};

const CERTIFICATE: &str = "tls.pem";
const KEY: &str = "tls.key";

/// What clients may call this machine.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// How long a certificate is good: under the 825 days beyond which some systems trust none.
const DAYS: i64 = 397;

/// How long one that is kept must still be good, for nobody remakes it while it is served.
const LEFT: Duration = Duration::from_hours(30 * 24);

/// What a listener needs to speak TLS.
pub(crate) struct Identity {
    /// The file of the certificate, which clients have to trust.
    pub(crate) certificate: PathBuf,
    pub(crate) config: Arc<ServerConfig>,
}

/// The gateway cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// No certificate can be made.
    #[error("no certificate can be made")]
    Make(#[from] rcgen::Error),
    /// A file holds no certificate or key.
    #[error("no certificate or key")]
    Pem(#[from] pem::Error),
    /// The certificate and its key cannot be used.
    #[error("the certificate cannot be used")]
    Use(#[from] rustls::Error),
    /// They cannot be kept.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl Identity {
    /// Speaks TLS on a port; handshakes wait for nobody else's.
    pub(crate) fn listen(self, port: TcpListener) -> TlsListener<TcpListener, TlsAcceptor> {
        TlsListener::new(TlsAcceptor::from(self.config), port)
    }

    /// Takes the certificate that is kept, and makes one when there is none that is good.
    pub(crate) fn open(data: &Data, now: Timestamp) -> Result<Self, TlsError> {
        let kept = data.read(CERTIFICATE).zip(data.read(KEY)).filter(|(pem, _)| is_good(pem, now));
        let config = match kept.and_then(|(pem, key)| config(&pem, &key).ok()) {
            Some(config) => config,
            None => renew(data, now)?,
        };
        Ok(Self { certificate: data.path(CERTIFICATE), config: Arc::new(config) })
    }
}

fn renew(data: &Data, now: Timestamp) -> Result<ServerConfig, TlsError> {
    let (pem, key) = make(now)?;
    data.write(KEY, key.as_bytes())?;
    data.write(CERTIFICATE, pem.as_bytes())?;
    config(&pem, &key)
}

/// Makes a certificate and its key.
fn make(now: Timestamp) -> Result<(String, String), rcgen::Error> {
    let today = Offset::UTC.to_datetime(now).date();
    let day = |days: i64| {
        let day = today.saturating_add(SignedDuration::from_hours(24 * days));
        date_time_ymd(day.year().into(), day.month().unsigned_abs(), day.day().unsigned_abs())
    };
    let mut params = CertificateParams::new(NAMES.map(ToOwned::to_owned))?;
    params.distinguished_name.push(DnType::CommonName, "Recast on this machine");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    (params.not_before, params.not_after) = (day(-1), day(DAYS));
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
}

fn config(pem: &str, key: &str) -> Result<ServerConfig, TlsError> {
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())?;
    let config =
        ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions()?;
    Ok(config.with_no_client_auth().with_single_cert(vec![certificate], key)?)
}

/// Returns whether a client that trusts the certificate takes it, and will for a while.
fn is_good(pem: &str, now: Timestamp) -> bool {
    let seconds = u64::try_from(now.as_second()).unwrap_or_default();
    let later = UnixTime::since_unix_epoch(Duration::from_secs(seconds) + LEFT);
    let verified = |name: &str| {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).ok()?;
        let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider());
        let (verifier, name) = (verifier.build().ok()?, ServerName::try_from(name).ok()?);
        verifier.verify_server_cert(&certificate, &[], &name, &[], later).ok()
    };
    NAMES.iter().all(|name| verified(name).is_some())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn certificate(data: &Data, days: i64) -> String {
        let now = NOW + SignedDuration::from_hours(24 * days);
        let identity = Identity::open(data, now).unwrap();
        std::fs::read_to_string(identity.certificate).unwrap()
    }

    #[test]
    fn a_certificate_is_kept_until_it_is_about_to_expire() {
        let directory = tempfile::tempdir().unwrap();
        let data = Data::open(directory.path()).unwrap();
        let first = certificate(&data, 0);
        assert_eq!(certificate(&data, 300), first);
        let second = certificate(&data, 400);
        assert_ne!(second, first);
        assert_eq!(certificate(&data, 400), second);
    }

    #[test]
    fn what_cannot_be_used_is_made_anew() {
        let directory = tempfile::tempdir().unwrap();
        let data = Data::open(directory.path()).unwrap();
        let first = certificate(&data, 0);
        let (_, other) = make(NOW).unwrap();
        for (file, broken) in [(KEY, other.as_str()), (CERTIFICATE, "broken"), (KEY, "")] {
            std::fs::write(data.path(file), broken).unwrap();
            let next = certificate(&data, 0);
            assert_ne!(next, first, "{file} {broken}");
            assert_eq!(certificate(&data, 0), next);
        }
    }

    #[test]
    fn the_key_is_its_owners_alone() {
        let directory = tempfile::tempdir().unwrap();
        let data = Data::open(directory.path()).unwrap();
        certificate(&data, 0);
        let mode = std::fs::metadata(data.path(KEY)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
