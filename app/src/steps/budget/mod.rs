//! Budget: what each step's 99th percentile costs, and which pools and limits the steps share.

mod circumstances;
mod columns;
pub mod measured;

use leptos::{prelude::*, server_fn::ServerFn};
use model::{DependencyKind, Document, Step};
use serde::{Deserialize, Serialize};

use self::{
    circumstances::{joins, of_outage, of_wait},
    columns::{caller, of_pool, of_step, protections, workload},
};
use super::{
    Facts, GuidedStep, Status,
    fields::{Entries, Field, FieldForm, FieldPage, FieldView, PageSpec, cell, numbered, table},
    named,
};
use crate::{api::forms::SaveBudget, components::Results};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "budget",
    title: "Budget",
    question: "What does each step's 99th percentile cost against the budget, and which pools and limits do they share?",
    why: "A team that knows the median and not the 99th percentile knows the wrong half; and lanes that share a pool of connections are not as free as they look.",
    changes: "Times, errors, timeouts and retries make every figure of the simulation. “unknown” or a range such as “80 to 400” widens the results, and the rules then use the wide ones.",
    example: "Reserve stock: p50 60 ms, p99 400 ms, 0.2 % errors, 2 retries, holds one of the 20 connections to the order database.",
    status,
    page: super::apart::apart!(budget, view! { <BudgetPage /> }),
};

/// A step always has a latency, because no row goes without: measured, estimated, or marked unknown. An error rate that
/// nobody gave is 0, and 0 is what hardly any step has: it counts as an answer where somebody says where it was measured; unknown always does.
fn status(facts: &Facts<'_>) -> Status {
    let steps = &facts.document.steps;
    if steps.is_empty() {
        return Status::CannotStart("the pipeline is empty");
    }
    let nothing = model::Quantity::default();
    let never_fails = |step: &&Step| {
        let rates = [step.error_rate, step.permanent_error_rate, step.accepted_not_processed_rate];
        step.measured.is_empty() && rates.iter().all(|rate| *rate == nothing)
    };
    match named(steps.iter().filter(never_fails)) {
        Some(names) => {
            Status::InProgress(format!("errors of {names}: a share, “unknown”, or 0 with where it was measured").into())
        }
        None => Status::Completed,
    }
}

/// The page of the Budget step, and the form that it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Budget;

/// What was typed on the Budget page.
pub type BudgetForm = Entries<Budget>;

impl FieldPage for Budget {
    const SPEC: PageSpec = PageSpec { slug: "budget", fields, finish, layout };
}

fn fields(document: &Document) -> Vec<Field> {
    let steps = document.steps.iter().enumerate().flat_map(|(place, step)| of_step(place, step));
    let pools = (0..=document.pools.len()).flat_map(|place| of_pool(document, place));
    let rest = [workload(document), caller(document), protections(document), joins(document)].into_iter().flatten();
    let outages = (0..=document.outages.len()).flat_map(|place| of_outage(document, place));
    let waits = (0..=document.waits.len()).flat_map(|place| of_wait(document, place));
    steps.chain(pools).chain(rest).chain(outages).chain(waits).collect()
}

/// A pool without a name is one that was taken away.
fn finish(document: &mut Document) {
    circumstances::finish(document);
    let gone: Vec<String> =
        document.pools.iter().filter(|pool| pool.name.is_empty()).map(|pool| pool.id.clone()).collect();
    document.pools.retain(|pool| !gone.contains(&pool.id));
    for step in &mut document.steps {
        step.pools.retain(|pool| !gone.contains(pool));
        if step.surge.as_ref().is_some_and(|surge| gone.contains(&surge.pool)) {
            step.surge = None;
        }
        // People write the name that they gave a pool, not the id that was made of it.
        for named in &mut step.pools {
            let called = |pool: &&model::Pool| pool.id == *named || pool.label().eq_ignore_ascii_case(named);
            if let Some(pool) = document.pools.iter().find(called) {
                named.clone_from(&pool.id);
            }
        }
    }
}

#[component]
fn BudgetPage() -> impl IntoView {
    view! {
        <p class="hint">"The sheet people bring to the meeting: what each step needs, how slow its slowest hundredth is, and what happens when it fails. Write unknown where nobody knows: it widens the result, and the result says so."</p>
        <measured::MeasuredForm />
        <FieldForm page=Budget::SPEC action=SaveBudget::url() />
        <Results step="budget" instead=|| view! { <p class="empty">"Tail arithmetic stands here once there are figures."</p> } />
    }
}

fn layout(document: &Document) -> AnyView {
    let group = |legend: &'static str, fields: Vec<Field>| {
        let fields = fields.into_iter().map(|field| view! { <FieldView field /> }).collect_view();
        view! { <fieldset><legend>{legend}</legend><div class="pair">{fields}</div></fieldset> }
    };
    view! {
        {(!document.steps.is_empty()).then(|| table("Steps", "Needs, and how critical", (0..document.steps.len()).map(|place| {
            (document.steps[place].label().to_owned(), needs(document, place), of_step(place, &document.steps[place]))
        }).collect(), cell))}
        {group("What arrives", workload(document))}
        {group("Who calls, and who calls again", caller(document))}
        <p class="hint">"All below changes nothing until somebody fills it in: leave out what does not apply."</p>
        {table("Pools", "Slots that steps share: connections, workers, rate limits. A name in the last row adds one, an empty name takes one away.", (0..=document.pools.len()).map(|place| {
            let name = document.pools.get(place).map_or_else(|| "New".to_owned(), |pool| pool.id.clone());
            (name, String::new(), of_pool(document, place))
        }).collect(), cell)}
        {group("What guards it", protections(document))}
        {group("Joins", joins(document))}
        {table("Outages", "What is tried out while requests arrive. A step in the last row adds one, an empty one takes one away.", numbered(document.outages.len(), |place| of_outage(document, place)), cell)}
        {table("Waits", "Services that wait for each other outside this pipeline: in a circle they stand still. Write it in the last row to add one.", numbered(document.waits.len(), |place| of_wait(document, place)), cell)}
    }
    .into_any()
}

/// What a step needs, and how critical it is, in words.
fn needs(document: &Document, place: usize) -> String {
    let step = &document.steps[place];
    let names: Vec<&str> = document
        .dependencies
        .iter()
        .filter(|dependency| dependency.to == step.id && dependency.kind == DependencyKind::Strict)
        .filter_map(|dependency| Some(document.steps[document.step_index(&dependency.from)?].label()))
        .collect();
    let class = step.class.label();
    if names.is_empty() { class.to_owned() } else { format!("{class}; needs {}", decide::wording::list(&names)) }
}
