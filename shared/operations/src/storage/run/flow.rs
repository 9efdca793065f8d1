//! Bringing in and putting out, whatever the storage.

use domain::{Code, File, FileName, Output};
use futures::stream::StreamExt;

use super::super::{Export, Import, Place, Selection};
use super::{Body, MOST, Shelf, Trouble};
use crate::run::{Bench, Given, Stop};

impl<P: Place> Import<P> {
    pub(in crate::storage) async fn import(&self, bench: &Bench<'_>) -> Result<Output, Stop> {
        let imported = self.bring(bench).await;
        let (files, message) = imported.map_err(|trouble| trouble.stop(Code::DownloadFailed))?;
        Ok(Output { message, ..bench.finish(files).await? })
    }

    async fn bring(&self, bench: &Bench<'_>) -> Result<(Vec<File>, Option<String>), Trouble> {
        let shelf = self.place.open(bench).await?;
        let paths = match &self.selection {
            Selection::One(path) => vec![path.clone()],
            Selection::Several(prefix) => listed(shelf.list(prefix).await?, prefix)?,
        };
        let mut files = Vec::with_capacity(paths.len());
        for (index, path) in paths.iter().enumerate() {
            let incoming = shelf.read(path).await?;
            if incoming.size.is_some_and(|size| size > files::LARGEST) {
                return Err(Trouble::TooLarge(path.clone()));
            }
            let key = files::result_key(bench.task, bench.run, index + 1);
            let share = Share { index, count: paths.len(), size: incoming.size };
            let body = share.counted(bench, incoming.body);
            files.push(bench.files.transfer(key, self.name(path), body).await?);
        }
        Ok((files, shelf.remark()))
    }

    fn name(&self, path: &str) -> FileName {
        let given = self.filename.clone();
        given.filter(|_| matches!(self.selection, Selection::One(_))).unwrap_or_else(|| named(path))
    }
}

impl<P: Place> Export<P> {
    pub(in crate::storage) async fn export(
        &self,
        bench: &Bench<'_>,
        inputs: &[Given],
    ) -> Result<Output, Stop> {
        let files: Vec<_> = inputs.iter().flat_map(|given| &given.files).collect();
        let exported = self.put(bench, &files).await;
        let (files, message) = exported.map_err(|trouble| trouble.stop(Code::UploadFailed))?;
        Ok(Output { message, ..bench.finish(files).await? })
    }

    async fn put(
        &self,
        bench: &Bench<'_>,
        files: &[&File],
    ) -> Result<(Vec<File>, Option<String>), Trouble> {
        let names: Vec<_> = files.iter().map(|file| &file.name).collect();
        let targets = self.selection.targets(&names);
        let shelf = self.place.open(bench).await?;
        for (index, (file, target)) in files.iter().zip(&targets).enumerate() {
            let share = Share { index, count: files.len(), size: Some(file.size) };
            let body = bench.files.read(file).await?.map(|chunk| Ok(chunk?)).boxed();
            shelf.write(target, &self.attributes, share.counted(bench, body)).await?;
        }
        let put = files.iter().zip(&targets);
        let put = put.map(|(file, target)| File { name: named(target), ..(*file).clone() });
        Ok((put.collect(), shelf.remark()))
    }
}

/// Which file of how many is on its way.
struct Share {
    index: usize,
    count: usize,
    size: Option<u64>,
}

impl Share {
    /// Returns the same bytes, and says how far the task is as they pass.
    fn counted(self, bench: &Bench<'_>, body: Body) -> Body {
        let (progress, mut passed) = (bench.progress.clone(), 0);
        let count = move |chunk: &Result<bytes::Bytes, Trouble>| {
            passed += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
            progress.set(self.percent(passed));
        };
        body.inspect(count).boxed()
    }

    /// The task is done when the last file is stored, not when its bytes have passed.
    fn percent(&self, passed: u64) -> u8 {
        let size = self.size.unwrap_or(u64::MAX).max(1);
        let within = u128::from(passed.min(size)) * 99 / u128::from(size);
        let whole = (self.index as u128 * 99 + within) / self.count.max(1) as u128;
        u8::try_from(whole).unwrap_or(99).min(99)
    }
}

fn listed(mut paths: Vec<String>, prefix: &str) -> Result<Vec<String>, Trouble> {
    if paths.is_empty() {
        let where_ = if prefix.is_empty() { String::new() } else { format!(" at {prefix}") };
        return Err(Trouble::told(format!("There are no files{where_}.")));
    }
    if paths.len() > MOST {
        let sentence = format!("There are more than {MOST} files at {prefix}: name fewer.");
        return Err(Trouble::told(sentence));
    }
    paths.sort_unstable();
    Ok(paths)
}

/// Returns the name of a file of that path.
fn named(path: &str) -> FileName {
    let last = path.rsplit('/').next().unwrap_or_default();
    FileName::sanitize(last).unwrap_or_else(|_| unnamed())
}

#[expect(clippy::expect_used, reason = "the literal is a file name")]
fn unnamed() -> FileName {
    FileName::sanitize("file").expect("a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_its_share_of_the_way() {
        let check = |index, size, passed, percent| {
            assert_eq!(Share { index, count: 2, size }.percent(passed), percent);
        };
        check(0, Some(100), 0, 0);
        check(0, Some(100), 50, 24);
        check(1, Some(100), 0, 49);
        check(1, Some(100), 100, 99);
        check(1, Some(0), 0, 49);
        check(1, None, 1 << 30, 49);
    }

    #[test]
    fn a_list_is_in_order_and_neither_empty_nor_endless() {
        let check = |paths: Vec<String>, expected: Result<&[&str], &str>| {
            let listed = listed(paths, "a/").map_err(|trouble| trouble.to_string());
            assert_eq!(
                listed.as_deref().map_err(String::as_str),
                expected.map(strings).as_deref().map_err(|it| *it)
            );
        };
        fn strings(paths: &[&str]) -> Vec<String> {
            paths.iter().map(|path| (*path).to_owned()).collect()
        }
        check(strings(&["a/c", "a/b"]), Ok(&["a/b", "a/c"]));
        check(Vec::new(), Err("There are no files at a/."));
        let many = (0..=MOST).map(|number| number.to_string()).collect();
        check(many, Err("There are more than 1000 files at a/: name fewer."));
    }
}
