//! What can be asked of a page: how it is loaded, printed and drawn.

use crate::options::{Kind, OptionSpec};
use crate::pages::PAGES;

/// When a page counts as loaded, in the API's words: after its own event, or when for half a second nothing, or no more
/// than two requests, were under way.
pub(super) const WAIT_UNTIL: OptionSpec = OptionSpec::optional(
    "wait_until",
    Kind::Enum(&["load", "domcontentloaded", "networkidle0", "networkidle2"]),
);

pub(super) const WAIT_FOR_ELEMENT: OptionSpec = OptionSpec::optional(
    "wait_for_element",
    Kind::String { valid: is_selector, form: "a CSS selector of at most 1000 characters" },
);

/// In milliseconds.
pub(super) const WAIT_TIME: OptionSpec =
    OptionSpec::optional("wait_time", Kind::Integer { min: 0, max: 120_000, default: Some(0) });

pub(super) const ZOOM: OptionSpec =
    OptionSpec::optional("zoom", Kind::Float { min: 0.1, max: 2.0, default: Some(1.0) });

/// In centimetres, as the API has it.
pub(super) const PAGE_WIDTH: OptionSpec = OptionSpec::optional("page_width", PAPER);
pub(super) const PAGE_HEIGHT: OptionSpec = OptionSpec::optional("page_height", PAPER);
const PAPER: Kind = Kind::Float { min: 1.0, max: 500.0, default: None };

/// In millimetres, as the API has it; a centimetre each unless given.
pub(super) const MARGIN_TOP: OptionSpec = OptionSpec::optional("margin_top", MARGIN);
pub(super) const MARGIN_BOTTOM: OptionSpec = OptionSpec::optional("margin_bottom", MARGIN);
pub(super) const MARGIN_LEFT: OptionSpec = OptionSpec::optional("margin_left", MARGIN);
pub(super) const MARGIN_RIGHT: OptionSpec = OptionSpec::optional("margin_right", MARGIN);
const MARGIN: Kind = Kind::Float { min: 0.0, max: 1000.0, default: None };

pub(super) const PRINT_BACKGROUND: OptionSpec =
    OptionSpec::optional("print_background", Kind::Boolean { default: true });
pub(super) const DISPLAY_HEADER_FOOTER: OptionSpec =
    OptionSpec::optional("display_header_footer", Kind::Boolean { default: false });
pub(super) const HEADER_TEMPLATE: OptionSpec = OptionSpec::optional("header_template", TEMPLATE);
pub(super) const FOOTER_TEMPLATE: OptionSpec = OptionSpec::optional("footer_template", TEMPLATE);
const TEMPLATE: Kind =
    Kind::String { valid: is_template, form: "HTML of at most 100000 characters" };

/// The window's, in pixels.
pub(super) const WIDTH: OptionSpec =
    OptionSpec::optional("width", Kind::Integer { min: 16, max: 8_192, default: Some(1_280) });
pub(super) const HEIGHT: OptionSpec =
    OptionSpec::optional("height", Kind::Integer { min: 16, max: 8_192, default: Some(800) });
/// Whether all of the page is drawn, or what the window shows of it.
pub(super) const FULL_PAGE: OptionSpec =
    OptionSpec::optional("full_page", Kind::Boolean { default: true });
/// Of a JPEG.
pub(super) const QUALITY: OptionSpec =
    OptionSpec::optional("quality", Kind::Integer { min: 1, max: 100, default: Some(85) });

pub(super) const OF_PDF: &[OptionSpec] = &[
    PAGES,
    ZOOM,
    PAGE_WIDTH,
    PAGE_HEIGHT,
    MARGIN_TOP,
    MARGIN_BOTTOM,
    MARGIN_LEFT,
    MARGIN_RIGHT,
    PRINT_BACKGROUND,
    DISPLAY_HEADER_FOOTER,
    HEADER_TEMPLATE,
    FOOTER_TEMPLATE,
    WAIT_UNTIL,
    WAIT_FOR_ELEMENT,
    WAIT_TIME,
];

pub(super) const OF_PICTURES: &[OptionSpec] =
    &[WIDTH, HEIGHT, FULL_PAGE, ZOOM, QUALITY, WAIT_UNTIL, WAIT_FOR_ELEMENT, WAIT_TIME];

/// Which selectors there are, the browser knows.
fn is_selector(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= 1_000
}

fn is_template(text: &str) -> bool {
    text.chars().count() <= 100_000
}
