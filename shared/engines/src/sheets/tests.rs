use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use calamine::{Data, Reader, open_workbook};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

mod others;

use super::*;
use crate::ConversionError;
use crate::testing::{Bench, sample};

fn rows(path: &Path) -> Vec<Vec<Data>> {
    let mut book: calamine::Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.sheet_names()[0].clone();
    book.worksheet_range(&sheet).unwrap().rows().map(<[Data]>::to_vec).collect()
}

async fn import(content: impl AsRef<[u8]>) -> Vec<Vec<Data>> {
    let bench = Bench::new();
    rows(
        &bench
            .file(bench.write("table.csv", content), (Format::CSV, Format::XLSX), json!({}))
            .await,
    )
}

async fn refused(content: impl AsRef<[u8]>) -> ConversionError {
    let bench = Bench::new();
    bench
        .convert(bench.write("table.csv", content), Format::CSV, Format::XLSX, json!({}))
        .await
        .unwrap_err()
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

#[tokio::test]
async fn a_csv_becomes_a_spreadsheet_of_numbers_and_texts() {
    let bench = Bench::new();
    let rows = rows(&bench.file(sample("table.csv"), (Format::CSV, Format::XLSX), json!({})).await);
    let header = ["item", "price", "number", "code", "note"].map(text);
    assert_eq!(rows[0], header);
    assert_eq!(
        rows[1],
        [
            text("Tea, green"),
            Data::Float(4.5),
            Data::Float(12.0),
            text("007"),
            text("says \"hot\"")
        ]
    );
    assert_eq!(rows[2][3..], [text("12345678901234567890"), text("=SUM(B2:B3)")]);
    assert_eq!(
        rows[3],
        [text("茶"), Data::Float(-0.99), Data::Float(100.0), text("+41"), text("two\nlines")]
    );
}

#[tokio::test]
async fn other_delimiters_and_a_byte_order_mark_are_understood() {
    let expected = vec![vec![text("a"), text("b,c")], vec![Data::Float(1.0), Data::Float(2.5)]];
    assert_eq!(import("\u{feff}a;\"b,c\"\r\n1;2.5\r\n").await, expected);
    assert_eq!(import("a\t\"b,c\"\n1\t2.5").await, expected);
}

#[tokio::test]
async fn rows_of_different_lengths_stay_as_they_are() {
    let rows = import("a\n\nb,,d\n,\ne").await;
    assert_eq!(rows[0], [text("a"), Data::Empty, Data::Empty]);
    assert_eq!(rows[1], [text("b"), Data::Empty, text("d")]);
    assert_eq!(rows[2], [Data::Empty, Data::Empty, Data::Empty]);
    assert_eq!(rows[3][0], text("e"));
}

#[tokio::test]
async fn what_excel_cannot_hold_says_where() {
    let check = async |content: String, expected: &str| {
        let error = refused(content).await;
        assert!(matches!(error, ConversionError::TooLarge(_)));
        assert_eq!(error.to_string(), expected);
    };
    let wide = format!("a\n{}", ",".repeat(16_384));
    check(wide, "xlsx holds at most 16384 columns, and row 2 has 16385").await;
    check("1\n".repeat(1_048_577), "xlsx holds at most 1048576 rows, and the table has more").await;
    let long = format!("a,{}", "x".repeat(32_768));
    check(long, "xlsx holds at most 32767 characters in a cell, and row 1, column 2 has more")
        .await;
}

#[tokio::test]
async fn text_that_is_not_utf8_says_where() {
    let mut content = "a,b\n".repeat(30_000).into_bytes();
    content.extend(b"caf\xe9,1\n");
    let error = refused(content).await;
    assert_eq!(error.to_string(), "the record at line 30001 is not UTF-8 text");
    assert!(matches!(error, ConversionError::InvalidFile(_)));
}

async fn export(input: PathBuf, options: Value) -> String {
    let bench = Bench::new();
    fs::read_to_string(bench.file(input, (Format::XLSX, Format::CSV), options).await).unwrap()
}

#[tokio::test]
async fn a_sheet_becomes_a_csv() {
    let orders = "Item,Price,Number,Ordered\n\"Tea, green\",4.5,12,2024-01-31\nCafé crème,3.2,7,2024-02-01T18:00:00\n00420,0.99,100,\n";
    assert_eq!(export(sample("table.xlsx"), json!({})).await, orders);
    assert_eq!(export(sample("table.xlsx"), json!({"sheet": 1})).await, orders);
    assert_eq!(export(sample("table.xlsx"), json!({"sheet": 2})).await, "The second sheet\n");
}

#[tokio::test]
async fn a_sheet_that_is_not_there_is_an_option_error() {
    let result = Bench::new()
        .convert(sample("table.xlsx"), Format::XLSX, Format::CSV, json!({"sheet": 3}))
        .await;
    let Err(ConversionError::InvalidOption { field, message }) = result else {
        panic!("{result:?}")
    };
    assert_eq!(
        (field.as_str(), message.as_str()),
        ("sheet", "The sheet must be an integer between 1 and 2.")
    );
}

#[tokio::test]
async fn a_csv_comes_back_as_it_was() {
    let bench = Bench::new();
    let file = bench.file(sample("table.csv"), (Format::CSV, Format::XLSX), json!({})).await;
    let expected = fs::read_to_string(sample("table.csv"))
        .unwrap()
        .replace("4.50", "4.5")
        .replace("3.20", "3.2");
    assert_eq!(export(file, json!({})).await, expected);
}

#[tokio::test]
async fn every_row_has_as_many_fields_as_the_widest() {
    let bench = Bench::new();
    let file = bench
        .file(bench.write("a.csv", "a\nb,c,d\n\"\",\ne,f"), (Format::CSV, Format::XLSX), json!({}))
        .await;
    assert_eq!(export(file, json!({})).await, "a,,\nb,c,d\n,,\ne,f,\n");
}

/// Puts one XLSX together, with this sheet and these shared strings.
fn xlsx(bench: &Bench, sheet: &str, strings: &str) -> PathBuf {
    let sample = fs::read(sample("table.xlsx")).unwrap();
    let mut from = zip::ZipArchive::new(Cursor::new(sample)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in [
        "[Content_Types].xml",
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
    ] {
        to.raw_copy_file(from.by_name(name).unwrap()).unwrap();
    }
    for (name, content) in [("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings)]
    {
        to.start_file(name, SimpleFileOptions::default()).unwrap();
        to.write_all(content.as_bytes()).unwrap();
    }
    bench.write("book.xlsx", to.finish().unwrap().into_inner())
}

fn sheet(rows: &str) -> String {
    format!(
        "<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>{rows}</sheetData></worksheet>"
    )
}

#[tokio::test]
async fn cells_far_apart_cost_no_memory() {
    let bench = Bench::new();
    let far = sheet(
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>2</v></c></row>",
    );
    let result =
        bench.convert(xlsx(&bench, &far, "<sst/>"), Format::XLSX, Format::CSV, json!({})).await;
    assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
    let low = sheet("<row r='3'><c r='B3'><v>1</v></c></row>");
    assert_eq!(export(xlsx(&bench, &low, "<sst/>"), json!({})).await, ",\n,\n,1\n");
}

#[tokio::test]
async fn a_spreadsheet_that_lies_about_itself_is_refused() {
    let bench = Bench::new();
    let check = async |path: PathBuf| {
        let result = bench.convert(path, Format::XLSX, Format::CSV, json!({})).await;
        let refused =
            matches!(result, Err(ConversionError::TooLarge(_) | ConversionError::InvalidFile(_)));
        assert!(refused, "{result:?}");
    };
    let one = sheet("<row r='1'><c r='A1'><v>1</v></c></row>");
    for count in ["99999999999999", "999999999999999999999999999", "1000000000"] {
        check(xlsx(&bench, &one, &format!("<sst uniqueCount='{count}'/>"))).await;
    }
    check(xlsx(
        &bench,
        &sheet("<row r='2'><c r='A2'><v>1</v></c></row><row r='1'><c r='A1'><v>1</v></c></row>"),
        "<sst/>",
    ))
    .await;
    check(xlsx(&bench, &sheet("<row r='1'><c r='ZZZZ1'><v>1</v></c></row>"), "<sst/>")).await;
    check(xlsx(&bench, &sheet("<row r='1'><c r='A1' t='s'><v>7</v></c></row>"), "<sst/>")).await;
    check(xlsx(&bench, "<worksheet><sheetData><row>", "<sst/>")).await;
    check(xlsx(&bench, "", "<sst/>")).await;
}

#[tokio::test]
async fn a_part_that_unpacks_to_more_than_allowed_is_refused() {
    let bench = Bench::new();
    let bomb = " ".repeat((512 << 20) + 1);
    let result =
        bench.convert(xlsx(&bench, &sheet(""), &bomb), Format::XLSX, Format::CSV, json!({})).await;
    assert!(matches!(result, Err(ConversionError::TooLarge(_))), "{result:?}");
}
