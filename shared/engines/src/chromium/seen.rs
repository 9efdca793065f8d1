use std::collections::BTreeSet;

/// What has been seen of a page so far.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The number of the page's own frame.
    pub(super) frame: String,
    /// The number of the empty document that it began with.
    pub(super) blank: String,
    /// The number of the document that is there, or is coming.
    loader: String,
    /// What that has come to, in the words of lifecycle events.
    reached: BTreeSet<String>,
    /// Why the page is not what was wanted.
    pub(super) refusal: Option<String>,
    /// Whether it took its process with it.
    pub(super) crashed: bool,
}

impl Seen {
    /// Notes that a document in a frame has come to something. A page may go on to another one by itself.
    pub(super) fn reach(&mut self, frame: &str, loader: &str, event: &str) {
        if frame != self.frame || loader == self.blank {
            return;
        }
        if loader != self.loader {
            loader.clone_into(&mut self.loader);
            self.reached.clear();
        }
        self.reached.insert(event.to_owned());
    }

    /// Returns whether there is no more to wait for.
    pub(super) fn is_over(&self, event: &str) -> bool {
        self.refusal.is_some() || self.reached.contains(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_has_come_to_is_that_of_its_last_document() {
        let mut seen =
            Seen { frame: "page".to_owned(), blank: "none".to_owned(), ..Seen::default() };
        let mut check = |frame: &str, loader: &str, event: &str, expected: bool| {
            seen.reach(frame, loader, event);
            assert_eq!(seen.is_over("load"), expected, "{frame} {loader} {event}");
        };
        check("page", "none", "load", false);
        check("inner", "first", "load", false);
        check("page", "first", "init", false);
        check("page", "first", "load", true);
        check("page", "second", "init", false);
        check("page", "second", "load", true);
    }
}
