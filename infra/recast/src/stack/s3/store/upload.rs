use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use s3s::{
    S3Error, S3Result,
    crypto::{Checksum, Md5},
    s3_error,
};

use super::{Attributes, Blobs, Draft};

/// Multipart uploads that are open; they end with the process.
pub(crate) struct Uploads {
    blobs: Arc<Blobs>,
    open: Mutex<HashMap<String, Upload>>,
}

/// A part as the client names it: its number and its entity tag without quotes.
pub(crate) type PartName = (i32, String);

struct Upload {
    key: String,
    attributes: Attributes,
    parts: BTreeMap<i32, Draft>,
}

/// The least size of every part but the last, in bytes.
const MIN_PART: u64 = 5 * 1024 * 1024;

impl Uploads {
    pub(crate) fn new(blobs: Arc<Blobs>) -> Self {
        Self { blobs, open: Mutex::default() }
    }

    /// Opens an upload and returns its id.
    pub(crate) fn create(&self, key: String, attributes: Attributes) -> String {
        let id = format!("{:032x}", self.blobs.number());
        let upload = Upload { key, attributes, parts: BTreeMap::new() };
        self.lock().insert(id.clone(), upload);
        id
    }

    /// Puts a part in the place of the one with its number.
    pub(crate) fn put_part(
        &self,
        (id, key): (&str, &str),
        number: i32,
        part: Draft,
    ) -> S3Result<()> {
        if !(1..=10_000).contains(&number) {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            return Err(s3_error!(InvalidArgument, "{message}"));
        }
        let mut open = self.lock();
        let upload = open.get_mut(id).filter(|upload| upload.key == key);
        upload.ok_or_else(no_such_upload)?.parts.insert(number, part);
        Ok(())
    }

    /// Takes an upload out, if all the named parts are there and fit: its parts and headers.
    pub(crate) fn take(
        &self,
        (id, key): (&str, &str),
        names: &[PartName],
    ) -> S3Result<(Vec<Draft>, Attributes)> {
        let mut open = self.lock();
        let upload = open.get(id).filter(|upload| upload.key == key).ok_or_else(no_such_upload)?;
        check_parts(upload, names)?;
        let mut upload = open.remove(id).ok_or_else(no_such_upload)?;
        let parts = names.iter().filter_map(|(number, _)| upload.parts.remove(number)).collect();
        Ok((parts, upload.attributes))
    }

    /// Drops an upload with its parts.
    pub(crate) fn abort(&self, (id, key): (&str, &str)) -> S3Result<()> {
        let mut open = self.lock();
        if open.get(id).is_none_or(|upload| upload.key != key) {
            return Err(no_such_upload());
        }
        open.remove(id);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        // Each change is one call on the map, so a panic leaves it whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the entity tag of an object uploaded in parts, if the parts' tags are such: the MD5 of
/// their MD5s, and their number.
pub(crate) fn multipart_e_tag(names: &[PartName]) -> Option<String> {
    let mut md5 = Md5::new();
    for (_, e_tag) in names {
        md5.update(&hex::decode(e_tag).ok()?);
    }
    Some(format!("{}-{}", hex::encode(md5.finalize()), names.len()))
}

fn check_parts(upload: &Upload, names: &[PartName]) -> S3Result<()> {
    let Some((_, all_but_last)) = names.split_last() else {
        return Err(s3_error!(MalformedXML, "You must specify at least one part"));
    };
    if !names.is_sorted_by(|(one, _), (next, _)| one < next) {
        return Err(s3_error!(InvalidPartOrder, "The list of parts was not in ascending order."));
    }
    for (number, e_tag) in names {
        let part = upload.parts.get(number).filter(|part| part.e_tag() == *e_tag);
        part.ok_or_else(|| s3_error!(InvalidPart, "Part {number} could not be found."))?;
    }
    if all_but_last.iter().any(|(number, _)| upload.parts[number].size < MIN_PART) {
        return Err(s3_error!(EntityTooSmall, "A part is smaller than the minimum allowed size"));
    }
    Ok(())
}

fn no_such_upload() -> S3Error {
    s3_error!(NoSuchUpload, "The specified multipart upload does not exist.")
}
