//! How fast requests are simulated: run by `make bench`.
//!
//! Criterion prints elements per second, an element being one simulated request.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench fails loudly, and its entry point is made by a macro")]

mod bare;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use engine::{FEWEST_REPLICATIONS, Settings, compare};
use model::{Document, EXAMPLES, TopologyKind};

/// Five sequential steps, exponential 20 ms, a pool of four each, Poisson 50/s for 1,200 s.
const TANDEM: &str = include_str!("tandem.json");
/// A document that uses every feature there is.
const EVERYTHING: &str = include_str!("../../model/tests/document.example.json");

/// The same with so many workers that the queue before them does not grow for ever: what is measured is the work.
fn everything() -> Document {
    let mut document = Document::parse(EVERYTHING).unwrap();
    document.workload.consumer.as_mut().unwrap().workers = 100;
    document.slow_together = 0.2;
    document.protections.concurrency_cap = Some(100);
    document.protections.retry_cap = Some(20);
    document.checked().unwrap()
}

fn speed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sequential");
    group.sample_size(10);
    group.throughput(Throughput::Elements(bare::tandem(1).0));
    group.bench_function("bare", |bench| bench.iter(|| bare::tandem(1)));
    let examples = EXAMPLES.iter().map(|example| (example.slug, example.document()));
    let made = [("tandem", Document::parse(TANDEM).unwrap()), ("everything", everything())];
    for (name, document) in made.into_iter().chain(examples) {
        let settings = Settings {
            replications: FEWEST_REPLICATIONS,
            draws: 0,
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
