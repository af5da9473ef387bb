//! Failures: retries, outages, partial success.

use model::{Consistency, Effect, Jitter, Latency, Outage, OutageMode, Retry, TopologyKind};

use crate::interval::Figure;

use super::{Case, MEAN, TAIL, arrivals, as_figure, step};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![outage()];
    for (error_rate, retries) in [(0.1, 1), (0.3, 3), (0.5, 2)] {
        cases.extend(retried(error_rate, retries));
    }
    for writes in [2, 3, 5] {
        cases.extend(partial(writes));
    }
    cases
}

/// Attempts that fail independently and are retried at once.
fn retried(error_rate: f64, retries: u32) -> Vec<Case> {
    let mut document = arrivals(50.0, 800.0, 0.0);
    let mut call = step("call", Latency::Constant { ms: 5.0.into() }, None);
    call.error_rate = error_rate.into();
    call.retry = Some(Retry { max: retries, backoff_ms: 0.0, factor: 1.0, cap_ms: 0.0, jitter: Jitter::None });
    document.steps.push(call);
    let all_fail = libm::pow(error_rate, f64::from(retries) + 1.0);
    let name = |what: &str| format!("{what} with {retries} retries of {error_rate} errors");
    let case = |name, source, exact, precision, read| Case {
        name,
        source,
        exact,
        precision,
        document: document.clone(),
        kind: TopologyKind::Sequential,
        replications: 20,
        read,
    };
    vec![
        case(name("Attempts"), "(1 - p^(r+1)) / (1 - p)", (1.0 - all_fail) / (1.0 - error_rate), MEAN, |report| {
            // Attempts of each request, as a share of the most there can be, have a binomial interval; the width of
            // the failures' interval is an upper bound of it.
            let value = report.amplification;
            let half = as_figure(report.failed).high - report.failed.value;
            Some(Figure { value, low: value - half * 4.0, high: value + half * 4.0 })
        }),
        case(name("Failures"), "p^(r+1)", all_fail, TAIL, |report| Some(as_figure(report.failed))),
    ]
}

/// A callee that refuses for a while.
fn outage() -> Case {
    let mut document = arrivals(50.0, 400.0, 0.0);
    document.steps.push(step("call", Latency::Constant { ms: 5.0.into() }, None));
    document.outages.push(Outage { step: "call".to_owned(), from_s: 100.0, until_s: 180.0, mode: OutageMode::Refuses });
    Case {
        name: "Failures in an outage of 80 s of 400 s".to_owned(),
        source: "Poisson arrivals see time averages: 80/400",
        exact: 0.2,
        precision: TAIL,
        document,
        kind: TopologyKind::Sequential,
        replications: 20,
        read: |report| Some(as_figure(report.failed)),
    }
}

/// Independent writes side by side, nothing undone: some land and some do not.
fn partial(writes: i32) -> Vec<Case> {
    let error_rate = 0.1;
    let mut document = arrivals(50.0, 800.0, 0.0);
    document.consistency = Consistency::Eventual;
    for write in 0..writes {
        let mut call = step(&format!("write-{write}"), Latency::Constant { ms: 5.0.into() }, None);
        call.error_rate = error_rate.into();
        call.effect = Effect::Write;
        document.steps.push(call);
    }
    let all = libm::pow(1.0 - error_rate, f64::from(writes));
    let none = libm::pow(error_rate, f64::from(writes));
    let case = |what: &str, source, exact, read| Case {
        name: format!("{what} of {writes} writes with {error_rate} errors"),
        source,
        exact,
        precision: TAIL,
        document: document.clone(),
        kind: TopologyKind::Parallel,
        replications: 20,
        read,
    };
    vec![
        case("Partial success", "1 - (1-p)^n - p^n", 1.0 - all - none, |report| {
            Some(as_figure(report.outcomes.orphaned))
        }),
        case("Full success", "(1-p)^n", all, |report| Some(as_figure(report.outcomes.complete))),
    ]
}
