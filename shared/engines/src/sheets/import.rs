//! CSV to XLSX.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::value;
use crate::conversion::Job;
use crate::{ConversionError, Made};

/// What a sheet of Excel holds.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: usize = 16_384;
const LONGEST_TEXT: usize = 32_767;

/// How much of the first line is looked at for the character between its fields.
const FIRST_LINE: u64 = 64 << 10;

pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(&job.conversion.directory).map_err(error)?;
    let sheet = workbook.add_worksheet_with_constant_memory().map_err(error)?;
    fill(sheet, job)?;
    let path = job.output();
    workbook.save(&path).map_err(error)?;
    Ok(path.into())
}

fn fill(sheet: &mut Worksheet, job: &Job) -> Result<(), ConversionError> {
    let file = File::open(&job.source().path)?;
    let length = file.metadata()?.len().max(1);
    let mut reader = reader(file)?;
    let mut record = StringRecord::new();
    let mut row = 0;
    while reader.read_record(&mut record).map_err(read_error)? {
        check_room(row, record.len())?;
        write(sheet, row, &record)?;
        row += 1;
        job.progress.set((reader.position().byte() * 90 / length) as u8);
    }
    Ok(())
}

pub(super) fn reader(file: File) -> Result<Reader<impl io::Read>, ConversionError> {
    let mut file = BufReader::with_capacity(FIRST_LINE as usize, file);
    let delimiter = delimiter(file.fill_buf()?);
    Ok(ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(file))
}

/// Returns the usual delimiter that the first line has most of outside quotes; a comma if it has none.
fn delimiter(head: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            byte if !quoted => {
                counts.iter_mut().filter(|(it, _)| it == byte).for_each(|(_, count)| *count += 1)
            }
            _ => {}
        }
    }
    // The first of equals wins, so that one comma beside one bar is a comma.
    counts.iter().rev().max_by_key(|(_, count)| count).map_or(b',', |(delimiter, _)| *delimiter)
}

pub(super) fn check_room(row: u32, columns: usize) -> Result<(), ConversionError> {
    if row >= MOST_ROWS {
        return Err(ConversionError::TooLarge(format!(
            "xlsx holds at most {MOST_ROWS} rows, and the table has more"
        )));
    }
    if columns > MOST_COLUMNS {
        let text =
            format!("xlsx holds at most {MOST_COLUMNS} columns, and row {} has {columns}", row + 1);
        return Err(ConversionError::TooLarge(text));
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, row: u32, record: &StringRecord) -> Result<(), ConversionError> {
    for (column, text) in (0..).zip(record).filter(|(_, text)| !text.is_empty()) {
        let written = match value::number(text) {
            Some(number) => sheet.write_number(row, column, number),
            None => sheet.write_string(row, column, text),
        };
        written.map_err(|it| cell_error(it, row, column))?;
    }
    Ok(())
}

pub(super) fn cell_error(found: XlsxError, row: u32, column: u16) -> ConversionError {
    if !matches!(found, XlsxError::MaxStringLengthExceeded) {
        return error(found);
    }
    let place = format!("row {}, column {}", row + 1, column + 1);
    ConversionError::TooLarge(format!(
        "xlsx holds at most {LONGEST_TEXT} characters in a cell, and {place} has more"
    ))
}

pub(super) fn error(error: XlsxError) -> ConversionError {
    if let XlsxError::IoError(error) = error {
        return ConversionError::Internal(error);
    }
    ConversionError::Failed(format!("the spreadsheet cannot be written: {error}"))
}

pub(super) fn read_error(error: csv::Error) -> ConversionError {
    let line = error.position().map_or(0, csv::Position::line);
    let is_utf8 = !matches!(error.kind(), ErrorKind::Utf8 { .. });
    if let ErrorKind::Io(error) = error.into_kind() {
        return ConversionError::Internal(error);
    }
    let fault = if is_utf8 { "cannot be read" } else { "is not UTF-8 text" };
    ConversionError::invalid(format!("the record at line {line} {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_tells_the_delimiter() {
        let check = |text: &str, expected: char| {
            assert_eq!(char::from(delimiter(text.as_bytes())), expected, "{text}")
        };
        check("a,b\n1;2;3;4", ',');
        check("a;b;c,d\r\n", ';');
        check("a\tb", '\t');
        check("a|b,c", ',');
        check("\"a;b;c\",d", ',');
        check("one", ',');
        check("", ',');
    }
}
