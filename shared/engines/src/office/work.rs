//! Which way a document is converted: by a warm LibreOffice if that can do it, else by one begun for it.

use std::io;
use std::path::Path;

use super::worker::{Failure, Order};
use super::{PASSWORD, filter, soffice};
use crate::conversion::Job;
use crate::detect::looks_right;
use crate::engine::Running;
use crate::process::Isolation;
use crate::{ConversionError, Format, Made};

pub(super) fn convert(job: Job) -> Running {
    Box::pin(run(job))
}

async fn run(job: Job) -> Result<Made, ConversionError> {
    let missing = || io::Error::other("the program was not looked for on this machine");
    let program = tokio::fs::canonicalize(job.program.as_ref().ok_or_else(missing)?).await?;
    job.progress.set(10);
    job.progress.say("converting with LibreOffice");
    let Some(isolation) = Isolation::current().filter(|_| kit_reads(&job, &program)) else {
        return soffice::convert(&job, &program).await;
    };
    match by_kit(&job, &isolation, &program).await {
        Ok(()) => Ok(job.output().into()),
        Err(Failure::Locked) => Err(ConversionError::PasswordRequired),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Refused(reason)) => {
            job.progress.log(&reason);
            soffice::convert(&job, &program).await
        }
    }
}

/// The kit asks by a dialog how a CSV is to be read, which without a screen ends its process; it has no option that tells
/// it. What else LibreOffice reads and writes, its kit does (7.4.7; see the tests).
fn kit_reads(job: &Job, program: &Path) -> bool {
    job.source().format != Format::CSV
        && program.parent().is_some_and(|folder| {
            ["libsofficeapp.so", "libmergedlo.so"].iter().any(|name| folder.join(name).exists())
        })
}

async fn by_kit(job: &Job, isolation: &Isolation, program: &Path) -> Result<(), Failure> {
    let (conversion, output) = (&job.conversion, job.output());
    let order = Order {
        source: job.source(),
        output: &output,
        output_format: conversion.output_format,
        options: filter::options(conversion.output_format, &conversion.options),
        password: PASSWORD.text(&conversion.options),
    };
    let folder = program.parent().unwrap_or(program);
    isolation.office.convert(isolation, folder, order).await?;
    if looks_right(&output, conversion.output_format).await? {
        Ok(())
    } else {
        Err(Failure::Refused("the result is not what was asked for".to_owned()))
    }
}

/// Puts a copy of a file where LibreOffice reads it: it looks at extensions, and a name that users give is no argument.
///
/// No link: what writes to that would write to the file itself.
pub(super) async fn place(from: &Path, to: &Path) -> io::Result<()> {
    tokio::fs::copy(from, to).await.map(drop)
}
