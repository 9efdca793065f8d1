//! SVG and the languages of drawings.

use super::{Case, Trap};
use crate::Format;

/// References of every kind to other files, and to addresses.
const REFERENCES: &str = r#"<?xml version="1.0"?>
<?xml-stylesheet href="«WEB»/style.css"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
     xmlns:xi="http://www.w3.org/2001/XInclude" width="200" height="200">
  <style>@import url("«WEB»/import.css"); @import url("file://«TEXT»");
    @font-face { font-family: other; src: url("«WEB»/font.woff") } text { font-family: other }</style>
  <image width="90" height="90" xlink:href="«PICTURE»"/>
  <image x="90" width="90" height="90" href="file://«PICTURE»"/>
  <image y="90" width="90" height="90" xlink:href="«WEB»/picture.png"/>
  <image y="90" width="90" height="90" xlink:href="«DRAWING»"/>
  <use xlink:href="file://«DRAWING»#x"/><use href="«WEB»/drawing.svg#x"/>
  <text y="20"><xi:include parse="text" href="«TEXT»"/></text>
  <text y="40"><xi:include parse="text" href="«ENVIRON»"/></text>
  <text y="60"><xi:include parse="text" href="file://«TEXT»"/><tref xlink:href="file://«DRAWING»#x"/></text>
  <filter id="f"><feImage xlink:href="«PICTURE»"/></filter>
  <rect x="90" y="90" width="90" height="90" filter="url(#f)"/>
  <rect width="20" height="20" fill="url(file://«DRAWING»#x)" mask="url(«WEB»/mask.svg#x)"/>
  <script xlink:href="«WEB»/script.js"/><foreignObject><iframe src="file://«TEXT»"/></foreignObject>
</svg>"#;

/// Entities that are other files.
const ENTITIES: &str = r#"<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY text SYSTEM "file://«TEXT»"> <!ENTITY environ SYSTEM "file://«ENVIRON»">
  <!ENTITY % remote SYSTEM "«WEB»/entities.dtd"> %remote;]>
<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><text y="20">&text;&environ;</text></svg>"#;

const READERS: [(&str, &[Format]); 4] = [
    ("resvg", &[Format::PNG]),
    ("krilla", &[Format::PDF]),
    ("rsvg", &[Format::PDF, Format::PNG]),
    ("inkscape", &[Format::PDF, Format::PNG]),
];

pub(super) fn cases(trap: &Trap) -> Vec<Case> {
    let of = |(name, text)| trap.cases((name, Format::SVG, trap.set(text)), &READERS);
    [("references", REFERENCES), ("entities", ENTITIES)].into_iter().flat_map(of).collect()
}
