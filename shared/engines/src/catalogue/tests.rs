use serde_json::{Value, json};

use super::*;
use crate::CONVERT;

#[cfg(feature = "run")]
mod hostile;
#[cfg(feature = "run")]
mod locked;
#[cfg(feature = "run")]
mod pairs;

fn with_office() -> Catalogue {
    Catalogue::embedded().with_program("office", "7.4.7")
}

#[test]
fn the_best_engine_is_selected() {
    let check = |input, output, engine: Option<&str>, expected: &str| {
        let found = with_office();
        let found = found.choose(Wanted::conversion(input, output), (engine, None)).unwrap().engine;
        assert_eq!(found.name, expected, "{input} to {output}");
    };
    check(Format::PNG, Format::WEBP, None, "image");
    check(Format::PNG, Format::PNG, None, "image");
    check(Format::SVG, Format::PNG, None, "resvg");
    check(Format::MD, Format::HTML, None, "comrak");
    check(Format::CSV, Format::XLSX, None, "sheets");
    check(Format::CSV, Format::XLSX, Some("office"), "office");
    check(Format::DOCX, Format::PDF, Some("libreoffice"), "office");
}

#[test]
fn what_is_unsupported_says_what_would_do() {
    let check = |catalogue: Catalogue, (input, output), engine: Option<&str>, text: &str| {
        let error =
            catalogue.choose(Wanted::conversion(input, output), (engine, None)).unwrap_err();
        assert_eq!(error.to_string(), text);
    };
    check(
        Catalogue::embedded(),
        (Format::DOCX, Format::PDF),
        None,
        "converting docx to pdf needs soffice, which is not installed (apt-get install libreoffice-nogui)",
    );
    check(
        with_office(),
        (Format::CSV, Format::XLSX),
        Some("excel"),
        "csv is not converted to xlsx by an engine of that name, but by sheets, office",
    );
    check(
        Catalogue::embedded(),
        (Format::CSV, Format::XLSX),
        Some("office"),
        "converting csv to xlsx needs soffice, which is not installed (apt-get install libreoffice-nogui)",
    );
    check(
        with_office(),
        (Format::DOCX, Format::XLSX),
        None,
        "docx cannot be converted to xlsx, only to doc, html, odt, pdf, rtf, txt",
    );
}

#[test]
fn a_version_is_chosen_by_its_first_parts() {
    let catalogue = Catalogue::from_setting("excel=1, office=7.4.7.2,nonsense");
    let choose = |engine, version| {
        let chosen = catalogue
            .choose(Wanted::conversion(Format::CSV, Format::XLSX), (engine, Some(version)));
        chosen.map(|pair| pair.engine.name).map_err(|error| error.to_string())
    };
    for version in ["7", "7.4", "7.4.7.2"] {
        assert_eq!(choose(None, version), Ok("office"), "{version}");
        assert_eq!(choose(Some("libreoffice"), version), Ok("office"), "{version}");
    }
    let own = env!("CARGO_PKG_VERSION");
    assert_eq!(choose(None, own), Ok("sheets"));
    for (engine, version) in
        [(None, "7.4.7.2.1"), (Some("office"), own), (None, "7.40"), (None, "7."), (None, "4")]
    {
        let told = format!(
            "csv is not converted to xlsx by version {version} of an engine, but by sheets {own}, office 7.4.7.2"
        );
        assert_eq!(choose(engine, version), Err(told));
    }
    let unknown = choose(Some("excel"), "1").unwrap_err();
    assert_eq!(
        unknown,
        "csv is not converted to xlsx by an engine of that name, but by sheets, office"
    );
}

#[test]
fn what_cannot_be_used_is_not_listed() {
    assert_eq!(Catalogue::embedded().outputs_of(CONVERT, Format::DOCX), []);
    assert!(Catalogue::embedded().inputs_of(CONVERT, Format::HTML).contains(&Format::MD));
    assert!(with_office().inputs_of(CONVERT, Format::PDF).contains(&Format::DOCX));
    assert!(Catalogue::embedded().pairs().iter().all(|pair| pair.engine.program.is_none()));
    let of_csv = with_office();
    let of_csv = of_csv
        .pairs()
        .into_iter()
        .filter(|it| (it.input, it.output) == (Format::CSV, Format::XLSX));
    let of_csv: Vec<_> = of_csv.map(|pair| (pair.engine.name, pair.version.to_owned())).collect();
    let own = env!("CARGO_PKG_VERSION").to_owned();
    assert_eq!(of_csv, [("sheets", own), ("office", "7.4.7".to_owned())]);
}

#[test]
fn engines_tell_what_to_install() {
    let office = |catalogue: &Catalogue, expected: Availability<'_>| {
        let (_, found) = catalogue.engines().find(|(engine, _)| engine.name == "office").unwrap();
        assert_eq!(found, expected);
    };
    let install = "apt-get install libreoffice-nogui";
    office(&Catalogue::embedded(), Availability::Missing { program: "soffice", install });
    office(&with_office(), Availability::Available { version: "7.4.7" });
    office(&with_office().with_program("excel", "1"), Availability::Available { version: "7.4.7" });
}

#[test]
fn options_are_checked_against_the_engine_that_would_be_used() {
    let check = |input, output, options: Value, fields: &[&str]| {
        let errors = with_office().check_options(
            CONVERT,
            (input, Some(output)),
            options.as_object().unwrap(),
        );
        let found: Vec<_> = errors.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(found, fields, "{options}");
    };
    check(
        Some(Format::PNG),
        Format::JPG,
        json!({"width": 0, "quality": 101, "pages": 7}),
        &["quality", "width"],
    );
    check(Some(Format::PNG), Format::PNG, json!({"quality": 101}), &[]);
    check(Some(Format::DOCX), Format::PDF, json!({"pages": "3-1", "width": 0}), &["pages"]);
    check(None, Format::JPG, json!({"width": "wide", "fit": "max"}), &["width"]);
    check(None, Format::CSV, json!({"sheet": 0}), &["sheet"]);
    check(Some(Format::DOCX), Format::PNG, json!({"width": 0}), &[]);
}

#[test]
fn only_engines_with_programs_are_named() {
    assert_eq!(Catalogue::embedded().programs(), "");
    assert_eq!(Catalogue::from_setting("office=7.4.7").programs(), "office=7.4.7");
}
