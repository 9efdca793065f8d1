//! The templates of arguments: read once, filled for each run.

use super::raw;

/// A text with gaps: `{input}`, `{width}`, `{input_format:demuxer}`.
#[derive(Debug)]
pub(crate) struct Template(pub(crate) Vec<Piece>);

/// A part of a template.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// What is written.
    Text(String),
    /// What fills the gap, and the list of words in which that is looked up.
    Gap(String, Option<String>),
}

/// An argument, or arguments that are there under conditions.
#[derive(Debug)]
pub(crate) enum Item {
    One(Template),
    Some(Group),
}

/// Arguments that belong together.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) when: Vec<Condition>,
    pub(crate) arguments: Vec<Item>,
    pub(crate) join: Option<String>,
    pub(crate) before: Option<String>,
    pub(crate) each: Option<String>,
}

/// What must hold: `width` is there and not false, `!width` is not, `fit=max|crop` has one of the values.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    pub(crate) name: String,
    pub(crate) negated: bool,
    /// None for any value but false.
    pub(crate) values: Option<Vec<String>>,
}

impl Template {
    /// Reads a template, in which `{{` and `}}` are braces.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut written = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            written.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                written.push_str(brace);
                rest = after;
                continue;
            }
            let end = rest.find('}').filter(|_| brace == "{");
            let end = end.ok_or_else(|| format!("`{text}` has a brace without another"))?;
            pieces.push(Piece::Text(std::mem::take(&mut written)));
            pieces.push(gap(&rest[..end]));
            rest = &rest[end + 1..];
        }
        written.push_str(rest);
        pieces.push(Piece::Text(written));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }
}

fn gap(text: &str) -> Piece {
    match text.split_once(':') {
        Some((name, words)) => Piece::Gap(name.into(), Some(words.into())),
        None => Piece::Gap(text.into(), None),
    }
}

impl Condition {
    fn parse(text: &str) -> Self {
        let (text, negated) = text.strip_prefix('!').map_or((text, false), |rest| (rest, true));
        let (name, values) = match text.split_once('=') {
            Some((name, values)) => (name, Some(values.split('|').map(str::to_owned).collect())),
            None => (text, None),
        };
        Self { name: name.into(), negated, values }
    }
}

/// Reads the templates of arguments.
pub(super) fn items(raw: &[raw::Item]) -> Result<Vec<Item>, String> {
    raw.iter().map(item).collect()
}

fn item(raw: &raw::Item) -> Result<Item, String> {
    Ok(match raw {
        raw::Item::One(text) => Item::One(Template::parse(text)?),
        raw::Item::Some(group) => Item::Some(Group {
            when: group.when.iter().map(|text| Condition::parse(text)).collect(),
            arguments: items(&group.arguments)?,
            join: group.join.clone(),
            before: group.before.clone(),
            each: group.each.clone(),
        }),
    })
}

impl Item {
    /// Returns what fills its gaps and what its conditions ask, each with the list of words in which it is looked up.
    pub(super) fn names(&self) -> Vec<(&str, Option<&str>)> {
        match self {
            Self::One(template) => template.names().collect(),
            Self::Some(group) => {
                let asked = group.when.iter().map(|condition| &condition.name).chain(&group.each);
                let asked = asked.map(|name| (name.as_str(), None));
                let is_own = |name: &str| group.each.is_some() && ["key", "value"].contains(&name);
                let inner = group.arguments.iter().flat_map(Self::names);
                asked.chain(inner.filter(|(name, _)| !is_own(name))).collect()
            }
        }
    }
}

impl Template {
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Gap(name, words) => Some((name.as_str(), words.as_deref())),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(name: &str, words: Option<&str>) -> Piece {
        Piece::Gap(name.into(), words.map(str::to_owned))
    }

    #[test]
    fn a_template_has_text_and_gaps() {
        let check = |text: &str, expected: Vec<Piece>| {
            assert_eq!(Template::parse(text).unwrap().0, expected, "{text}");
        };
        let text = |text: &str| Piece::Text(text.into());
        check("-i", vec![text("-i")]);
        check("{input}", vec![gap("input", None)]);
        check("scale={width}:-2", vec![text("scale="), gap("width", None), text(":-2")]);
        check("{input_format:demuxer}", vec![gap("input_format", Some("demuxer"))]);
        check("a{{b}}{c}", vec![text("a{b}"), gap("c", None)]);
        check("", vec![]);
    }

    #[test]
    fn a_brace_alone_is_refused() {
        for text in ["{input", "input}", "a{b{c"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn conditions_ask_for_values_or_for_any() {
        let check = |text: &str, name: &str, negated, values: Option<&[&str]>| {
            let values = values.map(|all| all.iter().map(ToString::to_string).collect());
            assert_eq!(Condition::parse(text), Condition { name: name.into(), negated, values });
        };
        check("width", "width", false, None);
        check("!width", "width", true, None);
        check("fit=max|crop", "fit", false, Some(&["max", "crop"]));
        check("!fit=scale", "fit", true, Some(&["scale"]));
    }
}
