use percent_encoding::percent_decode_str;

/// Returns the file name in a Content-Disposition, RFC 6266: `filename*` before `filename`.
///
/// It is what the server says: it may hold slashes, control characters or nothing but dots.
pub(super) fn file_name(header: &[u8]) -> Option<String> {
    let header = str::from_utf8(header).map_or_else(|_| latin1(header), str::to_owned);
    let (_, mut rest) = cut(&header);
    let (mut plain, mut extended) = (None, None);
    while !rest.is_empty() {
        let (parameter, next) = cut(rest);
        match parameter.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some((name, value)) if name.eq_ignore_ascii_case("filename*") => {
                extended = extended.or_else(|| decode(value));
            }
            Some((name, value)) if name.eq_ignore_ascii_case("filename") => {
                plain = plain.or_else(|| Some(unquote(value)));
            }
            Some(_) | None => {}
        }
        rest = next;
    }
    extended.or(plain).filter(|name| !name.is_empty())
}

/// Cuts `text` at its first semicolon outside of quotes.
fn cut(text: &str) -> (&str, &str) {
    let (mut quoted, mut escaped) = (false, false);
    let end = text.find(|character| {
        let special = !std::mem::take(&mut escaped);
        match character {
            '"' if special => quoted = !quoted,
            '\\' if special => escaped = quoted,
            ';' => return !quoted,
            _ => {}
        }
        false
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

/// Reads a token or a quoted string, RFC 9110, section 5.6.4.
fn unquote(value: &str) -> String {
    let Some(quoted) = value.strip_prefix('"') else { return value.to_owned() };
    let mut characters = quoted.strip_suffix('"').unwrap_or(quoted).chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

/// Reads an extended value, RFC 8187: a character set, a language, and percent-encoded bytes.
fn decode(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" => String::from_utf8(bytes).ok(),
        "iso-8859-1" => Some(latin1(&bytes)),
        _ => None,
    }
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &[u8], expected: Option<&str>) {
        let text = String::from_utf8_lossy(header);
        assert_eq!(file_name(header).as_deref(), expected, "{text}");
    }

    #[test]
    fn token_and_quoted_string_are_read() {
        check(b"attachment; filename=a.pdf", Some("a.pdf"));
        check(b"ATTACHMENT ;FileName = \"a b.pdf\" ; x=y", Some("a b.pdf"));
        check(b"inline; filename=\"a;b=\\\"c\\\".pdf\"", Some("a;b=\"c\".pdf"));
        check(b"attachment; name=\"filename=no.pdf\"; filename=a.pdf", Some("a.pdf"));
        check("attachment; filename=\"é.pdf\"".as_bytes(), Some("é.pdf"));
        check(b"attachment; filename=\"\xe9.pdf\"", Some("é.pdf"));
    }

    #[test]
    fn extended_name_wins() {
        check(b"attachment; filename=e.pdf; filename*=UTF-8''%C3%A9.pdf", Some("é.pdf"));
        check(b"attachment; filename*=utf-8'en'a%20b.pdf; filename=c.pdf", Some("a b.pdf"));
        check(b"attachment; filename*=iso-8859-1''%E9.pdf", Some("é.pdf"));
        check(b"attachment; filename=e.pdf; filename*=UTF-8''%FF", Some("e.pdf"));
        check(b"attachment; filename=e.pdf; filename*=koi8-r''%C1", Some("e.pdf"));
        check(b"attachment; filename=e.pdf; filename*=e", Some("e.pdf"));
    }

    #[test]
    fn header_without_name_has_none() {
        for header in ["", ";", "attachment", "filename=a", "attachment; filename=\"\"", "a; =; \""]
        {
            check(header.as_bytes(), None);
        }
    }

    #[test]
    fn name_is_not_made_safe() {
        check(b"attachment; filename=\"../../etc/passwd\"", Some("../../etc/passwd"));
        check(b"attachment; filename=\"open", Some("open"));
        check(b"attachment; filename=\"end\\", Some("end"));
    }
}
