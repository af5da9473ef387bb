//! Every field of a document has its effect: changed alone, it changes the figures, or it is about people and decisions.

use engine::{Settings, compare};
use model::Document;
use serde_json::{Value, json};

/// The document that is normative for names, made so that every field matters: the consumer is nearly busy, the database
/// has few connections, a join has two lanes, and every protection is on.
fn base() -> Value {
    let mut base: Value = serde_json::from_str(include_str!("../../model/tests/document.example.json")).expect("JSON");
    for (pointer, value) in [
        ("/budget/hard_limit_ms", json!(4_000)),
        ("/slow_together", json!(0.1)),
        ("/workload/duration_s", json!(80)),
        ("/workload/warmup_s", json!(2)),
        ("/workload/consumer/workers", json!(26)),
        ("/pools/0/size", json!(2)),
        ("/pools/0/queue_limit", json!(50)),
        ("/steps/0/accepted_not_processed_rate", json!(0.01)),
        ("/steps/0/taken_share", json!(0.95)),
        ("/steps/0/reads", json!(["stock"])),
        ("/outages/0/from_s", json!(20)),
        ("/outages/0/until_s", json!(30)),
        ("/protections/breaker/open_s", json!(5)),
        ("/protections/concurrency_cap", json!(30)),
        ("/protections/retry_cap", json!(8)),
        ("/custom/after/receipt", json!(["authorise", "reserve"])),
    ] {
        *base.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there")) = value;
    }
    // It is written only where it says something.
    base["steps"][0]["measured"] = json!("production, November");
    base["steps"][0]["budget_ms"] = json!(900);
    // The second step has no key, under which a cached answer would be none.
    base["steps"][0].as_object_mut().expect("a step is an object").remove("cached_per_request");
    base["steps"][1]["cached_per_request"] = json!(true);
    base["steps"][1]["reads"] = json!(["stock"]);
    base["absent_kinds"] = json!(["log"]);
    base
}

