//! A new file of pages of others: with what they need, their bookmarks, labels, forms and layers.

use std::collections::{BTreeSet, HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::tree;
use crate::ConversionError;
use crate::pages::check_count;
use forms::Form;
use labels::Labels;
use layers::Layers;
use outline::Item;

mod destinations;
mod forms;
mod labels;
mod layers;
mod outline;

/// What a catalogue says of how the file is shown and read.
const MANNERS: [&[u8]; 5] =
    [b"Lang", b"ViewerPreferences", b"PageLayout", b"PageMode", b"Metadata"];

/// Whether the objects of a file are still needed there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Taking {
    Copies,
    Originals,
}

/// A file in the making.
pub(super) struct Assembly {
    document: Document,
    root: ObjectId,
    pages: Vec<ObjectId>,
    catalog: Dictionary,
    outline: Vec<Item>,
    labels: Labels,
    form: Form,
    layers: Layers,
}

impl Assembly {
    /// Begins a file whose own objects are numbered after `last`.
    pub(super) fn new(last: u32) -> Self {
        let mut document = Document::with_version("1.5");
        document.max_id = last;
        let root = document.new_object_id();
        Self {
            document,
            root,
            pages: Vec::new(),
            catalog: Dictionary::new(),
            outline: Vec::new(),
            labels: Labels::default(),
            form: Form::default(),
            layers: Layers::default(),
        }
    }

    /// Adds pages of a file, by their numbers from 0. The numbers of its objects are its alone.
    ///
    /// # Errors
    ///
    /// When there are too many pages.
    pub(super) fn add(
        &mut self,
        source: &mut Document,
        wanted: &[usize],
        taking: Taking,
    ) -> Result<(), ConversionError> {
        check_count(self.pages.len() + wanted.len())?;
        let all = tree::pages(source);
        let wanted: Vec<(usize, ObjectId)> = wanted.iter().map(|&n| (n, all[n])).collect();
        let is_first = self.pages.is_empty();
        let (manners, outline) = (manners(source), outline::read(source));
        let kept: HashSet<ObjectId> = wanted.iter().map(|(_, id)| *id).collect();
        let outline = outline::keep(outline, &kept);
        let pages: Vec<_> = wanted.iter().map(|(_, id)| (*id, tree::whole(source, *id))).collect();
        self.labels.add(labels::read(source), wanted.iter().map(|(number, _)| *number));
        let ids = self.needed(source, &pages, &outline, is_first.then_some(&manners));
        self.form.add(source, &ids);
        self.layers.add(source);
        self.take(source, ids, taking);
        pages.into_iter().for_each(|(id, page)| self.push(id, page));
        self.outline.extend(outline);
        if is_first {
            self.catalog.extend(&manners);
            self.document.trailer.extend(&info(source));
        }
        self.document.version = self.document.version.clone().max(source.version.clone());
        Ok(())
    }

    /// Returns the objects that these pages and what is about them need.
    fn needed(
        &self,
        source: &Document,
        pages: &[(ObjectId, Dictionary)],
        outline: &[Item],
        manners: Option<&Dictionary>,
    ) -> BTreeSet<ObjectId> {
        let mut roots: Vec<Object> = pages.iter().map(|(_, page)| page.clone().into()).collect();
        outline.iter().for_each(|item| item.collect(&mut roots));
        roots.extend(manners.map(|manners| {
            let info = info(source);
            Object::Array(vec![manners.clone().into(), info.into()])
        }));
        roots.extend(forms::common(source));
        roots.extend(layers::read(source).map(Object::from));
        tree::closure(source, &roots, &tree::nodes(source))
    }

    fn take(&mut self, source: &mut Document, ids: BTreeSet<ObjectId>, taking: Taking) {
        for id in ids {
            let object = match taking {
                Taking::Copies => source.objects.get(&id).cloned(),
                Taking::Originals => source.objects.remove(&id),
            };
            self.document.objects.extend(object.map(|object| (id, object)));
        }
    }

    /// A page that is wanted once more becomes another one.
    fn push(&mut self, id: ObjectId, mut page: Dictionary) {
        page.set("Parent", self.root);
        page.set("Type", "Page");
        let id = if self.document.objects.contains_key(&id) {
            self.document.new_object_id()
        } else {
            id
        };
        self.document.objects.insert(id, page.into());
        self.pages.push(id);
    }

    /// Returns the file.
    pub(super) fn finish(mut self) -> Document {
        let document = &mut self.document;
        let kids: Vec<Object> = self.pages.iter().map(|id| Object::Reference(*id)).collect();
        let count = kids.len() as i64;
        let root = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
        document.objects.insert(self.root, root.into());
        self.catalog.set("Type", "Catalog");
        self.catalog.set("Pages", self.root);
        let parts = [
            ("Outlines", outline::write(document, &self.outline).map(Object::Reference)),
            ("PageLabels", self.labels.write()),
            ("AcroForm", self.form.write(document)),
            ("OCProperties", self.layers.write()),
        ];
        for (key, part) in parts {
            part.into_iter().for_each(|part| self.catalog.set(key, part));
        }
        let catalog = document.add_object(self.catalog);
        document.trailer.set("Root", catalog);
        self.document
    }
}

/// Makes destinations that have names in a file stand where the names do.
pub(super) fn resolve_names(document: &mut Document) {
    destinations::resolve(document);
}

fn manners(source: &Document) -> Dictionary {
    let Ok(catalog) = source.catalog() else { return Dictionary::new() };
    let said = |key: &&[u8]| Some((key.to_vec(), catalog.get(key).ok()?.clone()));
    let known: HashMap<Vec<u8>, Object> = MANNERS.iter().filter_map(said).collect();
    Dictionary::from_iter(known)
}

fn info(source: &Document) -> Dictionary {
    let info = source.trailer.get(b"Info").ok();
    Dictionary::from_iter(info.map(|info| ("Info", info.clone())))
}
