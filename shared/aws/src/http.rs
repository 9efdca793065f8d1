use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// The roots that AWS's endpoints chain to, by <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// Makes the client that every call to AWS passes.
///
/// It trusts Amazon's five roots and no other: parsing the machine's store takes most of what is
/// otherwise the start of a function.
///
/// # Panics
///
/// When the certificates compiled in are no certificates.
#[must_use]
#[expect(clippy::expect_used, reason = "the certificates are part of the program")]
pub fn http_client() -> SharedHttpClient {
    let trust = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let context =
        TlsContext::builder().with_trust_store(trust).build().expect("the roots are certificates");
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https()
}
