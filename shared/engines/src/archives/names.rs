use std::collections::{HashMap, HashSet};

/// Names of which no two are alike.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    /// The number that the next file of a name gets.
    next: HashMap<String, usize>,
}

impl Names {
    /// Numbers the second and later files of one name: `a.txt`, `a-2.txt`.
    pub(super) fn unique(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        while !self.taken.insert(candidate.clone()) {
            let number = self.next.entry(name.to_owned()).or_insert(2);
            candidate = numbered(name, *number);
            *number += 1;
        }
        candidate
    }
}

fn numbered(name: &str, number: usize) -> String {
    match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, extension)) => format!("{stem}-{number}.{extension}"),
        None => format!("{name}-{number}"),
    }
}

/// Returns the last part of a path in an archive, or none if the path leads out of the archive or to no file.
pub(super) fn file_name(path: &str) -> Option<&str> {
    let mut parts = path.split(['/', '\\']);
    let absolute = path.starts_with(['/', '\\']) || path.as_bytes().get(1) == Some(&b':');
    let climbs = parts.clone().any(|part| part == "..");
    let name = parts.next_back().filter(|name| !matches!(*name, "" | "."));
    name.filter(|_| !absolute && !climbs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_name_are_numbered() {
        let mut names = Names::default();
        let given = ["a.txt", "a.txt", "a-2.txt", "a.txt", "b", "b", ".c", ".c"];
        let unique = given.map(|name| names.unique(name));
        assert_eq!(unique, ["a.txt", "a-2.txt", "a-2-2.txt", "a-3.txt", "b", "b-2", ".c", ".c-2"]);
    }

    #[test]
    fn ten_thousand_files_of_one_name_are_no_trouble() {
        let mut names = Names::default();
        let last = (0..10_000).map(|_| names.unique("a.txt")).last();
        assert_eq!(last.as_deref(), Some("a-10000.txt"));
    }

    #[test]
    fn only_a_path_within_the_archive_names_a_file() {
        let check = |path, expected| assert_eq!(file_name(path), expected, "{path}");
        check("a.txt", Some("a.txt"));
        check("folder/a.txt", Some("a.txt"));
        check("./a.txt", Some("a.txt"));
        check("folder\\a.txt", Some("a.txt"));
        check("a..txt", Some("a..txt"));
        for bad in [
            "",
            ".",
            "folder/",
            "../a",
            "a/../../b",
            "/etc/passwd",
            "C:\\a",
            "\\\\host\\a",
            "..\\a",
        ] {
            check(bad, None);
        }
    }
}
