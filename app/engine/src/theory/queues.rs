//! Queues: one station, several servers, loss, tandems, forks into two queues, batches.

use model::{Document, Latency, StepClass, TopologyKind, WhenFull};

use super::{Case, MEAN, TAIL, arrivals, as_figure, formulas, pool, step};

const MU: f64 = 50.0;
/// Utilisations at which each queue is tried.
const LOADS: [f64; 3] = [0.5, 0.8, 0.9];

fn exponential() -> Latency {
    Latency::Exponential { mean_ms: (1e3 / MU).into() }
}

/// How long arrivals must go on, in each of 20 replications, so that the half-widths come out: about 1/(1-rho)^2
/// times as long as without queueing. The first 200 s are warm-up: over 20 relaxation times 1/(mu(1-sqrt(rho))^2).
fn duration_s(load: f64) -> f64 {
    200.0 + 60.0 / ((1.0 - load) * (1.0 - load)) / load
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for load in LOADS {
        cases.extend(single(load));
        cases.extend(several(load));
        cases.push(waiting(load));
        cases.push(loss(load));
        cases.push(tandem(load));
        cases.push(two_forked(load));
        cases.push(batch(load));
    }
    cases
}

/// One server with each kind of service.
fn single(load: f64) -> Vec<Case> {
    let lambda = load * MU;
    let base = |name: &str, source, exact, precision, latency: Latency, read| {
        let mut document = arrivals(lambda, duration_s(load), 200.0);
        document.pools.push(pool("server", 1, WhenFull::Queue));
        document.steps.push(step("serve", latency, Some("server")));
        let name = format!("{name}, utilisation {load}");
        Case { name, source, exact, precision, document, kind: TopologyKind::Sequential, replications: 20, read }
    };
    let constant = Latency::Constant { ms: (1e3 / MU).into() };
    let (p50, p99) = (10.0, 40.0);
    let (mean, second) = formulas::lognormal_moments(p50, p99);
    let mut general = base(
        "M/G/1 with lognormal service, mean wait",
        "Pollaczek-Khinchine: lambda E[S^2] / 2(1 - rho)",
        load / mean * second / 2.0 / (1.0 - load),
        MEAN,
        Latency::lognormal(p50, p99),
        |report| report.pools[0].mean_wait_ms,
    );
    general.document.workload.arrivals = model::Arrivals::Poisson { per_second: load / mean * 1e3 };
    vec![
        base("M/M/1, mean sojourn", "1/(mu - lambda)", 1e3 / (MU - lambda), MEAN, exponential(), |report| {
            report.latency.mean
        }),
        base(
            "M/M/1, 99th percentile of the sojourn",
            "-ln(0.01)/(mu - lambda)",
            -libm::log(0.01) * 1e3 / (MU - lambda),
            TAIL,
            exponential(),
            |report| report.latency.p99,
        ),
        base(
            "M/D/1, mean wait",
            "rho / 2mu(1 - rho)",
            load * 1e3 / MU / 2.0 / (1.0 - load),
            MEAN,
            constant,
            |report| report.pools[0].mean_wait_ms,
        ),
        general,
    ]
}

/// Four servers.
fn several(load: f64) -> Vec<Case> {
    let servers = 4;
    let lambda = load * MU * f64::from(servers);
    let base = |name: &str, source, exact, precision, read| {
        // Hardly anybody waits at low loads: more must come for the mean wait to be known.
        let mut document = arrivals(lambda, duration_s(load) * if load < 0.7 { 2.0 } else { 1.0 }, 200.0);
        document.pools.push(pool("servers", servers, WhenFull::Queue));
        document.steps.push(step("serve", exponential(), Some("servers")));
        let name = format!("{name}, utilisation {load}");
        Case { name, source, exact, precision, document, kind: TopologyKind::Sequential, replications: 20, read }
    };
    let wait = formulas::erlang_c(servers, lambda / MU) / (f64::from(servers) * MU - lambda) * 1e3;
    vec![
        base("M/M/4, mean wait", "Erlang C / (c mu - lambda)", wait, MEAN, |report| report.pools[0].mean_wait_ms),
        base("M/M/4, mean sojourn", "mean wait + 1/mu", wait + 1e3 / MU, MEAN, |report| report.latency.mean),
        base(
            "M/M/4, 99th percentile of the sojourn",
            "Gross and Harris, section 2.3",
            formulas::mmc_sojourn_quantile(servers, lambda, MU, 0.99) * 1e3,
            TAIL,
            |report| report.latency.p99,
        ),
    ]
}

