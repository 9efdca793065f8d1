use engines::{Format, Pair};
use operations::Description;

use crate::Filter;

/// Something that can be done here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found<'a> {
    /// What one engine does with files.
    ByEngine(Pair<'a>),
    /// An operation that needs no engine.
    Other(&'static Description),
}

/// Lists what passes the filter: conversions by input, output and preference, then what else engines do, then the rest.
pub(crate) fn list<'a>(pairs: &[Pair<'a>], filter: &Filter) -> Vec<Found<'a>> {
    let pairs = pairs.iter().filter(|pair| filter.takes_pair(pair));
    let mut pairs: Vec<Pair<'a>> = pairs.copied().collect();
    if !filter.alternatives {
        pairs.dedup_by_key(|pair| -> (&str, Format, Format) {
            (pair.operation, pair.input, pair.output)
        });
    }
    let others = operations::catalogue().iter().filter(|operation| filter.takes_other(operation));
    pairs.into_iter().map(Found::ByEngine).chain(others.map(Found::Other)).collect()
}

#[cfg(test)]
mod tests {
    use engines::Catalogue;

    use super::*;

    /// Returns `input > output by engine` of each conversion and the path of each other operation.
    fn listed(filter: &Filter) -> Vec<String> {
        let catalogue = Catalogue::from_setting("office=7.4.7.2");
        let written = |found: &Found<'_>| match found {
            Found::ByEngine(pair) => {
                format!("{} > {} by {}", pair.input, pair.output, pair.engine.name)
            }
            Found::Other(operation) => operation.path.to_owned(),
        };
        list(&catalogue.pairs(), filter).iter().map(written).collect()
    }

    fn csv() -> Filter {
        Filter {
            input_format: Some("csv".to_owned()),
            output_format: Some("XLSX".to_owned()),
            ..Filter::default()
        }
    }

    #[test]
    fn a_pair_is_there_once_unless_alternatives_are_wanted() {
        assert_eq!(listed(&csv()), ["csv > xlsx by sheets"]);
        let both = ["csv > xlsx by sheets", "csv > xlsx by office"];
        assert_eq!(listed(&Filter { alternatives: true, ..csv() }), both);
    }

    #[test]
    fn the_best_is_chosen_of_what_the_filter_leaves() {
        let engine = |engine: &str| Filter { engine: Some(engine.to_owned()), ..csv() };
        assert_eq!(listed(&engine("libreoffice")), ["csv > xlsx by office"]);
        assert_eq!(listed(&engine("excel")), [""; 0]);
        let version = |version: &str| Filter { engine_version: Some(version.to_owned()), ..csv() };
        assert_eq!(listed(&version("7.4")), ["csv > xlsx by office"]);
        assert_eq!(listed(&version("7.5")), [""; 0]);
    }

    #[test]
    fn other_operations_are_there_when_no_format_or_engine_is_asked_for() {
        let others = operations::catalogue().iter().filter(|operation| !operation.by_engines);
        let others: Vec<_> = others.map(|operation| operation.path).collect();
        for path in ["import/url", "import/upload", "import/base64", "import/raw", "export/url"] {
            assert!(others.contains(&path), "{path}");
        }
        let all = listed(&Filter::default());
        assert_eq!(all[all.len() - others.len()..], others);
        let conversions = listed(&Filter { conversions_only: true, ..Filter::default() });
        assert_eq!(conversions, all[..conversions.len()]);
        let operation =
            |path: &str| Filter { operation: Some(path.to_owned()), ..Filter::default() };
        assert_eq!(listed(&operation("import/url")), ["import/url"]);
        assert_eq!(listed(&operation("convert")), conversions);
        assert_eq!(listed(&operation("import/telepathy")), [""; 0]);
        let none = Filter { conversions_only: true, ..operation("import/url") };
        assert_eq!(listed(&none), [""; 0]);
    }

    #[test]
    fn what_engines_do_is_there_once_for_each_engine_that_is() {
        let catalogue = Catalogue::embedded();
        let pairs = catalogue.pairs();
        let all = list(&pairs, &Filter { alternatives: true, ..Filter::default() });
        let mut names = std::collections::BTreeSet::new();
        for found in &all {
            let Found::ByEngine(pair) = found else { continue };
            let name = (pair.operation, pair.input, pair.output, pair.engine.name);
            assert!(names.insert(name), "{name:?} is there twice");
        }
        for operation in operations::catalogue() {
            let is_there = all.iter().any(|found| match found {
                Found::ByEngine(pair) => pair.operation == operation.path,
                Found::Other(other) => other.path == operation.path,
            });
            let done = pairs.iter().any(|pair| pair.operation == operation.path);
            assert_eq!(is_there, done || !operation.by_engines, "{}", operation.path);
        }
    }

    #[test]
    fn formats_have_other_spellings_and_unknown_ones_have_nothing() {
        let input =
            |text: &str| Filter { input_format: Some(text.to_owned()), ..Filter::default() };
        assert_eq!(listed(&input("jpeg")), listed(&input("jpg")));
        assert!(!listed(&input("jpg")).is_empty());
        assert_eq!(listed(&input("nothing")), [""; 0]);
    }
}
