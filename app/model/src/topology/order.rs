//! Orders and circles among the steps of a document.

use crate::document::{DependencyKind, Document};

/// The steps in sequential order: a topological sort of the strict dependencies, to which loose ones are
/// added in document order unless they would close a circle; ties by document order.
pub fn sequential_order(document: &Document) -> Vec<usize> {
    let mut after = edges(document, DependencyKind::Strict);
    for (from, to) in pairs(document, DependencyKind::Loose) {
        if !reaches(&after, to, from) {
            after[to].push(from);
        }
    }
    sort(&after).0
}

/// For each step, its predecessors by dependencies of `kind`, in document order.
pub(super) fn edges(document: &Document, kind: DependencyKind) -> Vec<Vec<usize>> {
    let mut after = vec![Vec::new(); document.steps.len()];
    for (from, to) in pairs(document, kind) {
        after[to].push(from);
    }
    for predecessors in &mut after {
        predecessors.sort_unstable();
    }
    after
}

/// The dependencies of `kind` as places in the document. A reference to no step is left out: a document
/// that has one is refused before anything is built from it.
pub(super) fn pairs(document: &Document, kind: DependencyKind) -> impl Iterator<Item = (usize, usize)> + '_ {
    document
        .dependencies
        .iter()
        .filter(move |dependency| dependency.kind == kind)
        .filter_map(|dependency| Some((document.step_index(&dependency.from)?, document.step_index(&dependency.to)?)))
}

/// A circle of strict dependencies, first step repeated at its end.
pub(crate) fn strict_cycle(document: &Document) -> Option<Vec<usize>> {
    let after = edges(document, DependencyKind::Strict);
    let (_, stuck) = sort(&after);
    // Every stuck step waits for another stuck one: walking back along them must come to a step twice.
    let mut walk = vec![*stuck.first()?];
    loop {
        let last = walk[walk.len() - 1];
        let before = *after[last].iter().find(|step| stuck.contains(step))?;
        if let Some(start) = walk.iter().position(|&step| step == before) {
            let mut cycle = walk.split_off(start);
            cycle.push(before);
            cycle.reverse();
            return Some(cycle);
        }
        walk.push(before);
    }
}

/// Whether the team's own edges make steps wait for each other in a circle.
pub(crate) fn custom_cycle(document: &Document) -> bool {
    super::plan::custom_edges(document).is_some_and(|after| !sort(&after).1.is_empty())
}

/// A topological sort, ties by place, and the steps that a circle keeps out of it.
fn sort(after: &[Vec<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut order = Vec::with_capacity(after.len());
    let mut placed = vec![false; after.len()];
    loop {
        let next = (0..after.len()).find(|&step| !placed[step] && after[step].iter().all(|&before| placed[before]));
        match next {
            Some(step) => {
                placed[step] = true;
                order.push(step);
            }
            None => return (order, (0..after.len()).filter(|&step| !placed[step]).collect()),
        }
    }
}

/// Whether `to` comes after `from`, directly or through others.
pub(super) fn reaches(after: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; after.len()];
    let mut open = vec![to];
    while let Some(step) = open.pop() {
        if step == from {
            return true;
        }
        if !std::mem::replace(&mut seen[step], true) {
            open.extend(&after[step]);
        }
    }
    false
}
