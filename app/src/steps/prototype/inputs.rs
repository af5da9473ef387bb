//! The inputs that a what-if may change: the fields of the pages before this one, as they are typed there.

use model::{Document, Latency, Quantity};

use crate::steps::{
    budget::Budget,
    cells::{read_ms, show_ms},
    classify::Classify,
    fields::{Field, FieldPage, Kind},
    maturity::Maturity,
};

/// An input, and the group in which it is found.
pub(super) struct Input {
    pub(super) group: String,
    pub(super) field: Field,
}

/// Words that change no figure and no rule, and names that are not values.
const NOT_VARIED: [&str; 6] = [".name", ".class_because", ".kind", ".reads", ".writes", "workload.duration_s"];

/// What a question of the Classify page is about: it stands alone here, away from the ones before it.
const CALLED: [(&str, &str); 6] = [
    (".class", "Can it disappear"),
    (".effect", "Effect"),
    (".idempotency.key", "Idempotency key"),
    (".idempotency.key_ttl_s", "Key remembered for, s"),
    (".undo.available", "Undo"),
    (".cached_per_request", "Answer cached per request"),
];

/// The inputs of a document. Those of one group stand on different pages, and so apart.
pub(crate) fn inputs(document: &Document) -> Vec<Input> {
    // Their lists of fields alone: with their layouts the browser would download three pages more.
    let pages: [fn(&Document) -> Vec<Field>; 3] = [Budget::SPEC.fields, Classify::SPEC.fields, Maturity::SPEC.fields];
    let fields = pages.into_iter().flat_map(|fields| fields(document));
    let varied = fields.filter(|field| {
        let path = field.path();
        !NOT_VARIED.iter().any(|ending| path.ends_with(ending)) && is_there(document, path)
    });
    let input = |mut field: Field| {
        let called = CALLED.iter().find(|(ending, _)| field.path().ends_with(ending)).map(|(_, called)| *called);
        field.label = called.map_or_else(|| field.label.trim_end_matches('?').to_owned(), str::to_owned);
        Input { group: group(document, field.path()), field }
    };
    frame(document).into_iter().chain(varied).chain(percentiles(document)).map(input).collect()
}

/// The document with another value of one input, and the change in words; or what is wrong with the value.
pub(crate) fn changed(document: &Document, path: &str, typed: &str) -> Result<(Document, String), String> {
    let find = |document: &Document| inputs(document).into_iter().find(|input| input.field.path() == path);
    let Input { group, field } = find(document).ok_or_else(|| "Choose one of the inputs.".to_owned())?;
    let next = field.tried(document, typed)?;
    let now = find(&next).map_or_else(|| typed.trim().to_owned(), |input| input.field.shown());
    let today = field.shown();
    Ok((next, format!("{}: {now} instead of {today}", Input { group, field }.name())))
}

impl Input {
    /// What it is called away from its group.
    pub(super) fn name(&self) -> String {
        let mut letters = self.field.label.chars();
        let first = letters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
        format!("{}, {first}{}", self.group, letters.as_str())
    }
}

/// What the Frame page asks for in a form of its own.
fn frame(document: &Document) -> [Field; 4] {
    let budget = &document.budget;
    [
        Field::number("budget.target_ms".to_owned(), "Target, ms", "", budget.target_ms, |document| {
            Some(&mut document.budget.target_ms)
        }),
        Field::number("budget.percentile".to_owned(), "Percentile", "", budget.percentile, |document| {
            Some(&mut document.budget.percentile)
        }),
        Field::number("budget.tolerance_ms".to_owned(), "Tolerance, ms", "", budget.tolerance_ms, |document| {
            Some(&mut document.budget.tolerance_ms)
        }),
        Field::choice(
            "consistency".to_owned(),
            "When a request fails half way",
            "",
            &[
                ("undecided", "not decided"),
                ("eventual", "state agrees later"),
                ("compensate", "what succeeded is undone"),
            ],
            &document.consistency,
            |document| Some(&mut document.consistency),
        ),
    ]
}

/// The two ends of service times that are given by them, each by itself.
fn percentiles(document: &Document) -> Vec<Field> {
    let ends = document.steps.iter().enumerate().filter_map(|(place, step)| match step.latency {
        Latency::Lognormal { p50_ms, p99_ms } => Some((place, p50_ms, p99_ms)),
        Latency::Exponential { .. } | Latency::Constant { .. } | Latency::Percentiles(_) => None,
    });
    let field = |place: usize, name: &str, label: &str, value: Quantity, end: End| {
        let path = format!("steps[{place}].latency.{name}");
        Field::new(path, label, "", Kind::Text, show_ms(value), move |document, text| {
            let value = read_ms(text)?;
            if let Some(target) = document.steps.get_mut(place).and_then(|step| end(&mut step.latency)) {
                *target = value;
            }
            Ok(())
        })
    };
    ends.flat_map(|(place, p50, p99)| {
        let median: End = |latency| match latency {
            Latency::Lognormal { p50_ms, .. } => Some(p50_ms),
            _ => None,
        };
        let tail: End = |latency| match latency {
            Latency::Lognormal { p99_ms, .. } => Some(p99_ms),
            _ => None,
        };
        [field(place, "p50_ms", "Median", p50, median), field(place, "p99_ms", "99th percentile", p99, tail)]
    })
    .collect()
}

