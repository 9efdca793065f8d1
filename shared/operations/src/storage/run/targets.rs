use domain::FileName;

use super::super::Selection;
use crate::process::name;

impl Selection {
    /// Returns where files of these names are put, in order and each in a place of its own.
    ///
    /// A printf placeholder of a whole number in the path of one file is its number, from 1; several
    /// files of a path without one are numbered before its extension.
    pub(super) fn targets(&self, names: &[&FileName]) -> Vec<String> {
        match self {
            Self::One(path) => {
                let numbers = 1..=names.len();
                numbers.map(|number| numbered(path, number, names.len() > 1)).collect()
            }
            Self::Several(prefix) => {
                let names = name::all(names.iter().copied());
                names.iter().map(|name| format!("{prefix}{name}")).collect()
            }
        }
    }
}

fn numbered(path: &str, number: usize, several: bool) -> String {
    let plain = || if several { name::before_extension(path, number) } else { path.to_owned() };
    name::fill(path, number).unwrap_or_else(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_has_a_place_of_its_own() {
        let check = |selection: Selection, names: &[&str], expected: &[&str]| {
            let names: Vec<_> = names.iter().map(|it| FileName::sanitize(it).unwrap()).collect();
            assert_eq!(selection.targets(&names.iter().collect::<Vec<_>>()), expected);
        };
        let one = |path: &str| Selection::One(path.to_owned());
        check(one("a/b.pdf"), &["x"], &["a/b.pdf"]);
        check(one("a/b-%d.pdf"), &["x"], &["a/b-1.pdf"]);
        check(one("a/%02d/b.pdf"), &["x", "y"], &["a/01/b.pdf", "a/02/b.pdf"]);
        check(one("a.b/c.pdf"), &["x", "y"], &["a.b/c-1.pdf", "a.b/c-2.pdf"]);
        check(one("a.b/c"), &["x", "y"], &["a.b/c-1", "a.b/c-2"]);
        check(one("a/.env"), &["x", "y"], &["a/.env-1", "a/.env-2"]);
        let several = Selection::Several("a/".to_owned());
        check(several, &["x.png", "y.png", "x.png"], &["a/x-1.png", "a/y.png", "a/x-2.png"]);
    }
}
