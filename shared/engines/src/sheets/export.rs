//! One sheet of XLSX to CSV.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use calamine::{Data, Reader, Sheet, SheetType, Xlsx, open_workbook};

use super::table::Table;
use super::{SHEET, guard, value};
use crate::conversion::Job;
use crate::{ConversionError, Made};

type Book = Xlsx<BufReader<File>>;

pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let input = &job.source().path;
    guard::check(input)?;
    let mut book = open_workbook(input).map_err(damaged)?;
    let sheet = choose(&book, SHEET.integer(&job.conversion.options).unwrap_or(1))?;
    let path = job.output();
    job.progress.set(20);
    // Rows before the widest one are written too narrow: the second time its width is known from the start.
    if let Some(width) = write(&mut book, &sheet, &path, 0)? {
        job.progress.set(60);
        write(&mut book, &sheet, &path, width)?;
    }
    Ok(path.into())
}

/// What the library says of a damaged file is of no use to its owner.
fn damaged<E>(_: E) -> ConversionError {
    ConversionError::invalid("the spreadsheet is damaged")
}

/// Returns the name of the sheet with this number, from 1; charts are no sheets.
fn choose(book: &Book, number: u32) -> Result<String, ConversionError> {
    let is_table = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet;
    let tables: Vec<_> =
        book.sheets_metadata().iter().filter(is_table).map(|sheet| sheet.name.clone()).collect();
    if tables.is_empty() {
        return Err(ConversionError::invalid("the spreadsheet has no sheets"));
    }
    let message = format!("The sheet must be an integer between 1 and {}.", tables.len());
    let chosen = tables.into_iter().nth(number as usize - 1);
    chosen.ok_or(ConversionError::InvalidOption { field: SHEET.name.into(), message })
}

/// Writes the sheet with at least `width` fields a row. Returns the width that early rows should have had, if wider.
fn write(
    book: &mut Book,
    sheet: &str,
    path: &Path,
    width: usize,
) -> Result<Option<usize>, ConversionError> {
    let mut table = Table::create(path, width)?;
    let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        if let Some(text) = value::text(Data::from(cell.get_value().clone())) {
            table.put(row, column, text)?;
        }
    }
    table.finish()
}
