//! Steps that need each other in a row gain nothing from a fork among them.

use model::{DependencyKind, Document, Topology};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule, Threshold},
    wording,
};

const DEFAULT: f64 = 3.0;

pub(super) static STRICT_RUN: Rule = Rule {
    id: "strict-run",
    name: "Strict dependencies in a row",
    effect: Effect::AgainstParallel,
    rationale: "Where three or more steps each need the one before, a fork on that stretch waits anyway and adds a way to fail: it is a trap.",
    reads: &["dependencies"],
    threshold: Some(Threshold { default: DEFAULT, unit: "strict dependencies in a row" }),
    check,
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let run = longest_run(evidence.document);
    let dependencies = run.len().saturating_sub(1);
    if (dependencies as f64) < evidence.threshold(STRICT_RUN.id, DEFAULT) {
        return None;
    }
    let names: Vec<&str> = run.iter().map(|&step| evidence.label(step)).collect();
    let vetoed = evidence.topologies.iter().filter(|topology| forks_within(topology, &run));
    Some(Finding {
        rule: STRICT_RUN.id.to_owned(),
        effect: STRICT_RUN.effect,
        evidence: format!(
            "{} need each other in this order: {} strict dependencies in a row.",
            wording::list(&names),
            dependencies
        ),
        remedy: "Keep this stretch in sequence; look for a fork beside it.".to_owned(),
        input: "dependencies".to_owned(),
        plans: vetoed.map(|topology| topology.kind).collect(),
    })
}

/// The longest chain of strict dependencies, as steps; the first in document order among equals.
fn longest_run(document: &Document) -> Vec<usize> {
    let mut ending: Vec<Vec<usize>> = Vec::with_capacity(document.steps.len());
    let mut chains: Vec<Option<Vec<usize>>> = vec![None; document.steps.len()];
    for &step in &model::topology::sequential_order(document) {
        let id = &document.steps[step].id;
        let mut best: Vec<usize> = Vec::new();
        for dependency in &document.dependencies {
            if dependency.kind == DependencyKind::Strict
                && dependency.to == *id
                && let Some(before) = document.step_index(&dependency.from).and_then(|from| chains[from].as_ref())
                && before.len() > best.len()
            {
                best.clone_from(before);
            }
        }
        best.push(step);
        ending.push(best.clone());
        chains[step] = Some(best);
    }
    ending.into_iter().rev().max_by_key(Vec::len).unwrap_or_default()
}

/// Whether a plan forks from within a run: after one of its inner steps something else starts beside the next.
fn forks_within(topology: &Topology, run: &[usize]) -> bool {
    let arrows = topology.arrows();
    let inner = run.len().saturating_sub(1);
    run[..inner].iter().skip(1).any(|step| {
        let lanes = (0..arrows.len()).filter(|&next| !topology.detached[next] && arrows[next].contains(step));
        lanes.count() > 1
    })
}
