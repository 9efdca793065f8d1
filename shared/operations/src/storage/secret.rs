use std::fmt::{self, Debug, Formatter};

/// A credential, which nothing prints.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl Secret {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Reads a key in PEM, whose ends of lines may have come escaped.
    pub(super) fn pem(text: &str) -> Option<Self> {
        let text = text.replace("\\n", "\n");
        let is_pem = text.trim_start().starts_with("-----BEGIN ");
        is_pem.then(|| Self(text.trim().to_owned() + "\n"))
    }
}

impl Debug for Secret {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_its_lines_escaped_or_not_and_never_printed() {
        let whole = "-----BEGIN KEY-----\nYQ==\n-----END KEY-----\n";
        for text in [whole.to_owned(), whole.replace('\n', "\\n"), format!(" {whole}\n")] {
            assert_eq!(Secret::pem(&text).unwrap().0, whole);
        }
        assert_eq!(Secret::pem("YQ=="), None);
        assert_eq!(format!("{:?}", Secret::new("a")), "***");
    }
}
