//! Which elements of a drawing an element refers to, by its attributes and by style sheets.

use resvg::usvg::roxmltree::{Document, Node};
use simplecss::{AttributeOperator, DeclarationTokenizer, PseudoClass, Rule, StyleSheet};

/// As many rules as any drawing may have.
const MANY: usize = 1000;

/// The rules of a drawing's style sheets that refer to elements.
pub(super) struct Styles<'a> {
    rules: Vec<Rule<'a>>,
}

/// An element as a selector sees it.
struct Selected<'a>(Node<'a, 'a>);

impl<'a> Styles<'a> {
    /// Returns the styles of a drawing, if they have at most so many rules: each is tried on each element.
    pub(super) fn of(document: &'a Document<'_>, most: usize) -> Option<Self> {
        let mut sheet = StyleSheet::new();
        let styles = document.descendants().filter(|it| it.tag_name().name() == "style");
        styles.filter_map(|it| it.text()).for_each(|text| sheet.parse_more(text));
        let refers = |rule: &Rule<'_>| rule.declarations.iter().any(|it| it.value.contains('#'));
        let few = sheet.rules.len() <= most.max(MANY);
        few.then(|| Self { rules: sheet.rules.into_iter().filter(refers).collect() })
    }

    /// Returns the ids that an element refers to; which rule wins doesn't matter.
    pub(super) fn references(&self, element: Node<'a, 'a>) -> Vec<String> {
        self.values(element).flat_map(|(name, value)| ids(name, value)).collect()
    }

    /// Returns the ids that an element refers to by what its children inherit: paint and markers.
    pub(super) fn inherited(&self, element: Node<'a, 'a>) -> Vec<String> {
        let inherits = |name: &str| matches!(name, "fill" | "stroke") || name.starts_with("marker");
        let values = self.values(element).filter(|(name, _)| inherits(name));
        values.flat_map(|(name, value)| ids(name, value)).collect()
    }

    /// Returns every name and value that an element may have.
    fn values(&self, element: Node<'a, 'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
        let style = DeclarationTokenizer::from(element.attribute("style").unwrap_or_default());
        let rules = self.rules.iter().filter(move |rule| rule.selector.matches(&Selected(element)));
        let declared =
            rules.flat_map(|rule| rule.declarations.iter().map(|it| (it.name, it.value)));
        let attributes = element.attributes().map(|it| (it.name(), it.value()));
        attributes.chain(style.map(|it| (it.name, it.value))).chain(declared)
    }
}

/// Returns the ids in a value: of `href`, what follows the mark; of others, what is in `url(#…)`.
fn ids(name: &str, value: &str) -> Vec<String> {
    if name == "href" {
        return value.trim().strip_prefix('#').map(str::to_owned).into_iter().collect();
    }
    let references = value.split("url(").skip(1).filter_map(|rest| rest.split_once(')'));
    let plain =
        references.map(|(inside, _)| inside.trim_matches([' ', '\t', '\r', '\n', '"', '\'']));
    plain.filter_map(|inside| inside.strip_prefix('#')).map(str::to_owned).collect()
}

impl simplecss::Element for Selected<'_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Selected)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Selected)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        class == PseudoClass::FirstChild && self.prev_sibling_element().is_none()
    }
}
