//! One conversion by one new `soffice` process.

use std::io;
use std::path::Path;

use super::{filter, pipe, place, profile};
use crate::conversion::Job;
use crate::detect::looks_right;
use crate::process::{Command, Ended};
use crate::{ConversionError, Made};

/// Converts a document by a program that is begun for it alone.
pub(super) async fn convert(job: &Job, program: &Path) -> Result<Made, ConversionError> {
    let conversion = &job.conversion;
    let directory = tokio::fs::canonicalize(&conversion.directory).await?;
    let (profile, address) = profile::within(&directory)?;
    profile::create(&profile).await?;
    let input = directory.join(format!("input.{}", job.source().format));
    place(&job.source().path, &input).await?;
    let command =
        Command::new(program, &directory).args(arguments(job, (&directory, &address), &input)?);
    let command = command.policy(pipe::policy());
    let mut ended = command.clone().run().await;
    // With a new profile it begins anew, and finds the socket in its way that it may not remove.
    tokio::task::spawn_blocking(pipe::remove_dead).await.map_err(io::Error::from)?;
    if ended.as_ref().is_ok_and(Ended::failed) {
        ended = command.run().await;
    }
    let ended = ended?;
    ended.stderr.lines().for_each(|line| job.progress.log(line));
    job.progress.set(90);
    let made = directory.join("out").join(format!("input.{}", conversion.output_format));
    collect(job, &made, &ended).await
}

fn arguments(
    job: &Job,
    (directory, profile): (&Path, &str),
    input: &Path,
) -> Result<Vec<String>, ConversionError> {
    let text = |path: &Path| {
        path.to_str().map(str::to_owned).ok_or_else(|| io::Error::other("a path is not UTF-8"))
    };
    let conversion = &job.conversion;
    let (from, to) = (job.source().format, conversion.output_format);
    let mut arguments = vec![format!("-env:{}={profile}", profile::PROFILE)];
    arguments.extend(
        ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo"]
            .map(str::to_owned),
    );
    arguments.extend(filter::input(from));
    arguments.extend(["--convert-to".to_owned(), filter::output(from, to, &conversion.options)]);
    arguments.extend(["--outdir".to_owned(), text(&directory.join("out"))?, text(input)?]);
    Ok(arguments)
}

/// It ends with success whatever happens: only a result that looks right is one.
async fn collect(job: &Job, made: &Path, ended: &Ended) -> Result<Made, ConversionError> {
    // What it left may lead elsewhere, where it cannot read but this process can.
    let is_within = tokio::fs::canonicalize(made).await.is_ok_and(|path| path == made);
    if is_within && looks_right(made, job.conversion.output_format).await? {
        let output = job.output();
        tokio::fs::rename(made, &output).await?;
        return Ok(output.into());
    }
    // It also says that it has no Java, which nothing here needs.
    let complaint = ended.complaint().filter(|line| !line.contains("javaldx"));
    if ended.status.success() || (complaint.is_none() && ended.status.code().is_some()) {
        let input = job.source().format;
        return Err(ConversionError::InvalidFile(format!(
            "LibreOffice cannot read the file as {input}: it is damaged"
        )));
    }
    let reason = complaint.unwrap_or_else(|| "it ended early".into());
    Err(ConversionError::Failed(format!("LibreOffice failed on this file: {reason}")))
}
