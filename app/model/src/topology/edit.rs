//! Arranging steps by hand: one step is moved, and everything else keeps its order.
//!
//! A move changes what one step waits for. The order among all other steps stays as it was, and whoever came after the
//! moved step still does, unless the move itself puts it before. What a strict dependency forbids is refused with its
//! reason, and nothing is changed.

use super::{
    Refusal, Topology,
    order::{pairs, reaches, sort},
    plan::custom_edges,
};
use crate::{
    document::{DependencyKind, Document},
    policy::Custom,
};

/// What is done with one step of an arrangement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// It starts right after that step, and waits for nothing else but what it strictly needs.
    After(usize),
    /// It starts after all steps of the stage before: in stage 0 with the request, in a later one than there is last.
    ToStage(usize),
    /// It is started and no longer waited for.
    Detach,
    /// It is waited for again; what it waits for itself stays.
    Attach,
}

impl Custom {
    /// The team's own arrangement that begins as `topology`: with its arrows, and every strict predecessor among them.
    pub fn starting_from(document: &Document, topology: &Topology) -> Self {
        let mut edges = topology.arrows();
        for (from, to) in pairs(document, DependencyKind::Strict) {
            add(&mut edges[to], from);
        }
        Self::of(document, &edges, &topology.detached)
    }

    fn of(document: &Document, edges: &[Vec<usize>], detached: &[bool]) -> Self {
        let id = |step: usize| document.steps[step].id.clone();
        let mut custom = Self::default();
        for (step, before) in edges.iter().enumerate() {
            custom.after.insert(id(step), before.iter().map(|&from| id(from)).collect());
            if detached[step] {
                custom.detached.push(id(step));
            }
        }
        custom
    }
}

impl Document {
    /// The document with one step of its own arrangement moved. Without such an arrangement, and for a step that it does
    /// not have, nothing changes.
    ///
    /// # Errors
    ///
    /// Why the step cannot be moved there.
    pub fn with_moved(&self, step: usize, moved: Move) -> Result<Document, Refusal> {
        let (Some(mut edges), Some(custom)) = (custom_edges(self), &self.custom) else { return Ok(self.clone()) };
        if step >= self.steps.len() {
            return Ok(self.clone());
        }
        let mut detached: Vec<bool> = self.steps.iter().map(|step| custom.detached.contains(&step.id)).collect();
        match moved {
            Move::After(first) => {
                if first == step {
                    return Err(Refusal::Itself(step));
                }
                if detached.get(first) != Some(&false) {
                    return Err(Refusal::Detached { from: first, to: step });
                }
                insert(self, &mut edges, step, &[first])?;
                detached[step] = false;
            }
            Move::ToStage(stage) => {
                if detached[step] || stages(&edges)[step] != stage {
                    to_stage(self, &mut edges, &detached, step, stage)?;
                    detached[step] = false;
                }
            }
            Move::Detach => {
                let strict: Vec<(usize, usize)> = pairs(self, DependencyKind::Strict).collect();
                if let Some(&(from, to)) = strict.iter().find(|(from, _)| *from == step) {
                    return Err(Refusal::NeededDetached { from, to });
                }
                let before = edges[step].clone();
                take_out(&mut edges, step);
                edges[step] = before;
                detached[step] = true;
            }
            Move::Attach => detached[step] = false,
        }
        let custom = Custom::of(self, &edges, &detached);
        let same = self.custom.as_ref().is_some_and(|before| {
            custom.detached == before.detached && custom_edges(self).is_some_and(|before| before == edges)
        });
        Ok(if same { self.clone() } else { Document { custom: Some(custom), ..self.clone() } })
    }

    /// Lets the team's own arrangement follow what has changed around it: strict dependencies come first, the team's
    /// edges stay as far as they close no circle, and steps that are needed are waited for.
    pub fn fit_custom(&mut self) {
        let Some(custom) = &self.custom else { return };
        let mut edges = super::order::edges(self, DependencyKind::Strict);
        let needed: Vec<usize> = pairs(self, DependencyKind::Strict).map(|(from, _)| from).collect();
        let detached: Vec<bool> = (0..edges.len())
            .map(|step| custom.detached.contains(&self.steps[step].id) && !needed.contains(&step))
            .collect();
        for to in 0..edges.len() {
            for id in custom.after.get(&self.steps[to].id).into_iter().flatten() {
                let Some(from) = self.step_index(id).filter(|&from| !detached[from]) else { continue };
                if !reaches(&edges, to, from) {
                    add(&mut edges[to], from);
                }
            }
        }
        let stays = (0..edges.len()).all(|step| detached[step] == custom.detached.contains(&self.steps[step].id))
            && custom_edges(self).is_some_and(|before| before == edges);
        if !stays {
            self.custom = Some(Custom::of(self, &edges, &detached));
        }
    }
}

