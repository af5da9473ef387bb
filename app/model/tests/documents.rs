//! How documents are read and written: the normative example, defaults, and every kind of mistake.

use model::{Document, EXAMPLES, Quantity, Step, json_schema};

const EXAMPLE: &str = include_str!("document.example.json");

/// A small document that reads well, with `replace` put in the place of `find`.
fn with(find: &str, replace: &str) -> String {
    let good = r#"{"name":"Orders","workload":{"arrivals":{"kind":"poisson","per_second":50}},
        "pools":[{"id":"db","size":2}],
        "steps":[{"id":"a","latency":{"p50_ms":20,"p99_ms":90},"pools":["db"]},
                 {"id":"b","latency":{"constant_ms":5},"error_rate":0.01},
                 {"id":"c","latency":{"percentiles":[[50,20],[99,80]]}}],
        "dependencies":[{"from":"a","to":"b","kind":"strict"},{"from":"b","to":"c","kind":"strict"}]}"#;
    assert!(Document::parse(good).is_ok(), "the document to be spoilt is good");
    assert!(good.contains(find), "{find} is in the document");
    good.replacen(find, replace, 1)
}

#[test]
fn the_normative_example_is_read_and_written_without_loss() {
    let document = Document::parse(EXAMPLE).expect("the normative example is a document");
    let written = document.to_pretty_json();
    assert_eq!(Document::parse(&written).expect("what is written can be read"), document);

    // Everything that the example says is still said; what is written beyond it are defaults.
    let said: serde_json::Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let kept: serde_json::Value = serde_json::from_str(&written).expect("what is written is JSON");
    assert_contains(&kept, &said, "");
}

fn assert_contains(whole: &serde_json::Value, part: &serde_json::Value, path: &str) {
    use serde_json::Value;
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (key, value) in part {
                let path = format!("{path}.{key}");
                assert_contains(whole.get(key).unwrap_or_else(|| panic!("{path} was lost")), value, &path);
            }
        }
        (Value::Array(whole), Value::Array(part)) => {
            assert_eq!(whole.len(), part.len(), "{path}");
            for (index, (whole, part)) in whole.iter().zip(part).enumerate() {
                assert_contains(whole, part, &format!("{path}[{index}]"));
            }
        }
        (Value::Number(whole), Value::Number(part)) => assert_eq!(whole.as_f64(), part.as_f64(), "{path}"),
        (whole, part) => assert_eq!(whole, part, "{path}"),
    }
}

