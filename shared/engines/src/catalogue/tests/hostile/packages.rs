//! Documents that are zip archives.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Case, Trap};
use crate::Format;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml"
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// What a document refers to outside of itself: pictures, a template, another document, an object.
const OUTSIDE: [(&str, &str, &str); 7] = [
    ("a", "image", "file://«PICTURE»"),
    ("b", "image", "«WEB»/picture.png"),
    ("c", "attachedTemplate", "«WEB»/template.dotm"),
    ("d", "attachedTemplate", "file://«TEXT»"),
    ("e", "subDocument", "file://«TEXT»"),
    ("f", "oleObject", "«WEB»/object.bin"),
    ("g", "image", "«PICTURE»"),
];

const DOCUMENT: &str = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">
<w:body><w:p><w:r><w:t>before WORDS</w:t></w:r><w:fldSimple w:instr="INCLUDETEXT &quot;«TEXT»&quot;"><w:r><w:t>none</w:t></w:r></w:fldSimple>
<w:fldSimple w:instr="INCLUDEPICTURE &quot;«WEB»/field.png&quot; \d"><w:r><w:t>none</w:t></w:r></w:fldSimple></w:p>
<w:subDoc r:id="e"/></w:body></w:document>"#;

const PIECE: &str = r#"<w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic>
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr>
<pic:blipFill><a:blip r:link="ID" r:embed="ID"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>
<a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"#;

const OPEN_DOCUMENT: &str = r#"<office:document-content office:version="1.2" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:text>
<text:p>before</text:p><text:section text:name="s"><text:section-source xlink:href="file://«TEXT»"/></text:section>
<text:p><draw:frame svg:width="3cm" svg:height="3cm"><draw:image xlink:href="file://«PICTURE»"/></draw:frame>
<draw:frame svg:width="3cm" svg:height="3cm"><draw:image xlink:href="«WEB»/picture.png"/></draw:frame>
<draw:frame svg:width="3cm" svg:height="3cm"><draw:image xlink:href="../../../../../../«PICTURE»"/></draw:frame></text:p>
</office:text></office:body></office:document-content>"#;

const STYLES: &str = r#"<office:document-styles office:version="1.2" xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">
<office:font-face-decls/><office:styles/><office:automatic-styles/><office:master-styles/></office:document-styles>"#;

const MANIFEST: &str = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;

const CONTAINER: &str = r#"<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

const BOOK: &str = r#"<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Tea</dc:title><dc:identifier id="i">1</dc:identifier><dc:language>en</dc:language></metadata><manifest>
<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="file://«PICTURE»" media-type="image/png"/></manifest><spine><itemref idref="a"/></spine></package>"#;

/// A chapter that is no part of the book.
const BEYOND: [(&str, &str); 2] = [
    (
        "</manifest>",
        "<item id=\"b\" href=\"../../../../../../«TEXT»\" media-type=\"application/xhtml+xml\"/></manifest>",
    ),
    ("</spine>", "<itemref idref=\"b\"/></spine>"),
];

const CHAPTER: &str = r#"<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Tea</title><link rel="stylesheet" href="file://«TEXT»"/>
<style>@import url("«WEB»/style.css"); p { background: url("file://«PICTURE»") }</style></head><body><p>before</p>
<img src="file://«PICTURE»"/><img src="../../../../../../«PICTURE»"/><img src="«WEB»/picture.png"/><iframe src="file://«TEXT»"></iframe>
<object data="file://«TEXT»"></object><script src="«WEB»/script.js"></script></body></html>"#;

pub(super) fn cases(trap: &Trap) -> Vec<Case> {
    let docx = document(trap, "");
    let laughs = document(trap, "&a9;");
    let odt = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", MANIFEST),
        ("styles.xml", STYLES),
        ("content.xml", &trap.set(OPEN_DOCUMENT)),
    ]);
    let beyond = BEYOND.iter().fold(BOOK.to_owned(), |book, (end, more)| book.replace(end, more));
    let [epub, beyond] = [BOOK, &beyond].map(|book| self::book(trap, book));
    let written: &[Format] = &[Format::EPUB, Format::HTML, Format::RTF, Format::TXT];
    [
        trap.cases(
            ("outside", Format::DOCX, docx),
            &[
                ("pandoc", written),
                ("pandoc", &[Format::ODT]),
                ("calibre", &[Format::EPUB]),
                ("office", &[Format::PDF, Format::ODT]),
            ],
        ),
        trap.cases(
            ("laughs", Format::DOCX, laughs),
            &[("pandoc", &[Format::TXT]), ("calibre", &[Format::TXT]), ("office", &[Format::PDF])],
        ),
        trap.cases(
            ("outside", Format::ODT, odt),
            &[
                ("pandoc", written),
                ("pandoc", &[Format::DOCX]),
                ("calibre", &[Format::EPUB]),
                ("office", &[Format::PDF]),
            ],
        ),
        trap.cases(
            ("beyond", Format::EPUB, beyond),
            &[("pandoc", &[Format::DOCX, Format::TXT]), ("calibre", &[Format::TXT])],
        ),
        trap.cases(
            ("outside", Format::EPUB, epub),
            &[
                ("pandoc", &[Format::DOCX, Format::HTML]),
                ("calibre", &[Format::DOCX, Format::PDF, Format::TXT]),
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn book(trap: &Trap, book: &str) -> Vec<u8> {
    package(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("book.opf", &trap.set(book)),
        ("a.xhtml", &trap.set(CHAPTER)),
    ])
}

/// Returns a document for Word that refers to everything, with these words in it.
fn document(trap: &Trap, words: &str) -> Vec<u8> {
    let reference = |(id, kind, target): &(&str, &str, &str)| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\" TargetMode=\"External\"/>"
        )
    };
    let outside: String = OUTSIDE.iter().map(reference).collect();
    let relations = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{}</Relationships>",
        trap.set(&outside)
    );
    let pictures: String = ["a", "b", "g"].map(|id| PIECE.replace("ID", id)).concat();
    let text = trap.set(&DOCUMENT.replace("WORDS", words));
    let text = text.replace(
        "<w:fldSimple w:instr=\"INCLUDETEXT",
        &format!("{pictures}<w:fldSimple w:instr=\"INCLUDETEXT"),
    );
    let entities: String = (1..10)
        .map(|level| format!("<!ENTITY a{level} '{}'>", format!("&a{};", level - 1).repeat(10)))
        .collect();
    let kind = if words.is_empty() {
        String::new()
    } else {
        format!("<!DOCTYPE w:document [<!ENTITY a0 'ha'>{entities}]>")
    };
    package(&[
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("word/document.xml", &format!("{kind}{text}")),
        ("word/_rels/document.xml.rels", &relations),
        ("word/_rels/settings.xml.rels", &relations),
    ])
}

pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(*name, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
