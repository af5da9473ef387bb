//! Steps that need each other in a row gain nothing from a fork among them.

use model::{DependencyKind, Document, Topology};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    threshold,
};

pub(super) static STRICT_RUN: Rule = Rule {
    id: "strict-run",
    name: "Strict dependencies in a row",
    effect: Effect::Against,
    rationale: "Where three or more steps each need the one before, a fork on that stretch waits anyway and adds a way to fail: it is a trap.",
    reads: &["dependencies"],
    threshold: Some(&threshold::STRICT_RUN),
    check,
    otherwise: None,
    signal: "",
    recovery: "",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let run = longest_run(evidence.document);
    let dependencies = run.len().saturating_sub(1);
    // One dependency is the shortest run there is.
    let threshold = evidence.threshold_of(&STRICT_RUN).max(1.0);
    if (dependencies as f64) < threshold {
        return None;
    }
    let inner = inner_steps(evidence.document, threshold);
    let others = if inner.iter().all(|step| run.contains(step)) { "" } else { " There are others like it." };
    let vetoed = evidence.topologies.iter().filter(|topology| forks_within(topology, &inner));
    Some(STRICT_RUN.found(
        format!(
            "{} need each other in this order: {dependencies} strict dependencies in a row.{others}",
            evidence.labels(&run)
        ),
        "Keep this stretch in sequence; look for a fork beside it.",
        "dependencies",
        vetoed.map(|topology| topology.kind).collect(),
    ))
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

/// Every step that is neither the first nor the last of a run that is long enough.
fn inner_steps(document: &Document, threshold: f64) -> Vec<usize> {
    let order = model::topology::sequential_order(document);
    let strict = document.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Strict);
    let edges: Vec<(usize, usize)> = strict
        .filter_map(|dependency| Some((document.step_index(&dependency.from)?, document.step_index(&dependency.to)?)))
        .collect();
    // How many strict dependencies in a row lead to each step, and from it.
    let (mut before, mut behind) = (vec![0_usize; order.len()], vec![0_usize; order.len()]);
    for &step in &order {
        let longest = edges.iter().filter(|(_, to)| *to == step).map(|(from, _)| before[*from] + 1).max();
        before[step] = longest.unwrap_or(0);
    }
    for &step in order.iter().rev() {
        let longest = edges.iter().filter(|(from, _)| *from == step).map(|(_, to)| behind[*to] + 1).max();
        behind[step] = longest.unwrap_or(0);
    }
    let within = |step: &usize| {
        let (before, behind) = (before[*step], behind[*step]);
        before > 0 && behind > 0 && (before + behind) as f64 >= threshold
    };
    order.into_iter().filter(within).collect()
}

/// Whether a plan forks from within a run: after one of its inner steps something else starts beside the next.
fn forks_within(topology: &Topology, inner: &[usize]) -> bool {
    let arrows = topology.arrows();
    inner.iter().any(|step| {
        let lanes = (0..arrows.len()).filter(|&next| !topology.detached[next] && arrows[next].contains(step));
        lanes.count() > 1
    })
}
