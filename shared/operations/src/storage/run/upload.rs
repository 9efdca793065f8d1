use domain::{Code, File, Output};
use egress::{EgressError, Outgoing};
use futures::stream::StreamExt;

use super::super::upload::Upload;
use super::Trouble;
use crate::run::{Bench, Given, Stop};

impl Upload {
    pub(in crate::storage) async fn send(
        &self,
        bench: &Bench<'_>,
        inputs: &[Given],
    ) -> Result<Output, Stop> {
        let files: Vec<_> = inputs.iter().flat_map(|given| &given.files).collect();
        let sent = match files[..] {
            [file] => self.put(bench, file).await,
            _ => Err(Trouble::told(format!(
                "One address takes one file, and there are {}.",
                files.len()
            ))),
        };
        sent.map_err(|trouble| trouble.stop(Code::UploadFailed))?;
        bench.finish(files.into_iter().cloned().collect()).await
    }

    async fn put(&self, bench: &Bench<'_>, file: &File) -> Result<(), Trouble> {
        let (progress, size, mut passed) = (bench.progress.clone(), file.size, 0);
        let body = bench.files.read(file).await?.map(move |chunk| {
            let chunk = chunk.map_err(std::io::Error::other)?;
            passed += chunk.len() as u64;
            progress.set(u8::try_from(passed * 99 / size.max(1)).unwrap_or(99));
            Ok(chunk)
        });
        let outgoing = Outgoing { size, body: body.boxed() };
        let (method, headers) = (self.method.clone(), self.headers.clone());
        let sent = bench.egress.exchange(method, self.url.clone(), headers, Some(outgoing));
        let status = sent.await?.status;
        if status.is_success() {
            return Ok(());
        }
        let host = self.url.host_str().unwrap_or_default().to_owned();
        Err(EgressError::Answered { host, status: status.as_u16() }.into())
    }
}
