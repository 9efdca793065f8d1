use super::*;

#[test]
fn our_own_tables_are_right() {
    for text in TABLES {
        let engines = read(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(!engines.is_empty());
    }
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    let error = read(text).unwrap_err().to_string();
    for part in expected {
        assert!(error.contains(part), "{part} is not in:\n{error}");
    }
}

/// A table of one route, to be broken.
const TABLE: &str = r#"
[[engine]]
name = "shout"
programs = ["shout"]
install = "apt-get install shout"

[engine.options]
volume = { type = "integer", min = 1, max = 11 }

[[engine.routes]]
inputs = ["txt"]
outputs = ["html"]
options = ["volume"]
arguments = ["--volume={volume}", "{input}", "{output}"]
"#;

#[test]
fn a_broken_table_tells_line_and_member() {
    read(TABLE).unwrap();
    let check = |from: &str, to: &str, expected: &[&str]| {
        assert!(TABLE.contains(from));
        refused(&TABLE.replacen(from, to, 1), expected);
    };
    check("[[engine]]", "[[engine]", &["line 2"]);
    check("install", "instal", &["line 5", "unknown field `instal`"]);
    check("install = \"apt-get install shout\"", "", &["missing field `install`"]);
    check("\"txt\"", "\"wishes\"", &["line 11", "unknown format `wishes`"]);
    check("\"integer\"", "\"number\"", &["line 8", "unknown variant `number`"]);
    check("{volume}", "{volumes}", &["line 10", "`shout`", "`volumes`"]);
    check("{volume}", "{volume:loud}", &["line 10", "`words.loud`"]);
    check("{volume}", "{volume", &["line 10", "brace"]);
    check("options = [\"volume\"]", "options = [\"pitch\"]", &["line 10"]);
    check("name = \"shout\"", "name = \"Shout it\"", &["line 2", "`name`"]);
    check("[\"shout\"]", "[\"/bin/shout\"]", &["line 2", "`programs`"]);
    check("\"{input}\"", "7", &["line 14", "an argument, or a table"]);
}

#[cfg(feature = "run")]
mod pairs;
#[cfg(feature = "run")]
mod running;
