//! The arrangement as a form: a row a step, with what it waits for and whether anybody waits for it.

use leptos::prelude::*;
use model::{
    DependencyKind, Document,
    topology::{Refusal, Topology, TopologyKind, pairs},
};
use serde::{Deserialize, Serialize};

use crate::steps::fields::{Entries, Field, FieldPage, FieldView, Kind, PageSpec};

/// The page of the team's own arrangement, and the form that it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrangement;

/// What was typed into the rows of the arrangement.
pub type ArrangementForm = Entries<Arrangement>;

impl FieldPage for Arrangement {
    const SPEC: PageSpec = PageSpec { slug: "arrange", fields, finish: |_| {}, layout };
}

const NOT_WAITED_FOR: Kind = Kind::Choice(&[("no", "waited for"), ("yes", "not waited for")]);

/// The id of the field in which one types what a step waits for.
pub(super) fn field_of(step: usize) -> String {
    format!("custom-after-{step}")
}

fn fields(document: &Document) -> Vec<Field> {
    let Some(topology) = Topology::of(document, TopologyKind::Custom) else { return Vec::new() };
    (0..document.steps.len()).flat_map(|step| of_step(document, &topology, step)).collect()
}

fn of_step(document: &Document, topology: &Topology, step: usize) -> [Field; 2] {
    let names: Vec<String> = topology.after[step].iter().map(|&from| handle(document, from)).collect();
    let waits = Field::new(
        format!("custom.after[{step}]"),
        "Waits for",
        "Names of steps, separated by commas; empty: it starts with the request.",
        Kind::Text,
        names.join(", "),
        move |document, text| wait(document, step, text),
    );
    let detached = if topology.detached[step] { "yes" } else { "no" };
    let joins = Field::new(
        format!("custom.detached[{step}]"),
        "Is it waited for?",
        "A detached step is started, and the answer goes out without it.",
        NOT_WAITED_FOR,
        detached.to_owned(),
        move |document, word| detach(document, step, word == "yes"),
    );
    let id = &document.steps[step].id;
    [waits.answering_for(format!("custom.after.{id}")), joins]
}

/// What a step is called in a list: its name, unless that is another's too or would be read as several.
fn handle(document: &Document, step: usize) -> String {
    let called = |step: usize| document.steps[step].label().trim();
    let name = called(step);
    let clear = (0..document.steps.len()).filter(|&other| called(other).eq_ignore_ascii_case(name)).count() == 1;
    if clear && !name.contains(',') { name.to_owned() } else { document.steps[step].id.clone() }
}

/// The steps that a list names, each by its name or by its id.
fn read(document: &Document, text: &str) -> Result<Vec<usize>, String> {
    let mut steps = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let known = |step: usize| handle(document, step).eq_ignore_ascii_case(name);
        let found = (0..document.steps.len()).find(|&step| known(step)).or_else(|| document.step_index(name));
        match found {
            Some(step) if !steps.contains(&step) => steps.push(step),
            Some(_) => {}
            None => return Err(format!("There is no step “{name}”. Write names of steps, separated by commas.")),
        }
    }
    Ok(steps)
}

fn wait(document: &mut Document, step: usize, text: &str) -> Result<(), String> {
    let first = read(document, text)?;
    if first.contains(&step) {
        return Err(Refusal::Itself(step).sentence(document));
    }
    if let Some((from, to)) = strict(document).find(|(from, to)| *to == step && !first.contains(from)) {
        return Err(Refusal::Needed { from, to }.sentence(document));
    }
    let ids = first.into_iter().map(|from| document.steps[from].id.clone()).collect();
    let id = document.steps[step].id.clone();
    if let Some(custom) = &mut document.custom {
        custom.after.insert(id, ids);
    }
    Ok(())
}

fn detach(document: &mut Document, step: usize, detached: bool) -> Result<(), String> {
    if detached && let Some((from, to)) = strict(document).find(|(from, _)| *from == step) {
        return Err(Refusal::NeededDetached { from, to }.sentence(document));
    }
    let id = document.steps[step].id.clone();
    if let Some(custom) = &mut document.custom {
        custom.detached.retain(|other| *other != id);
        if detached {
            custom.detached.push(id);
        }
    }
    Ok(())
}

