//! Destinations that have names, which are unique in one file only (ISO 32000-2, 12.3.2.4).

use std::collections::HashMap;

use lopdf::{Dictionary, Document, Object};

/// How deep trees of names may be, and what is direct in an object.
const DEEPEST: usize = 32;

type Named = HashMap<Vec<u8>, Object>;

pub(super) fn resolve(document: &mut Document) {
    let named = read(document);
    if !named.is_empty() {
        document.objects.values_mut().for_each(|object| replace(object, &named, 0));
    }
}

fn read(document: &Document) -> Named {
    let mut named = Named::new();
    let Ok(catalog) = document.catalog() else { return named };
    let dictionary = |of: &'_ Dictionary, key| {
        of.get_deref(key, document).and_then(Object::as_dict).cloned().unwrap_or_default()
    };
    for (name, target) in dictionary(catalog, b"Dests").iter() {
        named.extend(explicit(document, target).map(|target| (name.clone(), target)));
    }
    let names = dictionary(catalog, b"Names");
    add(document, &dictionary(&names, b"Dests"), &mut named, 0);
    named
}

/// Adds what a node of a tree of names holds.
fn add(document: &Document, node: &Dictionary, named: &mut Named, depth: usize) {
    let items = |key| node.get_deref(key, document).and_then(Object::as_array);
    for pair in items(b"Names").into_iter().flat_map(|names| names.chunks_exact(2)) {
        let name = document.dereference(&pair[0]).ok().and_then(|(_, name)| name.as_str().ok());
        let target = explicit(document, &pair[1]);
        named.extend(name.zip(target).map(|(name, target)| (name.to_vec(), target)));
    }
    if depth < DEEPEST {
        for kid in items(b"Kids").into_iter().flatten() {
            let kid = document.dereference(kid).ok().and_then(|(_, kid)| kid.as_dict().ok());
            kid.into_iter().for_each(|kid| add(document, kid, named, depth + 1));
        }
    }
}

fn explicit(document: &Document, target: &Object) -> Option<Object> {
    let (_, target) = document.dereference(target).ok()?;
    let within = target.as_dict().ok().and_then(|it| it.get_deref(b"D", document).ok());
    Some(within.unwrap_or(target)).filter(|target| target.as_array().is_ok()).cloned()
}

fn replace(object: &mut Object, named: &Named, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match object {
        Object::Array(items) => items.iter_mut().for_each(|it| replace(it, named, depth + 1)),
        Object::Dictionary(members) => {
            let goes =
                members.get(b"S").and_then(Object::as_name).is_ok_and(|name| name == b"GoTo");
            target(members, if goes { b"D" } else { b"Dest" }, named);
            members.iter_mut().for_each(|(_, value)| replace(value, named, depth + 1));
        }
        Object::Stream(_)
        | Object::Reference(_)
        | Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..) => {}
    }
}

fn target(members: &mut Dictionary, key: &[u8], named: &Named) {
    let name = match members.get(key) {
        Ok(Object::Name(name) | Object::String(name, _)) => name,
        _ => return,
    };
    if let Some(target) = named.get(name) {
        members.set(key, target.clone());
    }
}
