//! Text that includes other text.

use super::{Case, Readers, Trap};
use crate::Format;

const HTML: &str = r#"<!DOCTYPE html><html><head><title>Tea</title><base href="«WEB»/">
<link rel="stylesheet" href="file://«TEXT»"><link rel="stylesheet" href="«WEB»/style.css">
<style>@import url("file://«TEXT»"); body { background: url("«WEB»/back.png") }</style>
<script src="«WEB»/script.js"></script></head><body><p>before</p>
<img src="«PICTURE»"><img src="file://«PICTURE»"><img src="«WEB»/picture.png"><img src="«ENVIRON»">
<iframe src="file://«TEXT»"></iframe><object data="file://«TEXT»"></object><embed src="«WEB»/embedded.svg">
<video src="«WEB»/film.mp4" poster="«PICTURE»"></video><svg><image href="«PICTURE»"/></svg></body></html>"#;

const MD: &str = "before\n\n![](«PICTURE») ![](file://«PICTURE») ![](«WEB»/picture.png)\n\n![](«TEXT»)\n\n\
    \\input{«TEXT»}\n\n<img src=\"«PICTURE»\">\n\n`\\input{«TEXT»}`{=latex}\n\n<iframe src=\"file://«TEXT»\"></iframe>\n";

/// What its writers would read of itself.
const SETTINGS: &str = "---\ncss: «TEXT»\nepub-cover-image: «PICTURE»\nreference-doc: «TEXT»\nbibliography: «TEXT»\n\
    include-before: «TEXT»\nabbreviations: «TEXT»\n---\n\nbefore\n";

/// What the reader would take in: each alone, for the first that is not to be had ends it.
const INCLUDED: [&str; 5] = [
    ".. include:: «TEXT»",
    ".. include:: «ENVIRON»",
    ".. csv-table::\n   :file: «TEXT»",
    ".. raw:: html\n   :file: «TEXT»",
    ".. raw:: html\n   :url: «WEB»/raw.html",
];

const RST: &str = "before\n\n.. literalinclude:: «TEXT»\n\n.. figure:: «PICTURE»\n\n.. image:: «WEB»/picture.png\n\n\
    .. image:: file://«PICTURE»\n";

const TEX: &str = r"\documentclass{article}\usepackage{graphicx}\begin{document}before
\input{«TEXT»}\include{«TEXT»}\verbatiminput{«TEXT»}\lstinputlisting{«TEXT»}\subfile{«TEXT»}\input{«ENVIRON»}
\includegraphics{«PICTURE»}\includegraphics{«WEB»/picture.png}\csvautotabular{«TEXT»}
\newread\file\openin\file=«TEXT» \read\file to\line \line\immediate\write18{cat «TEXT»}\end{document}";

const RTF: &str = r#"{\rtf1 before {\field{\*\fldinst INCLUDETEXT "«TEXT»"}{\fldrslt none}}
{\field{\*\fldinst INCLUDEPICTURE "«PICTURE»" \\d}{\fldrslt none}}
{\field{\*\fldinst INCLUDEPICTURE "«WEB»/picture.png" \\d}{\fldrslt none}}{\*\template «WEB»/template.dot}}"#;

const FB2: &str = r##"<?xml version="1.0"?>
<FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0" xmlns:l="http://www.w3.org/1999/xlink"
  xmlns:xi="http://www.w3.org/2001/XInclude"><description/><body><section><p>before</p>
<xi:include parse="text" href="file://«TEXT»"/><image l:href="file://«PICTURE»"/><image l:href="«WEB»/picture.png"/>
</section></body></FictionBook>"##;

/// What stands before a book's root, and in it, to have a file in it.
const ENTITY: [(&str, &str); 2] = [
    (
        "<FictionBook",
        "<!DOCTYPE FictionBook [<!ENTITY text SYSTEM \"file://«TEXT»\">]><FictionBook",
    ),
    ("before", "before &text;"),
];

const TXT: &str = "before\n\n![](file://«PICTURE»)\n\n<img src=\"file://«TEXT»\">\n\n.. include:: «TEXT»\n\n\
    {% include '«TEXT»' %}\n\nWEB/page.html\n";

const CSV: &str = "name,value\n=HYPERLINK(\"«WEB»/a\"),=WEBSERVICE(\"«WEB»/b\")\n='file://«TEXT»'#$Sheet1.A1,=DDE(\"soffice\";\"«TEXT»\";\"A1\")\n";

const WRITTEN: &[Format] = &[Format::DOCX, Format::EPUB, Format::HTML, Format::TXT];

pub(super) fn cases(trap: &Trap) -> Vec<Case> {
    let all: [(&str, Format, &str, Readers<'_>); 9] = [
        (
            "html",
            Format::HTML,
            HTML,
            &[
                (
                    "pandoc",
                    &[
                        Format::DOCX,
                        Format::EPUB,
                        Format::ODT,
                        Format::PPTX,
                        Format::RTF,
                        Format::TXT,
                    ],
                ),
                ("hypertext", &[Format::TXT]),
            ],
        ),
        (
            "md",
            Format::MD,
            MD,
            &[
                ("pandoc", WRITTEN),
                ("pandoc", &[Format::LATEX, Format::RTF]),
                ("comrak", &[Format::HTML]),
            ],
        ),
        ("settings", Format::MD, SETTINGS, &[("pandoc", WRITTEN)]),
        ("rst", Format::RST, RST, &[("pandoc", WRITTEN), ("pandoc", &[Format::RTF])]),
        ("tex", Format::LATEX, TEX, &[("pandoc", WRITTEN), ("pandoc", &[Format::RTF])]),
        (
            "rtf",
            Format::RTF,
            RTF,
            &[("pandoc", WRITTEN), ("calibre", &[Format::TXT]), ("office", &[Format::PDF])],
        ),
        ("fb2", Format::FB2, FB2, &[("pandoc", WRITTEN), ("calibre", &[Format::EPUB])]),
        ("txt", Format::TXT, TXT, &[("calibre", &[Format::EPUB])]),
        (
            "csv",
            Format::CSV,
            CSV,
            &[("pandoc", &[Format::HTML]), ("sheets", &[Format::XLSX]), ("office", &[Format::PDF])],
        ),
    ];
    let included = INCLUDED.map(|text| ("included", Format::RST, trap.set(text)));
    let entity = ENTITY.iter().fold(FB2.to_owned(), |book, (at, more)| book.replace(at, more));
    let alone = included.into_iter().chain([("entity", Format::FB2, trap.set(&entity))]);
    let alone =
        alone.flat_map(|case| trap.cases(case, &[("pandoc", &[Format::DOCX, Format::HTML])]));
    all.into_iter()
        .flat_map(|(name, format, text, engines)| {
            trap.cases((name, format, trap.set(text)), engines)
        })
        .chain(alone)
        .collect()
}
