//! The engine that makes Markdown and plain text of HTML, and plain text of Markdown.
//!
//! Scripts and styles are left out, and nothing is fetched: pictures stay the addresses that they are.

use crate::Format;
#[cfg(feature = "run")]
use crate::engine::Run;
use crate::engine::{Engine, Route};

pub(crate) const ENGINE: Engine = Engine {
    name: "hypertext",
    aliases: &["htmd"],
    program: None,
    routes: &[
        Route { inputs: &[Format::HTML], outputs: &[Format::MD, Format::TXT], ..Route::CONVERT },
        Route { inputs: &[Format::MD], outputs: &[Format::TXT], ..Route::CONVERT },
    ],
    #[cfg(feature = "run")]
    run: Run::Embedded(run::convert),
};

#[cfg(feature = "run")]
mod run {
    use std::fs;
    use std::rc::Rc;

    use htmd::{HtmlToMarkdown, Node};

    use crate::conversion::Job;
    use crate::{ConversionError, Format, Made, markdown};

    /// The deepest that elements may lie within each other: who writes text of them calls itself for each level.
    const DEEPEST: usize = 400;

    /// The width of a text, in characters, and what is left of it in narrow tables.
    const WIDTH: usize = 100;

    /// What is not read.
    const UNREAD: [&str; 5] = ["script", "style", "template", "noscript", "title"];

    pub(super) fn convert(job: &Job) -> Result<Made, ConversionError> {
        let text = markdown::read(&job.source().path)?;
        let page = if job.source().format == Format::MD { markdown::page(&text)? } else { text };
        job.progress.set(30);
        let converter = HtmlToMarkdown::builder().skip_tags(UNREAD.to_vec()).build();
        let tree = converter.html_to_tree(&page).map_err(failed)?;
        check(&tree)?;
        let text = match job.conversion.output_format {
            Format::MD => converter.tree_to_markdown(&tree),
            _ => html2text::config::plain_no_decorate()
                .allow_width_overflow()
                .string_from_read(page.as_bytes(), WIDTH)
                .map_err(failed)?,
        };
        let path = job.output();
        fs::write(&path, format!("{}\n", text.trim()))?;
        Ok(path.into())
    }

    fn failed<E>(_: E) -> ConversionError {
        ConversionError::Failed("the text of the page cannot be read".into())
    }

    /// Returns an error if elements are nested too deep.
    fn check(root: &Rc<Node>) -> Result<(), ConversionError> {
        let mut next = vec![(Rc::clone(root), 0)];
        while let Some((node, depth)) = next.pop() {
            if depth > DEEPEST {
                return Err(ConversionError::invalid("the page is nested too deep"));
            }
            next.extend(node.children.borrow().iter().map(|node| (Rc::clone(node), depth + 1)));
        }
        Ok(())
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

    const PAGE: &str = "<!DOCTYPE html><html><head><title>Tea</title><style>p{color:red}</style></head>
        <body><h1>Tea &amp; coffee</h1><p>Both are <b>hot</b>, see <a href=\"https://example.com/\">here</a>.</p>
        <script>alert(1)</script><ul><li>one</li><li>two</li></ul><table><tr><th>Name</th><th>Price</th></tr>
        <tr><td>Tea</td><td>4.50</td></tr></table><p>Zürich, 茶</p></body></html>";

    async fn text(input: Format, content: &str, output: Format) -> String {
        let bench = Bench::new();
        let file = bench.file(bench.write("page", content), (input, output), json!({})).await;
        fs::read_to_string(file).unwrap()
    }

    #[tokio::test]
    async fn a_page_becomes_markdown() {
        let text = text(Format::HTML, PAGE, Format::MD).await;
        for part in [
            "# Tea & coffee",
            "**hot**",
            "[here](https://example.com/)",
            "one\n",
            "| Tea",
            "Zürich, 茶",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(!text.contains("alert") && !text.contains("color"), "{text}");
    }

    #[tokio::test]
    async fn a_page_becomes_text() {
        let text = text(Format::HTML, PAGE, Format::TXT).await;
        for part in ["Tea & coffee", "Both are hot, see", "one", "4.50", "Zürich, 茶"] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        for part in ["alert", "color", "<", "https"] {
            assert!(!text.contains(part), "{part} is in {text}");
        }
    }

    #[tokio::test]
    async fn markdown_goes_there_and_back() {
        let bench = Bench::new();
        let page = bench.file(sample("notes.md"), (Format::MD, Format::HTML), json!({})).await;
        let back = bench.file(page, (Format::HTML, Format::MD), json!({})).await;
        let back = fs::read_to_string(back).unwrap();
        for part in ["# Notes on tea & coffee", "**GitHub's**", "(https://example.com/tea)"] {
            assert!(back.contains(part), "{part} is missing in {back}");
        }
        let notes = fs::read_to_string(sample("notes.md")).unwrap();
        let plain = text(Format::MD, &notes, Format::TXT).await;
        assert!(plain.contains("Notes on tea & coffee") && !plain.contains("**"), "{plain}");
    }

    #[tokio::test]
    async fn what_is_nested_without_end_is_refused() {
        for output in [Format::MD, Format::TXT] {
            let bench = Bench::new();
            let deep = bench.write("deep.html", format!("<html>{}deep", "<div>".repeat(50_000)));
            let result = bench.convert(deep, Format::HTML, output, json!({})).await;
            assert!(matches!(result, Err(ConversionError::InvalidFile(_))), "{result:?}");
        }
    }
}
