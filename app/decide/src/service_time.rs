//! How long steps take by what the document says, where a rule compares that with something a team has set.
//!
//! Uncertain inputs stand at their medians, as in the simulation.

use model::{Document, Latency, Quantity, Unsure};

/// Distance from the median to the 99th percentile of the standard normal distribution.
const Z99: f64 = 2.326_347_874_040_840_8;

/// The 99th percentile of a step's own service time \[ms\]. Measured points that end below it stand for it with their
/// last one.
pub(crate) fn p99_ms(latency: &Latency) -> f64 {
    match latency {
        Latency::Lognormal { p50_ms, p99_ms } => median_and_tail(*p50_ms, *p99_ms).1,
        Latency::Exponential { mean_ms } => duration(*mean_ms) * 100.0_f64.ln(),
        Latency::Constant { ms } => duration(*ms),
        Latency::Percentiles(points) => match points.iter().position(|(percentile, _)| *percentile >= 99.0) {
            Some(0) => points[0].1,
            Some(above) => {
                let ((p0, t0), (p1, t1)) = (points[above - 1], points[above]);
                t0 + (t1 - t0) * (99.0 - p0) / (p1 - p0)
            }
            None => points.last().map_or(0.0, |(_, ms)| *ms),
        },
    }
}

/// The mean of a step's own service time \[ms\]. Beyond the last measured point, the last point counts.
pub(crate) fn mean_ms(latency: &Latency) -> f64 {
    match latency {
        Latency::Lognormal { p50_ms, p99_ms } => {
            let (median, tail) = median_and_tail(*p50_ms, *p99_ms);
            let sigma = (tail / median).ln() / Z99;
            median * (sigma * sigma / 2.0).exp()
        }
        Latency::Exponential { mean_ms } => duration(*mean_ms),
        Latency::Constant { ms } => duration(*ms),
        Latency::Percentiles(points) => {
            let below = points.first().map_or(0.0, |(percentile, ms)| percentile / 100.0 * ms);
            let between: f64 =
                points.windows(2).map(|pair| (pair[1].0 - pair[0].0) / 100.0 * (pair[0].1 + pair[1].1) / 2.0).sum();
            let beyond = points.last().map_or(0.0, |(percentile, ms)| (1.0 - percentile / 100.0) * ms);
            below + between + beyond
        }
    }
}

/// By how much the mix of payloads slows every step down, on average.
pub(crate) fn slowdown(document: &Document) -> f64 {
    let payloads = &document.workload.payloads;
    if payloads.is_empty() { 1.0 } else { payloads.iter().map(|payload| payload.share * payload.slowdown).sum() }
}

fn median_and_tail(p50: Quantity, p99: Quantity) -> (f64, f64) {
    let median = duration(p50);
    let tail = match p99 {
        // What is not known about a tail is how many times the median it is.
        Quantity::Unknown => median * middle(Unsure::TailFactor.unknown_range()),
        Quantity::Known(_) | Quantity::Range { .. } => duration(p99),
    };
    (median, tail.max(median))
}

fn duration(quantity: Quantity) -> f64 {
    match quantity {
        Quantity::Known(value) => value,
        Quantity::Range { low, high } => middle((low, high)),
        Quantity::Unknown => middle(Unsure::Duration.unknown_range()),
    }
}

/// The median of a lognormal between these two quantiles.
fn middle((low, high): (f64, f64)) -> f64 {
    (low * high).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_latency_has_its_mean_and_its_tail() {
        let measured = Latency::Percentiles(vec![(50.0, 20.0), (90.0, 40.0), (99.5, 135.0)]);
        let unsure =
            Latency::Lognormal { p50_ms: Quantity::Range { low: 50.0, high: 200.0 }, p99_ms: Quantity::Unknown };
        for (latency, mean, tail) in [
            (Latency::Constant { ms: 30.0.into() }, 30.0, 30.0),
            (Latency::Exponential { mean_ms: 100.0.into() }, 100.0, 460.517),
            // exp((ln 4 / 2.3263)² / 2) = 1.1943.
            (Latency::lognormal(200.0, 800.0), 238.853, 800.0),
            (measured, 10.0 + 12.0 + 8.3125 + 0.675, 130.0),
            // ln 4.4721 = 1.4979; exp((1.4979 / 2.3263)² / 2) = 1.2303.
            (unsure, 123.033, 447.214),
        ] {
            assert!((mean_ms(&latency) - mean).abs() < 0.01, "{latency:?}: {}", mean_ms(&latency));
            assert!((p99_ms(&latency) - tail).abs() < 0.01, "{latency:?}: {}", p99_ms(&latency));
        }
    }
}