/// What is changed, one after the other.
fn changes() -> Vec<(&'static str, Value)> {
    vec![
        ("/budget/target_ms", json!(500)),
        ("/budget/percentile", json!(95)),
        ("/budget/tolerance_ms", json!(0)),
        ("/budget/hard_limit_ms", json!(2_500)),
        ("/delivery/redelivery_rate", json!(0.2)),
        ("/delivery/redelivery_delay_s", json!(3)),
        ("/delivery/redeliveries", json!(4)),
        ("/delivery/caller_timeout_ms", json!(400)),
        ("/delivery/caller_retries", json!(3)),
        ("/delivery/caller_backoff_ms", json!(5)),
        ("/consistency", json!("eventual")),
        ("/overhead_ms", json!(20)),
        ("/slow_together", json!(0.9)),
        ("/workload/arrivals/kind", json!("constant")),
        ("/workload/arrivals/per_second", json!(45)),
        ("/workload/duration_s", json!(70)),
        ("/workload/warmup_s", json!(10)),
        ("/workload/spike/size", json!(40)),
        ("/workload/spike/at_s", json!(50)),
        ("/workload/payloads/0/slowdown", json!(1.1)),
        ("/workload/payloads/1/slowdown", json!(5)),
        (
            "/workload/payloads",
            json!([{ "name": "basket", "share": 0.6, "slowdown": 1.0 }, { "name": "bulk", "share": 0.4, "slowdown": 2.5 }]),
        ),
        ("/workload/consumer/workers", json!(40)),
        ("/workload/consumer/key_count", json!(20)),
        ("/workload/consumer/per_key_order", json!(false)),
        ("/pools/0/size", json!(5)),
        ("/pools/0/when_full", json!("reject")),
        ("/pools/0/queue_limit", json!(1)),
        ("/pools/1/size", json!(12)),
        ("/pools/1/when_full", json!("queue")),
        ("/steps/0/service", json!("inventory")),
        ("/steps/0/latency/p50_ms", json!(100)),
        ("/steps/0/latency/p99_ms", json!({ "low": 900, "high": 2500 })),
        ("/steps/0/surge/pool", json!("db")),
        ("/steps/0/surge/above_share", json!(0.2)),
        ("/steps/0/surge/factor", json!(2)),
        ("/steps/0/error_rate", json!(0.1)),
        ("/steps/0/permanent_error_rate", json!(0.1)),
        ("/steps/0/error_after_commit_share", json!(0.9)),
        ("/steps/0/accepted_not_processed_rate", json!(0.2)),
        ("/steps/0/timeout_ms", json!(300)),
        ("/steps/0/on_timeout", json!("cancel")),
        ("/steps/0/budget_ms", json!(1_500)),
        ("/steps/0/retry/max", json!(1)),
        ("/steps/0/retry/backoff_ms", json!(10)),
        ("/steps/0/retry/factor", json!(1)),
        ("/steps/0/retry/cap_ms", json!(50)),
        ("/steps/0/retry/jitter", json!("none")),
        ("/steps/0/effect", json!("none")),
        ("/steps/0/reads", json!([])),
        ("/steps/0/writes", json!(["stock"])),
        ("/steps/0/idempotency/key", json!(false)),
        ("/steps/0/idempotency/key_ttl_s", json!(0.001)),
        ("/steps/0/undo/available", json!(false)),
        ("/steps/0/undo/latency", json!({ "constant_ms": 900 })),
        ("/steps/0/undo/error_rate", json!(0.8)),
        ("/steps/0/class", json!("degradable")),
        ("/steps/0/taken_share", json!(0.3)),
        ("/steps/0/pools", json!([])),
        ("/steps/1/latency/percentiles", json!([[50, 30], [90, 45], [99, 120]])),
        ("/steps/1/cached_per_request", json!(false)),
        ("/steps/1/reads", json!([])),
        ("/steps/1/effect", json!("none")),
        ("/steps/1/writes", json!(["payment"])),
        ("/steps/1/pools", json!([])),
        ("/steps/1/class", json!("degradable")),
        ("/steps/1/undo/available", json!(false)),
        ("/steps/1/undo/latency", json!({ "constant_ms": 900 })),
        ("/steps/1/undo/error_rate", json!(0.8)),
        ("/steps/2/latency/exponential_mean_ms", json!(80)),
        ("/steps/2/error_rate", json!({ "low": 0.1, "high": 0.3 })),
        ("/steps/2/effect", json!("none")),
        ("/steps/2/writes", json!(["payment"])),
        ("/steps/2/class", json!("critical")),
        ("/dependencies/0", json!({ "from": "reserve", "to": "authorise", "kind": "loose" })),
        ("/dependencies/1/kind", json!("loose")),
        ("/dependencies/1", json!({ "from": "authorise", "to": "receipt", "kind": "strict" })),
        ("/outages/0/step", json!("authorise")),
        ("/outages/0/from_s", json!(25)),
        ("/outages/0/until_s", json!(25)),
        ("/outages/0/mode", json!("hangs")),
        ("/protections/breaker/failure_share", json!(0.05)),
        ("/protections/breaker/window", json!(20)),
        ("/protections/breaker/min_calls", json!(100)),
        ("/protections/breaker/open_s", json!(1)),
        ("/protections/breaker/probes", json!(30)),
        ("/protections/retry_budget/ratio", json!(0.01)),
        ("/protections/retry_budget/burst", json!(1)),
        ("/protections/concurrency_cap", json!(5)),
        ("/protections/retry_cap", json!(1)),
        ("/joins/default/k", json!(1)),
        ("/joins/default/siblings", json!("cancel")),
        ("/joins/default/fail_fast", json!(true)),
        ("/joins/receipt/k", json!("all")),
        ("/custom/after", json!({ "reserve": ["authorise"], "receipt": ["reserve"] })),
        ("/custom/detached", json!([])),
    ]
}

