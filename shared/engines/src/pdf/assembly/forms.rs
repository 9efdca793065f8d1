//! Forms (ISO 32000-2, 12.7): their fields are listed once for the whole file and have names that are unique there.

use std::collections::{BTreeSet, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat};

/// The fields of several files.
#[derive(Default)]
pub(super) struct Form {
    /// What holds for all fields, as the first file has it.
    common: Dictionary,
    fields: Vec<ObjectId>,
}

fn read(document: &Document) -> Option<&Dictionary> {
    document.catalog().ok()?.get_deref(b"AcroForm", document).and_then(Object::as_dict).ok()
}

/// Returns what holds for all fields of a file.
pub(super) fn common(document: &Document) -> Option<Object> {
    let mut common = read(document)?.clone();
    // XFA describes all of the file once more, in another language, and signatures hold for a file as it was.
    for key in [&b"Fields"[..], b"XFA", b"SigFlags"] {
        common.remove(key);
    }
    Some(common.into())
}

impl Form {
    /// Adds the fields of a file that are among the objects that are needed.
    pub(super) fn add(&mut self, document: &Document, needed: &BTreeSet<ObjectId>) {
        let fields = read(document).and_then(|form| form.get_deref(b"Fields", document).ok());
        let fields = fields.and_then(|fields| fields.as_array().ok()).into_iter().flatten();
        let ids = fields.filter_map(|field| field.as_reference().ok());
        let count = self.fields.len();
        self.fields.extend(ids.filter(|id| needed.contains(id)));
        if count == 0 && count < self.fields.len() {
            self.common =
                common(document).and_then(|it| it.as_dict().cloned().ok()).unwrap_or_default();
        }
    }

    /// Returns the form, if there is one; fields of the same name get a number each.
    pub(super) fn write(&mut self, document: &mut Document) -> Option<Object> {
        let mut names = HashSet::new();
        for id in &self.fields {
            if let Ok(field) = document.get_dictionary_mut(*id) {
                rename(field, &mut names);
            }
        }
        let mut form = std::mem::take(&mut self.common);
        let fields: Vec<Object> = self.fields.iter().map(|id| Object::Reference(*id)).collect();
        let is_any = !fields.is_empty();
        form.set("Fields", fields);
        is_any.then(|| form.into())
    }
}

fn rename(field: &mut Dictionary, names: &mut HashSet<Vec<u8>>) {
    let Ok(name) = field.get(b"T").and_then(Object::as_str).map(<[u8]>::to_vec) else { return };
    let wide = name.starts_with(b"\xfe\xff");
    let numbered = (2..).map(|number: u32| {
        let suffix = format!("-{number}");
        let suffix = suffix.bytes().flat_map(|byte| if wide { vec![0, byte] } else { vec![byte] });
        name.iter().copied().chain(suffix).collect::<Vec<u8>>()
    });
    let free = std::iter::once(name.clone()).chain(numbered).find(|name| !names.contains(name));
    if let Some(free) = free {
        field.set("T", Object::String(free.clone(), StringFormat::Literal));
        names.insert(free);
    }
}
