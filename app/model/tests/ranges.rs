//! Every number of a document has a range, and the check of documents and the list of ranges agree about it.

mod every_number;

use std::collections::BTreeSet;

use every_number::{full, numbers};
use model::{Document, json_schema, range::RANGES};
use serde_json::{Value, json};

fn of_full() -> Vec<(String, String)> {
    let mut found = Vec::new();
    numbers(&full(), "", "", &mut found);
    found
}

#[test]
fn every_number_of_a_document_has_a_range() {
    let ranged: BTreeSet<&str> = RANGES.iter().map(|(path, _)| *path).collect();
    assert_eq!(ranged.len(), RANGES.len(), "a path is listed twice");
    let held: BTreeSet<String> = of_full().into_iter().map(|(_, path)| path).collect();
    assert_eq!(held.iter().map(String::as_str).collect::<BTreeSet<_>>(), ranged);
    // The schema knows every field: one that is new and holds a number is looked for here by its name.
    let named: BTreeSet<&str> = ranged
        .iter()
        .filter_map(|path| path.rsplit(['.', ']']).find(|name| !name.is_empty() && *name != "*"))
        .collect();
    let mut unranged = Vec::new();
    number_fields(&json_schema(), &mut |field| {
        if !named.contains(field) && !["low", "high"].contains(&field) {
            unranged.push(field.to_owned());
        }
    });
    assert_eq!(unranged, Vec::<String>::new());
}

/// The names of all properties of a schema that are numbers.
fn number_fields(schema: &Value, tell: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(fields) => {
            for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let types = property.get("type").map(Value::to_string).unwrap_or_default();
                if types.contains("number") || types.contains("integer") {
                    tell(name);
                }
            }
            fields.values().for_each(|value| number_fields(value, tell));
        }
        Value::Array(items) => items.iter().for_each(|item| number_fields(item, tell)),
        _ => {}
    }
}

/// What the check says of the full document with `number` in a place.
fn problems_with(pointer: &str, number: Value) -> Vec<String> {
    let mut document = full();
    *document.pointer_mut(pointer).expect("the document has it") = number;
    match Document::parse(&document.to_string()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.0.into_iter().map(|problem| problem.to_string()).collect(),
    }
}

#[test]
fn the_check_refuses_what_is_beyond_a_range_and_nothing_within() {
    assert!(Document::parse(&full().to_string()).is_ok(), "the document to be spoilt is good");
    for (pointer, path) in of_full() {
        let (_, range) = RANGES.iter().find(|(of, _)| *of == path).expect("it has a range");
        // What else is wrong with an end (a tail below its median) is not the range's.
        let of_range = |number: f64| {
            let whole = if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) };
            let said = problems_with(&pointer, whole);
            ["is too large;", "is not a share;", "is negative", "is not above 0", "is too small;"]
                .iter()
                .any(|words| said.iter().any(|problem| problem.contains(words)))
        };
        assert!(!of_range(range.least) && !of_range(range.most), "{path}: an end is in the range");
        assert!(of_range(range.most * 2.0 + 1.0), "{path}: {} is too large", range.most * 2.0 + 1.0);
        assert!(of_range(1e308) || !problems_with(&pointer, json!(1e308)).is_empty(), "{path}: 1e308 is refused");
        let below = if range.least > 0.0 { range.least / 2.0 } else { -1.0 };
        assert!(!problems_with(&pointer, json!(below)).is_empty(), "{path}: {below} is refused");
    }
}

#[test]
fn a_refusal_says_the_limit_and_is_short() {
    for (pointer, path) in of_full() {
        for problem in problems_with(&pointer, json!(1e308)) {
            assert!(problem.len() < 200, "{path}: {problem}");
        }
    }
    assert_eq!(
        problems_with("/budget/target_ms", json!(1e308)),
        ["budget.target_ms: 1e308 is too large; 2,592,000,000 ms (30 days) is the limit"]
    );
    assert_eq!(problems_with("/pools/0/size", json!(0)), ["pools[0].size: 0 is too small; give at least 1"]);
}
