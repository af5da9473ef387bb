//! How each topology is made.

use std::collections::BTreeMap;

use super::{
    OrderingNote, OrderingReason, Topology, TopologyKind,
    order::{edges, pairs, reaches, sequential_order},
};
use crate::{
    document::{Consistency, DependencyKind, Document},
    misclassed::is_doubted,
    name::same_name,
    step::{Step, StepClass},
};

/// Edges with the reason for which each was first added, so that no pair is explained twice.
struct Edges(BTreeMap<(usize, usize), OrderingReason>);

impl Edges {
    fn strict(document: &Document) -> Self {
        let mut edges = Edges(BTreeMap::new());
        for (from, to) in pairs(document, DependencyKind::Strict) {
            edges.add(from, to, OrderingReason::Strict);
        }
        edges
    }

    fn add(&mut self, from: usize, to: usize, reason: OrderingReason) {
        self.0.entry((from, to)).or_insert(reason);
    }

    /// The topology with these edges, in which fire-and-forget steps that nothing waits for are detached.
    fn into_topology(self, document: &Document, kind: TopologyKind) -> Topology {
        let after = self.after(document.steps.len());
        let waited_for = |step: usize| after.iter().any(|before| before.contains(&step));
        let steps = document.steps.iter().enumerate();
        let detached = steps.map(|(index, step)| may_be_lost(document, step) && !waited_for(index)).collect();
        self.topology(document, kind, after, detached)
    }

    fn after(&self, steps: usize) -> Vec<Vec<usize>> {
        let mut after = vec![Vec::new(); steps];
        for &(from, to) in self.0.keys() {
            after[to].push(from);
        }
        after
    }

    fn topology(
        self,
        document: &Document,
        kind: TopologyKind,
        after: Vec<Vec<usize>>,
        detached: Vec<bool>,
    ) -> Topology {
        let mut notes: Vec<OrderingNote> =
            self.0.into_iter().map(|((from, to), reason)| OrderingNote { from, to, reason }).collect();
        for (from, to) in pairs(document, DependencyKind::Loose) {
            if !reaches(&after, from, to) {
                let reason = if detached[from] { OrderingReason::Detached } else { OrderingReason::LooseDropped };
                notes.push(OrderingNote { from, to, reason });
            }
        }
        Topology { kind, after, detached, notes }
    }
}

pub(super) fn sequential(document: &Document) -> Topology {
    let order = sequential_order(document);
    let strict = edges(document, DependencyKind::Strict);
    let mut chain = Edges(BTreeMap::new());
    for pair in order.windows(2) {
        let needed = strict[pair[1]].contains(&pair[0]);
        let reason = if needed { OrderingReason::Strict } else { OrderingReason::OneAfterAnother };
        chain.add(pair[0], pair[1], reason);
    }
    let after = chain.after(document.steps.len());
    let detached = vec![false; document.steps.len()];
    chain.topology(document, TopologyKind::Sequential, after, detached)
}

/// The chain with every [`detachable`] step started and not waited for, once what comes before it in sequential order
/// has succeeded; `None` where there is none.
pub(super) fn sequential_detached(document: &Document) -> Option<Topology> {
    let free = detachable(document);
    if free.is_empty() {
        return None;
    }
    let strict = edges(document, DependencyKind::Strict);
    let mut chain = Edges(BTreeMap::new());
    let mut last: Option<usize> = None;
    for step in sequential_order(document) {
        if let Some(before) = last {
            let needed = strict[step].contains(&before);
            chain.add(before, step, if needed { OrderingReason::Strict } else { OrderingReason::OneAfterAnother });
        }
        if !free.contains(&step) {
            last = Some(step);
        }
    }
    let after = chain.after(document.steps.len());
    let detached = (0..document.steps.len()).map(|step| free.contains(&step)).collect();
    Some(chain.topology(document, TopologyKind::SequentialDetached, after, detached))
}

/// The chain: `sequential-detached` where the document has it, else `sequential`.
fn chain(document: &Document) -> Topology {
    sequential_detached(document).unwrap_or_else(|| sequential(document))
}

/// Fire-and-forget steps that no other step needs, and with which none shares data that either writes: they may be started
/// and not waited for. A step whose class is doubted (see [`crate::doubts`]) is not among them.
pub fn detachable(document: &Document) -> Vec<usize> {
    let needed =
        |id: &String| document.dependencies.iter().any(|edge| edge.kind == DependencyKind::Strict && edge.from == *id);
    let shares =
        |step: &Step| document.steps.iter().any(|other| other.id != step.id && shared_data(step, other).is_some());
    let free = |step: &Step| may_be_lost(document, step) && !needed(&step.id) && !shares(step);
    let steps = document.steps.iter().enumerate();
    steps.filter(|(_, step)| free(step)).map(|(place, _)| place).collect()
}

