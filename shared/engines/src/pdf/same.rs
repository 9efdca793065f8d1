//! Objects that are there more than once.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use lopdf::{Document, Object, ObjectId};

/// How often it is tried: what refers to the same objects is the same only when those are one.
const ROUNDS: usize = 8;

/// What is never shared, because it has a place of its own in the file, or may be changed for itself.
const OWN: [&[u8]; 8] = [
    b"Page",
    b"Pages",
    b"Catalog",
    b"Outlines",
    b"Annot",
    b"OCG",
    b"StructElem",
    b"StructTreeRoot",
];

/// Keeps one of each stream, font and other resource that is there more than once.
pub(super) fn share(document: &mut Document) {
    for _ in 0..ROUNDS {
        let replaced = twins(document);
        if replaced.is_empty() {
            return;
        }
        for object in document.objects.values_mut() {
            point(object, &replaced);
        }
        document.objects.retain(|id, _| !replaced.contains_key(id));
    }
}

/// Returns each object that is like an earlier one, with that.
fn twins(document: &Document) -> HashMap<ObjectId, ObjectId> {
    let mut known: HashMap<u64, Vec<ObjectId>> = HashMap::new();
    let mut replaced = HashMap::new();
    for (id, object) in document.objects.iter().filter(|(_, object)| may_be_shared(object)) {
        let alike = known.entry(mark(object)).or_default();
        // Different objects may have the same mark.
        let twin = alike
            .iter()
            .find(|twin| document.objects.get(twin).is_some_and(|it| equal(it, object)));
        match twin {
            Some(twin) => drop(replaced.insert(*id, *twin)),
            None => alike.push(*id),
        }
    }
    replaced
}

fn may_be_shared(object: &Object) -> bool {
    match object {
        Object::Stream(_) => true,
        Object::Dictionary(members) => {
            // Fields, bookmarks and what else has a type seldom say so.
            let typed = members.get_type().is_ok_and(|name| !OWN.contains(&name));
            typed && !members.has(b"Parent") && !members.has(b"Subtype")
                || members.has_type(b"Font")
        }
        Object::Array(_)
        | Object::Reference(_)
        | Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => false,
    }
}

fn equal(one: &Object, other: &Object) -> bool {
    match (one, other) {
        (Object::Stream(one), Object::Stream(other)) => {
            one.dict == other.dict && one.content == other.content
        }
        (one, other) => one == other,
    }
}

fn mark(object: &Object) -> u64 {
    let mut hasher = DefaultHasher::new();
    match object {
        Object::Stream(stream) => {
            stream.content.hash(&mut hasher);
            stream.dict.len().hash(&mut hasher);
        }
        other => format!("{other:?}").hash(&mut hasher),
    }
    hasher.finish()
}

/// Makes an object refer to what replaces others.
fn point(object: &mut Object, replaced: &HashMap<ObjectId, ObjectId>) {
    match object {
        Object::Reference(id) => {
            if let Some(twin) = replaced.get(id) {
                *id = *twin;
            }
        }
        Object::Array(items) => items.iter_mut().for_each(|item| point(item, replaced)),
        Object::Dictionary(members) => {
            members.iter_mut().for_each(|(_, value)| point(value, replaced));
        }
        Object::Stream(stream) => {
            stream.dict.iter_mut().for_each(|(_, value)| point(value, replaced));
        }
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => {}
    }
}

#[cfg(test)]
mod tests {
    use lopdf::{Stream, dictionary};

    use super::*;

    #[test]
    fn what_refers_to_the_same_is_the_same_in_the_end() {
        let mut document = Document::with_version("1.5");
        let fonts: Vec<Object> = (0..3)
            .map(|_| {
                let file = document.add_object(Stream::new(dictionary! {}, b"glyphs".to_vec()));
                let descriptor = dictionary! { "Type" => "FontDescriptor", "FontFile" => file };
                let descriptor = document.add_object(descriptor);
                let font = dictionary! { "Type" => "Font", "FontDescriptor" => descriptor };
                document.add_object(font).into()
            })
            .collect();
        let root = document.add_object(fonts);
        document.trailer.set("Root", root);
        share(&mut document);
        assert_eq!(document.objects.len(), 4);
        let kept = document.get_object(root).unwrap().as_array().unwrap();
        assert!(kept.iter().all(|font| *font == kept[0]));
    }

    #[test]
    fn pages_and_what_differs_stay_apart() {
        let mut document = Document::with_version("1.5");
        for content in ["a", "b"] {
            document.add_object(dictionary! { "Type" => "Page" });
            document.add_object(Stream::new(dictionary! {}, content.into()));
        }
        share(&mut document);
        assert_eq!(document.objects.len(), 4);
    }
}
