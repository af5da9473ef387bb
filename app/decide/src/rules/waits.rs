//! Services that wait for each other in a circle stand still together.

use std::collections::BTreeMap;

use model::Document;

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording,
};

/// It looks at `waits` alone: strict dependencies cannot close a circle, the document would be refused.
pub(super) static WAIT_CYCLE: Rule = Rule {
    id: "wait-cycle",
    name: "Services wait in a circle",
    effect: Effect::NotReady,
    rationale: "Services that wait for each other in a circle come to a deadlock that looks like a timeout, in any topology.",
    reads: &["waits"],
    threshold: None,
    check,
    otherwise: None,
    signal: "A steady stall that vanishes when any one of the services is called alone.",
    recovery: "Stop new work, restart one service of the circle so that the others go on, then break the circle.",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let circle = circle(evidence.document)?;
    let waits = &evidence.document.waits;
    let clauses: Vec<String> =
        circle.iter().map(|&wait| format!("{} waits for {}", waits[wait].from, waits[wait].to)).collect();
    let clauses: Vec<&str> = clauses.iter().map(String::as_str).collect();
    let services: Vec<String> = circle.iter().map(|&wait| format!("{} alone", waits[wait].from)).collect();
    let closing = circle.iter().max()?;
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

/// A circle of waits, as places in the document, each starting where the one before it leads.
fn circle(document: &Document) -> Option<Vec<usize>> {
    let mut waits_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut waited_for_by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (place, wait) in document.waits.iter().enumerate() {
        waits_of.entry(&wait.from).or_default().push(place);
        waits_of.entry(&wait.to).or_default();
        waited_for_by.entry(&wait.to).or_default().push(&wait.from);
    }
    // Services that wait for nobody, and those that wait only for such, are in no circle.
    let mut open: BTreeMap<&str, usize> = waits_of.iter().map(|(service, waits)| (*service, waits.len())).collect();
    let mut free: Vec<&str> = open.iter().filter(|(_, waits)| **waits == 0).map(|(service, _)| *service).collect();
    while let Some(service) = free.pop() {
        open.remove(service);
        for waiting in waited_for_by.get(service).into_iter().flatten() {
            if let Some(left) = open.get_mut(waiting) {
                *left -= 1;
                if *left == 0 {
                    free.push(waiting);
                }
            }
        }
    }
    // Each service that is left waits for another one that is left: the walk must come to one of them twice.
    let mut service = *open.keys().next()?;
    let mut walk: Vec<usize> = Vec::new();
    loop {
        if let Some(start) = walk.iter().position(|&wait| document.waits[wait].from == service) {
            return Some(walk.split_off(start));
        }
        let next = waits_of.get(service)?.iter().find(|&&wait| open.contains_key(document.waits[wait].to.as_str()))?;
        walk.push(*next);
        service = &document.waits[*next].to;
    }
}
