//! XMP packets: RDF in XML (ISO 16684-1).

use std::ops::Range;

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};
use serde_json::{Map, Value};

use super::METADATA;
use crate::ConversionError;

const DC: &str = "http://purl.org/dc/elements/1.1/";
const PDF: &str = "http://ns.adobe.com/pdf/1.3/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

/// How a property holds its value.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Plain,
    /// One text in several languages.
    Alt,
    /// Several in order.
    Seq,
    /// Several in any order.
    Bag,
}

/// A name that users give, and the property that it is.
type Property = (&'static str, (&'static str, &'static str), Kind);

/// The properties, each by the name under which it is read first.
const PROPERTIES: &[Property] = &[
    ("Title", (DC, "title"), Kind::Alt),
    ("Creator", (DC, "creator"), Kind::Seq),
    ("Author", (DC, "creator"), Kind::Seq),
    ("Description", (DC, "description"), Kind::Alt),
    ("Subject", (DC, "description"), Kind::Alt),
    ("Keywords", (DC, "subject"), Kind::Bag),
    ("Copyright", (DC, "rights"), Kind::Alt),
    ("Producer", (PDF, "Producer"), Kind::Plain),
    ("CreatorTool", (XMP, "CreatorTool"), Kind::Plain),
];

/// The most elements and other nodes of a packet.
const MOST_NODES: u32 = 100_000;

/// A packet that says nothing yet.
const EMPTY: &str = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
    <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
    </rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";

/// Returns the properties of a packet; those of a damaged one are none.
pub(super) fn read(packet: &str) -> Map<String, Value> {
    let Ok(document) = parse(packet) else { return Map::new() };
    let mut found = Map::new();
    let mut seen = Vec::new();
    for (name, property, _) in PROPERTIES.iter().filter(|(_, it, _)| {
        let new = !seen.contains(it);
        seen.push(*it);
        new
    }) {
        let texts: Vec<_> = values(&document, *property).collect();
        if !texts.is_empty() {
            found.insert((*name).to_owned(), texts.join(", ").into());
        }
    }
    found
}

/// Returns a packet that says what is wanted, and of what it said before all the rest.
pub(super) fn write(
    packet: Option<&str>,
    wanted: &Map<String, Value>,
) -> Result<String, ConversionError> {
    let wanted: Vec<_> = wanted.iter().map(property).collect::<Result<_, _>>()?;
    let mut packet = packet.filter(|packet| end(packet).is_some()).unwrap_or(EMPTY).to_owned();
    let replaced: Vec<_> = wanted.iter().map(|((_, property, _), _)| *property).collect();
    for range in ranges(&packet, &replaced).into_iter().rev() {
        packet.replace_range(range, "");
    }
    let written: String = wanted.iter().map(|(property, text)| element(property, text)).collect();
    let description = format!(
        "<rdf:Description xmlns:rdf=\"{RDF}\" xmlns:dc=\"{DC}\" xmlns:pdf=\"{PDF}\" xmlns:xmp=\"{XMP}\" \
         rdf:about=\"\">{written}</rdf:Description>"
    );
    if let Some(end) = end(&packet) {
        packet.insert_str(end, &description);
    }
    Ok(packet)
}

fn parse(packet: &str) -> Result<Document<'_>, ()> {
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(packet.trim_start_matches('\u{feff}'), options).map_err(drop)
}

/// Returns where the RDF of a packet ends, if there is any.
fn end(packet: &str) -> Option<usize> {
    let document = parse(packet).ok()?;
    let rdf = document.descendants().find(|node| node.has_tag_name((RDF, "RDF")))?;
    let text = &packet[rdf.range()];
    Some(rdf.range().start + text.rfind("</")?)
}

fn property(
    (name, value): (&String, &Value),
) -> Result<(&'static Property, String), ConversionError> {
    let found = PROPERTIES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    found.map(|found| (found, text)).ok_or_else(|| {
        let known: Vec<_> = PROPERTIES.iter().map(|(name, ..)| *name).collect();
        let message =
            format!("The metadata has {name}; what can be written is {}.", known.join(", "));
        ConversionError::InvalidOption { field: METADATA.name.into(), message }
    })
}

fn values<'a>(
    document: &'a Document<'_>,
    (space, name): (&'static str, &'static str),
) -> impl Iterator<Item = String> + use<'a> {
    let is_leaf =
        |node: &Node<'_, '_>| node.is_element() && !node.children().any(|it| it.is_element());
    let elements = document.descendants().filter(move |node| node.has_tag_name((space, name)));
    let leaves = elements.flat_map(move |node| node.descendants().filter(is_leaf));
    let texts = leaves.filter_map(|node| node.text());
    let attributes = document.descendants().filter_map(move |node| node.attribute((space, name)));
    let all = texts.chain(attributes).map(|text| text.trim().to_owned());
    all.filter(|text| !text.is_empty()).collect::<Vec<_>>().into_iter()
}

/// Returns where the properties stand in a packet, in order: as elements, and as attributes.
fn ranges(packet: &str, properties: &[(&str, &str)]) -> Vec<Range<usize>> {
    let Ok(document) = parse(packet) else { return Vec::new() };
    let is_one = |space: Option<&str>, name: &str| {
        properties.iter().any(|property| (space, name) == (Some(property.0), property.1))
    };
    let mut ranges = Vec::new();
    for node in document.descendants().filter(Node::is_element) {
        if is_one(node.tag_name().namespace(), node.tag_name().name()) {
            ranges.push(node.range());
        }
        let attributes = node.attributes().filter(|it| is_one(it.namespace(), it.name()));
        ranges.extend(attributes.map(|attribute| attribute.range()));
    }
    ranges.sort_by_key(|range| range.start);
    ranges
}

fn element((_, (space, name), kind): &Property, text: &str) -> String {
    let prefix = match *space {
        DC => "dc",
        PDF => "pdf",
        _ => "xmp",
    };
    let items = |list: &str, attribute: &str, texts: Vec<&str>| {
        let items: String = texts
            .iter()
            .map(|text| format!("<rdf:li{attribute}>{}</rdf:li>", escape(text)))
            .collect();
        format!("<rdf:{list}>{items}</rdf:{list}>")
    };
    let value = match kind {
        Kind::Plain => escape(text),
        Kind::Alt => items("Alt", " xml:lang=\"x-default\"", vec![text]),
        Kind::Seq => items("Seq", "", vec![text]),
        Kind::Bag => items("Bag", "", text.split(',').map(str::trim).collect()),
    };
    format!("<{prefix}:{name}>{value}</{prefix}:{name}>")
}

fn escape(text: &str) -> String {
    let text: String = text.chars().filter(|it| !it.is_control() || *it == '\n').collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
