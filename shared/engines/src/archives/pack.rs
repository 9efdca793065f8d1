use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};

use super::names::Names;
use super::{seven, tarball, zipped};
use crate::conversion::Job;
use crate::{ConversionError, Format, Made, Progress, Source};

/// The files that become an archive.
pub(super) struct Packing<'a> {
    job: &'a Job,
    done: Cell<u64>,
    total: u64,
}

/// A file that says how far it is read.
pub(super) struct Watched<'a> {
    file: File,
    done: &'a Cell<u64>,
    total: u64,
    progress: &'a Progress,
}

pub(super) fn pack(job: &Job) -> Result<Made, ConversionError> {
    let lengths = job.conversion.sources.iter().map(|source| Ok(fs::metadata(&source.path)?.len()));
    let total = lengths.sum::<io::Result<u64>>()?;
    let packing = Packing { job, done: Cell::new(0), total: total.max(1) };
    let path = job.output();
    let file = File::create(&path)?;
    match packing.format() {
        Format::ZIP => zipped::pack(&packing, file)?,
        Format::SEVEN_ZIP => seven::pack(&packing, file)?,
        _ => tarball::pack(&packing, file)?,
    }
    Ok(path.into())
}

impl Packing<'_> {
    pub(super) fn format(&self) -> Format {
        self.job.conversion.output_format
    }

    /// Returns each file with a name that no other has, and its length.
    pub(super) fn files(&self) -> impl Iterator<Item = (String, io::Result<Watched<'_>>, u64)> {
        let mut names = Names::default();
        self.job.conversion.sources.iter().map(move |source| {
            let length = fs::metadata(&source.path).map_or(0, |file| file.len());
            (names.unique(&source.name), self.open(source), length)
        })
    }

    fn open(&self, source: &Source) -> io::Result<Watched<'_>> {
        let (done, total, progress) = (&self.done, self.total, &self.job.progress);
        Ok(Watched { file: File::open(&source.path)?, done, total, progress })
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.done.set(self.done.get() + read as u64);
        self.progress.set((self.done.get() * 99 / self.total).min(99) as u8);
        Ok(read)
    }
}
