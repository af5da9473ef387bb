//! How documents differ and how two become one: the pipeline on which it is shown, and how that is written down.

mod between_two;
#[path = "../drawn/mod.rs"]
mod drawn;
mod laws;
mod merges;

use model::{
    Custom, Dependency, DependencyKind, Document, Outage, OutageMode, Step, Wait,
    difference::{Choices, Difference, Merge, Side},
};

pub(crate) type Edit = fn(&mut Document);

/// Four steps, the second named; `charge` and `ship` depend on what comes before.
pub(crate) fn base() -> Document {
    Document::parse(
        r#"{"name":"Orders","pools":[{"id":"db","name":"orders database","size":2}],
        "steps":[{"id":"check","latency":{"constant_ms":5}},
                 {"id":"charge","name":"Charge card","latency":{"p50_ms":20,"p99_ms":90},"pools":["db"]},
                 {"id":"ship","latency":{"exponential_mean_ms":40},"retry":{"max":1}},
                 {"id":"mail","latency":{"constant_ms":1},"reads":["order"]}],
        "dependencies":[{"from":"check","to":"charge","kind":"loose"},{"from":"charge","to":"ship","kind":"strict"}],
        "waits":[{"from":"bank","to":"ledger"}],
        "outages":[{"step":"ship","from_s":10,"until_s":20,"mode":"refuses"}],
        "joins":{"default":{"k":"all"},"ship":{"k":1}},
        "custom":{"after":{"ship":["charge"]},"detached":[]},
        "thresholds":{"retry-storm":2.5}}"#,
    )
    .expect("it is a document")
}

pub(crate) fn edited(edit: Edit) -> Document {
    let mut document = base();
    edit(&mut document);
    document.checked().expect("the edit leaves a document")
}

pub(crate) fn step<'a>(document: &'a mut Document, id: &str) -> &'a mut Step {
    let place = document.step_index(id).expect("the step exists");
    &mut document.steps[place]
}

pub(crate) fn arrangement(document: &mut Document) -> &mut Custom {
    document.custom.as_mut().expect("the team has its own order")
}

/// Also what refers to it.
pub(crate) fn remove(document: &mut Document, id: &str) {
    document.steps.retain(|step| step.id != id);
    document.dependencies.retain(|dependency| dependency.from != id && dependency.to != id);
    document.outages.retain(|outage| outage.step != id);
    document.joins.remove(id);
    let own = &mut arrangement(document).after;
    own.remove(id);
    own.values_mut().for_each(|after| after.retain(|first| first != id));
}

pub(crate) fn needs(from: &str, to: &str, kind: DependencyKind) -> Dependency {
    Dependency { from: from.to_owned(), to: to.to_owned(), kind, because: String::new() }
}

pub(crate) fn wait(from: &str, to: &str, because: &str) -> Wait {
    Wait { from: from.to_owned(), to: to.to_owned(), because: because.to_owned() }
}

pub(crate) fn outage(step: &str, from_s: f64) -> Outage {
    Outage { step: step.to_owned(), from_s, until_s: from_s + 10.0, mode: OutageMode::Refuses }
}

pub(crate) fn or_nothing(text: &Option<String>) -> &str {
    // Whole steps and the like are long: that they are there is enough.
    text.as_deref().map_or("-", |text| if text.len() > 60 { "…" } else { text })
}

pub(crate) fn said(difference: &Difference) -> String {
    let Difference { path, before, after, .. } = difference;
    format!("{path}: {} → {}", or_nothing(before), or_nothing(after))
}

/// Every clash decided for one side.
pub(crate) fn all(merge: &Merge, side: Side) -> Choices {
    merge.clashes.iter().map(|clash| (clash.path.clone(), side)).collect()
}
