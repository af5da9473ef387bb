//! Experiments: one thing varied, and what comes of it. A row for each; only one runs at a time.
//!
//! In a browser they run in a worker. Without JavaScript a row is a form whose address asks the server for the result.

use engine::experiment::{Experiment, Question};
use leptos::prelude::*;
use model::Document;

use crate::workspace::{Standing, Workspace};

/// What an experiment is called, what it asks, and how.
struct Words {
    name: &'static str,
    asks: &'static str,
    how: &'static str,
}

fn words(question: Question) -> Words {
    let (name, asks, how) = match question {
        Question::Vary(Experiment::Load) => (
            "load sweep",
            "At which load do errors emerge?",
            "From a quarter of today's load to four times it, then ever closer to where errors begin.",
        ),
        Question::Vary(Experiment::Spike) => (
            "spike",
            "What does a spike of ten do, alone and inside the load?",
            "Ten requests at one moment, or as many as the spike of this pipeline has.",
        ),
        Question::Vary(Experiment::Outages) => (
            "outages",
            "What if one step is down?",
            "Each step in turn refuses all calls for a quarter of the run; one that has an outage of its own keeps it.",
        ),
        Question::Vary(Experiment::Pools) => (
            "pool sizes",
            "How large must each pool be?",
            "Each at half its size, as it is, twice and four times as large.",
        ),
        Question::Flips => (
            "sensitivity",
            "Which input would change the verdict?",
            "Every input at lower and higher values, then ever closer to where the verdict flips. It takes minutes.",
        ),
    };
    Words { name, asks, how }
}

/// Whether an experiment has anything to vary in a document.
fn varies(question: Question, document: &Document) -> bool {
    !document.steps.is_empty() && (question != Question::Vary(Experiment::Pools) || !document.pools.is_empty())
}

/// All experiments that have something to vary.
#[component]
pub(super) fn Experiments() -> impl IntoView {
    let workspace = Workspace::current();
    let rows = (0..Question::ALL.len()).map(|place| {
        let there = Memo::new(move |_| workspace.document.with(|document| varies(Question::ALL[place], document)));
        move || there.get().then(|| view! { <Row place /> })
    });
    let rows = rows.collect_view();
    view! {
        <section class="experiments" aria-labelledby="experiments">
            <h2 id="experiments">"Experiments"</h2>
            {rows}
        </section>
    }
}

/// One experiment, and what it has found.
#[component]
fn Row(
    /// Its place in [`Question::ALL`].
    place: usize,
) -> impl IntoView {
    let workspace = Workspace::current();
    let standing = workspace.experiment(place);
    let slug = Question::ALL[place].slug();
    let Words { name, asks, how } = words(Question::ALL[place]);
    let under_way = Memo::new(move |_| standing.with(|standing| standing.under_way.is_some()));
    let there = Memo::new(move |_| standing.with(|standing| standing.found.is_some()));
    let share = move || standing.with(Standing::share);
    let doing = move || standing.with(Standing::doing);
    let of_before = Memo::new(move |_| {
        let digest = workspace.document.with(Document::digest);
        standing.with(|standing| standing.found.as_ref().is_some_and(|(of, _)| *of != digest))
    });
    let html = move || standing.with(|standing| standing.found.clone().map_or_else(String::new, |(_, html)| html));
    let submit = move |event: web_sys::SubmitEvent| {
        if under_way.get_untracked() {
            event.prevent_default();
            workspace.end_experiment("Stopped.");
        } else if workspace.run_experiment(place) {
            event.prevent_default();
        }
    };
    view! {
        <section class="experiment" id=format!("experiment-{slug}") aria-label=name>
            <form method="get" action=format!("{}/prototype#experiment-{slug}", workspace.address()) on:submit=submit>
                <div>
                    <h3>{asks}</h3>
                    <p class="hint">{how}</p>
                </div>
                <input type="hidden" name="experiment" value=slug />
                <button type="submit" disabled=move || !under_way.get() && workspace.is_experimenting()>
                    {move || if under_way.get() { "Stop" } else { "Run" }}
                    <span class="visually-hidden">{format!(" {name}")}</span>
                </button>
            </form>
            {move || under_way.get().then(|| view! {
                <p class="under-way">
                    <progress max="1" value=share aria-label=format!("Progress: {name}")></progress>
                    <span>{doing}</span>
                </p>
            })}
            <p class="ended" role="status">{move || standing.with(|standing| standing.ended.clone())}</p>
            {move || of_before.get().then(|| view! {
                <p class="notice">"Out of date: this is of the pipeline as it was before the last change. Run it again."</p>
            })}
            {move || there.get().then(|| view! { <div class="results" inner_html=html></div> })}
        </section>
    }
}