/// Puts a step behind all steps of the stage before `stage`, where stages are counted without it. After the last stage
/// there is one more, and none after that.
fn to_stage(
    document: &Document,
    edges: &mut [Vec<usize>],
    detached: &[bool],
    step: usize,
    stage: usize,
) -> Result<(), Refusal> {
    let mut others = edges.to_vec();
    take_out(&mut others, step);
    let counted = stages(&others);
    let waited_for = |other: usize| other != step && !detached[other];
    let last = (0..others.len()).filter(|&other| waited_for(other)).map(|other| counted[other] + 1).max().unwrap_or(0);
    let stage = stage.min(last);
    let needed = pairs(document, DependencyKind::Strict).find(|&(from, to)| to == step && counted[from] >= stage);
    if let Some((from, to)) = needed {
        return Err(Refusal::Needed { from, to });
    }
    let first: Vec<usize> =
        (0..others.len()).filter(|&other| waited_for(other) && counted[other] + 1 == stage).collect();
    insert(document, edges, step, &first)
}

/// Lets a step wait for `first` and for what it strictly needs. Whoever came after it still does, but for those that
/// come before `first`.
fn insert(document: &Document, edges: &mut [Vec<usize>], step: usize, first: &[usize]) -> Result<(), Refusal> {
    let later: Vec<usize> = sort(edges).0.into_iter().filter(|&other| comes_after(edges, step, other)).collect();
    let strict: Vec<(usize, usize)> = pairs(document, DependencyKind::Strict).collect();
    let mut others = edges.to_vec();
    let (freed, bridged) = take_out(&mut others, step);
    let mut before = Vec::new();
    let needed = strict.iter().filter(|(_, to)| *to == step).map(|(from, _)| from);
    for &from in first.iter().chain(needed) {
        add(&mut before, from);
    }
    let is_before = |other: usize| before.iter().any(|&wanted| reaches(&others, other, wanted));
    for &(from, to) in strict.iter().filter(|(from, _)| *from == step) {
        if let Some(&then) = before.iter().find(|&&wanted| reaches(&others, to, wanted)) {
            let direct = then == to;
            return Err(if direct { Refusal::Needed { from, to } } else { Refusal::NeededOnTheWay { from, to, then } });
        }
    }
    // Those that waited for it go on doing so where they can; the order that went through it has been bridged.
    let still: Vec<usize> = later.into_iter().filter(|&other| !is_before(other)).collect();
    others[step] = before;
    for &to in &still {
        if freed.contains(&to) || !reaches(&others, step, to) {
            add(&mut others[to], step);
        }
    }
    // Where the order leads through the step again, nothing else needs to say it.
    for (from, to) in bridged {
        others[to].retain(|&other| other != from);
        bridge(&mut others, from, to);
    }
    edges.clone_from_slice(&others);
    Ok(())
}

/// Takes a step out: those that waited for it wait for what it waited for. The answer is who waited for it, and the edges
/// that were added.
fn take_out(edges: &mut [Vec<usize>], step: usize) -> (Vec<usize>, Vec<(usize, usize)>) {
    let before = std::mem::take(&mut edges[step]);
    let freed: Vec<usize> = (0..edges.len()).filter(|&to| edges[to].contains(&step)).collect();
    for &to in &freed {
        edges[to].retain(|&from| from != step);
    }
    let mut bridged = Vec::new();
    for &to in &freed {
        bridged.extend(before.iter().map(|&from| (from, to)).filter(|&(from, to)| bridge(edges, from, to)));
    }
    (freed, bridged)
}

/// Lets a step come after another where it does not anyway; whether that took an edge.
fn bridge(edges: &mut [Vec<usize>], from: usize, to: usize) -> bool {
    let apart = !reaches(edges, from, to);
    if apart {
        add(&mut edges[to], from);
    }
    apart
}

fn comes_after(edges: &[Vec<usize>], first: usize, other: usize) -> bool {
    first != other && reaches(edges, first, other)
}

/// Adds a place to an ascending list that may have it already.
fn add(places: &mut Vec<usize>, place: usize) {
    if let Err(at) = places.binary_search(&place) {
        places.insert(at, place);
    }
}

/// For each step, the stage in which it starts: 0 with the request, else one after the latest that it waits for.
pub(super) fn stages(after: &[Vec<usize>]) -> Vec<usize> {
    let mut stages = vec![0; after.len()];
    for step in sort(after).0 {
        stages[step] = after[step].iter().map(|&from| stages[from] + 1).max().unwrap_or(0);
    }
    stages
}
