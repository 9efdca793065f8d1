//! What pages are called (ISO 32000-2, 12.4.2): `iv`, `12`, `A-3`.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object};

/// How deep the tree may be.
const DEEPEST: usize = 32;

/// From which page on, from 0, pages are called how.
type Ranges = BTreeMap<i64, Dictionary>;

/// What pages of several files are called.
#[derive(Default)]
pub(super) struct Labels {
    is_any: bool,
    pages: Vec<Dictionary>,
}

pub(super) fn read(document: &Document) -> Ranges {
    let mut ranges = Ranges::new();
    let root = document.catalog().and_then(|it| it.get_deref(b"PageLabels", document));
    if let Ok(root) = root.and_then(Object::as_dict) {
        add(document, root, &mut ranges, 0);
    }
    ranges
}

fn add(document: &Document, node: &Dictionary, ranges: &mut Ranges, depth: usize) {
    let items = |key| node.get_deref(key, document).and_then(Object::as_array);
    for pair in items(b"Nums").into_iter().flat_map(|items| items.chunks_exact(2)) {
        let from = document.dereference(&pair[0]).ok().and_then(|(_, from)| from.as_i64().ok());
        let label = document.dereference(&pair[1]).ok().and_then(|(_, it)| it.as_dict().ok());
        ranges.extend(from.zip(label.cloned()));
    }
    for kid in items(b"Kids").into_iter().flatten().take_while(|_| depth < DEEPEST) {
        if let Ok((_, Object::Dictionary(kid))) = document.dereference(kid) {
            add(document, kid, ranges, depth + 1);
        }
    }
}

impl Labels {
    /// Adds pages, by their numbers in a file whose pages are called so.
    pub(super) fn add(&mut self, ranges: Ranges, pages: impl Iterator<Item = usize>) {
        self.is_any |= !ranges.is_empty();
        self.pages.extend(pages.map(|page| label(&ranges, page as i64)));
    }

    /// Returns the tree, unless all pages are called by their numbers.
    pub(super) fn write(&self) -> Option<Object> {
        let mut items = Vec::new();
        let mut expected = None;
        for (index, label) in self.pages.iter().enumerate() {
            if expected.as_ref() != Some(label) {
                items.extend([Object::from(index as i64), label.clone().into()]);
            }
            expected = Some(moved(label.clone(), 1));
        }
        let tree = Dictionary::from_iter([("Nums", Object::from(items))]);
        self.is_any.then(|| tree.into())
    }
}

/// Returns the label of one page, as if it were the first that is called so.
fn label(ranges: &Ranges, page: i64) -> Dictionary {
    match ranges.range(..=page).next_back() {
        Some((from, label)) => moved(label.clone(), page - from),
        None => moved(Dictionary::from_iter([("S", Object::from("D"))]), page),
    }
}

fn moved(mut label: Dictionary, by: i64) -> Dictionary {
    let start = label.get(b"St").and_then(Object::as_i64).unwrap_or(1);
    label.remove(b"Type");
    label.set("St", start.saturating_add(by));
    label
}
