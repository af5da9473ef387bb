//! The schemas that are printed describe what is read and printed.

use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

fn printed(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_forkline")).args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("what is printed is JSON")
}

fn schema(arguments: &[&str]) -> Validator {
    jsonschema::draft202012::new(&printed(arguments)).expect("the schema is one")
}

fn assert_valid(schema: &Validator, value: &Value, what: &str) {
    let wrong: Vec<String> =
        schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).take(5).collect();
    assert!(wrong.is_empty(), "{what}: {wrong:#?}");
}

/// Whether a value in which every object has lost this field is still valid.
fn bears_the_loss_of(schema: &Validator, value: &Value, field: &str) -> bool {
    let mut less = value.clone();
    less.as_object_mut().expect("it is an object").remove(field).expect("it has the field");
    schema.is_valid(&less)
}

#[test]
fn every_example_is_as_the_schema_of_documents_says() {
    let schema = schema(&["schema"]);
    for example in &model::EXAMPLES {
        let document = example.document();
        let written: Value = serde_json::from_str(&document.to_json()).expect("a document is JSON");
        assert_valid(&schema, &written, example.slug);
        assert!(!bears_the_loss_of(&schema, &written, "name"), "a document has a name");
        let mut stranger = written;
        stranger["unheard_of"] = Value::Null;
        assert!(!schema.is_valid(&stranger), "an unknown field is refused");
    }
}

#[test]
fn whatever_simulate_prints_is_as_the_schema_of_reports_says() {
    let schema = schema(&["schema", "--report"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("small.json");
    // Everything small: it is about the form. An outage, an unknown rate, a write and a pool fill every part of a report.
    let document = r#"{"format": "forkline/1", "name": "Small", "workload": {"duration_s": 12},
        "pools": [{"id": "p", "size": 2}],
        "steps": [
            {"id": "a", "latency": {"p50_ms": 20, "p99_ms": {"low": 60, "high": 90}}, "pools": ["p"], "effect": "write"},
            {"id": "b", "latency": {"constant_ms": 5}, "error_rate": "unknown"}],
        "outages": [{"step": "b", "from_s": 4, "until_s": 5, "mode": "hangs"}]}"#;
    std::fs::write(&file, document).expect("it is written");
    let file = file.to_str().expect("the path is text");
    for experiment in ["compare", "load", "spike", "outage", "pools", "sensitivity"] {
        let arguments = ["simulate", file, "--json", "--replications", "5", "--experiment", experiment];
        let report = printed(&arguments);
        assert_valid(&schema, &report, experiment);
        let first = report.as_object().and_then(|report| report.keys().next()).expect("it says something").clone();
        assert!(!bears_the_loss_of(&schema, &report, &first), "{experiment} without {first}");
    }
    let report = printed(&["what-if", file, file, "--json", "--replications", "5"]);
    assert_valid(&schema, &report, "what-if");
    assert!(!bears_the_loss_of(&schema, &report, "differences"), "what-if without differences");
}
