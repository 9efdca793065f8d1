//! PostScript and PDF.

use serde_json::json;

use super::{Case, Trap};
use crate::{Format, Wanted};

/// Shows what is in a file, in every way in which a program of PostScript may come to it.
const SHOWN: [(&str, &str); 6] = [
    ("reading", "(«TEXT») (r) file 99 string readstring pop show"),
    ("environment", "(«ENVIRON») (r) file 999 string readstring pop show"),
    ("a pipe", "(%pipe%cat «TEXT») (r) file 99 string readstring pop show"),
    ("running", "(«TEXT») run"),
    ("names", "(«TEXT»*) { show } 99 string filenameforall"),
    ("writing", "(«TEXT») (w) file dup (over) writestring closefile"),
];

/// A page whose content, picture and attachment are said to be in other files (PDF 1.7, 7.3.8.2 and 7.11).
const PDF: &str = "%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R /OpenAction <</S /URI /URI («WEB»/open)>> /AA <</WC <</S /Launch /F («TEXT»)>>>>>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Annots [7 0 R]
  /Resources <</XObject <</P 5 0 R /R 6 0 R>> /Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>>>>>> endobj
4 0 obj <</Length 56>> stream
BT /F 12 Tf 9 9 Td (before) Tj ET q 90 0 0 90 0 0 cm /P Do Q
endstream endobj
5 0 obj <</Type /XObject /Subtype /Image /Width 61 /Height 67 /BitsPerComponent 8 /ColorSpace /DeviceRGB
  /Length 0 /F («PICTURE») /FFilter /FlateDecode>> stream
endstream endobj
6 0 obj <</Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref <</F («TEXT») /Page 0>> /Length 0 /F <</FS /URL /F («WEB»/form)>>>> stream
endstream endobj
7 0 obj <</Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS <</Type /Filespec /F («TEXT») /EF <</F 8 0 R>>>>>> endobj
8 0 obj <</Type /EmbeddedFile /Length 0 /F («TEXT»)>> stream
endstream endobj
trailer <</Root 1 0 R /Size 9>>
startxref
0
%%EOF
";

const OPERATIONS: [(&str, &str); 6] = [
    ("ghostscript", "pdf/a"),
    ("ghostscript", "optimize"),
    ("qpdf", "optimize"),
    ("lopdf", "optimize"),
    ("ocrmypdf", "pdf/ocr"),
    ("exiftool", "metadata"),
];

const READERS: [(&str, &[Format]); 6] = [
    ("ghostscript", &[Format::PS]),
    ("pdftotext", &[Format::TXT]),
    ("pdftohtml", &[Format::HTML]),
    ("pdftoppm", &[Format::PNG]),
    ("hayro", &[Format::PNG, Format::TXT]),
    ("calibre", &[Format::TXT]),
];

/// What names a file is no leak of what is in it: names are not what is looked for.
pub(super) fn cases(trap: &Trap) -> Vec<Case> {
    let shown = SHOWN.iter().flat_map(|(name, program)| {
        let page = format!(
            "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 600 60\n/Helvetica findfont 9 scalefont setfont\n\
             9 9 moveto (before) show\n{}\nshowpage\n",
            trap.set(program)
        );
        let of = |format| trap.cases((name, format, &page), &[("ghostscript", &[Format::PDF, Format::PNG])]);
        [Format::EPS, Format::PS].into_iter().flat_map(of).collect::<Vec<_>>()
    });
    let pdf = trap.set(PDF);
    let read = trap.cases(("other files", Format::PDF, &pdf), &READERS);
    let changed = OPERATIONS.map(|(engine, operation)| Case {
        name: operation,
        engine,
        wanted: Wanted { operation, input: Format::PDF, output: Format::PDF },
        options: json!({}),
        content: pdf.clone().into(),
    });
    shown.chain(read).chain(changed).collect()
}