#[test]
fn a_name_and_steps_are_enough() {
    let document =
        Document::parse(r#"{"name":"Small","steps":[{"id":"a","latency":{"constant_ms":1}}]}"#).expect("a document");
    let mut expected = Document::new("Small");
    expected.steps.push(Step::new("a", model::Latency::Constant { ms: Quantity::Known(1.0) }));
    assert_eq!(document, expected);
    insta::assert_snapshot!("defaults", document.to_pretty_json());
}

#[test]
fn mistakes_are_named_with_their_place_and_remedy() {
    let many: String = (0..201).map(|n| format!(r#"{{"id":"s{n}","latency":{{"constant_ms":1}}}},"#)).collect();
    let cases = [
        with(r#""name":"Orders","#, ""),
        with("Orders", "  "),
        with(r#""name":"Orders""#, r#""name":"Orders","budjet":{}"#),
        with(r#""error_rate":0.01"#, r#""retires":3"#),
        with(r#""error_rate":0.01"#, r#""error_rate":"often""#),
        with(r#""error_rate":0.01"#, r#""error_rate":1.5"#),
        with(r#""error_rate":0.01"#, r#""error_rate":-0.1"#),
        with(r#""error_rate":0.01"#, r#""error_rate":{"low":0.2,"high":0.1}"#),
        with(r#""error_rate":0.01"#, r#""error_rate":0.7,"permanent_error_rate":0.4"#),
        with(r#""error_rate":0.01"#, r#""taken_share":2"#),
        with(r#""error_rate":0.01"#, r#""timeout_ms":0"#),
        with(r#""error_rate":0.01"#, r#""surge":{"pool":"cpu","above_share":0.5,"factor":2}"#),
        with(r#""p99_ms":90"#, r#""p99_ms":10"#),
        with(r#""p99_ms":90"#, r#""p95_ms":90"#),
        with(r#""p99_ms":90"#, r#""p99_ms":1e999"#),
        with(r#"{"constant_ms":5}"#, "{}"),
        with(r#"{"constant_ms":5}"#, r#"{"constant_ms":5,"p50_ms":5}"#),
        with("[[50,20],[99,80]]", "[[50,20]]"),
        with("[[50,20],[99,80]]", "[[99,80],[50,20]]"),
        with(r#""id":"b""#, r#""id":"a""#),
        with(r#""id":"b""#, r#""id":"b b""#),
        with(r#""id":"b""#, r#""id":"default""#),
        with(r#"["db"]"#, r#"["db","db"]"#),
        with(r#"["db"]"#, r#"["database"]"#),
        with(r#""size":2"#, r#""size":0"#),
        with(r#""size":2"#, r#""size":-1"#),
        with(r#""to":"b""#, r#""to":"z""#),
        with(r#""from":"b","to":"c""#, r#""from":"b","to":"a""#),
        with(r#""from":"b","to":"c""#, r#""from":"a","to":"b""#),
        with(r#""per_second":50"#, r#""per_second":0"#),
        with(r#""kind":"poisson""#, r#""kind":"bursts""#),
        with(r#""pools""#, r#""format":"forkline/9","pools""#),
        with(r#""pools""#, r#""joins":{"z":{"k":1}},"pools""#),
        with(r#""pools""#, r#""joins":{"default":{"k":0}},"pools""#),
        with(r#""pools""#, r#""custom":{"after":{"b":[]}},"pools""#),
        with(r#""pools""#, r#""custom":{"after":{"a":["c"]}},"pools""#),
        with(r#""pools""#, r#""outages":[{"step":"a","from_s":9,"until_s":9,"mode":"hangs"}],"pools""#),
        format!(r#"{{"name":"x","steps":[{}]}}"#, many.trim_end_matches(',')),
        "".to_owned(),
        "[1, 2".to_owned(),
        with("}]}", "}]} and more"),
    ];
    let lines = cases.iter().map(|text| match Document::parse(text) {
        Ok(_) => panic!("this was read: {text}"),
        Err(problems) => problems.to_string(),
    });
    insta::assert_snapshot!("mistakes", lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn all_mistakes_of_a_document_are_named_at_once() {
    let text = with(r#""error_rate":0.01"#, r#""error_rate":7,"timeout_ms":-1"#).replace(r#""size":2"#, r#""size":0"#);
    let problems = Document::parse(&text).expect_err("three mistakes");
    let paths: Vec<&str> = problems.0.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["pools[0].size", "steps[1].error_rate", "steps[1].timeout_ms"]);
}

#[test]
fn a_circle_of_waits_is_no_mistake() {
    let waits = r#""waits":[{"from":"x","to":"y"},{"from":"y","to":"x"}],"pools""#;
    assert!(Document::parse(&with(r#""pools""#, waits)).is_ok());
}

#[test]
fn documents_that_say_the_same_have_the_same_digest() {
    let terse = Document::parse(r#"{"name":"x","budget":{"target_ms":2000}}"#).expect("a document");
    let spaced = Document::parse("{ \"name\": \"x\" }").expect("a document");
    assert_eq!(terse.digest(), spaced.digest());
    let other = Document::parse(r#"{"name":"x","budget":{"target_ms":2001}}"#).expect("a document");
    assert_ne!(terse.digest(), other.digest());
}

#[test]
fn examples_are_complete_and_distinct() {
    let mut names = Vec::new();
    for example in &EXAMPLES {
        let document = example.document();
        assert!(document.steps.len() >= 2 && !document.question.is_empty(), "{}", example.slug);
        assert!(document.dependencies.iter().all(|dependency| !dependency.because.is_empty()), "{}", example.slug);
        names.push(document.name);
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), EXAMPLES.len());
}

#[test]
fn the_schema_names_every_field_of_the_normative_example() {
    let schema = json_schema();
    let text = schema.to_string();
    let example: serde_json::Value = serde_json::from_str(EXAMPLE).expect("the example is JSON");
    let mut keys = Vec::new();
    collect_keys(&example, &mut keys);
    // Names that people choose: ids of steps and rules.
    for key in keys
        .iter()
        .filter(|key| !["reserve", "receipt", "retry-storm", "saga-first", "default"].contains(&key.as_str()))
    {
        assert!(text.contains(&format!("\"{key}\"")), "{key} is not in the schema");
    }
    assert_eq!(schema["additionalProperties"], false);
}

fn collect_keys(value: &serde_json::Value, keys: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                keys.push(key.clone());
                collect_keys(value, keys);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_keys(item, keys)),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

#[test]
fn a_step_that_is_needed_strictly_cannot_be_detached() {
    let text = with(r#""dependencies""#, r#""custom":{"after":{},"detached":["a"]},"dependencies""#);
    let problems = Document::parse(&text).expect_err("b needs a");
    assert_eq!(problems.0[0].path, "custom.detached[0]");
}
