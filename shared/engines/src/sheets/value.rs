//! What a cell's text means, and what text a cell's value is.

use calamine::{Data, ExcelDateTime};

/// As many digits as Excel keeps of a number.
const MOST_DIGITS: usize = 15;

/// Returns the number that a text surely means.
///
/// Whole numbers have at most 15 digits and no leading zero; fractions have digits on both sides of the point, and only
/// they may have an exponent (`1E5` may be a name). Anything else, like `+1`, ` 1` or `0x1`, stays the text it is.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let sure = are_digits(whole)
        && whole.len() <= MOST_DIGITS
        && !leading_zero
        && fraction.is_none_or(is_fraction);
    let number = sure.then(|| text.parse::<f64>().ok())?;
    number.filter(|number| number.is_finite())
}

fn is_fraction(text: &str) -> bool {
    match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => {
            are_digits(digits) && are_digits(exponent.trim_start_matches(['+', '-']))
        }
        None => are_digits(text),
    }
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the text of a cell: numbers as short as they go, dates and times in ISO 8601, errors as Excel writes them.
pub(super) fn text(value: Data) -> Option<String> {
    match value {
        Data::Empty => None,
        Data::Int(number) => Some(number.to_string()),
        Data::Float(number) => Some(float(number)),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Some(text),
        Data::Bool(value) => Some(if value { "TRUE" } else { "FALSE" }.to_owned()),
        Data::DateTime(time) if time.is_duration() => Some(duration(time.as_f64())),
        Data::DateTime(time) => Some(date_time(time)),
        Data::Error(error) => Some(error.to_string()),
    }
}

/// Without an exponent, the largest numbers would have three hundred digits.
fn float(number: f64) -> String {
    let size = number.abs();
    if size != 0.0 && !(1e-7..1e21).contains(&size) {
        format!("{number:E}")
    } else {
        number.to_string()
    }
}

fn date_time(time: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    let is_midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
    match time.as_f64() {
        days if (0.0..1.0).contains(&days) => clock,
        _ if is_midnight => date,
        _ => format!("{date}T{clock}"),
    }
}

/// Hours may be more than a day's.
fn duration(days: f64) -> String {
    let seconds = (days.abs() * 86_400.0).round() as u64;
    let sign = if days < 0.0 { "-" } else { "" };
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    #[test]
    fn only_what_is_surely_a_number_becomes_one() {
        let check =
            |text: &str, expected: Option<f64>| assert_eq!(number(text), expected, "{text}");
        check("0", Some(0.0));
        check("42", Some(42.0));
        check("-3.50", Some(-3.5));
        check("0.001", Some(0.001));
        check("123456789012345", Some(123_456_789_012_345.0));
        check("3.141592653589793", Some(std::f64::consts::PI));
        check("1.5e-10", Some(1.5e-10));
        check("1.0E+3", Some(1000.0));
        for text in [
            "",
            "-",
            "007",
            "00",
            "-01",
            "1234567890123456",
            "+1",
            "1,5",
            ".5",
            "5.",
            "1E5",
            "1.5e",
            "1.e5",
            "0x10",
            "1_000",
            " 1",
            "1 ",
            "NaN",
            "inf",
            "1.0e999",
            "=1+1",
            "2024-01-31",
            "١",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn values_are_written_as_their_users_know_them() {
        let check =
            |value: Data, expected: &str| assert_eq!(text(value).as_deref(), Some(expected));
        let time = |days: f64| {
            Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::DateTime, false))
        };
        let span = |days: f64| {
            Data::DateTime(ExcelDateTime::new(days, ExcelDateTimeType::TimeDelta, false))
        };
        check(Data::Int(-7), "-7");
        check(Data::Float(1.0), "1");
        check(Data::Float(0.1), "0.1");
        check(Data::Float(1e300), "1E300");
        check(Data::Float(0.0), "0");
        check(Data::Bool(true), "TRUE");
        check(Data::Error(CellErrorType::Div0), "#DIV/0!");
        check(time(45_943.0), "2025-10-13");
        check(time(45_943.541), "2025-10-13T12:59:02.400");
        check(time(0.5), "12:00:00");
        check(span(1.25), "30:00:00");
        check(span(-0.5), "-12:00:00");
        check(Data::DateTimeIso("2025-10-13".into()), "2025-10-13");
        assert_eq!(text(Data::Empty), None);
    }
}
