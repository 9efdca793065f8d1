//! Text: what begins like HTML, SVG or RTF, and what has no marks at all.

use std::str;

use super::Look;
use crate::Format;

/// Returns whether the format is text that need not begin in any certain way.
pub(super) fn is_text(format: Format) -> bool {
    matches!(
        format,
        Format::CSV
            | Format::EML
            | Format::FB2
            | Format::HTML
            | Format::JSON
            | Format::LATEX
            | Format::MD
            | Format::RST
            | Format::TXT
            | Format::XML
    )
}

/// Returns whether text that begins like some other format may yet be of this one.
pub(super) fn may_be_marked(format: Format) -> bool {
    matches!(format, Format::TXT | Format::XML | Format::FB2 | Format::EML)
}

/// Returns what text looks like, or none if it is no text. Text is UTF-8 without control characters but white space.
pub(super) fn look(head: &[u8]) -> Option<Look> {
    if head.starts_with(br"{\rtf") {
        return Some(Look::Marked(Format::RTF));
    }
    let marked = head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]);
    if !marked && head.iter().any(is_control) {
        return None;
    }
    let Some(text) = utf8_start(head) else {
        return Some(Look::Other("text that is not UTF-8".into()));
    };
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start();
        rest = match opening(rest) {
            Opening::Skip(end) => rest.split_once(end).map_or("", |(_, rest)| rest),
            Opening::Doctype => after_doctype(rest),
            Opening::Root(found) => return Some(found),
        }
    }
}

/// How a text begins.
enum Opening {
    /// With something that may stand before a root element, and ends with this.
    Skip(&'static str),
    /// With a document type that names no format.
    Doctype,
    /// With what decides.
    Root(Look),
}

fn opening(text: &str) -> Opening {
    if text.starts_with("<!--") {
        Opening::Skip("-->")
    } else if text.starts_with("<?") {
        Opening::Skip("?>")
    } else if begins(text, "<!doctype html") || begins(text, "<html") {
        Opening::Root(Look::Marked(Format::HTML))
    } else if begins(text, "<!doctype") {
        Opening::Doctype
    } else if is_svg(text) {
        Opening::Root(Look::Marked(Format::SVG))
    } else {
        Opening::Root(Look::Plain)
    }
}

/// The root may have a prefix, as in `<svg:svg xmlns:svg="…">`.
fn is_svg(text: &str) -> bool {
    let name = text
        .strip_prefix('<')
        .and_then(|rest| rest.split([' ', '\t', '\r', '\n', '>', '/']).next());
    name.is_some_and(|name| name == "svg" || name.ends_with(":svg"))
}

/// Skips a document type with its declarations in brackets, if it has any.
fn after_doctype(text: &str) -> &str {
    let end = text.find('>').unwrap_or(text.len());
    let end = match text.find('[') {
        Some(bracket) if bracket < end => text.find("]>").map_or(text.len(), |at| at + 1),
        Some(_) | None => end,
    };
    text.get(end + 1..).unwrap_or_default()
}

fn begins(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

/// Escape (terminals' colours) and substitute (the end of a DOS file) do occur in text.
fn is_control(byte: &u8) -> bool {
    *byte < b' ' && !b"\t\n\x0B\x0C\r\x1A\x1B".contains(byte)
}

/// The head of a longer file may end within a character.
fn utf8_start(head: &[u8]) -> Option<&str> {
    match str::from_utf8(head) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&head[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}
