//! Hostile documents that are legal all the same: for the tests of the limits, and for the bench that measures them.

use model::{Arrivals, Dependency, DependencyKind, Document, Effect, Latency, Retry, Step};

fn checked(document: &Document) -> Document {
    Document::parse_stored(&document.to_json()).expect("hostile, and legal once")
}

fn constant(id: &str, ms: f64) -> Step {
    Step::new(id, Latency::Constant { ms: ms.into() })
}

/// A billion arrivals a second, for longer than anybody lives.
pub(crate) fn flood() -> Document {
    let mut document = Document::new("Flood");
    document.workload.arrivals = Arrivals::Constant { per_second: 1e9 };
    document.workload.duration_s = 1e9;
    document.steps = vec![constant("a", 0.0), constant("b", 10.0)];
    checked(&document)
}

/// One step that never ends and is retried for ever, and one that takes no time.
pub(crate) fn extremes() -> Document {
    let mut document = Document::new("Extremes");
    document.steps = vec![constant("never", 1e308), constant("at-once", 0.0)];
    document.steps[0].retry = Some(Retry { max: u32::MAX, backoff_ms: 0.0, ..Retry::default() });
    checked(&document)
}

/// Two hundred steps that write the same data, with as many dependencies as are allowed.
pub(crate) fn web() -> Document {
    let mut document = Document::new("Web");
    for step in 0..200 {
        let mut step = constant(&format!("s{step}"), 1.0);
        step.effect = Effect::Write;
        step.writes = vec!["data".to_owned()];
        document.steps.push(step);
    }
    let pairs = (0..200).flat_map(|to| (0..to).map(move |from| (from, to)));
    document.dependencies = pairs
        .take(1_000)
        .map(|(from, to)| Dependency {
            from: format!("s{from}"),
            to: format!("s{to}"),
            kind: DependencyKind::Strict,
            because: String::new(),
        })
        .collect();
    checked(&document)
}

/// Two hundred steps side by side that fail, retried three times within each of four sendings.
pub(crate) fn storm() -> Document {
    let mut document = Document::new("Storm");
    document.delivery.caller_retries = 3;
    document.delivery.caller_timeout_ms = Some(100.0);
    for step in 0..200 {
        let mut step = constant(&format!("s{step}"), 50.0);
        step.error_rate = 0.9.into();
        step.retry = Some(Retry { max: 3, ..Retry::default() });
        document.steps.push(step);
    }
    checked(&document)
}
