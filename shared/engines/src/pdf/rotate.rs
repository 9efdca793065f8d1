//! Turning pages.

use super::open::{open, save};
use super::options::ROTATION;
use super::tree;
use crate::conversion::Job;
use crate::pages::select;
use crate::{ConversionError, Made};

/// Turns the wanted pages: by so much when it has a sign, else to that.
///
/// # Errors
///
/// When the file cannot be read, or a page is not there.
pub(super) fn rotate(job: &Job) -> Result<Made, ConversionError> {
    let options = &job.conversion.options;
    let mut document = open(job.source(), options)?;
    let all = tree::pages(&document);
    let mut wanted = select(options, all.len())?;
    wanted.sort_unstable();
    wanted.dedup();
    let text = ROTATION.text(options).unwrap_or_default();
    for page in wanted {
        let id = all[page];
        let rotation = turned(&text, tree::rotation(&document, id));
        if let Ok(page) = document.get_dictionary_mut(id) {
            page.set("Rotate", rotation);
        }
    }
    save(&mut document, &job.output())?;
    Ok(job.output().into())
}

/// Returns how far a page is turned that was turned by `before`, all clockwise and in degrees.
fn turned(text: &str, before: i64) -> i64 {
    let relative = text.starts_with(['+', '-']);
    let degrees: i64 = text.parse().unwrap_or_default();
    (degrees + if relative { before } else { 0 }).rem_euclid(360)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_turns_a_page_further() {
        let check = |text, before, expected| assert_eq!(turned(text, before), expected);
        check("+90", 0, 90);
        check("+90", 270, 0);
        check("-90", 0, 270);
        check("180", 90, 180);
        check("0", 90, 0);
    }
}
