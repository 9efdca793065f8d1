//! What the template says and what the code or the documents say are one.

use std::collections::BTreeSet;

use recast::stack::template::Template;

use crate::harness::text;

fn template() -> Template {
    Template::read(&Default::default()).unwrap()
}

#[test]
fn the_table_is_the_one_that_the_code_asks() {
    let template = template();
    let table = template.table().unwrap();
    assert_eq!(table["TimeToLiveSpecification"]["AttributeName"], store::TIME_TO_LIVE);
    let indexes = table["GlobalSecondaryIndexes"].as_array().unwrap().iter().map(|index| {
        let keys = index["KeySchema"].as_array().unwrap().iter();
        let keys: Vec<_> = keys.map(|key| text(&key["AttributeName"]).to_owned()).collect();
        assert_eq!(index["Projection"]["ProjectionType"], "KEYS_ONLY");
        (text(&index["IndexName"]).to_owned(), keys)
    });
    let asked = store::INDEXES.iter().map(|(name, keys)| {
        ((*name).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>())
    });
    assert_eq!(indexes.collect::<BTreeSet<_>>(), asked.collect());
}

#[test]
fn the_bucket_keeps_a_file_for_longer_than_any_task() {
    let bucket = template().bucket().unwrap();
    // It may be there a day before its task ends, and a day after.
    let most = domain::EXECUTION_TIME.as_hours() + 24;
    assert!(bucket.object_days * 24 > u64::try_from(most).unwrap(), "{bucket:?}");
    assert_eq!(bucket.upload_days, 1);
    assert_eq!(bucket.prefix, files::UPLOADS);
}

#[test]
fn the_document_lists_every_route_and_no_other() {
    let routes = template().functions().unwrap().into_iter().flat_map(|function| function.routes);
    let own = routes.map(|route| route.key());
    let own: BTreeSet<_> = own.filter(|key| !key.contains("/.") && key != "$default").collect();
    let document = include_str!("../../docs/api.md");
    let rows = document.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|line| line.split('|').nth(1));
    let listed = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(ToOwned::to_owned));
    let endpoint = |text: &String| text.contains(" /v2/") || text.contains(" /files/");
    let listed: BTreeSet<_> = listed.filter(endpoint).collect();
    // Operations with a slash in them have routes of their own, since a part of a path has none.
    let is_operation = |key: &&String| key.contains("{operation");
    let plain = |all: &BTreeSet<String>| -> BTreeSet<String> {
        all.iter().filter(|key| !is_operation(key)).cloned().collect()
    };
    assert_eq!(plain(&own), plain(&listed));
    assert!(listed.contains("POST /v2/{operation}") && own.contains("POST /v2/{operation}"));
}
