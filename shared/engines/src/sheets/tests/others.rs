//! JSON, HTML, and the spreadsheets of other programs.

use serde_json::Value;

use super::*;
use crate::testing::peer;

const TABLE: &str = "name,code,price\ntea,007,4.5\n\"<b>, & more\",12,\n";

async fn text(input: Format, content: &str, output: Format) -> String {
    let bench = Bench::new();
    let file = bench.file(bench.write("table", content), (input, output), json!({})).await;
    fs::read_to_string(file).unwrap()
}

#[tokio::test]
async fn a_table_becomes_a_list_of_objects_and_comes_back() {
    let json = text(Format::CSV, TABLE, Format::JSON).await;
    let rows: Value = serde_json::from_str(&json).unwrap();
    let expected = json!([
        {"name": "tea", "code": "007", "price": 4.5},
        {"name": "<b>, & more", "code": 12, "price": null},
    ]);
    assert_eq!(rows, expected);
    assert_eq!(text(Format::JSON, &json, Format::CSV).await, TABLE);
}

#[tokio::test]
async fn lists_and_what_lies_deeper_are_rows_and_json() {
    assert_eq!(text(Format::JSON, "[[1,\"a\"],[true,null]]", Format::CSV).await, "1,a\nTRUE,\n");
    let deep = "{\"a\":{\"b\":[1]},\"n\":12345678901234567890}";
    let expected = "a,n\n\"{\"\"b\"\":[1]}\",12345678901234567890\n";
    assert_eq!(text(Format::JSON, deep, Format::CSV).await, expected);
}

#[tokio::test]
async fn nothing_in_a_table_is_html() {
    let page = text(Format::CSV, TABLE, Format::HTML).await;
    assert!(page.contains("<tr><td>&lt;b&gt;, &amp; more</td><td>12</td><td></td></tr>"), "{page}");
}

/// Makes a workbook of two sheets in a format of another program.
fn workbook(bench: &Bench, format: Format) -> Option<std::path::PathBuf> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, shift) in [("First", 0.0), ("Second", 10.0)] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_string(0, 0, "word").unwrap();
        sheet.write_string(0, 1, "number").unwrap();
        sheet.write_string(1, 0, "007").unwrap();
        sheet.write_number(1, 1, 4.5 + shift).unwrap();
    }
    let path = bench.directory.path().join("book.xlsx");
    book.save(&path).unwrap();
    if format == Format::XLSX {
        return Some(path);
    }
    let folder = bench.directory.path().to_str().unwrap();
    let profile = format!("-env:UserInstallation=file://{folder}/profile");
    let to = format.to_string();
    let arguments =
        [&profile, "--headless", "--convert-to", &to, "--outdir", folder, path.to_str().unwrap()];
    peer("soffice", &arguments)?;
    Some(path.with_extension(format.extension()))
}

#[tokio::test]
async fn sheets_of_other_programs_become_tables() {
    for format in [Format::XLSX, Format::XLS, Format::ODS] {
        let bench = Bench::new();
        let Some(book) = workbook(&bench, format) else { return };
        let csv = bench.file(book.clone(), (format, Format::CSV), json!({"sheet": 2})).await;
        assert_eq!(fs::read_to_string(csv).unwrap(), "word,number\n007,14.5\n", "{format}");
        let json = bench.file(book.clone(), (format, Format::JSON), json!({})).await;
        let rows: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
        assert_eq!(rows, json!([{"word": "007", "number": 4.5}]), "{format}");
        let page = bench.file(book.clone(), (format, Format::HTML), json!({})).await;
        let page = fs::read_to_string(page).unwrap();
        assert!(page.contains("<title>First</title>") && page.contains("<td>4.5</td>"), "{page}");
        let options = json!({"all_sheets": true});
        let made = bench.convert(book.clone(), format, Format::CSV, options).await.unwrap().made;
        let names: Vec<_> = made.files.iter().map(|file| file.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["First.csv", "Second.csv"]);
        let result = bench.convert(book, format, Format::HTML, json!({"sheet": 3})).await;
        let Err(ConversionError::InvalidOption { message, .. }) = result else {
            panic!("{result:?}")
        };
        assert_eq!(message, "The sheet must be an integer between 1 and 2.");
    }
}

#[tokio::test]
async fn damaged_tables_are_refused() {
    let bench = Bench::new();
    let path = bench.write("cut.json", "[{\"a\": 1},\n{\"a\"");
    let result = bench.convert(path, Format::JSON, Format::CSV, json!({})).await;
    let Err(ConversionError::InvalidFile(text)) = result else { panic!("{result:?}") };
    assert_eq!(text, "the JSON is damaged at line 2");
}
