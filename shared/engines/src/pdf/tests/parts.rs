use super::*;

#[tokio::test]
async fn each_page_becomes_a_file() {
    let bench = Bench::new();
    let made = made(&bench, "pdf/split-pages", &[sample("pages.pdf")], json!({})).await.unwrap();
    let first = ["First page", "Second page", "Third page", "Fourth page"];
    assert_eq!(made.files.len(), 4);
    for (product, expected) in made.files.iter().zip(first) {
        check(&product.path);
        assert!(texts(&product.path).is_none_or(|texts| texts == [expected]));
    }
    assert_eq!(bench.progress.words().as_deref(), Some("page 4 of 4"));
    // A page is as it was, fonts and all.
    let third = made.files[2].path.clone();
    let third = bench.file(third, (Format::PDF, Format::PNG), json!({"density": 50})).await;
    let options = json!({"density": 50, "pages": "3"});
    let original = bench.file(sample("pages.pdf"), (Format::PDF, Format::PNG), options).await;
    assert_alike(&open(&third), &open(&original));
}

#[tokio::test]
async fn wanted_pages_are_taken_in_their_order() {
    let bench = Bench::new();
    let path = file(&bench, "pdf/extract-pages", "pages.pdf", json!({"pages": "3,1,1"})).await;
    assert!(texts(&path).is_none_or(|it| it == ["Third page", "First page", "First page"]));
    let document = Document::load(&path).unwrap();
    assert_eq!(titles(&document), ["Beginning", "Chapter"]);
    let beyond = json!({"pages": "2-9"});
    let error =
        made(&bench, "pdf/extract-pages", &[sample("pages.pdf")], beyond).await.unwrap_err();
    assert_eq!(error.to_string(), "there is no page 9: the file has only 4 pages");
    let result = made(&bench, "pdf/extract-pages", &[sample("pages.pdf")], json!({})).await;
    assert!(matches!(result, Err(ConversionError::InvalidOption { .. })));
}

#[tokio::test]
async fn nothing_of_other_pages_is_left() {
    let bench = Bench::new();
    let path = file(&bench, "pdf/extract-pages", "pages.pdf", json!({"pages": "2"})).await;
    let document = Document::load(&path).unwrap();
    let contents: Vec<_> = document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok()?.get_plain_content().ok())
        .collect();
    let has = |words: &str| {
        contents.iter().any(|it| it.windows(words.len()).any(|it| it == words.as_bytes()))
    };
    assert!(has("Second page"));
    assert!(!has("First page") && !has("Fourth page"));
    // What is above a bookmark stays when that does, without leading anywhere.
    assert_eq!(titles(&document), ["Beginning"]);
}

#[tokio::test]
async fn fields_stay_where_their_pages_do() {
    let bench = Bench::new();
    let path = file(&bench, "pdf/extract-pages", "form.pdf", json!({"pages": "1"})).await;
    assert_eq!(fields(&Document::load(path).unwrap()), ["name"]);
}

#[tokio::test]
async fn files_are_joined_in_their_order() {
    let bench = Bench::new();
    let files = ["form.pdf", "pages.pdf", "form.pdf"].map(sample);
    let made = made(&bench, "merge", &files, json!({})).await.unwrap();
    let path = &made.files[0].path;
    check(path);
    let expected =
        ["Name: Ada", "First page", "Second page", "Third page", "Fourth page", "Name: Ada"];
    if let Some(texts) = texts(path) {
        assert_eq!(texts.len(), 6);
        assert_eq!(texts[1..5], expected[1..5]);
    }
    let document = Document::load(path).unwrap();
    assert_eq!(titles(&document), ["Beginning", "Chapter"]);
    assert_eq!(fields(&document), ["name", "name-2"]);
    let expected = [(0, "D", 1), (1, "r", 1), (3, "D", 1), (5, "D", 1)];
    assert_eq!(
        labels(&document),
        expected.map(|(from, style, first)| (from, style.to_owned(), first))
    );
}

#[tokio::test]
async fn what_is_in_several_files_is_kept_once() {
    let bench = Bench::new();
    let scan = fs::metadata(sample("scan.pdf")).unwrap().len();
    let files = vec![sample("scan.pdf"); 5];
    let made = made(&bench, "merge", &files, json!({})).await.unwrap();
    let merged = fs::metadata(&made.files[0].path).unwrap().len();
    assert!(merged < scan + scan / 5, "{merged} of {scan}");
    let pages = Document::load(&made.files[0].path).unwrap().page_iter().count();
    assert_eq!(pages, 5);
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_cannot_be_joined() {
    let bench = Bench::new();
    let files = ["pages.pdf", "locked.pdf"].map(sample);
    let result = made(&bench, "merge", &files, json!({})).await;
    assert!(matches!(result, Err(ConversionError::PasswordRequired)), "{result:?}");
    let opened = made(&bench, "merge", &files, json!({"password": "secret"})).await.unwrap();
    assert_eq!(Document::load(&opened.files[0].path).unwrap().page_iter().count(), 8);
}

/// Returns the bookmarks that are not below others.
fn titles(document: &Document) -> Vec<String> {
    let root = document.catalog().unwrap().get_deref(b"Outlines", document).unwrap();
    let mut next = root.as_dict().unwrap().get(b"First").and_then(Object::as_reference).ok();
    let mut titles = Vec::new();
    while let Some(id) = next {
        let entry = document.get_dictionary(id).unwrap();
        titles.push(lopdf::decode_text_string(entry.get(b"Title").unwrap()).unwrap());
        next = entry.get(b"Next").and_then(Object::as_reference).ok();
    }
    titles
}

fn fields(document: &Document) -> Vec<String> {
    let form = document.catalog().unwrap().get_deref(b"AcroForm", document).unwrap();
    let fields =
        form.as_dict().unwrap().get_deref(b"Fields", document).unwrap().as_array().unwrap();
    let name = |field: &Object| {
        let field = document.dereference(field).unwrap().1.as_dict().unwrap();
        lopdf::decode_text_string(field.get(b"T").unwrap()).unwrap()
    };
    fields.iter().map(name).collect()
}

/// Returns from which page on, from 0, pages are called how, and with what number that begins.
fn labels(document: &Document) -> Vec<(i64, String, i64)> {
    let tree = document.catalog().unwrap().get_deref(b"PageLabels", document).unwrap();
    let items = tree.as_dict().unwrap().get(b"Nums").unwrap().as_array().unwrap();
    let one = |pair: &[Object]| {
        let label = pair[1].as_dict().unwrap();
        let style =
            String::from_utf8(label.get(b"S").unwrap().as_name().unwrap().to_vec()).unwrap();
        (pair[0].as_i64().unwrap(), style, label.get(b"St").unwrap().as_i64().unwrap())
    };
    items.chunks_exact(2).map(one).collect()
}
