//! An arrangement in words.

use decide::wording::list;
use model::{
    Document, Topology,
    topology::{OrderingReason, said_of},
};

/// Whether a step needs another strictly, as the topology notes it.
pub(super) fn is_strict(topology: &Topology, from: usize, to: usize) -> bool {
    topology.notes.iter().any(|note| (note.from, note.to) == (from, to) && note.reason == OrderingReason::Strict)
}

/// When a step starts and why, as what follows its name: `starts in stage 2, after Pay (strict: it needs the receipt).`
pub fn of_step(document: &Document, topology: &Topology, step: usize) -> String {
    let name = |step: usize| document.steps[step].label();
    let stage = topology.stages()[step];
    let arrows = topology.arrows();
    // What it needs strictly is said even where the order follows from others.
    let mut first = topology.after[step].clone();
    first.retain(|&from| arrows[step].contains(&from) || is_strict(topology, from, step));
    let reasons: Vec<String> =
        first.iter().map(|&from| format!("{} ({})", name(from), why(document, topology, from, step))).collect();
    let mut words = match (topology.detached[step], reasons.is_empty()) {
        (false, true) => "starts with the request, in stage 1.".to_owned(),
        (false, false) => format!("starts in stage {}, after {}.", stage + 1, list(&reasons)),
        (true, true) => "starts with the request and is not waited for.".to_owned(),
        (true, false) => format!("starts after {} and is not waited for.", list(&reasons)),
    };
    for note in topology.notes.iter().filter(|note| note.to == step) {
        match note.reason {
            OrderingReason::LooseDropped => {
                words.push_str(&format!(
                    " It need not wait for {} ({}).",
                    name(note.from),
                    said_of(document, note.from, step)
                ));
            }
            OrderingReason::Detached => {
                words.push_str(&format!(" It need not wait for {}, which is detached.", name(note.from)));
            }
            OrderingReason::Strict
            | OrderingReason::OneAfterAnother
            | OrderingReason::FirstLeg
            | OrderingReason::SharedData(_)
            | OrderingReason::CannotBeTakenBack
            | OrderingReason::TeamEdge => {}
        }
    }
    words
}

fn why(document: &Document, topology: &Topology, from: usize, to: usize) -> String {
    let note = topology.notes.iter().find(|note| (note.from, note.to) == (from, to));
    match note.map(|note| &note.reason) {
        Some(OrderingReason::Strict) => said_of(document, from, to),
        Some(OrderingReason::OneAfterAnother) => "one after another".to_owned(),
        Some(OrderingReason::SharedData(data)) => format!("both touch {data}, and one writes it"),
        Some(OrderingReason::CannotBeTakenBack) => "its write can be neither undone nor repeated".to_owned(),
        Some(
            OrderingReason::TeamEdge
            | OrderingReason::FirstLeg
            | OrderingReason::LooseDropped
            | OrderingReason::Detached,
        )
        | None => "the team's own order".to_owned(),
    }
}
