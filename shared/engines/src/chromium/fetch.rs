use std::fmt::Debug;
use std::pin::Pin;

use url::Url;

/// Fetches what a page asks for, or refuses to.
pub trait Fetch: Debug + Send + Sync {
    /// Returns the answer of a web server, whatever it is; a redirect is not followed, the page asks again.
    fn fetch(&self, asked: Asked) -> Fetching<'_>;
}

/// Something on its way: boxed, because a trait that is used by name has no `async fn`.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Fetched, Refusal>> + Send + 'a>>;

/// What a page asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The method: `GET`.
    pub method: String,
    /// The address, which is one of the web and otherwise anything.
    pub url: Url,
    /// The headers, cookies included.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Vec<u8>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// The headers; one that comes several times is there as often.
    pub headers: Vec<(String, String)>,
    /// What was sent, in no encoding.
    pub body: Vec<u8>,
}

/// Why something is not fetched, told to whoever wants the page if it is the page itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

impl Fetched {
    /// Returns the first header of this name, in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
