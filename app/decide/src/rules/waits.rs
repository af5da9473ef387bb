//! Services that wait for each other in a circle stand still together.

use std::collections::{BTreeSet, VecDeque};

use model::{Document, StepKind, folded, same_name};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording,
};

/// A circle holds at least one declared wait. Its other edges may be the chain's own: the service of a later step is not
/// called before the earlier one has answered, so an earlier one that waits for it waits for ever. A store answers every
/// caller at once, so it does not wait for its turn in the chain.
pub(super) static WAIT_CYCLE: Rule = Rule {
    id: "wait-cycle",
    name: "Services wait in a circle",
    effect: Effect::NotReady,
    rationale: "Services that wait for each other in a circle come to a deadlock that looks like a timeout, in any topology.",
    reads: &["waits", "steps[].service", "dependencies"],
    threshold: None,
    check,
    otherwise: None,
    signal: "A steady stall that vanishes when any one of the services is called alone.",
    recovery: "Stop new work, restart one service of the circle so that the others go on, then break the circle.",
};

/// A service that cannot answer before another one does.
struct Edge {
    from: String,
    to: String,
    /// The declared wait it comes from; none: the chain calls `from` after `to`.
    wait: Option<usize>,
}

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let edges = edges(evidence.document);
    let circle = circle(&edges)?;
    let clauses: Vec<String> = circle
        .iter()
        .map(|edge| match edge.wait {
            Some(_) => format!("{} waits for {}", edge.from, edge.to),
            None => format!("{} is called after {}", edge.from, edge.to),
        })
        .collect();
    let services: Vec<String> = circle.iter().map(|edge| format!("{} alone", edge.from)).collect();
    let closing = circle.iter().filter_map(|edge| edge.wait).max()?;
    Some(WAIT_CYCLE.found(
        format!("{}: a circle, in which all of them can stand still.", wording::list(&clauses)),
        format!(
            "Break it with a broker or one asynchronous call. Test it: {}, then all together.",
            services.join(", then ")
        ),
        format!("waits[{closing}]"),
        Vec::new(),
    ))
}

/// Declared waits, and that the service of a later step of the chain cannot answer before an earlier one's.
fn edges(document: &Document) -> Vec<Edge> {
    let declared = document.waits.iter().enumerate().map(|(place, wait)| Edge {
        from: wait.from.trim().to_owned(),
        to: wait.to.trim().to_owned(),
        wait: Some(place),
    });
    let answers_anybody = |step: &usize| {
        matches!(document.steps[*step].kind, StepKind::Database | StepKind::Cache | StepKind::Queue | StepKind::Log)
    };
    let mut order = model::topology::sequential_order(document);
    order.retain(|step| !answers_anybody(step));
    let service = |step: usize| document.steps[step].service_name().trim().to_owned();
    let chain = order.windows(2).map(|pair| Edge { from: service(pair[1]), to: service(pair[0]), wait: None });
    declared.chain(chain.filter(|edge| !same_name(&edge.from, &edge.to))).collect()
}

/// The shortest circle that holds a declared wait, starting with it: from what it waits for back to who waits.
fn circle(edges: &[Edge]) -> Option<Vec<&Edge>> {
    let closing = |wait: &&Edge| wait.wait.is_some();
    let circles = edges.iter().filter(closing).filter_map(|wait| {
        if same_name(&wait.from, &wait.to) {
            return Some(vec![wait]);
        }
        let mut way = path(edges, &wait.to, &wait.from)?;
        way.insert(0, wait);
        Some(way)
    });
    // Of circles of one length the one with most declared waits says most.
    circles.min_by_key(|circle| (circle.iter().filter(|edge| edge.wait.is_none()).count(), circle.len()))
}

/// The shortest way from one service to another along edges.
fn path<'a>(edges: &'a [Edge], from: &str, to: &str) -> Option<Vec<&'a Edge>> {
    let mut seen: BTreeSet<String> = BTreeSet::from([folded(from)]);
    let mut open: VecDeque<(String, Vec<&Edge>)> = VecDeque::from([(folded(from), Vec::new())]);
    while let Some((service, way)) = open.pop_front() {
        for edge in edges.iter().filter(|edge| folded(&edge.from) == service) {
            let mut longer = way.clone();
            longer.push(edge);
            if same_name(&edge.to, to) {
                return Some(longer);
            }
            if seen.insert(folded(&edge.to)) {
                open.push_back((folded(&edge.to), longer));
            }
        }
    }
    None
}
