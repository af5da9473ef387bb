//! How fast requests are simulated: run by `make bench`.
//!
//! Criterion prints elements per second, an element being one simulated request.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails loudly, and its entry point is made by a macro")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{FEWEST_REPLICATIONS, Settings, compare};
use model::{Arrivals, Document, EXAMPLES, Latency, Pool, Step, TopologyKind, WhenFull};

/// Five sequential steps, exponential 20 ms, a pool of four each, Poisson 50/s for 1,200 s.
fn tandem() -> Document {
    let mut document = Document::new("Tandem");
    document.workload.arrivals = Arrivals::Poisson { per_second: 50.0 };
    document.workload.duration_s = 1_200.0;
    for id in ["a", "b", "c", "d", "e"] {
        document.pools.push(Pool {
            id: id.to_owned(),
            name: String::new(),
            size: 4,
            when_full: WhenFull::Queue,
            queue_limit: None,
        });
        let mut step = Step::new(id, Latency::Exponential { mean_ms: 20.0.into() });
        step.pools = vec![id.to_owned()];
        document.steps.push(step);
    }
    document.checked().unwrap()
}

fn speed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sequential");
    group.sample_size(10);
    let examples = EXAMPLES.iter().map(|example| (example.slug, example.document()));
    for (name, document) in std::iter::once(("tandem", tandem())).chain(examples) {
        let settings = Settings {
            replications: FEWEST_REPLICATIONS,
            kinds: vec![TopologyKind::Sequential],
            ..Settings::default()
        };
        let requests = compare(&document, settings.clone()).unwrap().topologies[0].requests;
        group.throughput(Throughput::Elements(requests));
        group.bench_with_input(BenchmarkId::from_parameter(name), &document, |bench, document| {
            bench.iter(|| compare(document, settings.clone()).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, speed);
criterion_main!(benches);