/// Whether nobody need wait for a step, by its class, if its class fits it. A write that the coordinator takes back when its
/// request fails is waited for: nobody takes back what nobody waits for.
fn may_be_lost(document: &Document, step: &Step) -> bool {
    let is_taken_back = document.consistency == Consistency::Compensate && step.writes_state() && step.undo.available;
    step.class == StepClass::FireAndForget && !is_doubted(step) && !is_taken_back
}

pub(super) fn parallel(document: &Document) -> Topology {
    Edges::strict(document).into_topology(document, TopologyKind::Parallel)
}

pub(super) fn staged(document: &Document) -> Topology {
    let order = sequential_order(document);
    let mut edges = Edges::strict(document);
    for (place, &later) in order.iter().enumerate() {
        for &earlier in &order[..place] {
            if let Some(data) = shared_data(&document.steps[earlier], &document.steps[later]) {
                edges.add(earlier, later, OrderingReason::SharedData(data.to_owned()));
            }
        }
        if cannot_be_taken_back(&document.steps[later]) {
            for &earlier in &order[..place] {
                edges.add(earlier, later, OrderingReason::CannotBeTakenBack);
            }
        }
    }
    edges.into_topology(document, TopologyKind::Staged)
}

/// The pairs that `first-leg` may fork, as the place of the earlier step among the inline steps of the chain: adjacent,
/// without a strict dependency between them and without shared data.
pub fn first_leg_candidates(document: &Document) -> Vec<usize> {
    let inline = inline_order(document, &chain(document));
    let strict = edges(document, DependencyKind::Strict);
    let may_fork = |pair: &[usize]| {
        !strict[pair[1]].contains(&pair[0]) && shared_data(&document.steps[pair[0]], &document.steps[pair[1]]).is_none()
    };
    inline.windows(2).enumerate().filter(|(_, pair)| may_fork(pair)).map(|(place, _)| place).collect()
}

pub(super) fn first_leg(document: &Document, place: usize) -> Topology {
    let mut chain = chain(document);
    let inline = inline_order(document, &chain);
    chain.kind = TopologyKind::FirstLeg;
    if let [first, second, ..] = inline[place.min(inline.len())..] {
        let both = vec![first.min(second), first.max(second)];
        // What started after the second of the pair still starts after both.
        for step in (0..chain.after.len()).filter(|step| *step != second) {
            if chain.after[step].contains(&second) {
                chain.after[step].extend(&both);
                chain.after[step].sort_unstable();
                chain.after[step].dedup();
                chain.notes.push(OrderingNote { from: first, to: step, reason: OrderingReason::OneAfterAnother });
            }
        }
        chain.after[second] = chain.after[first].clone();
        chain.notes.retain(|note| (note.from, note.to) != (first, second));
        chain.notes.push(OrderingNote { from: first, to: second, reason: OrderingReason::FirstLeg });
    }
    chain
}

/// The steps of a topology that are waited for, in sequential order.
fn inline_order(document: &Document, topology: &Topology) -> Vec<usize> {
    sequential_order(document).into_iter().filter(|&step| !topology.detached[step]).collect()
}

pub(super) fn custom(document: &Document) -> Option<Topology> {
    let after = custom_edges(document)?;
    let custom = document.custom.as_ref()?;
    let strict = edges(document, DependencyKind::Strict);
    let mut reasons = Edges(BTreeMap::new());
    for (to, before) in after.iter().enumerate() {
        for &from in before {
            let needed = strict[to].contains(&from);
            reasons.add(from, to, if needed { OrderingReason::Strict } else { OrderingReason::TeamEdge });
        }
    }
    let detached = document.steps.iter().map(|step| custom.detached.contains(&step.id)).collect();
    Some(reasons.topology(document, TopologyKind::Custom, after, detached))
}

/// The team's own edges, completed by strict predecessors for steps the team says nothing about.
pub(crate) fn custom_edges(document: &Document) -> Option<Vec<Vec<usize>>> {
    let custom = document.custom.as_ref()?;
    let mut after = edges(document, DependencyKind::Strict);
    for (id, before) in &custom.after {
        if let Some(step) = document.step_index(id) {
            after[step] = before.iter().filter_map(|id| document.step_index(id)).collect();
            after[step].sort_unstable();
            after[step].dedup();
        }
    }
    Some(after)
}

/// Data that both steps touch and at least one writes.
pub(super) fn shared_data<'a>(first: &'a Step, second: &'a Step) -> Option<&'a str> {
    let touched = |step: &Step, data: &str| step.reads.iter().chain(&step.writes).any(|name| same_name(name, data));
    let written = first.writes.iter().filter(|data| touched(second, data));
    written.chain(second.writes.iter().filter(|data| touched(first, data))).map(String::as_str).next()
}

/// Whether a step writes something that can be neither undone nor repeated under a key.
fn cannot_be_taken_back(step: &Step) -> bool {
    step.writes_state() && !step.undo.available && !step.idempotency.key
}
