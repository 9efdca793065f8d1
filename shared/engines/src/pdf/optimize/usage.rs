//! How large pictures are seen.

use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::pdf::tree;
use crate::pdf::watermark::place::{Matrix, then};

/// How deep what is drawn may lie in what is drawn, and how often anything is looked at.
const DEEPEST: usize = 8;
const MOST_LOOKS: usize = 50_000;

/// The most that a page's content may be.
const MOST_BYTES: usize = 64 << 20;

const AS_IT_IS: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The largest width and height in points at which each picture is drawn.
type Sizes = BTreeMap<ObjectId, (f64, f64)>;

struct Look<'a> {
    document: &'a Document,
    sizes: Sizes,
    left: usize,
}

/// Returns the pictures that are drawn on pages. Those drawn in other ways, say in a pattern, are left out.
pub(super) fn sizes(document: &Document) -> Sizes {
    let mut look = Look { document, sizes: Sizes::new(), left: MOST_LOOKS };
    for page in tree::pages(document) {
        let resources = tree::inherited(document, page, b"Resources");
        let resources = resources.and_then(|it| dictionary(document, &it).cloned());
        let content = document.get_page_content_with_limit(page, MOST_BYTES);
        if let (Some(resources), Ok(content)) = (resources, content) {
            look.through(&content, &resources, AS_IT_IS, 0);
        }
    }
    look.sizes
}

fn dictionary<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

impl Look<'_> {
    fn through(&mut self, content: &[u8], resources: &Dictionary, start: Matrix, depth: usize) {
        let Ok(content) = Content::decode(content) else { return };
        let (mut now, mut saved) = (start, Vec::new());
        for operation in content.operations {
            match operation.operator.as_str() {
                "q" => saved.push(now),
                "Q" => now = saved.pop().unwrap_or(now),
                "cm" => now = matrix(&operation.operands).map_or(now, |matrix| then(matrix, now)),
                "Do" => {
                    let name = operation.operands.first().and_then(|name| name.as_name().ok());
                    name.into_iter().for_each(|name| self.at(name, resources, now, depth));
                }
                _ => {}
            }
        }
    }

    fn at(&mut self, name: &[u8], resources: &Dictionary, now: Matrix, depth: usize) {
        let document = self.document;
        let drawn = resources.get_deref(b"XObject", document).and_then(Object::as_dict);
        let Ok(id) = drawn.and_then(|it| it.get(name)).and_then(Object::as_reference) else {
            return;
        };
        let Ok(Object::Stream(stream)) = document.get_object(id) else { return };
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => self.note(id, now),
            Ok(b"Form") if depth < DEEPEST => self.form(stream, resources, now, depth + 1),
            _ => {}
        }
    }

    fn form(&mut self, form: &Stream, resources: &Dictionary, now: Matrix, depth: usize) {
        let own = form.dict.get_deref(b"Matrix", self.document).and_then(Object::as_array);
        let own = own.ok().and_then(|numbers| matrix(numbers)).unwrap_or(AS_IT_IS);
        let given = form.dict.get_deref(b"Resources", self.document).and_then(Object::as_dict);
        if let Ok(content) = form.get_plain_content_with_limit(MOST_BYTES) {
            self.through(&content, given.unwrap_or(resources), then(own, now), depth);
        }
    }

    fn note(&mut self, id: ObjectId, now: Matrix) {
        let size = self.sizes.entry(id).or_default();
        size.0 = size.0.max(now[0].hypot(now[1]));
        size.1 = size.1.max(now[2].hypot(now[3]));
    }
}

fn matrix(operands: &[Object]) -> Option<Matrix> {
    let numbers = operands.iter().map(|it| it.as_float().map(f64::from).ok());
    numbers.collect::<Option<Vec<f64>>>()?.try_into().ok()
}
