//! Which way a document is converted: by a warm LibreOffice if that can do it, else by one begun for it.

use std::io;
use std::path::{Path, PathBuf};

use super::kit::Request;
use super::warm::Failure;
use super::{PAGES, PASSWORD, SHEETS, filter, soffice};
use crate::conversion::Job;
use crate::engine::Running;
use crate::process::Isolation;
use crate::{ConversionError, Made, detect};

pub(super) fn convert(job: Job) -> Running {
    Box::pin(run(job))
}

async fn run(job: Job) -> Result<Made, ConversionError> {
    let missing = || io::Error::other("the program was not looked for on this machine");
    let program = tokio::fs::canonicalize(job.program.as_ref().ok_or_else(missing)?).await?;
    job.progress.set(10);
    let Some(isolation) = Isolation::current().filter(|_| kit_reads(&job, &program)) else {
        return soffice::convert(&job, &program).await;
    };
    match by_kit(&job, &isolation, &program).await {
        Ok(path) => Ok(path.into()),
        Err(Failure::Locked) if PASSWORD.text(&job.conversion.options).is_none() => {
            Err(ConversionError::PasswordRequired)
        }
        Err(Failure::Locked) => Err(ConversionError::WrongPassword),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Refused(reason)) => {
            job.progress.log(&reason);
            soffice::convert(&job, &program).await
        }
    }
}

/// LibreOffice 7.4 opens no spreadsheet through its kit without a screen, and some end its process.
fn kit_reads(job: &Job, program: &Path) -> bool {
    !SHEETS.contains(&job.source().format)
        && program.parent().is_some_and(|folder| {
            ["libsofficeapp.so", "libmergedlo.so"].iter().any(|name| folder.join(name).exists())
        })
}

async fn by_kit(job: &Job, isolation: &Isolation, program: &Path) -> Result<PathBuf, Failure> {
    let (conversion, source) = (&job.conversion, job.source());
    let directory = tokio::fs::canonicalize(&conversion.directory).await?;
    let input = directory.join(format!("input.{}", source.format));
    place(&source.path, &input).await?;
    let (pages, output) = (PAGES.text(&conversion.options), job.output());
    let request = Request {
        input,
        output: output.clone(),
        format: conversion.output_format.to_string(),
        options: filter::kit_options(conversion.output_format, pages.as_deref()),
        password: PASSWORD.text(&conversion.options),
    };
    let folder = program.parent().unwrap_or(program);
    isolation.office.convert(isolation, folder, request).await?;
    let (made, format) = (output.clone(), conversion.output_format);
    let is_right = tokio::task::spawn_blocking(move || detect(&made, None, Some(format)).is_ok());
    if is_right.await.map_err(io::Error::from)? {
        Ok(output)
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
