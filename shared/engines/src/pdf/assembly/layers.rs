//! Layers that can be hidden (ISO 32000-2, 8.11), which a file lists once.

use lopdf::{Dictionary, Document, Object};

/// Lists of layers in the usual configuration: those that are shown, hidden and locked, and in which order.
const LISTS: [&[u8]; 5] = [b"ON", b"OFF", b"Locked", b"Order", b"AS"];

/// The layers of several files.
#[derive(Default)]
pub(super) struct Layers {
    all: Option<Dictionary>,
}

/// Returns a file's layers.
pub(super) fn read(document: &Document) -> Option<Dictionary> {
    let layers = document.catalog().ok()?.get_deref(b"OCProperties", document).ok()?;
    let mut layers = layers.as_dict().ok()?.clone();
    let usual = layers.get_deref(b"D", document).and_then(Object::as_dict).cloned();
    layers.set("D", flat(document, usual.unwrap_or_default(), &LISTS));
    layers.remove(b"Configs");
    Some(flat(document, layers, &[b"OCGs"]))
}

/// Lists that stand apart are drawn in.
fn flat(document: &Document, mut of: Dictionary, keys: &[&[u8]]) -> Dictionary {
    for key in keys {
        if let Ok(list) = of.get_deref(key, document).cloned() {
            of.set(*key, list);
        }
    }
    of
}

impl Layers {
    /// Adds those of a file.
    pub(super) fn add(&mut self, document: &Document) {
        let Some(more) = read(document) else { return };
        match &mut self.all {
            None => self.all = Some(more),
            Some(all) => {
                join(all, &more, &[b"OCGs"]);
                let usual = more.get(b"D").and_then(Object::as_dict);
                if let (Ok(Object::Dictionary(all)), Ok(more)) = (all.get_mut(b"D"), usual) {
                    join(all, more, &LISTS);
                }
            }
        }
    }

    pub(super) fn write(&mut self) -> Option<Object> {
        self.all.take().map(Object::from)
    }
}

fn join(all: &mut Dictionary, more: &Dictionary, keys: &[&[u8]]) {
    for key in keys {
        let Ok(items) = more.get(key).and_then(Object::as_array) else { continue };
        match all.get_mut(key) {
            Ok(Object::Array(all)) => all.extend(items.iter().cloned()),
            _ => all.set(*key, items.clone()),
        }
    }
}
