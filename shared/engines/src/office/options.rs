//! What may be chosen of a PDF, by the names that CloudConvert gives it for its office engine.

use crate::OptionSpec;
use crate::options::{Kind, PASSWORD};
use crate::pages::PAGES;

/// Whether pictures are kept as printers need them, at 300 dots an inch, or are made smaller, as screens need them.
pub(super) const OPTIMIZE_PRINT: OptionSpec =
    OptionSpec::optional("optimize_print", Kind::Boolean { default: true });

/// Whether the file is one to be archived: PDF/A-1b (ISO 19005-1).
pub(super) const PDF_A: OptionSpec =
    OptionSpec::optional("pdf_a", Kind::Boolean { default: false });

/// Whether comments are shown.
pub(super) const INCLUDE_MARKUP: OptionSpec =
    OptionSpec::optional("include_markup", Kind::Boolean { default: false });

/// Whether headings, sheets and slides become bookmarks.
pub(super) const BOOKMARKS: OptionSpec =
    OptionSpec::optional("bookmarks", Kind::Boolean { default: true });

pub(super) const PDF: &[OptionSpec] =
    &[PAGES, OPTIMIZE_PRINT, PDF_A, INCLUDE_MARKUP, BOOKMARKS, PASSWORD];
