//! Pages, wherever in the tree of pages they are.

use std::collections::{BTreeSet, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId};

/// What a page may take from the nodes above it (ISO 32000-2, table 31).
const INHERITED: [&[u8]; 4] = [b"Resources", b"MediaBox", b"CropBox", b"Rotate"];

/// The most nodes above a page.
const DEEPEST: usize = 64;

/// Returns the pages in order, each once: a tree may lead back into itself.
pub(super) fn pages(document: &Document) -> Vec<ObjectId> {
    let mut seen = HashSet::new();
    document.page_iter().filter(|id| seen.insert(*id)).collect()
}

/// Returns what a page says, or else a node above it.
pub(super) fn inherited(document: &Document, page: ObjectId, key: &[u8]) -> Option<Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST {
        if let Ok(value) = node.get(key) {
            return Some(value.clone());
        }
        node = node.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}

/// Returns a page that has all it needs without any node above it.
pub(super) fn whole(document: &Document, page: ObjectId) -> Dictionary {
    let mut whole = document.get_dictionary(page).cloned().unwrap_or_default();
    for key in INHERITED {
        if let Some(value) = inherited(document, page, key) {
            whole.set(key, value);
        }
    }
    whole.remove(b"Parent");
    whole
}

/// Returns the corners of what is seen of a page: left, bottom, right, top.
pub(super) fn area(document: &Document, page: ObjectId) -> [f32; 4] {
    // ISO 32000-2 requires a MediaBox; readers take a missing one for a sheet of US letter.
    let sheet = rectangle(document, page, b"MediaBox").unwrap_or([0.0, 0.0, 612.0, 792.0]);
    let Some(crop) = rectangle(document, page, b"CropBox") else { return sheet };
    let within = [
        crop[0].max(sheet[0]),
        crop[1].max(sheet[1]),
        crop[2].min(sheet[2]),
        crop[3].min(sheet[3]),
    ];
    if within[0] < within[2] && within[1] < within[3] { within } else { sheet }
}

fn rectangle(document: &Document, page: ObjectId, key: &[u8]) -> Option<[f32; 4]> {
    let object = inherited(document, page, key)?;
    let (_, object) = document.dereference(&object).ok()?;
    let number = |object: &Object| document.dereference(object).ok()?.1.as_float().ok();
    let numbers: Vec<f32> = object.as_array().ok()?.iter().map_while(number).collect();
    let [a, b, c, d] = numbers[..] else { return None };
    let rectangle = [a.min(c), b.min(d), a.max(c), b.max(d)];
    let is_some = rectangle[0] < rectangle[2] && rectangle[1] < rectangle[3];
    is_some.then_some(rectangle)
}

/// Returns how far a page is turned clockwise: 0, 90, 180 or 270 degrees.
pub(super) fn rotation(document: &Document, page: ObjectId) -> i64 {
    let value = inherited(document, page, b"Rotate");
    let value = value.and_then(|value| document.dereference(&value).ok()?.1.as_float().ok());
    (value.unwrap_or(0.0) as i64).rem_euclid(360) / 90 * 90
}

/// Returns the nodes of the tree: all that are called so, and those above pages.
pub(super) fn nodes(document: &Document) -> HashSet<ObjectId> {
    let is_node = |(id, object): (&ObjectId, &Object)| {
        let is_one = object.as_dict().is_ok_and(|it| it.has_type(b"Pages") || it.has_type(b"Page"));
        is_one.then_some(*id)
    };
    document.objects.iter().filter_map(is_node).chain(document.page_iter()).collect()
}

/// Adds each object that `object` refers to.
pub(super) fn references(object: &Object, found: &mut Vec<ObjectId>) {
    match object {
        Object::Reference(id) => found.push(*id),
        Object::Array(items) => items.iter().for_each(|item| references(item, found)),
        Object::Dictionary(members) => {
            members.iter().for_each(|(_, value)| references(value, found));
        }
        Object::Stream(stream) => {
            stream.dict.iter().for_each(|(_, value)| references(value, found));
        }
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => {}
    }
}

/// Returns all objects that are reached from some objects, without those of `barred`.
pub(super) fn closure(
    document: &Document,
    roots: &[Object],
    barred: &HashSet<ObjectId>,
) -> BTreeSet<ObjectId> {
    let (mut seen, mut open) = (BTreeSet::new(), Vec::new());
    roots.iter().for_each(|root| references(root, &mut open));
    while let Some(id) = open.pop() {
        if barred.contains(&id) || !seen.insert(id) {
            continue;
        }
        if let Some(object) = document.objects.get(&id) {
            references(object, &mut open);
        }
    }
    seen
}
