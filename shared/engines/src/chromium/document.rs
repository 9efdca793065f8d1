//! A page that is a file: nothing but the file is there for it.

use std::io;
use std::sync::Arc;

use super::browse::{Visit, browse};
use super::fetch::{Asked, Fetch, Fetched, Fetching, Refusal};
use crate::conversion::Job;
use crate::engine::Running;
use crate::process::Isolation;
use crate::{ConversionError, Made};

/// Where the file seems to be: no name of this kind is anywhere (RFC 2606).
const ADDRESS: &str = "https://document.invalid/";

/// The largest file, in bytes.
const LARGEST: u64 = 64 << 20;

/// The file.
#[derive(Debug)]
struct Document(Vec<u8>);

pub(super) fn convert(job: Job) -> Running {
    Box::pin(run(job))
}

async fn run(job: Job) -> Result<Made, ConversionError> {
    let missing = || io::Error::other("the program was not looked for on this machine");
    let program = job.program.as_deref().ok_or_else(missing)?;
    let none = || io::Error::other("programs run only in isolation");
    let isolation = Isolation::current().ok_or_else(none)?;
    let source = &job.source().path;
    if tokio::fs::metadata(source).await?.len() > LARGEST {
        let most = LARGEST >> 20;
        return Err(ConversionError::TooLarge(format!("a page may have at most {most} MiB")));
    }
    let document = Arc::new(Document(tokio::fs::read(source).await?));
    let visit = Visit {
        program,
        address: ADDRESS,
        format: job.conversion.output_format,
        options: &job.conversion.options,
        directory: &job.conversion.directory,
    };
    Ok(browse(&isolation, visit, document, &job.progress).await?.into())
}

impl Fetch for Document {
    fn fetch(&self, asked: Asked) -> Fetching<'_> {
        Box::pin(async move {
            if asked.url.as_str() == ADDRESS && asked.method == "GET" {
                return Ok(self.page());
            }
            Err(Refusal("a page that is a file fetches nothing".to_owned()))
        })
    }
}

impl Document {
    /// What is UTF-8 and does not say so would be taken for Latin.
    fn page(&self) -> Fetched {
        let is_utf8 = str::from_utf8(&self.0).is_ok();
        let kind = if is_utf8 { "text/html; charset=utf-8" } else { "text/html" };
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Fetched { status: 200, headers, body: self.0.clone() }
    }
}
