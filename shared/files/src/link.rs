use std::time::Duration;

use aws_sdk_s3::presigning::PresigningConfig;
use domain::File;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::{Files, FilesError};

/// How long a link is good for: long enough to follow a redirect, too short to pass on.
const LIFE: Duration = Duration::from_secs(60);

/// What RFC 5987 leaves as it is in an extended value, and a bit less.
const EXTENDED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'\'')
    .add(b'(')
    .add(b')')
    .add(b'*')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'{')
    .add(b'}');

impl Files {
    /// Signs a link to a file, good for a minute.
    ///
    /// The answer's headers name the file (RFC 6266), as something to save unless `inline`.
    ///
    /// # Errors
    ///
    /// [`FilesError::Unavailable`] when it cannot be signed.
    pub async fn link(&self, file: &File, inline: bool) -> Result<String, FilesError> {
        let unsignable = |error: &dyn std::fmt::Display| FilesError::Unavailable(error.to_string());
        let life = PresigningConfig::expires_in(LIFE).map_err(|error| unsignable(&error))?;
        let get = self.client().get_object().bucket(&self.bucket).key(&file.key);
        let get = get
            .response_content_disposition(disposition(file.name.as_str(), inline))
            .response_content_type(media_type(file.name.as_str(), inline));
        let signed = get.presigned(life).await.map_err(|error| unsignable(&error))?;
        Ok(signed.uri().to_owned())
    }
}

fn disposition(name: &str, inline: bool) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain: String =
        name.chars().map(|c| if c.is_ascii() && c != '"' && c != '\\' { c } else { '_' }).collect();
    format!(
        "{kind}; filename=\"{plain}\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, EXTENDED)
    )
}

/// Returns the media type that a name says, or that of any bytes.
#[must_use]
pub fn content_type(name: &str) -> &'static str {
    mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream")
}

/// A page or drawing shown inline could run scripts where our links live: only its text is shown.
fn media_type(name: &str, inline: bool) -> String {
    let guess = content_type(name);
    let active =
        ["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml"];
    if inline && active.contains(&guess) {
        "text/plain; charset=utf-8".to_owned()
    } else {
        guess.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_into_headers_in_both_spellings() {
        let expect =
            "attachment; filename=\"in put _.png\"; filename*=UTF-8''in%20put%20%C3%A9.png";
        assert_eq!(disposition("in put é.png", false), expect);
        assert_eq!(
            disposition("a\"b.txt", true),
            "inline; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"
        );
    }

    #[test]
    fn what_could_run_scripts_is_shown_as_text() {
        assert_eq!(media_type("a.html", true), "text/plain; charset=utf-8");
        assert_eq!(media_type("a.html", false), "text/html");
        assert_eq!(media_type("a.pdf", true), "application/pdf");
        assert_eq!(media_type("noextension", true), "application/octet-stream");
    }
}
