//! A document that has every number, and the walk over them: for the tests of ranges, and of the pages of extreme documents.

use serde_json::Value;

/// A document in which every field that holds a number is there, and no number stands in the way of another.
pub(crate) fn full() -> Value {
    serde_json::from_str(include_str!("document.json")).expect("it is JSON")
}

/// Every number of a value, by its JSON pointer and its path in the words of the list of ranges.
pub(crate) fn numbers(value: &Value, pointer: &str, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Number(_) => found.push((pointer.to_owned(), path.to_owned())),
        Value::Array(items) => {
            // The pairs of a table of percentiles are told apart; the items of other lists are alike.
            let pair = path.ends_with("percentiles[]");
            for (place, item) in items.iter().enumerate() {
                let here = if pair { format!("{path}[{place}]") } else { format!("{path}[]") };
                numbers(item, &format!("{pointer}/{place}"), &here, found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let named = if path == "joins" || path == "thresholds" { "*" } else { name };
                let here = if path.is_empty() { named.to_owned() } else { format!("{path}.{named}") };
                numbers(field, &format!("{pointer}/{name}"), &here, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
