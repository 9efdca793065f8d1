//! Telling a file's format by its content. What the name or the user says decides only between formats whose content
//! looks alike (text); everywhere else a claim that the content does not bear out is an error.

mod compound;
mod magic;
mod package;
mod text;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use crate::Format;

/// How much of a file is looked at, beside the tables of contents of archives.
const HEAD: u64 = 64 << 10;

/// Where a claim about a file's format comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Its user declared it.
    Declared,
    /// It is the extension of its name.
    Named,
}

/// Why a file's format cannot be told, or isn't what was claimed.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// The file has no content.
    #[error("the file is empty")]
    Empty,
    /// The content is of another known format than claimed.
    #[error("{claim} {claimed}, but the content is {found}")]
    Mismatch {
        /// Who claimed.
        claim: Claim,
        /// What was claimed.
        claimed: Format,
        /// What the content is.
        found: Format,
    },
    /// The content is not of the claimed format.
    #[error("not a {claimed}: looks like {found}")]
    Unlike {
        /// What was claimed.
        claimed: Format,
        /// What the content looks like, with its article.
        found: String,
    },
    /// Nothing was claimed, and the content is of no format that this crate knows.
    #[error("the format is not known: looks like {found}")]
    Unknown {
        /// What the content looks like, with its article.
        found: String,
    },
    /// The document is encrypted.
    #[error("the file is protected by a password")]
    PasswordRequired,
    /// The file cannot be read: trouble of this machine.
    #[error("the file cannot be read")]
    Unreadable(#[from] io::Error),
}

/// What a file looks like.
#[derive(Debug, PartialEq, Eq)]
enum Look {
    /// Surely this format.
    Sure(Format),
    /// Text that begins like this format, but may be meant as plain text or Markdown.
    Marked(Format),
    /// Text without any marks.
    Plain,
    /// A zip that doesn't say what for.
    Package,
    /// An old Office file that doesn't say of which program.
    Compound,
    /// A document that only opens with a password.
    Encrypted,
    /// Something else, with its article.
    Other(String),
}

/// Returns the format of the file at `path`, whose user calls it `name` and may have `declared` its format.
///
/// Blocks while it reads up to 64 KiB, or the tables of contents of an archive.
///
/// # Errors
///
/// When the content contradicts what is declared (or else named), is empty, encrypted or of no known format.
pub fn detect(
    path: &Path,
    name: Option<&str>,
    declared: Option<Format>,
) -> Result<Format, DetectError> {
    let named = || Some((Claim::Named, Format::from_file_name(name?)?));
    let claim = declared.map(|format| (Claim::Declared, format)).or_else(named);
    // Programs that a hostile file has taken over may leave a link, or a pipe that never ends.
    if !path.symlink_metadata()?.is_file() {
        return Err(io::Error::other("not a regular file").into());
    }
    judge(look(path)?, claim)
}

/// Returns whether what was made looks like a file of its format: programs call it a success whatever they leave.
pub(crate) async fn looks_right(made: &Path, format: Format) -> io::Result<bool> {
    let path = made.to_owned();
    Ok(tokio::task::spawn_blocking(move || detect(&path, None, Some(format)).is_ok()).await?)
}

fn judge(look: Look, claim: Option<(Claim, Format)>) -> Result<Format, DetectError> {
    let Some((claim, claimed)) = claim else { return alone(look) };
    match look {
        _ if claimed == Format::BIN => Ok(claimed),
        Look::Sure(found) if magic::may_be(found, claimed) => Ok(claimed),
        Look::Marked(found) if found == claimed || text::may_be_marked(claimed) => Ok(claimed),
        Look::Sure(found) | Look::Marked(found) => {
            Err(DetectError::Mismatch { claim, claimed, found })
        }
        Look::Plain if text::is_text(claimed) => Ok(claimed),
        Look::Compound if compound::may_be(claimed) => Ok(claimed),
        Look::Package if package::may_be(claimed) => Ok(claimed),
        Look::Plain | Look::Compound | Look::Other(_) if magic::is_believed(claimed) => Ok(claimed),
        Look::Encrypted => Err(DetectError::PasswordRequired),
        other => Err(DetectError::Unlike { claimed, found: other.name() }),
    }
}

/// Judges a file of which nobody says what it is.
fn alone(look: Look) -> Result<Format, DetectError> {
    match look {
        Look::Sure(found) | Look::Marked(found) => Ok(found),
        Look::Package => Ok(Format::ZIP),
        Look::Encrypted => Err(DetectError::PasswordRequired),
        other => Err(DetectError::Unknown { found: other.name() }),
    }
}

impl Look {
    /// Returns what it is called, with its article.
    fn name(self) -> String {
        match self {
            Self::Sure(format) | Self::Marked(format) => format!("a {format}"),
            Self::Plain => "text".into(),
            Self::Package => "a zip".into(),
            Self::Compound => compound::NAME.into(),
            Self::Encrypted => "an encrypted document".into(),
            Self::Other(found) => found,
        }
    }
}

fn look(path: &Path) -> Result<Look, DetectError> {
    let mut file = File::open(path)?;
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head)?;
    file.rewind()?;
    if head.is_empty() {
        return Err(DetectError::Empty);
    }
    Ok(match &head {
        head if head.starts_with(package::MAGIC) => package::look(file),
        head if head.starts_with(compound::MAGIC) => compound::look(file),
        head => magic::look(head)
            .or_else(|| text::look(head))
            .unwrap_or_else(|| Look::Other(other(head))),
    })
}

fn other(head: &[u8]) -> String {
    infer::get(head)
        .map_or_else(|| "unknown data".into(), |kind| format!("a {} file", kind.extension()))
}

impl std::fmt::Display for Claim {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Declared => "declared",
            Self::Named => "named",
        })
    }
}

#[cfg(test)]
mod tests;
