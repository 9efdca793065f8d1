use std::fmt;

use serde::{Deserialize, Serialize};

/// One file that a task has made or brought in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name as users see it; never part of where it lies.
    pub name: FileName,
    /// Its size in bytes.
    pub size: u64,
    /// The key of its object.
    pub key: String,
    /// The ETag of its object: every later read is bound to it.
    pub etag: String,
}

/// The name of a file, safe to show, to put in a header and to create in a directory of ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

/// Nothing of the text can serve as a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a usable file name")]
pub struct InvalidFileName;

const LONGEST: usize = 255;

impl FileName {
    /// Makes a name of what a client sent: the last component of its path, without characters that
    /// control a terminal, turn the direction of text or part paths, cut to 255 bytes with its
    /// extension kept.
    ///
    /// # Errors
    ///
    /// [`InvalidFileName`] when nothing is left, or only dots.
    pub fn sanitize(text: &str) -> Result<Self, InvalidFileName> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let visible: String = last.chars().filter(|c| !is_unsafe(*c)).collect();
        let trimmed = visible.trim().trim_end_matches(['.', ' ']);
        if trimmed.is_empty() || trimmed.chars().all(|c| c == '.') {
            return Err(InvalidFileName);
        }
        Ok(Self(cut(&escape_device(trimmed))))
    }

    /// Returns the name with another extension: `report.docx` as `report.pdf`.
    #[must_use]
    pub fn with_extension(&self, extension: &str) -> Self {
        Self(cut(&format!("{}.{extension}", self.stem())))
    }

    /// Returns the name without its extension.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.0
            .rsplit_once('.')
            .map_or(self.as_str(), |(stem, _)| if stem.is_empty() { &self.0 } else { stem })
    }

    /// Returns what follows the last dot, if anything does.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.0.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, extension)| extension)
    }

    /// Returns the name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, and those that change the direction of text (Unicode TR36: `exe.gpj` shown
/// as `jpg.exe`), and those that Windows forbids in names.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

/// Windows opens a device for `nul.txt`; an underscore in front makes it a file.
fn escape_device(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
    };
    let device = matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || numbered("com")
        || numbered("lpt");
    if device { format!("_{name}") } else { name.to_owned() }
}

fn cut(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() < 16 => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let end = stem.floor_char_boundary(LONGEST - extension.len());
    format!("{}{extension}", &stem[..end])
}

impl TryFrom<String> for FileName {
    type Error = InvalidFileName;

    fn try_from(text: String) -> Result<Self, InvalidFileName> {
        let name = Self::sanitize(&text)?;
        if name.0 == text { Ok(name) } else { Err(InvalidFileName) }
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(FileName::sanitize(text).map(String::from), Ok(expect.to_owned()));
    }

    #[test]
    fn names_are_made_safe() {
        check("photo.png", "photo.png");
        check("../../etc/passwd", "passwd");
        check("C:\\Users\\me\\a.doc", "a.doc");
        check("in put é.png", "in put é.png");
        check("a\n-rf\u{202e}gpj.exe", "a-rfgpj.exe");
        check("-rf", "-rf");
        check("nul.txt", "_nul.txt");
        check("COM7", "_COM7");
        check("compact.txt", "compact.txt");
        check(".htaccess", ".htaccess");
        check("what?.txt. ", "what.txt");
    }

    #[test]
    fn what_leaves_nothing_is_no_name() {
        for text in ["", "/", "..", ".", "a/..", " ", "\n", "\u{202e}", "a/"] {
            assert_eq!(FileName::sanitize(text), Err(InvalidFileName), "{text:?}");
        }
    }

    #[test]
    fn long_names_are_cut_and_keep_their_extension() {
        let name = FileName::sanitize(&format!("{}.png", "é".repeat(300))).unwrap();
        assert!(name.as_str().len() <= 255 && name.as_str().ends_with("é.png"), "{name}");
    }

    #[test]
    fn sanitizing_twice_changes_nothing() {
        for text in ["photo.png", "nul.txt", "a.. ", &"é".repeat(400)] {
            let once = FileName::sanitize(text).unwrap();
            assert_eq!(FileName::sanitize(once.as_str()), Ok(once));
        }
    }

    #[test]
    fn extension_follows_the_last_dot() {
        let name = |text| FileName::sanitize(text).unwrap();
        assert_eq!(name("a.tar.gz").extension(), Some("gz"));
        assert_eq!(name(".bashrc").extension(), None);
        assert_eq!(name("report.docx").with_extension("pdf"), name("report.pdf"));
        assert_eq!(name(".bashrc").with_extension("txt"), name(".bashrc.txt"));
    }
}
