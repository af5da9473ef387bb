//! Orders and circles among the steps of a document.

use std::collections::BTreeSet;

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
pub fn pairs(document: &Document, kind: DependencyKind) -> impl Iterator<Item = (usize, usize)> + '_ {
    document
        .dependencies
        .iter()
        .filter(move |dependency| dependency.kind == kind)
        .filter_map(|dependency| Some((document.step_index(&dependency.from)?, document.step_index(&dependency.to)?)))
}

/// A circle of strict dependencies, first step repeated at its end.
pub(crate) fn strict_cycle(document: &Document) -> Option<Vec<usize>> {
    cycle(&edges(document, DependencyKind::Strict))
}

/// A circle of steps that wait for each other by the team's own edges, first step repeated at its end.
pub(crate) fn custom_cycle(document: &Document) -> Option<Vec<usize>> {
    cycle(&super::plan::custom_edges(document)?)
}

fn cycle(after: &[Vec<usize>]) -> Option<Vec<usize>> {
    let (_, stuck) = sort(after);
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

/// A topological sort, ties by place, and the steps that a circle keeps out of it.
pub(super) fn sort(after: &[Vec<usize>]) -> (Vec<usize>, Vec<usize>) {
    let mut waits_for: Vec<usize> = after.iter().map(Vec::len).collect();
    let mut next = vec![Vec::new(); after.len()];
    for (to, before) in after.iter().enumerate() {
        for &from in before {
            next[from].push(to);
        }
    }
    let mut free: BTreeSet<usize> = (0..after.len()).filter(|&step| waits_for[step] == 0).collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(step) = free.pop_first() {
        order.push(step);
        for &to in &next[step] {
            waits_for[to] -= 1;
            if waits_for[to] == 0 {
                free.insert(to);
            }
        }
    }
    let stuck = (0..after.len()).filter(|&step| waits_for[step] > 0).collect();
    (order, stuck)
}

/// For each step, whether each other one comes before it, directly or through others.
pub(super) fn ancestors(after: &[Vec<usize>]) -> Vec<Vec<bool>> {
    let mut before = vec![vec![false; after.len()]; after.len()];
    for step in sort(after).0 {
        let mut earlier = vec![false; after.len()];
        for &from in &after[step] {
            earlier[from] = true;
            earlier.iter_mut().zip(&before[from]).for_each(|(mark, &known)| *mark |= known);
        }
        before[step] = earlier;
    }
    before
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

/// Each step's predecessors without those that another of them comes after. Sets of steps are kept as bits:
/// a document of 200 steps may have 20,000 edges.
pub(super) fn without_detours(after: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let words = after.len().div_ceil(64);
    let mut before = vec![vec![0u64; words]; after.len()];
    for step in sort(after).0 {
        let mut set = vec![0u64; words];
        for &from in &after[step] {
            set[from / 64] |= 1 << (from % 64);
            set.iter_mut().zip(&before[from]).for_each(|(word, earlier)| *word |= earlier);
        }
        before[step] = set;
    }
    let comes_before = |earlier: usize, later: usize| before[later][earlier / 64] >> (earlier % 64) & 1 == 1;
    after
        .iter()
        .map(|edges| {
            edges.iter().copied().filter(|&from| !edges.iter().any(|&other| comes_before(from, other))).collect()
        })
        .collect()
}