/// Four servers, and how long one waits for them. Each request sends a probe that takes no time in front of the work that
/// keeps the servers busy and that nobody waits for: the answer goes out when the probe has had its turn.
fn waiting(load: f64) -> Case {
    let servers = 4;
    let lambda = load * MU * f64::from(servers);
    let mut document = arrivals(lambda, duration_s(load) * if load < 0.7 { 4.0 } else { 1.0 }, 200.0);
    document.pools.push(pool("servers", servers, WhenFull::Queue));
    document.steps.push(step("probe", Latency::Constant { ms: 0.0.into() }, Some("servers")));
    let mut work = step("work", exponential(), Some("servers"));
    work.class = StepClass::FireAndForget;
    document.steps.push(work);
    let waits = formulas::erlang_c(servers, lambda / MU);
    Case {
        name: format!("M/M/4, 99th percentile of the wait, utilisation {load}"),
        source: "ln(C / 0.01) / (c mu - lambda), with Erlang's C",
        exact: libm::log(waits / 0.01) / (f64::from(servers) * MU - lambda) * 1e3,
        precision: TAIL,
        document,
        kind: TopologyKind::Parallel,
        replications: 20,
        read: |report| report.latency.p99,
    }
}

/// Four servers that reject.
fn loss(load: f64) -> Case {
    let servers = 4;
    let lambda = load * MU * f64::from(servers);
    let mut document = arrivals(lambda, 400.0, 20.0);
    document.pools.push(pool("servers", servers, WhenFull::Reject));
    document.steps.push(step("serve", exponential(), Some("servers")));
    Case {
        name: format!("M/M/4/4, share rejected, offered {load} of capacity"),
        source: "Erlang B",
        exact: formulas::erlang_b(servers, lambda / MU),
        precision: TAIL,
        document,
        kind: TopologyKind::Sequential,
        replications: 20,
        read: |report| Some(as_figure(report.failed)),
    }
}

/// Steps that each have a server of their own.
fn stations(load: f64, ids: &[&str]) -> Document {
    let mut document = arrivals(load * MU, duration_s(load), 200.0);
    for id in ids {
        document.pools.push(pool(id, 1, WhenFull::Queue));
        document.steps.push(step(id, exponential(), Some(id)));
    }
    document
}

/// Three stations in a row.
fn tandem(load: f64) -> Case {
    let lambda = load * MU;
    let document = stations(load, &["a", "b", "c"]);
    Case {
        name: format!("Tandem of three M/M/1, mean sojourn, utilisation {load}"),
        source: "Jackson: the sum of three M/M/1",
        exact: 3e3 / (MU - lambda),
        precision: MEAN,
        document,
        kind: TopologyKind::Sequential,
        replications: 20,
        read: |report| report.latency.mean,
    }
}

/// A fork into two queues, joined by the answer.
fn two_forked(load: f64) -> Case {
    let lambda = load * MU;
    let document = stations(load, &["a", "b"]);
    Case {
        name: format!("Fork-join of two M/M/1, mean sojourn, utilisation {load}"),
        source: "Flatto and Hahn 1984; Nelson and Tantawi 1988: (12 - rho)/8 / (mu - lambda)",
        exact: (12.0 - load) / 8.0 * 1e3 / (MU - lambda),
        precision: MEAN,
        document,
        kind: TopologyKind::Parallel,
        replications: 20,
        read: |report| report.latency.mean,
    }
}

/// A fork into three steps that share one slot: arrivals in batches.
fn batch(load: f64) -> Case {
    let size = 3.0;
    let lambda = load * MU / size;
    // Members of a batch wait for each other: fewer of them are worth an observation of their own.
    let mut document = arrivals(lambda, duration_s(load) * 3.5, 200.0);
    document.pools.push(pool("server", 1, WhenFull::Queue));
    for id in ["a", "b", "c"] {
        document.steps.push(step(id, exponential(), Some("server")));
    }
    let in_system = load * (1.0 + size) / 2.0 / (1.0 - load);
    Case {
        name: format!("Batches of three on one server, mean wait, utilisation {load}"),
        source: "M^X/M/1: L = rho (1 + n) / 2(1 - rho), W = L / n lambda - 1/mu",
        exact: (in_system / (size * lambda) - 1.0 / MU) * 1e3,
        precision: MEAN,
        document,
        kind: TopologyKind::Parallel,
        replications: 20,
        read: |report| report.pools[0].mean_wait_ms,
    }
}
