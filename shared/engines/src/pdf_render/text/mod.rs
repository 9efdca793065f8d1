//! The text of pages, line by line in the order in which it is drawn: programs draw as people read.

use std::fs::File;
use std::io::{BufWriter, Write};

use hayro::hayro_interpret::util::{RectExt, TransformExt};
use hayro::hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;

use crate::conversion::Job;
use crate::{ConversionError, Made};
use lines::Lines;

mod device;
mod lines;

/// What ends a page, as `pdftotext` has it.
const PAGE_END: &str = "\u{c}";

/// Writes the text of pages, by their numbers from 0.
///
/// # Errors
///
/// When it cannot be written.
pub(super) fn write(job: &Job, pdf: &Pdf, pages: &[usize]) -> Result<Made, ConversionError> {
    let path = job.output();
    let mut file = BufWriter::new(File::create(&path)?);
    let cache = InterpreterCache::new();
    for (index, &number) in pages.iter().enumerate() {
        let text = read(&pdf.pages()[number], &cache);
        file.write_all(text.as_bytes())?;
        file.write_all(PAGE_END.as_bytes())?;
        job.progress.set(u8::try_from(index * 99 / pages.len()).unwrap_or(99));
        job.progress.say(format!("page {} of {}", index + 1, pages.len()));
    }
    file.flush()?;
    Ok(path.into())
}

fn read<'a>(page: &'a Page<'a>, cache: &InterpreterCache<'a>) -> String {
    let settings = InterpreterSettings::default();
    let upright = page.initial_transform(true).to_kurbo();
    let area = page.intersected_crop_box().to_kurbo();
    let mut context = Context::new(upright, area, cache, page.xref(), settings);
    let mut lines = Lines::default();
    interpret_page(page, &mut context, &mut lines);
    lines.text()
}
