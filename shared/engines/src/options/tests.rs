use serde_json::json;

use super::*;

#[test]
fn a_number_without_a_fraction_is_whole() {
    let read = [json!(7), json!(7.0), json!(0), json!(1e3)].map(|value| whole(&value));
    assert_eq!(read, [Some(7), Some(7), Some(0), Some(1_000)]);
    let none = [json!(7.5), json!(-1), json!(-1.0), json!(1e300), json!("7"), json!(null)];
    assert_eq!(none.map(|value| whole(&value)), [None; 6]);
}

const WIDTH: OptionSpec =
    OptionSpec::optional("width", Kind::Integer { min: 1, max: 100, default: None });
const FIT: OptionSpec = OptionSpec::optional("fit", Kind::Enum(&["max", "crop"]));
const STRIP: OptionSpec = OptionSpec::optional("strip_all", Kind::Boolean { default: true });
const PAGES: OptionSpec = OptionSpec::optional(
    "pages",
    Kind::String { valid: |text| text.starts_with('1'), form: "pages such as 1-3" },
);

#[track_caller]
fn check(options: Value, expected: &[&str]) {
    let options = options.as_object().unwrap();
    let errors = super::check([&WIDTH, &FIT, &STRIP, &PAGES].into_iter(), options);
    let rules: Vec<_> = errors.iter().map(|(_, rule)| rule.as_str()).collect();
    assert_eq!(rules, expected);
}

#[test]
fn good_options_pass_and_unknown_ones_are_ignored() {
    check(json!({}), &[]);
    check(json!({"width": 1, "fit": "crop", "strip_all": false, "pages": "1"}), &[]);
    check(json!({"width": 100, "fit": null, "colour": ["any"], "width_": 0}), &[]);
}

#[test]
fn each_bad_option_says_its_rule() {
    let width = "The width must be an integer between 1 and 100.";
    for bad in [json!(0), json!(101), json!(-1), json!("10"), json!(1.5), json!([]), json!(true)] {
        check(json!({ "width": bad }), &[width]);
    }
    check(
        json!({"width": 0, "fit": "stretch", "strip_all": "yes", "pages": "x"}),
        &[
            "The fit must be one of max, crop.",
            "The pages must be pages such as 1-3.",
            "The strip all must be true or false.",
            width,
        ],
    );
    check(
        json!({"fit": 1, "pages": 1}),
        &["The fit must be one of max, crop.", "The pages must be pages such as 1-3."],
    );
}

#[test]
fn an_option_of_two_engines_may_suit_either() {
    let wide = OptionSpec::optional("width", Kind::Integer { min: 50, max: 200, default: None });
    let check = |value: u32| {
        let options = json!({ "width": value });
        super::check([&WIDTH, &wide].into_iter(), options.as_object().unwrap()).is_empty()
    };
    assert!(check(1) && check(200));
    assert!(!check(201));
}

#[test]
fn defaults_are_part_of_the_declaration() {
    let check = |spec: &OptionSpec, name, default| {
        assert_eq!((spec.type_name(), spec.default_value()), (name, default));
    };
    check(&WIDTH, "integer", Value::Null);
    check(&FIT, "enum", json!("max"));
    check(&STRIP, "boolean", json!(true));
    check(&PAGES, "string", Value::Null);
    assert_eq!(FIT.possible_values(), ["max", "crop"]);
    assert!(WIDTH.possible_values().is_empty());
}
