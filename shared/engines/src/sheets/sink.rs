//! What rows become: CSV, JSON, HTML and XLSX, written row by row.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use calamine::Data;
use csv::{Writer, WriterBuilder};
use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::{Map, Value};

use super::{import, value};
use crate::{ConversionError, Format};

/// Where rows go.
pub(super) enum Sink {
    Csv(Box<Writer<BufWriter<File>>>),
    Json { file: BufWriter<File>, names: Option<Vec<String>>, count: u64 },
    Html(BufWriter<File>),
    Xlsx { book: Box<Workbook>, path: PathBuf, row: u32 },
}

const HEAD: &str = "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n";

impl Sink {
    /// Begins a file of this format, called after the sheet where the format says that.
    pub(super) fn create(
        format: Format,
        path: &Path,
        title: &str,
    ) -> Result<Self, ConversionError> {
        if format == Format::XLSX {
            let mut book = Box::new(Workbook::new());
            book.set_tempdir(path.parent().unwrap_or(path)).map_err(import::error)?;
            book.add_worksheet_with_constant_memory().map_err(import::error)?;
            return Ok(Self::Xlsx { book, path: path.to_owned(), row: 0 });
        }
        let mut file = BufWriter::new(File::create(path)?);
        Ok(match format {
            Format::CSV => {
                Self::Csv(Box::new(WriterBuilder::new().flexible(true).from_writer(file)))
            }
            Format::JSON => {
                file.write_all(b"[")?;
                Self::Json { file, names: None, count: 0 }
            }
            _ => {
                let title = escape(title);
                write!(file, "{HEAD}<title>{title}</title>\n</head>\n<body>\n<table>\n")?;
                Self::Html(file)
            }
        })
    }

    /// Writes a row.
    pub(super) fn row(&mut self, cells: Vec<Data>) -> Result<(), ConversionError> {
        match self {
            Self::Csv(writer) => {
                let texts = cells.into_iter().map(|cell| value::text(cell).unwrap_or_default());
                writer.write_record(texts).map_err(io::Error::other)?;
            }
            Self::Json { names: names @ None, .. } => *names = Some(named(cells)),
            Self::Json { file, names: Some(names), count } => {
                file.write_all(if *count == 0 { b"\n" } else { b",\n" })?;
                serde_json::to_writer(file, &object(names, cells)).map_err(io::Error::other)?;
                *count += 1;
            }
            Self::Html(file) => html(cells, file)?,
            Self::Xlsx { book, row, .. } => {
                import::check_room(*row, cells.len())?;
                let sheet = book.worksheet_from_index(0).map_err(import::error)?;
                (0..).zip(cells).try_for_each(|(column, cell)| put(sheet, (*row, column), cell))?;
                *row += 1;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<(), ConversionError> {
        match self {
            Self::Csv(mut writer) => writer.flush()?,
            Self::Json { mut file, .. } => {
                file.write_all(b"\n]\n")?;
                file.flush()?;
            }
            Self::Html(mut file) => {
                file.write_all(b"</table>\n</body>\n</html>\n")?;
                file.flush()?;
            }
            Self::Xlsx { mut book, path, .. } => book.save(path).map_err(import::error)?,
        }
        Ok(())
    }
}

/// Returns the names of the first row: those that are missing are the columns', and no two are alike.
fn named(cells: Vec<Data>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for cell in cells {
        let own = value::text(cell).filter(|name| !name.trim().is_empty());
        let mut name = own.unwrap_or_else(|| column(names.len()));
        while names.contains(&name) {
            name.push('_');
        }
        names.push(name);
    }
    names
}

/// Returns what spreadsheets call a column: A, B, … Z, AA.
fn column(mut index: usize) -> String {
    let mut name = String::new();
    loop {
        name.insert(0, char::from(b'A' + (index % 26) as u8));
        match (index / 26).checked_sub(1) {
            Some(rest) => index = rest,
            None => return name,
        }
    }
}

fn object(names: &[String], cells: Vec<Data>) -> Map<String, Value> {
    let mut cells = cells.into_iter();
    let mut row = Map::new();
    for name in names {
        row.insert(name.clone(), cells.next().map_or(Value::Null, json));
    }
    for (index, cell) in (names.len()..).zip(cells) {
        row.insert(column(index), json(cell));
    }
    row
}

fn json(cell: Data) -> Value {
    match cell {
        Data::Bool(value) => value.into(),
        Data::Int(number) => number.into(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            (number as i64).into()
        }
        Data::Float(number) => number.into(),
        other => value::text(other).into(),
    }
}

fn html(cells: Vec<Data>, file: &mut impl Write) -> io::Result<()> {
    file.write_all(b"<tr>")?;
    for cell in cells {
        let text = escape(&value::text(cell).unwrap_or_default());
        write!(file, "<td>{text}</td>")?;
    }
    file.write_all(b"</tr>\n")
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: Data,
) -> Result<(), ConversionError> {
    let written = match cell {
        Data::Empty => return Ok(()),
        Data::Int(number) => sheet.write_number(row, column, number as f64),
        Data::Float(number) if number.is_finite() => sheet.write_number(row, column, number),
        Data::Bool(value) => sheet.write_boolean(row, column, value),
        other => sheet.write_string(row, column, value::text(other).unwrap_or_default()),
    };
    written.map(drop).map_err(|it| import::cell_error(it, row, column))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let names = [0, 1, 25, 26, 701, 702].map(column);
        assert_eq!(names, ["A", "B", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn names_are_made_where_they_are_missing_or_taken() {
        let text = |text: &str| Data::String(text.into());
        let names = named(vec![text("a"), Data::Empty, text("a"), Data::Float(3.0)]);
        assert_eq!(names, ["a", "B", "a_", "3"]);
    }
}
