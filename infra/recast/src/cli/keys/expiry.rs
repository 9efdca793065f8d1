use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// When something ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expiry {
    /// So long from now; days and months are those of UTC.
    In(Span),
    /// At that time.
    At(Timestamp),
}

impl Expiry {
    /// Returns the time.
    ///
    /// # Errors
    ///
    /// What no time can be.
    pub(crate) fn from(self, now: Timestamp) -> Result<Timestamp, jiff::Error> {
        match self {
            Self::In(span) => {
                Ok(now.to_zoned_datetime(TimeZone::UTC).checked_add(span)?.timestamp())
            }
            Self::At(at) => Ok(at),
        }
    }
}

impl FromStr for Expiry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at = || text.parse().map(Self::At).ok();
        let span = text.parse::<Span>().ok().filter(|span| span.is_positive()).map(Self::In);
        span.or_else(at).ok_or_else(|| "expected 90d, 12h or 2030-01-01T00:00:00Z".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        let now = "2030-01-31T12:00:00Z".parse().unwrap();
        let at = text.parse::<Expiry>().ok().map(|expiry| expiry.from(now).unwrap().to_string());
        assert_eq!(at.as_deref(), expect, "{text}");
    }

    #[test]
    fn a_key_ends_after_a_while_or_at_a_time() {
        check("12h", Some("2030-02-01T00:00:00Z"));
        check("90d", Some("2030-05-01T12:00:00Z"));
        check("1mo", Some("2030-02-28T12:00:00Z"));
        check("2031-01-01T00:00:00+01:00", Some("2030-12-31T23:00:00Z"));
        for none in ["", "90", "-1d", "0s", "tomorrow", "2031-01-01"] {
            check(none, None);
        }
    }
}
