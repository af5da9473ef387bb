//! Services that wait for each other in a circle stand still together.

use std::collections::{BTreeSet, VecDeque};

use model::{DependencyKind, Document, Step, StepKind, folded, same_name};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording,
};

/// A circle holds at least one declared wait. Its other edges may be strict dependencies: the service of a step is not called
/// before the one that it needs has answered, so one that waits for it waits for ever. Today's loose order is no wait, and a
/// store answers every caller at once.
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
    /// The declared wait it comes from; none: a step of `from` strictly needs one of `to`.
    wait: Option<usize>,
}

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let edges = edges(evidence.document);
    let circles = circles(&edges);
    let closing = circles.first()?.iter().filter_map(|edge| edge.wait).max()?;
    let (told, tests): (Vec<String>, Vec<String>) = circles.iter().map(|circle| (told(circle), test(circle))).unzip();
    let it = if circles.len() == 1 { "it" } else { "each" };
    Some(WAIT_CYCLE.found(
        told.join(" "),
        format!("Break {it} with a broker or one asynchronous call. Test it: {}.", tests.join("; ")),
        format!("waits[{closing}]"),
        Vec::new(),
    ))
}

fn told(circle: &[&Edge]) -> String {
    let clause = |edge: &&Edge| match edge.wait {
        Some(_) if same_name(&edge.from, &edge.to) => format!("{} waits for itself", edge.from),
        Some(_) => format!("{} waits for {}", edge.from, edge.to),
        None => format!("{} is called after {}", edge.from, edge.to),
    };
    let clauses: Vec<String> = circle.iter().map(clause).collect();
    let all = if circle.len() == 1 { "it can stand still" } else { "all of them can stand still" };
    format!("{}: a circle, in which {all}.", wording::list(&clauses))
}

/// How the services of a circle are tried.
fn test(circle: &[&Edge]) -> String {
    let services: Vec<String> = circle.iter().map(|edge| format!("{} alone", edge.from)).collect();
    if circle.len() == 1 { services.join("") } else { format!("{}, then all together", services.join(", then ")) }
}

/// Declared waits, and that the service of a step cannot answer before that of a step which it strictly needs.
fn edges(document: &Document) -> Vec<Edge> {
    let declared = document.waits.iter().enumerate().map(|(place, wait)| Edge {
        from: wait.from.trim().to_owned(),
        to: wait.to.trim().to_owned(),
        wait: Some(place),
    });
    let answers_anybody =
        |step: &Step| matches!(step.kind, StepKind::Database | StepKind::Cache | StepKind::Queue | StepKind::Log);
    let service = |id: &str| {
        let step = document.step_index(id).map(|step| &document.steps[step]);
        step.filter(|step| !answers_anybody(step)).map(|step| step.service_name().trim().to_owned())
    };
    let strict = document.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Strict);
    let needed = strict.filter_map(|dependency| {
        Some(Edge { from: service(&dependency.to)?, to: service(&dependency.from)?, wait: None })
    });
    declared.chain(needed.filter(|edge| !same_name(&edge.from, &edge.to))).collect()
}

/// Circles that share no declared wait: of all that are left the shortest, then the shortest without its waits, and so on.
fn circles(edges: &[Edge]) -> Vec<Vec<&Edge>> {
    let mut left: Vec<&Edge> = edges.iter().collect();
    std::iter::from_fn(|| {
        let circle = circle(&left)?;
        left.retain(|edge| edge.wait.is_none() || circle.iter().all(|of| of.wait != edge.wait));
        Some(circle)
    })
    .collect()
}

/// The shortest circle that holds a declared wait, starting with it: from what it waits for back to who waits.
fn circle<'a>(edges: &[&'a Edge]) -> Option<Vec<&'a Edge>> {
    let closing = |wait: &&Edge| wait.wait.is_some();
    let circles = edges.iter().copied().filter(closing).filter_map(|wait| {
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
fn path<'a>(edges: &[&'a Edge], from: &str, to: &str) -> Option<Vec<&'a Edge>> {
    let mut seen: BTreeSet<String> = BTreeSet::from([folded(from)]);
    let mut open: VecDeque<(String, Vec<&Edge>)> = VecDeque::from([(folded(from), Vec::new())]);
    while let Some((service, way)) = open.pop_front() {
        for edge in edges.iter().copied().filter(|edge| folded(&edge.from) == service) {
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
