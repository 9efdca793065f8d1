use super::*;

/// Documents that LibreOffice has locked (see `lock.py`), and what stands in them.
const LOCKED: [(&str, Format, &str); 3] = [
    ("locked.docx", Format::DOCX, "The café in Zürich opened in May."),
    ("locked.odt", Format::ODT, "The café in Zürich opened in May."),
    ("locked.xlsx", Format::XLSX, "Café crème"),
];

async fn convert(bench: &Bench, name: &str, format: Format, options: Value) -> ConversionError {
    bench.convert(sample(name), format, Format::PDF, options).await.unwrap_err()
}

#[tokio::test]
async fn a_locked_document_asks_for_its_password() {
    let Some(bench) = bench().await else { return };
    for (name, format, _) in LOCKED {
        let error = convert(&bench, name, format, json!({})).await;
        assert!(matches!(error, ConversionError::PasswordRequired), "{name}: {error:?}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_from_none() {
    let Some(bench) = bench().await else { return };
    for (name, format, _) in LOCKED {
        for password in ["Secret", ""] {
            let error = convert(&bench, name, format, json!({"password": password})).await;
            assert!(matches!(error, ConversionError::WrongPassword), "{name}: {error:?}");
        }
    }
}

#[tokio::test]
async fn the_right_password_opens_a_document() {
    let Some(bench) = bench().await else { return };
    for (name, format, expected) in LOCKED {
        let options = json!({"password": "secret"});
        let pdf = by_kit(&bench, &sample(name), (format, Format::PDF), options).await;
        assert!(read_pdf(&pdf).0.contains(expected), "{name}");
    }
}

#[tokio::test]
async fn what_comes_of_a_locked_document_is_open() {
    let Some(bench) = bench().await else { return };
    let options = json!({"password": "secret"});
    let odt = by_kit(&bench, &sample("locked.docx"), (Format::DOCX, Format::ODT), options).await;
    let pdf = by_kit(&bench, &odt, (Format::ODT, Format::PDF), json!({})).await;
    assert!(read_pdf(&pdf).0.contains(LOCKED[0].2));
}
