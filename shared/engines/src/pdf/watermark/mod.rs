//! A text or a picture put on pages, as their readers see them: upright also on those that are turned.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use serde_json::{Map, Value};

use super::open::{open, save};
use super::options::{LAYER, OPACITY, TEXT};
use super::tree;
use crate::conversion::Job;
use crate::pages::select;
use crate::{ConversionError, Made};
use place::Place;

mod picture;
pub(in crate::pdf) mod place;
mod text;
mod widths;

/// What a page draws, in a box of its own with its lower left corner at 0, 0.
struct Stamp {
    size: (f32, f32),
    content: Vec<u8>,
    resources: Dictionary,
}

/// What makes the stamp of a page that is so wide, in points.
enum Maker {
    Text(text::Text),
    Picture(picture::Picture),
}

/// Puts the text, or else the second file, on the wanted pages.
///
/// # Errors
///
/// When a file cannot be read, a page is not there, or there is nothing to put on it.
pub(super) fn put(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let mut document = open(job.source(), options)?;
    let all = tree::pages(&document);
    let wanted = select(options, all.len())?;
    let maker = match (TEXT.text(options), job.conversion.sources.get(1)) {
        (Some(text), _) => Maker::Text(text::Text::new(&text, options)?),
        (None, Some(source)) => Maker::Picture(picture::Picture::new(&mut document, source)?),
        (None, None) => return Err(nothing()),
    };
    let save_state = document.add_object(Stream::new(Dictionary::new(), b"q".to_vec()));
    for index in wanted {
        put_on(&mut document, all[index], (&maker, options), save_state)?;
    }
    save(&mut document, &job.output())?;
    Ok(job.output().into())
}

fn nothing() -> ConversionError {
    let message = "a text or an image is required".into();
    ConversionError::InvalidOption { field: TEXT.name.into(), message }
}

fn put_on(
    document: &mut Document,
    page: ObjectId,
    (maker, options): (&Maker, &Map<String, Value>),
    save_state: ObjectId,
) -> Result<(), ConversionError> {
    let place = Place::new(tree::area(document, page), tree::rotation(document, page));
    let stamp = match maker {
        Maker::Text(text) => text.stamp(place.size.0, options),
        Maker::Picture(picture) => picture.stamp(place.size, options),
    };
    let matrix = place.matrix(stamp.size, options);
    let form = form(document, stamp, OPACITY.number(options).unwrap_or(100.0) / 100.0);
    let name = give(document, page, form)?;
    let numbers: String = matrix.iter().map(|number| format!("{number:.4} ")).collect();
    let draw = format!("q {numbers}cm /{name} Do Q");
    let below = LAYER.text(options).as_deref() == Some("below");
    let content = if below { draw } else { format!("Q {draw}") };
    let stream = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
    let mut parts = document.get_page_contents(page);
    if below {
        parts.insert(0, stream);
    } else {
        parts.insert(0, save_state);
        parts.push(stream);
    }
    let parts: Vec<Object> = parts.into_iter().map(Object::Reference).collect();
    document.get_dictionary_mut(page).map_err(super::open::error)?.set("Contents", parts);
    Ok(())
}

/// Adds what a page draws, as something that can be drawn by one word.
fn form(document: &mut Document, stamp: Stamp, opacity: f64) -> ObjectId {
    let Stamp { size: (width, height), content, mut resources } = stamp;
    let state =
        dictionary! { "Type" => "ExtGState", "ca" => opacity as f32, "CA" => opacity as f32 };
    resources.set("ExtGState", dictionary! { "Opacity" => state });
    // Letters may reach out of their box.
    let (x, y) = (width * 0.1 + 10.0, height * 0.5 + 10.0);
    let members = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![(-x).into(), (-y).into(), (width + x).into(), (height + y).into()],
        "Group" => dictionary! { "S" => "Transparency" },
        "Resources" => resources,
    };
    let content = [b"/Opacity gs ", content.as_slice()].concat();
    document.add_object(Stream::new(members, content))
}

/// Gives a page something to draw and returns the name that it has there.
fn give(
    document: &mut Document,
    page: ObjectId,
    form: ObjectId,
) -> Result<String, ConversionError> {
    let resolved = |object: Option<Object>| {
        let object =
            object.and_then(|object| document.dereference(&object).ok().map(|it| it.1.clone()));
        object.and_then(|object| object.as_dict().ok().cloned()).unwrap_or_default()
    };
    // Resources are shared among pages: this page gets its own.
    let mut resources = resolved(tree::inherited(document, page, b"Resources"));
    let mut drawn = resolved(resources.get(b"XObject").ok().cloned());
    let names = (1..).map(|number: u32| format!("Mark{number}"));
    let name = names.into_iter().find(|name| !drawn.has(name.as_bytes())).unwrap_or_default();
    drawn.set(name.as_bytes(), form);
    resources.set("XObject", drawn);
    let page = document.get_dictionary_mut(page).map_err(super::open::error)?;
    page.set("Resources", resources);
    Ok(name)
}
