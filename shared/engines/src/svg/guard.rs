//! Refuses drawings that would exhaust the stack or the time of whoever draws them.
//!
//! resvg follows references by recursion: from a shape to its mask, to a pattern in that, and so on. It breaks only the
//! simplest circles, so that a few hundred bytes end the process. Here every way through a drawing is measured first.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node};

use super::style::Styles;
use crate::ConversionError;

/// The longest way from the root into elements and on to what they refer to. Drawn by hand it is a few dozen.
const LONGEST_WAY: usize = 256;

/// The most elements that are met on all ways together: each reference doubles what lies behind it.
const MOST_STEPS: usize = 10_000_000;

/// What is known of an element and all that lies behind it.
#[derive(Clone, Copy)]
enum Mark {
    Unseen,
    /// It is on the way to the element that is looked at.
    Open,
    Done {
        way: usize,
        steps: usize,
    },
}

/// An element on the way, and where it leads that was not tried yet.
struct Step<'a> {
    element: Node<'a, 'a>,
    next: Vec<Node<'a, 'a>>,
    way: usize,
    steps: usize,
}

struct Walk<'a> {
    ids: HashMap<&'a str, Vec<Node<'a, 'a>>>,
    styles: Styles<'a>,
    marks: Vec<Mark>,
    /// How many ways from one element to the next may still be found.
    left: usize,
}

/// Returns an error if a drawing refers to itself, or nests too deep, or multiplies without end.
pub(super) fn check(document: &Document<'_>) -> Result<(), ConversionError> {
    let mut ids = HashMap::<_, Vec<_>>::new();
    let elements = document.descendants().filter(Node::is_element);
    let mut count = 0;
    for element in elements {
        count = element.id().get_usize() + 1;
        if let Some(id) = element.attribute("id") {
            ids.entry(id).or_default().push(element);
        }
    }
    let styles = Styles::of(document, MOST_STEPS / count.max(1)).ok_or_else(too_many)?;
    let marks = vec![Mark::Unseen; count];
    Walk { ids, styles, marks, left: MOST_STEPS }.walk(document.root_element())
}

impl<'a> Walk<'a> {
    /// Goes through all ways without recursion of its own.
    fn walk(&mut self, root: Node<'a, 'a>) -> Result<(), ConversionError> {
        let mut path = vec![self.open(root)?];
        loop {
            let depth = path.len();
            let Some(step) = path.last_mut() else { return Ok(()) };
            let Some(next) = step.next.pop() else {
                let done = (step.way + 1, step.steps + 1);
                self.marks[step.element.id().get_usize()] =
                    Mark::Done { way: done.0, steps: done.1 };
                path.pop();
                if let Some(step) = path.last_mut() {
                    step.add(done)?;
                }
                continue;
            };
            match self.marks[next.id().get_usize()] {
                Mark::Unseen if depth >= LONGEST_WAY => return Err(too_deep()),
                Mark::Unseen => path.push(self.open(next)?),
                Mark::Open => return Err(ConversionError::invalid("the drawing refers to itself")),
                Mark::Done { way, steps } => step.add((way, steps))?,
            }
        }
    }

    fn open(&mut self, element: Node<'a, 'a>) -> Result<Step<'a>, ConversionError> {
        self.marks[element.id().get_usize()] = Mark::Open;
        let mut names = self.styles.references(element);
        // What can be referred to is drawn with the paint that it inherits where it stands.
        if element.has_attribute("id") {
            names.extend(element.ancestors().skip(1).flat_map(|it| self.styles.inherited(it)));
        }
        let referred =
            names.iter().filter_map(|name| self.ids.get(name.as_str())).flatten().copied();
        // Gradients contain nothing, and resvg follows their references without recursion.
        let referred = referred.filter(|it| !it.tag_name().name().ends_with("Gradient"));
        let next: Vec<_> = element.children().filter(Node::is_element).chain(referred).collect();
        // Many elements may have the same id, and many refer to it.
        self.left = self.left.checked_sub(next.len()).ok_or_else(too_many)?;
        Ok(Step { element, next, way: 0, steps: 0 })
    }
}

impl Step<'_> {
    fn add(&mut self, (way, steps): (usize, usize)) -> Result<(), ConversionError> {
        self.way = self.way.max(way);
        self.steps = self.steps.saturating_add(steps);
        if self.way >= LONGEST_WAY {
            return Err(too_deep());
        }
        if self.steps > MOST_STEPS {
            return Err(too_many());
        }
        Ok(())
    }
}

fn too_deep() -> ConversionError {
    ConversionError::invalid("the drawing is nested too deep")
}

fn too_many() -> ConversionError {
    ConversionError::TooLarge("the drawing repeats its parts too often".into())
}