/// Fields that people and rules read, and that change nothing of what happens to a request.
const ABOUT_PEOPLE: [&str; 23] = [
    "/format",
    "/name",
    "/question",
    "/owners",
    "/absent_kinds",
    "/delivery/semantics",
    "/state_owner",
    "/workload/payloads/0/name",
    "/workload/payloads/1/name",
    "/pools/0/name",
    "/pools/1/name",
    "/steps/0/name",
    "/steps/0/kind",
    "/steps/0/measured",
    "/steps/0/class_because",
    "/steps/1/name",
    "/steps/1/kind",
    "/steps/2/name",
    "/steps/2/kind",
    "/dependencies/0/because",
    "/waits",
    "/maturity",
    "/thresholds",
];
/// Identifiers, by which figures are called, and services that no other step has.
const NAMES: [&str; 7] =
    ["/pools/0/id", "/pools/1/id", "/steps/0/id", "/steps/1/id", "/steps/2/id", "/steps/1/service", "/steps/2/service"];

/// The figures and traces of a document, or why it is refused.
fn figures(document: &Value) -> Result<String, String> {
    let document = Document::parse(&document.to_string()).map_err(|problems| problems.to_string())?;
    let settings = Settings { replications: 5, draws: 3, ..Settings::default() };
    let report = compare(&document, settings).map_err(|reason| reason.to_string())?;
    Ok(serde_json::to_string(&(&report.topologies, &report.traces)).expect("a report is JSON"))
}

#[test]
fn every_field_changed_alone_changes_the_figures() {
    let base = base();
    let before = figures(&base).expect("the document is right");
    let has_effect = &|(pointer, value): &(&'static str, Value)| {
        let mut changed = base.clone();
        let field = changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is there"));
        assert_ne!(field, value, "{pointer} is not changed");
        *field = value.clone();
        figures(&changed).unwrap_or_else(|reason| panic!("{pointer}: {reason}")) != before
    };
    let changes = changes();
    // Two at a time: it is the longest test of this program, and would keep one core to the end.
    let without_effect: Vec<&str> = std::thread::scope(|scope| {
        let half = changes.len().div_ceil(2);
        let halves: Vec<_> = changes
            .chunks(half)
            .map(|half| scope.spawn(move || half.iter().filter(|change| !has_effect(change)).collect::<Vec<_>>()))
            .collect();
        let found = halves.into_iter().flat_map(|half| half.join().expect("every change is legal"));
        found.map(|(pointer, _)| *pointer).collect()
    });
    assert!(without_effect.is_empty(), "changing these changes nothing: {without_effect:#?}");
}

#[test]
fn what_is_about_people_changes_nothing() {
    let base = base();
    let before = figures(&base).expect("the document is right");
    for pointer in ABOUT_PEOPLE {
        let mut changed = base.clone();
        let (parent, field) = pointer.rsplit_once('/').expect("a pointer has a slash");
        let parent = changed.pointer_mut(parent).and_then(Value::as_object_mut).expect("it stands in an object");
        let before_it = parent.remove(field).expect("it is there");
        if pointer.ends_with("/name") {
            parent.insert(field.to_owned(), json!("something else"));
        }
        assert_ne!(before_it, Value::Null, "{pointer} says nothing, so leaving it out proves nothing");
        assert!(figures(&changed).as_ref() == Ok(&before), "{pointer} changes the figures");
    }
}

#[test]
fn no_field_is_forgotten() {
    let changes = changes();
    let covered = |leaf: &str| {
        let within = |pointer: &str| leaf == pointer || leaf.starts_with(&format!("{pointer}/"));
        changes.iter().any(|(pointer, _)| within(pointer)) || ABOUT_PEOPLE.iter().chain(&NAMES).any(|p| within(p))
    };
    let mut forgotten = Vec::new();
    leaves(&base(), "", &mut |leaf| {
        if !covered(leaf) {
            forgotten.push(leaf.to_owned());
        }
    });
    assert!(forgotten.is_empty(), "{forgotten:#?}");
}

fn leaves(value: &Value, path: &str, see: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, &format!("{path}/{name}"), see)),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().enumerate().for_each(|(index, item)| leaves(item, &format!("{path}/{index}"), see));
        }
        _ => see(path),
    }
}
