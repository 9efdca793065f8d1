use domain::FileName;
use egress::AllowedHosts;
use engines::Format;
use http::HeaderMap;
use url::Url;

use crate::act::Act;
#[cfg(feature = "run")]
use crate::act::Doing;
use crate::description::{Description, FILENAME, Parameter, ParameterKind, TIME};
use crate::fields::Fields;
#[cfg(feature = "run")]
use crate::run::{Bench, Given};

/// Brings in a file from an address.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportUrl {
    /// The address.
    pub url: Url,
    /// Headers to send with the request; secrets, as a rule.
    pub headers: HeaderMap,
    /// The name that the file gets, whatever it is called there.
    pub filename: Option<FileName>,
}

const URL: Parameter =
    Parameter::required("url", ParameterKind::Address, "The address, which must be public.");

const HEADERS: Parameter = Parameter {
    name: "headers",
    kind: ParameterKind::Dictionary,
    required: false,
    secret: true,
    description: "Headers to send with the request, by their names.",
};

impl ImportUrl {
    pub(crate) const DESCRIPTION: Description = Description {
        path: "import/url",
        summary: "Brings in a file from an address.",
        parameters: &[URL, FILENAME, HEADERS, TIME],
        by_engines: false,
        parse: |fields, rules| Some(Box::new(Self::parse(fields, &rules.hosts)?)),
    };

    fn parse(fields: &mut Fields<'_>, hosts: &AllowedHosts) -> Option<Self> {
        let url = fields.required_text("url").map(|url| egress::check(url, hosts));
        if let Some(Err(reason)) = &url {
            fields.refuse("url", reason.to_string());
        }
        let headers = fields.headers("headers");
        let filename = fields.file_name("filename");
        Some(Self { url: url?.ok()?, headers: headers?, filename })
    }
}

impl Act for ImportUrl {
    fn produces(&self, _inputs: Option<Format>) -> Option<Format> {
        let named = self.filename.as_ref().map(FileName::as_str);
        named.map_or_else(|| format_of(&self.url), Format::from_file_name)
    }

    #[cfg(feature = "run")]
    fn run<'a>(&'a self, bench: &'a Bench<'a>, _inputs: &'a [Given]) -> Doing<'a> {
        Box::pin(self.download(bench))
    }
}

fn format_of(url: &Url) -> Option<Format> {
    Format::from_file_name(url.path_segments()?.next_back()?)
}

#[cfg(feature = "run")]
mod run {
    use domain::{Code, Failure, FileName, Output};
    use egress::{Download, EgressError};
    use files::TransferError;

    use super::ImportUrl;
    use crate::run::{Bench, Stop};

    impl ImportUrl {
        pub(super) async fn download(&self, bench: &Bench<'_>) -> Result<Output, Stop> {
            let download =
                bench.egress.get(self.url.clone(), self.headers.clone()).await.map_err(failed)?;
            let name = self.name(&download);
            let key = files::result_key(bench.task, bench.run, 1);
            let file = match bench.files.transfer(key, name, download.body).await {
                Ok(file) => file,
                Err(TransferError::Source(error)) => return Err(failed(error)),
                Err(TransferError::Files(error)) => return Err(error.into()),
            };
            bench.finish(vec![file]).await
        }

        /// Returns the file's name: the payload's, else the server's, else the last segment of the
        /// address.
        fn name(&self, download: &Download) -> FileName {
            let served =
                download.file_name.as_deref().and_then(|name| FileName::sanitize(name).ok());
            self.filename
                .clone()
                .or(served)
                .or_else(|| last_segment(&self.url))
                .unwrap_or_else(unnamed)
        }
    }

    fn last_segment(url: &url::Url) -> Option<FileName> {
        let segment = url.path_segments()?.next_back()?;
        let decoded = percent_encoding::percent_decode_str(segment).decode_utf8_lossy();
        FileName::sanitize(&decoded).ok()
    }

    #[expect(clippy::expect_used, reason = "the literal is a file name")]
    fn unnamed() -> FileName {
        FileName::sanitize("file").expect("a name")
    }

    fn failed(error: EgressError) -> Stop {
        let code = match &error {
            EgressError::TooLarge { .. } => Code::FileTooLarge,
            EgressError::Refused(_)
            | EgressError::RefusedRedirect { .. }
            | EgressError::TooManyRedirects { .. }
            | EgressError::Unresolved { .. }
            | EgressError::Private { .. }
            | EgressError::Unreachable { .. }
            | EgressError::Tls { .. }
            | EgressError::TimedOut { .. }
            | EgressError::Answered { .. }
            | EgressError::BrokeOff { .. } => Code::DownloadFailed,
        };
        Stop::Failed(Failure::new(code, error.to_string()))
    }
}
