//! Sheets of XLS, ODS and XLSX to something else.

use std::fs::File;
use std::io::{BufReader, Read, Seek};

use calamine::{Data, Ods, Reader, SheetType, Sheets, Xls, Xlsx, open_workbook_from_rs};

use super::sink::Sink;
use super::{ALL_SHEETS, SHEET, guard};
use crate::conversion::Job;
use crate::{ConversionError, Format, Made, Product};

/// The most fields of a table, the empty ones counted.
const MOST_FIELDS: u64 = 50_000_000;

type Book = Sheets<BufReader<File>>;

pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let mut book = open(job)?;
    let names = names(&book)?;
    let options = &job.conversion.options;
    if !ALL_SHEETS.flag(options) {
        let number = SHEET.integer(options).unwrap_or(1) as usize;
        let name = names.get(number - 1).ok_or_else(|| no_sheet(names.len()))?;
        let path = job.output();
        write(&mut book, name, (job.conversion.output_format, &path))?;
        return Ok(path.into());
    }
    let mut files = Vec::new();
    for (name, number) in names.iter().zip(1..) {
        job.progress.say(format!("sheet {number} of {}", names.len()));
        let (format, path) = (job.conversion.output_format, job.numbered(number));
        write(&mut book, name, (format, &path))?;
        files.push(Product { path, name: Some(format!("{name}.{format}")) });
    }
    Ok(Made { files, ..Made::default() })
}

fn open(job: &Job) -> Result<Book, ConversionError> {
    let source = job.source();
    let file = BufReader::new(File::open(&source.path)?);
    if source.format != Format::XLS {
        guard::check(&source.path)?;
    }
    fn read<R: Reader<RS>, RS: Read + Seek>(file: RS) -> Result<R, ConversionError> {
        open_workbook_from_rs(file).map_err(damaged)
    }
    Ok(match source.format {
        Format::XLS => Sheets::Xls(read::<Xls<_>, _>(file)?),
        Format::ODS => Sheets::Ods(read::<Ods<_>, _>(file)?),
        _ => Sheets::Xlsx(read::<Xlsx<_>, _>(file)?),
    })
}

fn names(book: &Book) -> Result<Vec<String>, ConversionError> {
    let tables = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<_> = tables.map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() {
        return Err(ConversionError::invalid("the spreadsheet has no sheets"));
    }
    Ok(names)
}

fn no_sheet(count: usize) -> ConversionError {
    let message = format!("The sheet must be an integer between 1 and {count}.");
    ConversionError::InvalidOption { field: SHEET.name.into(), message }
}

fn write(
    book: &mut Book,
    name: &str,
    (format, path): (Format, &std::path::Path),
) -> Result<(), ConversionError> {
    let range = book.worksheet_range(name).map_err(damaged)?;
    let end = range.end().map_or((0, 0), |(row, column)| (u64::from(row) + 1, column + 1));
    if end.0 * u64::from(end.1) > MOST_FIELDS {
        let text = format!("the sheet has over {MOST_FIELDS} fields");
        return Err(ConversionError::TooLarge(text));
    }
    let mut sink = Sink::create(format, path, name)?;
    let (top, left) = range.start().unwrap_or_default();
    // The first row of JSON is the names.
    let top = if format == Format::JSON { 0 } else { top };
    (0..top).try_for_each(|_| sink.row(vec![Data::Empty; end.1 as usize]))?;
    for cells in range.rows() {
        let before = vec![Data::Empty; left as usize];
        sink.row(before.into_iter().chain(cells.iter().cloned()).collect())?;
    }
    sink.finish()
}

fn damaged<E>(_: E) -> ConversionError {
    ConversionError::invalid("the spreadsheet is damaged")
}
