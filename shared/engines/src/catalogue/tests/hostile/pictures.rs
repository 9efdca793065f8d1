//! What is no picture under the name of one, for programs that tell by the content what to do.

use super::{Case, Trap};
use crate::{Format, Wanted};
use serde_json::json;

const VECTORS: &str = "push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 '«PICTURE»'\n\
    fill 'url(«WEB»/picture.png)'\nimage over 0,0 0,0 'text:«TEXT»'\nimage over 0,0 0,0 'label:@«TEXT»'\n\
    image over 0,0 0,0 'https://127.0.0.1/x.png\"|cat \"«TEXT»'\nimage over 0,0 0,0 'ephemeral:«TEXT»'\npop graphic-context\n";

const SCRIPT: &str = r#"<?xml version="1.0"?><image><read filename="text:«TEXT»"/><read filename="«WEB»/picture.png"/>
<write filename="png:output.png"/></image>"#;

const DRAWING: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="99" height="99">
<image xlink:href="«PICTURE»" width="99" height="99"/><image xlink:href="text:«TEXT»" width="99" height="99"/>
<image xlink:href="«WEB»/picture.png" width="99" height="99"/></svg>"#;

/// What some take for a list of pictures.
const LIST: &str = "«PICTURE»\nWEB/picture.png\nTEXT\n";

/// A page's program.
const PAGE: &str = "%!PS\n(«TEXT») (r) file 99 string readstring pop show showpage\n";

/// An annotation that older versions of exiftool ran as Perl (CVE-2021-22204).
const ANNOTATION: &str = "(metadata (Author \"\\\n\" . qx{cat «TEXT»} . \\\n\"b\"))";

const NAMED: [Format; 4] = [Format::JPG, Format::PNG, Format::PNM, Format::TGA];

const READERS: [(&str, &[Format]); 3] = [
    ("imagemagick", &[Format::WEBP]),
    ("graphicsmagick", &[Format::WEBP]),
    ("image", &[Format::WEBP]),
];

pub(super) fn cases(trap: &Trap) -> Vec<Case> {
    let texts = [
        ("vectors", VECTORS),
        ("script", SCRIPT),
        ("drawing", DRAWING),
        ("list", LIST),
        ("page", PAGE),
        ("label", "label:@«TEXT»"),
    ];
    let named = texts.iter().flat_map(|text| NAMED.map(|format| (text, format)));
    let named = named
        .flat_map(|((name, text), format)| trap.cases((name, format, trap.set(text)), &READERS));
    let lists = trap.cases(("list", Format::PNM, trap.set(LIST)), &[("tesseract", &[Format::TXT])]);
    let camera = trap.cases(("list", Format::DNG, trap.set(LIST)), &[("dcraw", &[Format::TIFF])]);
    let told = [("annotation", annotated(&trap.set(ANNOTATION))), ("list", trap.set(LIST).into())];
    let told = told.map(|(name, content)| Case {
        name,
        engine: "exiftool",
        wanted: Wanted { operation: "metadata", input: Format::BIN, output: Format::BIN },
        options: json!({}),
        content,
    });
    named.chain(lists).chain(camera).chain(told).collect()
}

/// Returns a page of DjVu with an annotation.
fn annotated(text: &str) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        [name.to_vec(), (content.len() as u32).to_be_bytes().into(), content.to_vec()].concat()
    };
    let info = [0, 9, 0, 9, 24, 0, 44, 1, 22, 0];
    let parts = [b"DJVU".to_vec(), chunk(b"INFO", &info), chunk(b"ANTa", text.as_bytes())].concat();
    [b"AT&T".to_vec(), chunk(b"FORM", &parts)].concat()
}
