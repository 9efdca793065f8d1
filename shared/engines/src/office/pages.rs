/// The longest list of pages; it becomes a program's argument.
const LONGEST: usize = 1000;

/// Returns whether a text lists pages, from 1, and ranges of them that go up: `1-3,5`.
pub(super) fn is_range(text: &str) -> bool {
    text.len() <= LONGEST && text.split(',').all(is_part)
}

fn is_part(part: &str) -> bool {
    match part.split_once('-') {
        Some((first, last)) => {
            matches!((page(first), page(last)), (Some(first), Some(last)) if first <= last)
        }
        None => page(part).is_some(),
    }
}

fn page(text: &str) -> Option<u32> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|page| digits && (1..=1_000_000).contains(page))
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
}
