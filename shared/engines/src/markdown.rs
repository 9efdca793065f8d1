//! The engine that makes HTML of Markdown in GitHub's flavour: one complete page, titled by the first heading.
//!
//! HTML within the text is shown, not obeyed, and links that would run a script lead nowhere: the page is safe to open.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};

pub(crate) const ENGINE: Engine = Engine {
    name: "comrak",
    aliases: &[],
    program: None,
    routes: &[Route { inputs: &[Format::MD], outputs: &[Format::HTML], ..Route::CONVERT }],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::convert),
};

#[cfg(feature = "run")]
pub(crate) use run::{page, read};

#[cfg(feature = "run")]
mod run {
    use std::fs;
    use std::path::Path;

    use comrak::nodes::{Node, NodeValue};
    use comrak::{Arena, Options, format_html, parse_document};

    use crate::conversion::Job;
    use crate::{ConversionError, Made};

    /// The largest text: its tree takes about twenty times as much memory.
    const LARGEST: u64 = 20 << 20;

    pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
        let text = read(&job.source().path)?;
        let path = job.output();
        fs::write(&path, page(&text)?)?;
        Ok(path.into())
    }

    /// Returns the text in a file.
    ///
    /// # Errors
    ///
    /// When it is too large, or is not UTF-8.
    pub(crate) fn read(path: &Path) -> Result<String, ConversionError> {
        if fs::metadata(path)?.len() > LARGEST {
            return Err(ConversionError::TooLarge(format!(
                "a text may have at most {} MiB",
                LARGEST >> 20
            )));
        }
        let text = String::from_utf8(fs::read(path)?);
        let text = text.map_err(|_| ConversionError::invalid("the file is not UTF-8 text"))?;
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    }

    /// Returns the page that a text makes.
    pub(crate) fn page(text: &str) -> Result<String, ConversionError> {
        let options = options();
        let arena = Arena::new();
        let root = parse_document(&arena, text, &options);
        let title = escape(&title(root).unwrap_or_else(|| "Document".into()));
        let mut page = format!(
            "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n</head>\n<body>\n"
        );
        format_html(root, &options, &mut page)
            .map_err(|_| ConversionError::Failed("the page cannot be written".into()))?;
        page.push_str("</body>\n</html>\n");
        Ok(page)
    }

    /// GitHub's own extensions (GFM 0.29, footnotes and alerts); `unsafe` stays off.
    fn options() -> Options<'static> {
        let mut options = Options::default();
        options.extension.alerts = true;
        options.extension.autolink = true;
        options.extension.footnotes = true;
        options.extension.strikethrough = true;
        options.extension.table = true;
        options.extension.tasklist = true;
        options.render.escape = true;
        options
    }

    fn title<'a>(root: Node<'a>) -> Option<String> {
        let is_heading = |node: &Node<'a>| matches!(node.data().value, NodeValue::Heading(_));
        let heading = root.children().find(is_heading)?;
        let mut title = String::new();
        for node in heading.descendants() {
            if let NodeValue::Code(code) = &node.data().value {
                title.push_str(&code.literal);
            } else if let Some(text) = node.data().value.text() {
                title.push_str(text);
            } else if matches!(node.data().value, NodeValue::SoftBreak | NodeValue::LineBreak) {
                title.push(' ');
            }
        }
        Some(title).filter(|title| !title.trim().is_empty())
    }

    fn escape(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }
}

#[cfg(test)]
#[cfg(feature = "run")]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;
    use crate::ConversionError;
    use crate::testing::{Bench, sample};

    async fn page(text: &str) -> String {
        let bench = Bench::new();
        let file =
            bench.file(bench.write("text.md", text), (Format::MD, Format::HTML), json!({})).await;
        fs::read_to_string(file).unwrap()
    }

    #[tokio::test]
    async fn a_text_becomes_a_complete_page() {
        let bench = Bench::new();
        let file = bench.file(sample("notes.md"), (Format::MD, Format::HTML), json!({})).await;
        let page = fs::read_to_string(file).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"));
        assert!(page.ends_with("</body>\n</html>\n"));
        for part in [
            "<title>Notes on tea &amp; coffee</title>",
            "<h1>Notes on tea &amp; coffee</h1>",
            "<strong>GitHub's</strong>",
            "<del>nothing</del>",
            "<a href=\"https://example.com/tea\">",
            "<td align=\"right\">4.50</td>",
            "<input type=\"checkbox\" checked=\"\"",
            "class=\"footnote-ref\"",
            "tea &lt; coffee",
            "Zürich, café, 茶.",
        ] {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
    }

    #[tokio::test]
    async fn nothing_in_a_page_runs() {
        let text = "# <b>Hi</b>\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>\n";
        let page = page(text).await;
        for part in ["<script", "<b>", "<img", "javascript:"] {
            assert!(!page.contains(part), "{part} is in {page}");
        }
        assert!(page.contains("&lt;script&gt;"));
    }

    #[tokio::test]
    async fn a_text_without_a_heading_has_a_title_too() {
        assert!(page("just text").await.contains("<title>Document</title>"));
        assert!(page("# \n\ntext").await.contains("<title>Document</title>"));
        assert!(
            page("\u{feff}Setext `<code>`\n===\n")
                .await
                .contains("<title>Setext &lt;code&gt;</title>")
        );
    }

    #[tokio::test]
    async fn deep_nesting_comes_to_an_end() {
        let deep = page(&format!("{} deep", ">".repeat(50_000))).await;
        assert!(deep.contains("deep"));
        let brackets = page(&"[".repeat(50_000)).await;
        assert!(brackets.contains("[[["));
    }

    #[tokio::test]
    async fn what_is_too_large_or_no_text_is_refused() {
        let bench = Bench::new();
        let long = bench.write("long.md", "a\n".repeat(11 << 20));
        let result = bench.convert(long, Format::MD, Format::HTML, json!({})).await;
        assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
        let mut late = vec![b'a'; 100_000];
        late.push(0xFF);
        let result =
            bench.convert(bench.write("late.md", late), Format::MD, Format::HTML, json!({})).await;
        assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{result:?}");
    }
}
