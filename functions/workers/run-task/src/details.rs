use domain::Output;
use serde_json::Value;

/// How many bytes the further members of a result may have as JSON: a row holds 400 KB in all.
const MOST: usize = 64 << 10;

/// Leaves out the members of a result behind those that a row has room for, and says so.
pub(crate) fn bounded(mut output: Output) -> Output {
    let mut room = MOST;
    let mut left_out = Vec::new();
    output.details.retain(|name, value| {
        let size = name.len() + weight(value);
        let fits = size <= room;
        if fits {
            room -= size;
        } else {
            left_out.push(name.clone());
        }
        fits
    });
    if !left_out.is_empty() {
        let names = left_out.join(", ");
        let sentence =
            format!("The result is without {names}: it may have 64 KB besides its files.");
        output.message =
            Some(output.message.map_or(sentence.clone(), |it| format!("{it} {sentence}")));
    }
    output
}

fn weight(value: &Value) -> usize {
    value.to_string().len()
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    #[track_caller]
    fn check(details: Value, kept: &[&str], message: Option<&str>) {
        let details: Map<_, _> = details.as_object().unwrap().clone();
        let output = bounded(Output { details, ..Output::default() });
        assert_eq!(output.details.keys().collect::<Vec<_>>(), kept);
        assert_eq!(output.message.as_deref(), message);
    }

    #[test]
    fn what_a_row_has_no_room_for_is_left_out_and_named() {
        check(json!({}), &[], None);
        check(
            json!({ "metadata": { "title": "a" }, "output": "b" }),
            &["metadata", "output"],
            None,
        );
        let long = "a".repeat(MOST);
        let message = "The result is without output: it may have 64 KB besides its files.";
        check(json!({ "output": long, "metadata": {} }), &["metadata"], Some(message));
        check(json!({ "output": &long[..MOST - 8] }), &["output"], None);
        check(json!({ "output": &long[..MOST - 7] }), &[], Some(message));
    }

    #[test]
    fn what_an_operation_says_stays() {
        let details = [("output".to_owned(), "a".repeat(MOST).into())].into_iter().collect();
        let said = Output { details, message: Some("Done.".to_owned()), ..Output::default() };
        let message = bounded(said).message.unwrap();
        assert!(message.starts_with("Done. The result is without output"), "{message}");
    }
}
