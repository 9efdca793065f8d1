use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};

use super::budget::Budget;
use super::names::{Names, file_name};
use super::{COMPRESSED, PASSWORD, seven, stream, tarball, zipped};
use crate::conversion::Job;
use crate::{ConversionError, Format, Made, Product};

/// How much is copied at once.
const BUFFER: usize = 64 << 10;

/// The files that come out of an archive.
pub(super) struct Unpacked<'a> {
    job: &'a Job,
    length: u64,
    pub(super) budget: Budget,
    names: Names,
    files: Vec<Product>,
    left_out: usize,
}

pub(super) fn unpack(job: &Job) -> Result<Made, ConversionError> {
    let file = File::open(&job.source().path)?;
    let length = file.metadata()?.len();
    let budget = Budget::of(length);
    let mut unpacked =
        Unpacked { job, length, budget, names: Names::default(), files: Vec::new(), left_out: 0 };
    let file = BufReader::with_capacity(BUFFER, file);
    match job.source().format {
        Format::ZIP => zipped::unpack(file, &mut unpacked)?,
        Format::SEVEN_ZIP => seven::unpack(file, &mut unpacked)?,
        format if COMPRESSED.contains(&format) => single(file, &mut unpacked)?,
        _ => tarball::unpack(file, &mut unpacked)?,
    }
    unpacked.finish()
}

/// Unpacks a file that holds one other, which is called the same without the last extension.
fn single(file: BufReader<File>, unpacked: &mut Unpacked<'_>) -> Result<(), ConversionError> {
    let source = unpacked.job.source();
    let content = stream::reader(source.format, file).map_err(|it| unpacked.budget.error(it))?;
    let name = source.name.rsplit_once('.').map_or(source.name.as_str(), |(stem, _)| stem);
    unpacked.keep(name, content)
}

impl Unpacked<'_> {
    pub(super) fn format(&self) -> Format {
        self.job.source().format
    }

    /// Returns the length of the archive.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn password(&self) -> Option<String> {
        PASSWORD.text(&self.job.conversion.options)
    }

    /// Keeps a file by the last part of its path; leaves it out if the path leads out of the archive.
    pub(super) fn keep(&mut self, path: &str, content: impl Read) -> Result<(), ConversionError> {
        let Some(name) = file_name(path) else {
            self.leave_out();
            return Ok(());
        };
        let name = self.names.unique(name);
        let number = self.files.len() + 1;
        let path = self.job.conversion.directory.join(format!("file-{number}"));
        copy(self.budget.meter(content), File::create(&path)?)
            .map_err(|error| error.map_or_else(Into::into, |it| self.budget.error(it)))?;
        self.files.push(Product { path, name: Some(name) });
        self.job.progress.say(format!("file {number}"));
        Ok(())
    }

    /// Notes an entry that is neither a file nor a folder.
    pub(super) fn leave_out(&mut self) {
        self.left_out += 1;
    }

    fn finish(self) -> Result<Made, ConversionError> {
        if self.files.is_empty() {
            return Err(ConversionError::invalid("there are no files in the archive"));
        }
        let mut words = format!("{} files", self.files.len());
        if self.left_out > 0 {
            let left_out = self.left_out;
            words =
                format!("{words}; {left_out} links, devices and paths out of the archive left out");
        }
        self.job.progress.say(words);
        Ok(Made { files: self.files, ..Made::default() })
    }
}

/// Copies a file. An error is that of reading, or else that of writing.
fn copy(mut from: impl Read, to: File) -> Result<(), Result<std::io::Error, std::io::Error>> {
    let mut to = BufWriter::with_capacity(BUFFER, to);
    let mut buffer = vec![0; BUFFER];
    loop {
        match from.read(&mut buffer).map_err(Ok)? {
            0 => return to.flush().map_err(Err),
            length => to.write_all(&buffer[..length]).map_err(Err)?,
        }
    }
}

pub(super) fn wrong_password() -> ConversionError {
    let message = "The password does not open the archive.".into();
    ConversionError::InvalidOption { field: PASSWORD.name.into(), message }
}
