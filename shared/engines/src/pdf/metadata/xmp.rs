//! XMP (ISO 16684-1), of which the usual properties are known here.

use lopdf::{Object, Stream, dictionary};
use quick_xml::escape::escape;
use resvg::usvg::roxmltree::{Document, Node};

/// The most that a packet may be.
const MOST_BYTES: usize = 4 << 20;

/// Properties by the names that Info has for the same.
const KNOWN: [(&str, &str, Shape); 10] = [
    ("dc:title", "Title", Shape::Languages),
    ("dc:creator", "Author", Shape::List),
    ("dc:description", "Subject", Shape::Languages),
    ("pdf:Keywords", "Keywords", Shape::Text),
    ("xmp:CreatorTool", "Creator", Shape::Text),
    ("pdf:Producer", "Producer", Shape::Text),
    ("xmp:CreateDate", "CreateDate", Shape::Text),
    ("xmp:ModifyDate", "ModifyDate", Shape::Text),
    ("pdfaid:part", "PDFAPart", Shape::Text),
    ("pdfaid:conformance", "PDFAConformance", Shape::Text),
];

const NAMESPACES: [(&str, &str); 4] = [
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("xmp", "http://ns.adobe.com/xap/1.0/"),
    ("pdf", "http://ns.adobe.com/pdf/1.3/"),
    ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
];

/// How a property's text stands in a packet.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    /// In a list of which one is for any language.
    Languages,
    /// In an ordered list.
    List,
}

/// Returns what a file's packet says, as far as it is known here.
pub(super) fn read(document: &lopdf::Document) -> Vec<(String, String)> {
    let packet = packet(document).unwrap_or_default();
    properties(&String::from_utf8_lossy(&packet))
}

fn packet(document: &lopdf::Document) -> Option<Vec<u8>> {
    let stream =
        document.catalog().ok()?.get_deref(b"Metadata", document).ok()?.as_stream().ok()?;
    stream.get_plain_content_with_limit(MOST_BYTES).ok()
}

/// Properties stand as elements or as attributes of what they describe. What is no XML says nothing.
fn properties(text: &str) -> Vec<(String, String)> {
    let text = text.trim_matches(['\0', '\u{feff}']);
    let document = Document::parse(text).ok();
    let nodes = document.iter().flat_map(Document::descendants);
    let said = nodes.flat_map(|node| {
        let attributes = node.attributes().filter_map(|attribute| {
            let name = known(attribute.namespace(), attribute.name())?;
            Some((name.to_owned(), attribute.value().trim().to_owned()))
        });
        let tag = node.tag_name();
        let own = known(tag.namespace(), tag.name()).map(|name| (name.to_owned(), texts(node)));
        attributes.chain(own).collect::<Vec<_>>()
    });
    said.filter(|(_, text)| !text.is_empty()).collect()
}

/// Returns the name that Info has for a property.
fn known(namespace: Option<&str>, name: &str) -> Option<&'static str> {
    let (prefix, _) = NAMESPACES.iter().find(|(_, uri)| Some(*uri) == namespace)?;
    let is_it = |property: &str| property.split_once(':') == Some((prefix, name));
    KNOWN.iter().find(|(property, ..)| is_it(property)).map(|(_, name, _)| *name)
}

/// Several texts of one property are told together.
fn texts(node: Node<'_, '_>) -> String {
    let texts = node.descendants().filter(Node::is_text).filter_map(|node| node.text());
    let texts: Vec<&str> = texts.map(str::trim).filter(|text| !text.is_empty()).collect();
    texts.join(", ")
}

/// Writes what was changed into a file's packet, if it has one: readers prefer it to Info. What else it says is kept
/// as far as it is known here.
pub(super) fn write(document: &mut lopdf::Document, changed: &[(&'static str, String)]) {
    if packet(document).is_none() {
        return;
    }
    let mut said = read(document);
    said.retain(|(name, _)| changed.iter().all(|(changed, _)| changed != name));
    let changed = changed.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
    said.extend(changed.filter(|(_, text)| !text.is_empty()));
    let members = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    let stream = Stream::new(members, packet_of(&said).into_bytes()).with_compression(false);
    let id = document.add_object(stream);
    if let Ok(catalog) = document.catalog_mut() {
        catalog.set("Metadata", Object::Reference(id));
    }
}

fn packet_of(said: &[(String, String)]) -> String {
    let properties: String = said
        .iter()
        .filter_map(|(name, text)| {
            let (property, _, shape) = KNOWN.iter().find(|(_, known, _)| known == name)?;
            let text = escape(text.as_str());
            let text = match shape {
                Shape::Text => text.into_owned(),
                Shape::Languages => {
                    format!("<rdf:Alt><rdf:li xml:lang=\"x-default\">{text}</rdf:li></rdf:Alt>")
                }
                Shape::List => format!("<rdf:Seq><rdf:li>{text}</rdf:li></rdf:Seq>"),
            };
            Some(format!("<{property}>{text}</{property}>"))
        })
        .collect();
    let spaces = NAMESPACES.map(|(prefix, uri)| format!("xmlns:{prefix}=\"{uri}\" ")).concat();
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description {spaces}rdf:about=\"\">{properties}</rdf:Description>\
         </rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let said = [("Title", "Tea & <cake>"), ("Author", "Zoë"), ("PDFAPart", "2")];
        let said = said.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(properties(&packet_of(&said)), said);
    }

    #[test]
    fn attributes_are_properties_too() {
        let text =
            "<d xmlns:p=\"http://ns.adobe.com/pdf/1.3/\" p:Producer=\"a press\" other=\"1\"/>";
        assert_eq!(properties(text), [("Producer".to_owned(), "a press".to_owned())]);
    }
}
