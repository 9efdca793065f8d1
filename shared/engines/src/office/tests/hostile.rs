use std::net::TcpListener;

use super::*;

#[tokio::test]
async fn a_damaged_document_is_an_invalid_file() {
    let Some(bench) = bench().await else { return };
    let whole = fs::read(sample("report.docx")).unwrap();
    let check = async |path: PathBuf, format: Format, expected: &str| {
        let result = bench.convert(path, format, Format::PDF, json!({})).await;
        let Err(error @ ConversionError::InvalidFile(_)) = result else { panic!("{result:?}") };
        assert_eq!(error.to_string(), expected);
    };
    check(
        bench.write("cut.docx", &whole[..whole.len() - 100]),
        Format::DOCX,
        "not a docx: looks like a damaged zip",
    )
    .await;
    check(
        bench.write("noise.docx", [1; 5000]),
        Format::DOCX,
        "not a docx: looks like unknown data",
    )
    .await;
    let empty = open_document(&bench, "empty.odt", "text", "<broken");
    check(empty, Format::ODT, "LibreOffice cannot read the file as odt: it is damaged").await;
}

/// A document that shows pictures by address: one of a server that notes who asks, one of this machine.
fn spy(bench: &Bench, server: &TcpListener) -> PathBuf {
    let local = sample("photo.png").canonicalize().unwrap();
    let address = server.local_addr().unwrap();
    let frame = |href: String| {
        format!(
            "<text:p><draw:frame svg:width='5cm' svg:height='5cm'><draw:image xlink:href='{href}' xlink:type='simple' \
             xlink:show='embed' xlink:actuate='onLoad'/></draw:frame></text:p>"
        )
    };
    let frames = [format!("file://{}", local.display()), format!("http://{address}/photo.png")]
        .map(frame)
        .concat();
    let content = format!(
        "<office:document-content office:version='1.2' xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0' \
         xmlns:draw='urn:oasis:names:tc:opendocument:xmlns:drawing:1.0' xmlns:text='urn:oasis:names:tc:opendocument:xmlns:text:1.0' \
         xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0' xmlns:xlink='http://www.w3.org/1999/xlink'>\
         <office:body><office:text><text:p>Before</text:p>{frames}</office:text></office:body></office:document-content>"
    );
    open_document(bench, "spy.odt", "text", &content)
}

#[tokio::test]
async fn a_document_fetches_nothing_from_elsewhere() {
    let Some(bench) = bench().await else { return };
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let file = bench.file(spy(&bench, &server), (Format::ODT, Format::PDF), json!({})).await;
    assert!(read_pdf(&file).0.contains("Before"));
    assert!(server.accept().is_err(), "the server was asked");
    let pdf = fs::read(file).unwrap();
    let picture = b"/Subtype/Image";
    assert!(
        !pdf.windows(picture.len()).any(|window| window == picture),
        "the picture is in the document"
    );
}
