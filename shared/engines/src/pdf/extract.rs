//! Some pages of a file, or each as a file of its own.

use lopdf::Document;

use super::assembly::{Assembly, Taking, resolve_names};
use super::open::{open, save, write};
use super::tree;
use crate::conversion::Job;
use crate::pages::select;
use crate::{ConversionError, Made};

/// Makes one file of the wanted pages.
///
/// # Errors
///
/// When the file cannot be read, or a page is not there.
pub(super) fn extract(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let mut document = open(job.source(), options)?;
    let pages = select(options, tree::pages(&document).len())?;
    resolve_names(&mut document);
    let mut part = part(&mut document, &pages, Taking::Originals)?;
    save(&mut part, &job.output())?;
    Ok(job.output().into())
}

/// Makes a file of each page.
///
/// # Errors
///
/// When the file cannot be read.
pub(super) fn split(job: &Job) -> Result<Made, ConversionError> {
    let mut document = open(job.source(), &job.conversion.options)?;
    let count = tree::pages(&document).len();
    resolve_names(&mut document);
    let mut paths = Vec::with_capacity(count);
    for page in 0..count {
        let path = job.numbered(page + 1);
        write(&mut part(&mut document, &[page], Taking::Copies)?, &path)?;
        paths.push(path);
        job.progress.set(u8::try_from((page + 1) * 99 / count).unwrap_or(99));
        job.progress.say(format!("page {} of {count}", page + 1));
    }
    Ok(paths.into())
}

fn part(
    document: &mut Document,
    pages: &[usize],
    taking: Taking,
) -> Result<Document, ConversionError> {
    let mut assembly = Assembly::new(document.max_id);
    assembly.add(document, pages, taking)?;
    let mut part = assembly.finish();
    part.renumber_objects();
    Ok(part)
}