fn strict(document: &Document) -> impl Iterator<Item = (usize, usize)> + '_ {
    pairs(document, DependencyKind::Strict)
}

fn layout(document: &Document) -> AnyView {
    let Some(topology) = Topology::of(document, TopologyKind::Custom) else { return ().into_any() };
    let rows = (0..document.steps.len())
        .map(|step| {
            let name = document.steps[step].label().to_owned();
            let cells = of_step(document, &topology, step)
                .into_iter()
                .map(|mut field| {
                    field.label = format!("{}, {name}", field.label);
                    view! { <td><FieldView field cell=true /></td> }
                })
                .collect_view();
            view! { <tr><th scope="row" class="named">{name}</th>{cells}</tr> }
        })
        .collect_view();
    view! {
        <div class="tablewrap sheet">
            <table>
                <caption>
                    "The same as a form"
                    <span class="hint">" Names of steps, separated by commas. A step with an empty row starts with the request."</span>
                </caption>
                <thead><tr><th scope="col">"Step"</th><th scope="col">"Waits for"</th><th scope="col">"Is it waited for?"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use model::{Custom, EXAMPLES};

    use super::*;
    use crate::steps::StepForm;

    /// The checkout, arranged by hand as parallel does it.
    fn started() -> Document {
        let mut document = EXAMPLES[1].document();
        let parallel = Topology::of(&document, TopologyKind::Parallel).expect("every document has it");
        document.custom = Some(Custom::starting_from(&document, &parallel));
        document
    }

    /// What comes of typing into some of the fields.
    fn typed(entries: &[(&str, &str)]) -> Result<Custom, Vec<(String, String)>> {
        let document = started();
        let entries: std::collections::BTreeMap<_, _> = entries.iter().copied().collect();
        let form: ArrangementForm =
            serde_json::from_value(serde_json::to_value(entries).expect("text")).expect("a form is a list of entries");
        let applied = form.apply(&document);
        let said = |problems: Vec<crate::steps::FieldProblem>| {
            problems.into_iter().map(|problem| (problem.field, problem.message)).collect()
        };
        applied.map(|document| document.custom.expect("it stays")).map_err(said)
    }

    fn one(result: Result<Custom, Vec<(String, String)>>) -> (String, String) {
        let problems = result.expect_err("it is forbidden");
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].clone()
    }

    #[test]
    fn names_and_ids_are_read_and_what_was_not_touched_stays() {
        let before = started().custom.expect("it was started");
        assert_eq!(typed(&[]), Ok(before.clone()));
        let after = typed(&[("custom-after-1", " authorise payment ,reserve,")]).expect("it is allowed");
        assert_eq!(after.after["fraud"], ["authorise", "reserve"]);
        assert_eq!(after.after["capture"], before.after["capture"]);
        let detached = typed(&[("custom-detached-4", "no")]).expect("it is allowed");
        assert_eq!(detached.detached, ["metrics"]);
    }

    #[test]
    fn what_is_forbidden_is_said_at_its_field_with_the_reason() {
        let (field, message) = one(typed(&[("custom-after-3", "Authorise payment, Check fraud")]));
        assert_eq!(field, "custom-after-3");
        assert_eq!(
            message,
            "Capture payment must come after Reserve stock (strict: no capture for goods that are gone)."
        );
        let (field, message) = one(typed(&[("custom-detached-2", "yes")]));
        assert_eq!(field, "custom-detached-2");
        assert!(message.ends_with("so Reserve stock cannot be detached."), "{message}");
        let (field, message) = one(typed(&[("custom-after-0", "Capture payment")]));
        assert_eq!(field, "custom-after-3");
        assert!(message.contains("in a circle: Authorise payment → Capture payment → Authorise payment"), "{message}");
        let (field, message) = one(typed(&[("custom-after-0", "Push metrics")]));
        assert_eq!(field, "custom-after-0");
        assert!(message.starts_with("Authorise payment cannot wait for Push metrics, which is detached"), "{message}");
        assert_eq!(one(typed(&[("custom-after-0", "Pay")])).0, "custom-after-0");
        assert_eq!(one(typed(&[("custom-after-0", "authorise")])).1, "Authorise payment cannot wait for itself.");
    }
}
