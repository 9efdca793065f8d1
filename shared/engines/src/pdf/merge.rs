//! Several files as one, in their order.

use super::assembly::{Assembly, Taking, resolve_names};
use super::open::{open, save};
use super::{same, tree};
use crate::conversion::Job;
use crate::{ConversionError, Made};

/// Makes one file of all; what is in several of them is kept once.
///
/// # Errors
///
/// When a file cannot be read, or there are too many pages.
pub(super) fn merge(job: &Job) -> Result<Made, ConversionError> {
    let sources = &job.conversion.sources;
    // The file's own objects come last, so that those of the files follow on each other from 1.
    let mut documents = Vec::with_capacity(sources.len());
    let mut next = 1;
    for (index, source) in sources.iter().enumerate() {
        let mut document = open(source, &job.conversion.options)?;
        resolve_names(&mut document);
        document.renumber_objects_with(next);
        next = document.max_id + 1;
        documents.push(document);
        job.progress.set(u8::try_from((index + 1) * 60 / sources.len()).unwrap_or(60));
        job.progress.say(format!("file {} of {}", index + 1, sources.len()));
    }
    let mut assembly = Assembly::new(next);
    for document in &mut documents {
        let pages: Vec<usize> = (0..tree::pages(document).len()).collect();
        assembly.add(document, &pages, Taking::Originals)?;
    }
    drop(documents);
    let mut merged = assembly.finish();
    same::share(&mut merged);
    save(&mut merged, &job.output())?;
    Ok(job.output().into())
}
