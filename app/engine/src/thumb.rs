//! The rule of thumb: percentiles add along a chain, the largest counts across lanes.

use model::{Document, Topology};

use crate::{inputs::Inputs, service::ServiceTime};

/// What the rule of thumb says for a topology at a percentile \[ms\]: the longest path through the steps
/// that are waited for, each as long as its own percentile.
pub(crate) fn rule_of_thumb(document: &Document, topology: &Topology, percentile: f64) -> f64 {
    let own: Vec<f64> = document
        .steps
        .iter()
        .map(|step| ServiceTime::new("", &step.latency, Inputs::Medians).quantile(percentile / 100.0))
        .collect();
    let mut until: Vec<Option<f64>> = vec![None; own.len()];
    (0..own.len())
        .filter(|&step| !topology.detached[step])
        .map(|step| longest(step, topology, &own, &mut until))
        .fold(0.0, f64::max)
}

/// The longest path that ends with `step`; each is worked out once.
fn longest(step: usize, topology: &Topology, own: &[f64], until: &mut [Option<f64>]) -> f64 {
    if let Some(known) = until[step] {
        return known;
    }
    let before = topology.after[step].iter().map(|&from| longest(from, topology, own, until)).fold(0.0, f64::max);
    until[step] = Some(before + own[step]);
    before + own[step]
}
