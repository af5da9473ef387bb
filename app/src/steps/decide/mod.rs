//! Decide: the verdict, the rules behind it, and what would change it.

use ::decide::{Effect, Finding, Verdict, wording};
use leptos::prelude::*;
use model::TopologyKind;

use super::{Facts, GuidedStep, Status};
use crate::{components::TopologyBadge, workspace::Workspace};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "decide",
    title: "Decide",
    question: "Which topology, on what conditions, and what would change it?",
    status,
    view: || view! { <DecidePage /> }.into_any(),
};

fn status(facts: &Facts<'_>) -> Status {
    if facts.document.steps.is_empty() {
        Status::CannotStart("no steps yet")
    } else if !facts.simulated {
        Status::CannotStart("not simulated yet")
    } else if facts.document.state_owner.is_none() {
        Status::InProgress("a state owner")
    } else {
        Status::Completed
    }
}

#[component]
fn DecidePage() -> impl IntoView {
    let workspace = Workspace::current();
    let verdict = Memo::new(move |_| {
        let report = workspace.evidence()?;
        Some(workspace.document.with(|document| ::decide::verdict(document, &report)))
    });
    move || match verdict.get() {
        Some(verdict) => view! { <VerdictView verdict /> }.into_any(),
        None => view! {
            <p class="empty">
                "There is no verdict without figures. "
                <a href=format!("/pipelines/{}/prototype", workspace.id)>"Simulate in Prototype"</a>" first."
            </p>
        }
        .into_any(),
    }
}

#[component]
fn VerdictView(verdict: Verdict) -> impl IntoView {
    let workspace = Workspace::current();
    let conditions: Vec<Finding> = verdict.conditions().cloned().collect();
    let rules = verdict
        .findings
        .iter()
        .map(|finding| {
            let rule = ::decide::RULES.iter().find(|rule| rule.id == finding.rule);
            let class = match finding.effect {
                Effect::NotReady | Effect::AgainstParallel => "eff no",
                Effect::Condition => "eff if",
                Effect::ForParallel => "eff yes",
                Effect::Advice => "eff",
            };
            let (href, label) = where_to_change(workspace, &finding.input);
            view! {
                <li>
                    <span class=class>{finding.effect.label()}</span>
                    <span>
                        {rule.map_or("", |rule| rule.name)}
                        <small>{finding.evidence.clone()}" "{finding.remedy.clone()}</small>
                    </span>
                    <a href=href>{label}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="verdict">
            <p class="one" data-testid="verdict">{verdict.sentence.clone()}</p>
            <dl class="pair">
                {verdict.runner_up.map(|kind| view! { <div><dt>"Runner-up"</dt><dd><Named kind /></dd></div> })}
                {verdict.price.map(|price| view! {
                    <div>
                        <dt>"The price of "{price.plan.label().to_lowercase()}", per 1,000 requests"</dt>
                        <dd>{price_words(&price)}</dd>
                    </div>
                })}
                {verdict.would_change.iter().map(|flip| view! {
                    <div><dt>"What would change it"</dt><dd>{flip.sentence.clone()}</dd></div>
                }).collect_view()}
            </dl>
        </div>
        {(!conditions.is_empty()).then(|| view! {
            <h2>"Only after"</h2>
            <ul class="conditions">{conditions.into_iter().map(|finding| view! { <li>{finding.remedy}</li> }).collect_view()}</ul>
        })}
        <h2>"Rules that fired"</h2>
        <ul class="rules">{rules}</ul>
    }
}

#[component]
fn Named(kind: TopologyKind) -> impl IntoView {
    view! { <TopologyBadge kind />" "{kind.label()} }
}

/// Milliseconds saved, and what they cost.
fn price_words(price: &::decide::Price) -> String {
    let saved = if price.saves_ms >= 0.0 {
        format!("{} saved", wording::ms(price.saves_ms))
    } else {
        format!("{} lost", wording::ms(-price.saves_ms))
    };
    let mut parts = vec![saved];
    for (count, name) in
        [(price.orphans, "orphaned writes"), (price.duplicates, "duplicates"), (price.undo_calls, "undo calls")]
    {
        // Below one in a hundred thousand requests nobody would see it in the figure either.
        if count.abs() >= 0.01 {
            let direction = if count > 0.0 { "more" } else { "fewer" };
            parts.push(format!("{} {direction} {name}", wording::number(count.abs())));
        }
    }
    match price.conditions {
        0 => {}
        1 => parts.push("1 condition".to_owned()),
        n => parts.push(format!("{n} conditions")),
    }
    parts.join(", ")
}

/// The page and field where an input is changed.
fn where_to_change(workspace: Workspace, input: &str) -> (String, &'static str) {
    let place = |step: &str, field: &str| format!("/pipelines/{}/{step}#{field}", workspace.id);
    let row = input.strip_prefix("steps[").and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
    match (input, row) {
        ("state_owner", _) => (place("frame", "state_owner"), "Frame: state owner"),
        ("budget.target_ms", _) => (place("frame", "target"), "Frame: budget"),
        ("dependencies", _) => (place("map", "dependencies-0-from"), "Map: dependencies"),
        (_, Some(row)) if input.ends_with("error_rate") => {
            (place("map", &format!("steps-{row}-errors")), "Map: errors")
        }
        (_, Some(row)) => (place("map", &format!("steps-{row}-name")), "Map: step"),
        _ => (place("map", "steps-0-name"), "Map"),
    }
}
