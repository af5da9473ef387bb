//! Documents of older formats: each format is turned into the next, until it is the one that is read.
//!
//! How it fails: a format that is not known here gives one problem that names those that are. Text that is not even an
//! object with a text `format` is left to the reader proper, which locates what is wrong.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{
    document::FORMAT,
    problem::{Problem, Problems},
};

/// A format, and what turns a document of it into one of the next.
type Migration = (&'static str, fn(&mut Map<String, Value>));

/// From the oldest format on; the last one leads to [`FORMAT`]. A format that changes brings its entry along.
const MIGRATIONS: &[Migration] = &[];

/// The text of a document in the format that is read.
pub(crate) fn to_current(text: &str) -> Result<Cow<'_, str>, Problems> {
    migrate(text, MIGRATIONS)
}

fn migrate<'a>(text: &'a str, migrations: &[Migration]) -> Result<Cow<'a, str>, Problems> {
    /// Only the format is read first: most documents have the current one, and are then read once.
    #[derive(serde::Deserialize)]
    struct Head {
        format: Option<String>,
    }
    let Ok(Head { format: Some(format) }) = serde_json::from_str::<Head>(text) else { return Ok(text.into()) };
    if format == FORMAT {
        return Ok(text.into());
    }
    let Some(first) = migrations.iter().position(|(from, _)| *from == format) else {
        let known: Vec<String> =
            migrations.iter().map(|(from, _)| *from).chain([FORMAT]).map(|known| format!("`{known}`")).collect();
        let message = format!("`{format}` is not a format this version reads; it reads {}", known.join(", "));
        return Err(Problems(vec![Problem::new("format", message)]));
    };
    let Ok(mut document) = serde_json::from_str::<Map<String, Value>>(text) else { return Ok(text.into()) };
    for (_, migration) in &migrations[first..] {
        migration(&mut document);
    }
    document.insert("format".to_owned(), FORMAT.into());
    Ok(Value::Object(document).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two formats that never were: in the first a name was a title, in the second a load was a number.
    const INVENTED: [Migration; 2] = [
        ("forkline/-1", |document| {
            if let Some(title) = document.remove("title") {
                document.insert("name".to_owned(), title);
            }
        }),
        ("forkline/0", |document| {
            if let Some(load) = document.remove("load") {
                let arrivals = serde_json::json!({ "arrivals": { "kind": "poisson", "per_second": load } });
                document.insert("workload".to_owned(), arrivals);
            }
        }),
    ];

    #[test]
    fn an_older_document_goes_through_every_format_up_to_the_current_one() {
        let oldest = r#"{"format": "forkline/-1", "title": "Old", "load": 7}"#;
        let newer = r#"{"format": "forkline/0", "name": "Old", "load": 7}"#;
        let current = r#"{"format": "forkline/1", "name": "Old", "workload": {"arrivals": {"kind": "poisson", "per_second": 7}}}"#;
        let read = |text| crate::Document::parse(&migrate(text, &INVENTED).expect("the format is known"));
        assert_eq!(read(oldest), read(current));
        assert_eq!(read(newer), read(current));
        assert!(matches!(migrate(current, &INVENTED), Ok(Cow::Borrowed(_))), "the current format is not touched");
    }

    #[test]
    fn a_format_from_elsewhere_is_refused_with_those_that_are_read() {
        let refused = migrate(r#"{"format": "forkline/9"}"#, &INVENTED).expect_err("nobody knows it");
        let text = refused.to_string();
        for expected in ["format: ", "`forkline/9`", "`forkline/-1`, `forkline/0`, `forkline/1`"] {
            assert!(text.contains(expected), "{text}");
        }
        assert!(migrate("[1, 2", &INVENTED).is_ok(), "what is no document is the reader's to refuse");
    }
}