/// One end of a service time.
type End = fn(&mut Latency) -> Option<&mut Quantity>;

/// Whether the document has what a field changes: the page also shows fields of what is not there yet.
fn is_there(document: &Document, path: &str) -> bool {
    let place = |list: &str| row_of(path, list);
    let retried = |step: &model::Step| step.retry.is_some();
    match path.rsplit_once('.').map_or(path, |(_, name)| name) {
        "backoff_ms" => place("steps").and_then(|step| document.steps.get(step)).is_some_and(retried),
        "key_count" | "per_key_order" => document.workload.consumer.is_some(),
        _ => {
            place("pools").is_none_or(|pool| pool < document.pools.len())
                && place("outages").is_none_or(|outage| outage < document.outages.len())
                && place("waits").is_none_or(|wait| wait < document.waits.len())
        }
    }
}

/// The row of a list that a path is in, as in `steps[2].timeout_ms`.
fn row_of(path: &str, list: &str) -> Option<usize> {
    path.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?.0.parse().ok()
}

/// The group of a path.
fn group(document: &Document, path: &str) -> String {
    let row = |list: &str| row_of(path, list);
    let of_row = row("steps").and_then(|place| document.steps.get(place)).map(model::Step::label);
    let of_row = of_row.or_else(|| row("pools").and_then(|place| document.pools.get(place)).map(model::Pool::label));
    let group = of_row.unwrap_or_else(|| match path.split('.').next().unwrap_or_default() {
        "budget" => "Budget",
        "workload" | "overhead_ms" | "slow_together" => "What arrives",
        "delivery" => "The caller",
        "protections" => "Protections",
        "consistency" => "Consistency",
        "joins" => "Joins",
        "outages" => "Outages",
        "waits" => "Waits",
        "absent_kinds" => "Not there",
        _ => "Maturity",
    });
    group.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_is_found_by_its_path_and_reads_what_it_shows() {
        for example in &model::EXAMPLES {
            let document = example.document();
            let inputs = inputs(&document);
            for (place, input) in inputs.iter().enumerate() {
                let path = input.field.path();
                assert!(inputs[..place].iter().all(|other| other.field.path() != path), "{path} twice");
                // What is shown is what is typed; typed again it is the same document, and there is nothing to compare.
                let refused = changed(&document, path, input.field.typed()).expect_err(path);
                assert!(refused.starts_with("That is what it is today: "), "{path}: {refused}");
            }
        }
    }

    #[test]
    fn a_change_is_told_in_words_and_touches_nothing_else() {
        let document = model::EXAMPLES[1].document();
        let (after, label) = changed(&document, "steps[0].latency.p99_ms", "0.9 s").expect("a right value");
        let before = document.steps[0].label();
        assert!(label.starts_with(&format!("{before}, 99th percentile: 900 ms instead of ")), "{label}");
        let mut expected = document.clone();
        if let Latency::Lognormal { p99_ms, .. } = &mut expected.steps[0].latency {
            *p99_ms = Quantity::Known(900.0);
        }
        assert_eq!(after, expected);
        let key = !document.steps[0].idempotency.key;
        let (after, label) =
            changed(&document, "steps[0].idempotency.key", if key { "Yes" } else { " no " }).expect("a word");
        assert!(after.steps[0].idempotency.key == key && label.contains("idempotency key: “"), "{label}");
        let (_, label) = changed(&document, "steps[0].retry.max", "7").expect("a right value");
        assert!(label.contains("retries: 7 instead of "), "{label}");
    }

    #[test]
    fn a_wrong_value_is_refused_with_its_place_and_what_to_do() {
        let document = model::EXAMPLES[1].document();
        let refused = |path: &str, typed: &str| changed(&document, path, typed).expect_err("a wrong value");
        assert_eq!(refused("steps[0].timeout_ms", "-1"), "-1 is not above 0.");
        assert_eq!(refused("steps[0].timeout_ms", "soon"), "“soon” is not a number.");
        assert_eq!(refused("steps[0].undo.available", "maybe"), "“maybe” is not one of the choices: No; Yes.");
        assert_eq!(refused("steps[0].name", "x"), "Choose one of the inputs.");
        // Right by itself, and wrong beside another: that one is named.
        let median = refused("steps[0].latency.p50_ms", "1 h");
        assert!(median.contains("is not a time"), "{median}");
        let median = refused("steps[0].latency.p50_ms", "100 s");
        assert!(median.starts_with("steps[0].latency.p99_ms: ") && median.contains("below the median"), "{median}");
    }
}
