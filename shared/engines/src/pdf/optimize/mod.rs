//! Smaller files: what is there twice is kept once, streams are packed anew, and photos get no more pixels than are
//! seen.

use std::fs;

use lopdf::{Document, Object, Stream};

use super::open::{MOST_BYTES, open, save};
use super::options::{PROFILE, QUALITY};
use super::same;
use crate::conversion::Job;
use crate::{ConversionError, Made};

mod photo;
mod usage;

/// How photos are made smaller.
#[derive(Clone, Copy)]
struct Aim {
    /// The most pixels that an inch of them needs.
    density: f64,
    quality: u8,
}

/// Makes a file smaller; it is never larger in the end.
///
/// # Errors
///
/// When the file cannot be read.
pub(super) fn optimize(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let mut document = open(job.source(), options)?;
    let was_protected = document.was_encrypted();
    let quality = QUALITY.integer(options).and_then(|quality| u8::try_from(quality).ok());
    if let Some(aim) = aim(&PROFILE.text(options).unwrap_or_default(), quality) {
        photos(job, &mut document, aim);
    }
    document.objects.values_mut().for_each(clean);
    same::share(&mut document);
    job.progress.set(90);
    let path = job.output();
    save(&mut document, &path)?;
    let before = fs::metadata(&job.source().path)?.len();
    if !was_protected && fs::metadata(&path)?.len() >= before {
        fs::copy(&job.source().path, &path)?;
    }
    Ok(path.into())
}

/// Returns what becomes of photos; nothing where no loss is wanted.
fn aim(profile: &str, quality: Option<u8>) -> Option<Aim> {
    let (density, usual) = match profile {
        "archive" => return None,
        "print" => (300.0, 88),
        "max" => (96.0, 55),
        _ => (150.0, 75),
    };
    Some(Aim { density, quality: quality.unwrap_or(usual) })
}

fn photos(job: &Job, document: &mut Document, aim: Aim) {
    let sizes = usage::sizes(document);
    let count = sizes.len();
    for (index, (id, size)) in sizes.into_iter().enumerate() {
        if let Some(smaller) = photo::smaller(document, id, size, aim) {
            document.objects.insert(id, smaller.into());
        }
        job.progress.set(u8::try_from((index + 1) * 80 / count).unwrap_or(80));
        job.progress.say(format!("picture {} of {count}", index + 1));
    }
}

/// Packs a stream anew, and takes away what only the program needs that made the file.
fn clean(object: &mut Object) {
    match object {
        Object::Stream(stream) => {
            stream.dict.remove(b"PieceInfo");
            if let Some(packed) = packed(stream) {
                *stream = packed;
            }
        }
        Object::Dictionary(members) if members.has_type(b"Page") => {
            members.remove(b"PieceInfo");
            members.remove(b"Thumb");
        }
        Object::Dictionary(_)
        | Object::Array(_)
        | Object::Reference(_)
        | Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => {}
    }
}

/// Returns a stream packed anew, if that makes it smaller.
fn packed(stream: &Stream) -> Option<Stream> {
    let filters = stream.filters().unwrap_or_default();
    let known =
        filters.iter().all(|it| [&b"FlateDecode"[..], b"LZWDecode", b"ASCII85Decode"].contains(it));
    // A predictor makes pictures smaller than packing alone could. XMP must be found without unpacking.
    let is_plain = !stream.dict.has(b"DecodeParms") && !stream.dict.has_type(b"Metadata");
    if !known || !is_plain || stream.dict.has_type(b"XRef") {
        return None;
    }
    let mut plain = stream.clone();
    plain.dict.remove(b"Filter");
    plain.set_content(stream.get_plain_content_with_limit(MOST_BYTES).ok()?);
    plain.compress().ok()?;
    (plain.content.len() < stream.content.len()).then_some(plain)
}
