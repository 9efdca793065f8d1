use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};
use zip::ZipArchive;

use crate::{ConversionError, Format, Source};

/// No honest part that holds metadata is larger, nor a drawing that is read for its title.
const LARGEST: u64 = 10 << 20;

/// The most elements and other nodes of a part.
const MOST_NODES: u32 = 1_000_000;

/// The longest value, in characters.
const LONGEST: usize = 1_000;

/// Elements, by their local names, and what they are called.
const NAMES: &[(&str, &str)] = &[
    ("title", "Title"),
    ("subject", "Subject"),
    ("creator", "Creator"),
    ("initial-creator", "Author"),
    ("description", "Description"),
    ("desc", "Description"),
    ("keywords", "Keywords"),
    ("keyword", "Keywords"),
    ("lastModifiedBy", "LastModifiedBy"),
    ("revision", "RevisionNumber"),
    ("created", "CreateDate"),
    ("creation-date", "CreateDate"),
    ("modified", "ModifyDate"),
    ("date", "Date"),
    ("category", "Category"),
    ("language", "Language"),
    ("publisher", "Publisher"),
    ("identifier", "Identifier"),
    ("rights", "Rights"),
    ("generator", "Generator"),
    ("Application", "Application"),
    ("AppVersion", "AppVersion"),
    ("Company", "Company"),
    ("Pages", "Pages"),
    ("Words", "Words"),
    ("Characters", "Characters"),
    ("Slides", "Slides"),
];

/// Returns what a document says of itself.
pub(super) fn read(source: &Source) -> Result<Map<String, Value>, ConversionError> {
    match source.format {
        Format::SVG => Ok(drawing(&text(File::open(&source.path)?)?)),
        Format::EPUB => book(&source.path),
        Format::ODT | Format::ODS | Format::ODP => parts(&source.path, &["meta.xml"]),
        _ => parts(&source.path, &["docProps/core.xml", "docProps/app.xml"]),
    }
}

type Archive = ZipArchive<BufReader<File>>;

fn open(path: &Path) -> Result<Archive, ConversionError> {
    ZipArchive::new(BufReader::new(File::open(path)?)).map_err(damaged)
}

fn parts(path: &Path, names: &[&str]) -> Result<Map<String, Value>, ConversionError> {
    let mut archive = open(path)?;
    let parts = names.iter().filter_map(|name| part(&mut archive, name));
    Ok(parts.flat_map(|part| leaves(&part, |_| true)).collect())
}

/// A book says where it says what it is (EPUB 3.3, 4.2.6.3.1).
fn book(path: &Path) -> Result<Map<String, Value>, ConversionError> {
    let mut archive = open(path)?;
    let container = part(&mut archive, "META-INF/container.xml").unwrap_or_default();
    let package = with(&container, |root| {
        let file = root.descendants().find_map(|node| node.attribute("full-path"));
        file.map(str::to_owned)
    });
    let package = package.flatten().and_then(|name| part(&mut archive, &name));
    let is_metadata = |node: Node<'_, '_>| {
        node.parent().is_some_and(|parent| parent.tag_name().name() == "metadata")
    };
    Ok(leaves(&package.unwrap_or_default(), is_metadata).collect())
}

fn drawing(text: &str) -> Map<String, Value> {
    let is_root =
        |node: Node<'_, '_>| node.parent_element().is_some_and(|it| it.parent_element().is_none());
    let mut found: Map<_, _> = leaves(text, is_root).collect();
    let sides = with(text, |root| {
        let side = |name: &str| root.root_element().attribute(name).map(str::to_owned);
        [
            ("ImageWidth", side("width")),
            ("ImageHeight", side("height")),
            ("ViewBox", side("viewBox")),
        ]
    });
    let sides = sides.into_iter().flatten();
    found.extend(sides.filter_map(|(name, side)| Some((name.to_owned(), side?.into()))));
    found
}

fn part(archive: &mut Archive, name: &str) -> Option<String> {
    text(archive.by_name(name).ok()?).ok()
}

fn text(content: impl Read) -> Result<String, ConversionError> {
    let mut text = String::new();
    content.take(LARGEST).read_to_string(&mut text).map_err(damaged)?;
    Ok(text)
}

fn with<T>(text: &str, look: impl FnOnce(&Document<'_>) -> T) -> Option<T> {
    let options =
        ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).ok().map(|document| look(&document))
}

/// Returns the text of each element that has a name of ours; what is damaged has none.
fn leaves(
    text: &str,
    chosen: impl Fn(Node<'_, '_>) -> bool,
) -> std::vec::IntoIter<(String, Value)> {
    let found = with(text, |document| {
        let nodes = document.descendants().filter(|node| node.is_element() && chosen(*node));
        nodes.filter_map(leaf).collect::<Vec<_>>()
    });
    found.unwrap_or_default().into_iter()
}

fn leaf(node: Node<'_, '_>) -> Option<(String, Value)> {
    let name = NAMES.iter().find(|(local, _)| *local == node.tag_name().name())?.1;
    let text = node.text()?.trim();
    let is_short = !text.is_empty() && text.chars().count() <= LONGEST;
    let value = text.parse::<u64>().map_or_else(|_| text.into(), Value::from);
    is_short.then(|| (name.to_owned(), value))
}

fn damaged<E>(_: E) -> ConversionError {
    ConversionError::invalid("the document is damaged")
}
