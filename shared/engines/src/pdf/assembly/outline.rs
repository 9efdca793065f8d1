//! Bookmarks (ISO 32000-2, 12.3.3).

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

/// How deep bookmarks may be, and how many a file may have.
const DEEPEST: usize = 32;
const MOST: usize = 100_000;

/// What a bookmark says of itself, beside where it is among others.
const SAID: [&[u8]; 5] = [b"Title", b"Dest", b"A", b"C", b"F"];

/// A bookmark with those below it.
pub(super) struct Item {
    said: Dictionary,
    page: Option<ObjectId>,
    is_open: bool,
    below: Vec<Item>,
}

/// Returns a file's bookmarks.
pub(super) fn read(document: &Document) -> Vec<Item> {
    let root = document.catalog().and_then(|it| it.get_deref(b"Outlines", document));
    let root = root.and_then(Object::as_dict);
    root.map(|root| below(document, root, &mut HashSet::new(), 0)).unwrap_or_default()
}

fn below(
    document: &Document,
    parent: &Dictionary,
    seen: &mut HashSet<ObjectId>,
    depth: usize,
) -> Vec<Item> {
    let mut items = Vec::new();
    let mut next = parent.get(b"First").and_then(Object::as_reference).ok();
    while let Some(id) = next {
        let Ok(entry) = document.get_dictionary(id) else { break };
        if depth > DEEPEST || seen.len() >= MOST || !seen.insert(id) {
            break;
        }
        let said = said(document, entry);
        let count = entry.get_deref(b"Count", document).and_then(Object::as_i64);
        items.push(Item {
            page: page(document, &said),
            said,
            is_open: count.is_ok_and(|count| count > 0),
            below: below(document, entry, seen, depth + 1),
        });
        next = entry.get(b"Next").and_then(Object::as_reference).ok();
    }
    items
}

fn said(document: &Document, entry: &Dictionary) -> Dictionary {
    let known = |key: &&[u8]| Some((key.to_vec(), entry.get_deref(key, document).ok()?.clone()));
    SAID.iter().filter_map(known).collect()
}

/// Returns the page that a bookmark leads to.
fn page(document: &Document, said: &Dictionary) -> Option<ObjectId> {
    let action = || said.get(b"A").and_then(Object::as_dict)?.get_deref(b"D", document);
    let target = said.get(b"Dest").or_else(|_| action()).ok()?;
    target.as_array().ok()?.first()?.as_reference().ok()
}

/// Returns what is left when only some pages are.
pub(super) fn keep(items: Vec<Item>, pages: &HashSet<ObjectId>) -> Vec<Item> {
    let keep_one = |mut item: Item| {
        item.below = keep(item.below, pages);
        let leads = item.page.is_some_and(|page| pages.contains(&page));
        if !leads && item.page.is_some() {
            item.said.remove(b"Dest");
            item.said.remove(b"A");
        }
        let elsewhere = item.page.is_none() && item.said.has(b"A");
        (leads || elsewhere || !item.below.is_empty()).then_some(item)
    };
    items.into_iter().filter_map(keep_one).collect()
}

impl Item {
    /// Adds what a bookmark and those below it refer to.
    pub(super) fn collect(&self, found: &mut Vec<Object>) {
        found.push(self.said.clone().into());
        self.below.iter().for_each(|item| item.collect(found));
    }

    /// How many lines it adds to those that are seen when the one above it is open.
    fn seen(&self) -> i64 {
        1 + if self.is_open { self.below.iter().map(Self::seen).sum() } else { 0 }
    }
}

/// Adds bookmarks to a file and returns their root, if there are any.
pub(super) fn write(document: &mut Document, items: &[Item]) -> Option<ObjectId> {
    let root = (!items.is_empty()).then(|| document.new_object_id())?;
    let mut entry = Dictionary::from_iter([("Type", Object::from("Outlines"))]);
    entry.set("Count", items.iter().map(Item::seen).sum::<i64>());
    link(document, root, &mut entry, items);
    document.objects.insert(root, entry.into());
    Some(root)
}

/// Adds the bookmarks below an entry, which are known to one another.
fn link(document: &mut Document, parent: ObjectId, entry: &mut Dictionary, items: &[Item]) {
    let ids: Vec<ObjectId> = items.iter().map(|_| document.new_object_id()).collect();
    entry.extend(&[("First", ids.first()), ("Last", ids.last())].known());
    for (index, (item, &id)) in items.iter().zip(&ids).enumerate() {
        let previous = index.checked_sub(1).map(|index| &ids[index]);
        let mut said = item.said.clone();
        said.set("Parent", parent);
        said.extend(&[("Prev", previous), ("Next", ids.get(index + 1))].known());
        if !item.below.is_empty() {
            let count: i64 = item.below.iter().map(Item::seen).sum();
            said.set("Count", if item.is_open { count } else { -count });
            link(document, id, &mut said, &item.below);
        }
        document.objects.insert(id, said.into());
    }
}

trait Known {
    fn known(self) -> Dictionary;
}

impl Known for [(&'static str, Option<&ObjectId>); 2] {
    fn known(self) -> Dictionary {
        self.into_iter().filter_map(|(key, id)| Some((key, Object::Reference(*id?)))).collect()
    }
}
