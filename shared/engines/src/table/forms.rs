//! What the texts of options must look like.

use super::raw::Form;
use crate::Kind;

/// The longest text.
const LONGEST: usize = 1_000;

impl Form {
    pub(super) fn string(self) -> Kind {
        Kind::String { valid: self.valid(), form: self.words().0 }
    }

    pub(super) fn list(self) -> Kind {
        Kind::List { valid: self.valid(), form: self.words().1 }
    }

    fn valid(self) -> fn(&str) -> bool {
        match self {
            Self::Word => is_word,
            Self::Text => is_text,
            Self::Pages => is_pages,
            Self::Time => is_time,
        }
    }

    /// Returns what one text, and what several, must be.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Word => ("a word of letters, digits, dots and dashes", "words"),
            Self::Text => ("a line of at most 1000 bytes", "lines of at most 1000 bytes"),
            Self::Pages => ("pages and ranges of pages such as 1-3,5", "pages"),
            Self::Time => ("seconds or a time such as 00:01:30", "times"),
        }
    }
}

fn is_word(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=100).contains(&text.len())
        && text.bytes().all(inner)
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.contains("..")
}

fn is_text(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && !text.contains(char::is_control)
}

fn is_pages(text: &str) -> bool {
    let number = |text: &str| {
        (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let part = |part: &str| match part.split_once('-') {
        Some((first, last)) => number(first) && (last.is_empty() || number(last)),
        None => number(part),
    };
    text.len() <= LONGEST && text.split(',').all(part)
}

fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<_> = whole.split(':').collect();
    digits(fraction, 6)
        && match parts.as_slice() {
            [seconds] => digits(seconds, 6),
            [hours, minutes, seconds] => {
                digits(hours, 3) && digits(minutes, 2) && digits(seconds, 2)
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: Form, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(form.valid()(text), "{form:?} {text}");
        }
        for text in bad {
            assert!(!form.valid()(text), "{form:?} {text}");
        }
    }

    #[test]
    fn forms_take_what_they_say() {
        check(
            Form::Word,
            &["eng", "chi_sim", "a-b.c"],
            &["", "-a", ".a", "a..b", "a/b", "a b", "ä"],
        );
        check(Form::Text, &["-any \"text\" at all", "ä"], &["", "a\nb", "a\0"]);
        check(Form::Pages, &["1", "1-3,5", "7-"], &["", "a", "-3", "1--3", "1,", "1;2"]);
        check(
            Form::Time,
            &["5", "1.5", "00:01:30", "00:01:30.25"],
            &["", "-1", "1:30", "a", "1.", "1e3"],
        );
    }
}
