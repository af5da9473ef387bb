//! Where a topology forks and joins. A detached step is not a lane: starting it costs the request nothing.

use model::{DependencyKind, Document, JoinCount, SiblingPolicy, Topology};

/// One step waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    /// The step that waits.
    pub(crate) to: u16,
    /// Whether its join cannot do without this lane.
    pub(crate) must: bool,
}

/// How lanes join, in a step or in the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JoinPlan {
    /// How many lanes lead to it.
    pub(crate) of: u16,
    /// How many of them must succeed.
    pub(crate) needs: u16,
    /// How many of those are strict predecessors.
    pub(crate) must: u16,
    /// Whether the other lanes are cancelled when it cannot be satisfied any more.
    pub(crate) cancels: bool,
    /// Whether the failure is answered at once.
    pub(crate) fail_fast: bool,
}

pub(super) struct Shape {
    pub(super) joins: Vec<JoinPlan>,
    pub(super) answer: JoinPlan,
    pub(super) successors: Vec<Vec<Edge>>,
    /// For each step, whether it is one of several that its predecessor, or the start, sets going.
    pub(super) forked: Vec<bool>,
    /// For each step, whether it is waited for by the answer only.
    pub(super) last: Vec<bool>,
}

impl Shape {
    pub(super) fn new(document: &Document, topology: &Topology) -> Self {
        let arrows = topology.arrows();
        let count = arrows.len();
        // An order that follows from other orders is neither a fork nor a join. Where a join may be satisfied without
        // one of its lanes nothing follows, and every edge is kept.
        let early = std::iter::once("default").chain(document.steps.iter().map(|step| step.id.as_str()));
        let early = early.map(|id| wanted(document, id)).any(|wanted| wanted.k.is_some());
        let edges = if early { &topology.after } else { &arrows };
        let mut joins = Vec::with_capacity(count);
        let mut successors: Vec<Vec<Edge>> = vec![Vec::new(); count];
        for (to, before) in edges.iter().enumerate() {
            let id = &document.steps[to].id;
            let wanted = wanted(document, id);
            let strict = |from: usize| {
                let from = &document.steps[from].id;
                let needs = |d: &&model::Dependency| d.kind == DependencyKind::Strict && d.from == *from && d.to == *id;
                wanted.k.is_some() && document.dependencies.iter().any(|dependency| needs(&dependency))
            };
            let must = before.iter().filter(|&&from| strict(from)).count() as u16;
            joins.push(wanted.over(before.len() as u16, must));
            for &from in before {
                successors[from].push(Edge { to: to as u16, must: strict(from) });
            }
        }
        let lane = |step: &usize| !topology.detached[*step];
        let lanes_after = |step: usize| (0..count).filter(|&next| lane(&next) && arrows[next].contains(&step)).count();
        let after: Vec<usize> = (0..count).map(lanes_after).collect();
        let lanes_at_start = (0..count).filter(lane).filter(|&step| arrows[step].is_empty()).count();
        let forked = (0..count)
            .map(|step| {
                lane(&step)
                    && match arrows[step].as_slice() {
                        [] => lanes_at_start > 1,
                        before => before.iter().any(|&from| after[from] > 1),
                    }
            })
            .collect();
        let last: Vec<bool> = (0..count).map(|step| lane(&step) && after[step] == 0).collect();
        let last_lanes = last.iter().filter(|last| **last).count() as u16;
        let answer = wanted(document, "default").over(last_lanes, 0);
        Shape { joins, answer, successors, forked, last }
    }
}

/// What the document asks of a join.
struct Wanted {
    k: Option<u32>,
    cancels: bool,
    fail_fast: bool,
}

/// A step's own join, completed by `joins.default`.
fn wanted(document: &Document, id: &str) -> Wanted {
    let default = document.joins.get("default").copied().unwrap_or_default();
    let own = document.joins.get(id).copied().unwrap_or_default();
    Wanted {
        k: match own.k.or(default.k) {
            Some(JoinCount::Of(k)) => Some(k),
            Some(JoinCount::All) | None => None,
        },
        cancels: own.siblings.or(default.siblings) == Some(SiblingPolicy::Cancel),
        fail_fast: own.fail_fast.or(default.fail_fast).unwrap_or(false),
    }
}

impl Wanted {
    fn over(&self, of: u16, must: u16) -> JoinPlan {
        let needs = self.k.map_or(of, |k| k.min(u32::from(of)) as u16).max(must);
        JoinPlan { of, needs, must, cancels: self.cancels, fail_fast: self.fail_fast }
    }
}
