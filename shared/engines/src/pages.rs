//! Which pages of a document are wanted, as users write it: `1-3,5`.

#[cfg(feature = "run")]
use serde_json::{Map, Value};

#[cfg(feature = "run")]
use crate::ConversionError;
use crate::options::{Kind, OptionSpec};

/// The pages that are wanted; all unless it is given.
pub(crate) const PAGES: OptionSpec = OptionSpec::optional(
    "pages",
    Kind::String { valid: is_range, form: "pages and ranges of pages such as 1-3,5" },
);

/// The longest list of pages; it becomes a program's argument.
const LONGEST: usize = 1000;

/// The most pages that a document may have, or a selection of them.
#[cfg(feature = "run")]
pub(crate) const MOST_PAGES: usize = 5_000;

/// Returns whether a text lists pages, from 1, and ranges of them that go up: `1-3,5`.
pub(crate) fn is_range(text: &str) -> bool {
    text.len() <= LONGEST && text.split(',').all(|part| range(part).is_some())
}

/// Returns the first and the last page of a part of a list.
fn range(part: &str) -> Option<(u32, u32)> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    Some((page(first)?, page(last)?)).filter(|(first, last)| first <= last)
}

fn page(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|page| digits && (1..=1_000_000).contains(page))
}

/// Returns the wanted pages of a document of `count` pages, from 0 and in the order in which they are wanted.
///
/// # Errors
///
/// When a page is not there, or there are too many.
#[cfg(feature = "run")]
pub(crate) fn select(
    options: &Map<String, Value>,
    count: usize,
) -> Result<Vec<usize>, ConversionError> {
    check_count(count)?;
    let Some(text) = PAGES.text(options) else { return Ok((0..count).collect()) };
    let mut pages = Vec::new();
    for (first, last) in text.split(',').filter_map(range) {
        let (first, last) = (first as usize, last as usize);
        if last > count {
            return Err(beyond(last, count));
        }
        pages.extend(first - 1..last);
        check_count(pages.len())?;
    }
    Ok(pages)
}

/// Returns an error if these are too many pages.
#[cfg(feature = "run")]
pub(crate) fn check_count(count: usize) -> Result<(), ConversionError> {
    if count <= MOST_PAGES {
        return Ok(());
    }
    Err(ConversionError::TooLarge(format!("{count} pages are over the limit of {MOST_PAGES}")))
}

#[cfg(feature = "run")]
fn beyond(page: usize, count: usize) -> ConversionError {
    let has =
        if count == 1 { "has only one page".into() } else { format!("has only {count} pages") };
    let message = format!("there is no page {page}: the file {has}");
    ConversionError::InvalidOption { field: PAGES.name.into(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_rising_ranges_are_listed_by_commas() {
        for good in ["1", "1-3", "1-3,5", "2-2,7,100-1000000"] {
            assert!(is_range(good), "{good}");
        }
        let long = vec!["1"; 600].join(",");
        for bad in [
            "", ",", "1,", "0", "-3", "3-", "3-1", "1 - 3", "+1", "a", "1-2-3", "1;2", "10000000",
            "1\"", &long,
        ] {
            assert!(!is_range(bad), "{bad}");
        }
    }

    #[cfg(feature = "run")]
    #[test]
    fn pages_are_selected_in_the_order_that_is_wanted() {
        let check = |text: &str, expected: &[usize]| {
            let options = serde_json::json!({ "pages": text });
            assert_eq!(select(options.as_object().unwrap(), 7).unwrap(), expected);
        };
        check("1,2,5-7", &[0, 1, 4, 5, 6]);
        check("7,1,1", &[6, 0, 0]);
        assert_eq!(select(&Map::new(), 3).unwrap(), [0, 1, 2]);
    }

    #[cfg(feature = "run")]
    #[test]
    fn pages_that_are_not_there_or_too_many_are_refused() {
        let check = |text: &str, count, expected: &str| {
            let options = serde_json::json!({ "pages": text });
            let error = select(options.as_object().unwrap(), count).unwrap_err();
            assert_eq!(error.to_string(), expected);
        };
        check("1-9", 7, "there is no page 9: the file has only 7 pages");
        check("2", 1, "there is no page 2: the file has only one page");
        check("1-3000,1-3000", 3000, "6000 pages are over the limit of 5000");
        check("1", 5001, "5001 pages are over the limit of 5000");
    }
}
