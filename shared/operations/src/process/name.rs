//! What results are called.

use std::collections::HashMap;

use domain::FileName;

/// Returns the names of results: those that several would bear are numbered from 1, all of them.
///
/// A printf placeholder of a whole number in a name (`%d`, `%03d`) is the number; without one the number goes before
/// the extension: `report-3.png`.
pub(crate) fn all<'a>(names: impl Iterator<Item = &'a FileName> + Clone) -> Vec<FileName> {
    let mut counts: HashMap<&FileName, usize> = HashMap::new();
    names.clone().for_each(|name| *counts.entry(name).or_default() += 1);
    let mut given: HashMap<&FileName, usize> = HashMap::new();
    let named = names.map(|name| {
        let number = given.entry(name).or_default();
        *number += 1;
        if counts[name] == 1 { name.clone() } else { numbered(name, *number) }
    });
    named.collect()
}

fn numbered(name: &FileName, number: usize) -> FileName {
    let text = fill(name.as_str(), number);
    let text = text.unwrap_or_else(|| before_extension(name.as_str(), number));
    FileName::sanitize(&text).unwrap_or_else(|_| name.clone())
}

/// Puts a number before the extension of a name, or of the last part of a path: `a/b.txt` as `a/b-2.txt`.
pub(crate) fn before_extension(path: &str, number: usize) -> String {
    let start = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[start..].rfind('.').filter(|dot| *dot > 0) {
        Some(dot) => {
            let (stem, extension) = path.split_at(start + dot);
            format!("{stem}-{number}{extension}")
        }
        None => format!("{path}-{number}"),
    }
}

/// Replaces the first placeholder, if there is one.
pub(crate) fn fill(text: &str, number: usize) -> Option<String> {
    let mut from = 0;
    while let Some(at) = text[from..].find('%').map(|at| from + at) {
        let rest = &text[at + 1..];
        let digits = rest.len() - rest.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        if digits <= 2 && rest[digits..].starts_with('d') {
            let (width, zero) = (rest[..digits].parse().unwrap_or(0), rest.starts_with('0'));
            let number =
                if zero { format!("{number:0width$}") } else { format!("{number:width$}") };
            return Some(format!("{}{number}{}", &text[..at], &rest[digits + 1..]));
        }
        from = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &[&str]) {
        let names: Vec<_> = names.iter().map(|name| FileName::sanitize(name).unwrap()).collect();
        let named = all(names.iter());
        assert_eq!(named.iter().map(FileName::as_str).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn several_results_of_one_name_are_numbered() {
        check(&["a.png"], &["a.png"]);
        check(&["a.png", "b.png"], &["a.png", "b.png"]);
        check(&["a.png", "b.png", "a.png"], &["a-1.png", "b.png", "a-2.png"]);
        check(&["a", "a"], &["a-1", "a-2"]);
    }

    #[test]
    fn a_placeholder_is_the_number() {
        let check = |name: &str, expected: &str| {
            let name = FileName::sanitize(name).unwrap();
            assert_eq!(numbered(&name, 3).as_str(), expected);
        };
        check("a-%d.png", "a-3.png");
        check("a-%03d.png", "a-003.png");
        check("100%-%2d-%d.png", "100%- 3-%d.png");
        check("%100d.png", "%100d-3.png");
        check("%s%d.png", "%s3.png");
    }
}
