use std::fs::File;
use std::io;
use std::path::Path;

use csv::{Writer, WriterBuilder};

use crate::ConversionError;

/// What a sheet of Excel holds.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

/// The most fields of a table, the empty ones counted: a sheet of few cells far apart would fill the disk with commas.
const MOST_FIELDS: u64 = 200_000_000;

/// A CSV that is written cell by cell, row after row. Every row gets as many fields as the widest row so far.
pub(super) struct Table {
    writer: Writer<File>,
    row: Vec<String>,
    /// How many rows are written.
    written: u32,
    width: usize,
    /// The width of the first row that was written, if any was.
    first: Option<usize>,
    left: u64,
}

impl Table {
    /// Begins a table whose rows have at least `width` fields.
    pub(super) fn create(path: &Path, width: usize) -> Result<Self, ConversionError> {
        let writer = WriterBuilder::new().flexible(true).from_writer(File::create(path)?);
        Ok(Self { writer, row: Vec::new(), written: 0, width, first: None, left: MOST_FIELDS })
    }

    /// Adds a cell; its row must not lie before that of the cell added last.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: u32,
        text: String,
    ) -> Result<(), ConversionError> {
        if row >= MOST_ROWS || column >= MOST_COLUMNS || row < self.written {
            return Err(ConversionError::invalid(
                "the spreadsheet is damaged: a cell is out of place",
            ));
        }
        while self.written < row {
            self.end_row()?;
        }
        let column = column as usize;
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = text;
        Ok(())
    }

    /// Ends the table. Returns the width that all rows should have had, if an early row was written narrower.
    pub(super) fn finish(mut self) -> Result<Option<usize>, ConversionError> {
        if !self.row.is_empty() {
            self.end_row()?;
        }
        self.writer.flush()?;
        let narrow = self.first.is_some_and(|first| first < self.width);
        if u64::from(self.written) * self.width as u64 > MOST_FIELDS {
            return Err(too_large());
        }
        Ok(narrow.then_some(self.width))
    }

    fn end_row(&mut self) -> Result<(), ConversionError> {
        self.width = self.width.max(self.row.len());
        self.row.resize(self.width, String::new());
        self.left = self.left.checked_sub(self.width.max(1) as u64).ok_or_else(too_large)?;
        self.writer
            .write_record(&self.row)
            .map_err(|error| ConversionError::Internal(io::Error::other(error)))?;
        self.first.get_or_insert(self.width);
        self.row.clear();
        self.written += 1;
        Ok(())
    }
}

fn too_large() -> ConversionError {
    ConversionError::TooLarge(format!("the table has over {MOST_FIELDS} fields"))
}
