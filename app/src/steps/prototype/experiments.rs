//! Experiments: one thing varied, and what comes of it. A row for each; only one runs at a time.
//!
//! In a browser they run in a worker. Without JavaScript a row is a form whose address asks the server for the result.

use engine::experiment::{Experiment, Question};
use leptos::prelude::*;
use model::Document;

use super::expectation::Expectation;
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
            "Each step in turn refuses all calls for a quarter of the run; one that has an outage of its own keeps it. Runs once you have written down what you expect.",
        ),
        Question::Vary(Experiment::Pools) => (
            "pool sizes",
            "How large must each pool be?",
            "Each at half its size, as it is, twice and four times as large.",
        ),
        Question::Flips => (
            "sensitivity",
            "Which input would change the verdict?",
            "Every input at lower and higher values, then ever closer to where the verdict flips. Where there are many steps it takes minutes.",
        ),
    };
    Words { name, asks, how }
}

/// Whether an experiment has anything to vary in a document.
fn varies(question: Question, document: &Document) -> bool {
    !document.steps.is_empty() && (question != Question::Vary(Experiment::Pools) || !document.pools.is_empty())
}

/// All experiments. Those that have nothing to vary are hidden.
#[component]
pub(super) fn Experiments() -> impl IntoView {
    let workspace = Workspace::current();
    let empty = Memo::new(move |_| workspace.document.with(|document| document.steps.is_empty()));
    let rows = (0..Question::ALL.len()).map(|place| view! { <Row place /> }).collect_view();
    view! {
        <section class="experiments" aria-labelledby="experiments" hidden=empty>
            <h2 id="experiments">"Experiments"</h2>
            {rows}
        </section>
    }
}

/// One experiment, and what it has found.
///
/// All its parts are always there, hidden while they say nothing, and each shows a [`Memo`] of text or of a switch: parts
/// that come and go, each with a closure of its own, made the page's module noticeably larger.
#[component]
fn Row(
    /// Its place in [`Question::ALL`].
    place: usize,
) -> impl IntoView {
    let workspace = Workspace::current();
    let standing = workspace.experiment(place);
    let question = Question::ALL[place];
    let (slug, Words { name, asks, how }) = (question.slug(), words(question));
    let text = move |read: fn(&Standing) -> String| Memo::new(move |_| standing.with(read));
    let nothing = Memo::new(move |_| workspace.document.with(|document| !varies(question, document)));
    let idle = Memo::new(move |_| standing.with(|standing| standing.under_way.is_none()));
    // What is expected is written down before anybody looks.
    let expects = question == Question::Vary(Experiment::Outages);
    let waits = Memo::new(move |_| {
        idle.get() && (workspace.is_experimenting() || expects && workspace.expected.with(String::is_empty))
    });
    let none = Memo::new(move |_| standing.with(|standing| standing.found.is_none()));
    let current = Memo::new(move |_| {
        let digest = workspace.document.with(Document::digest);
        standing.with(|standing| standing.found.as_ref().is_none_or(|(of, _)| *of == digest))
    });
    let submit = move |event: web_sys::SubmitEvent| {
        if !idle.get_untracked() {
            event.prevent_default();
            workspace.end_experiment("Stopped.");
        } else if workspace.run_experiment(place) {
            event.prevent_default();
        }
    };
    view! {
        <section class="experiment" id=format!("experiment-{slug}") aria-label=name hidden=nothing>
            <form method="get" action=format!("{}/prototype#experiment-{slug}", workspace.address()) on:submit=submit>
                <div>
                    <h3>{asks}</h3>
                    <p class="hint">{how}</p>
                </div>
                <input type="hidden" name="experiment" value=slug />
                <button type="submit" disabled=waits>
                    {text(|standing| if standing.under_way.is_some() { "Stop" } else { "Run" }.to_owned())}
                    <span class="visually-hidden">{format!(" {name}")}</span>
                </button>
            </form>
            {expects.then(|| view! { <Expectation /> })}
            <p class="under-way" hidden=idle>
                <progress max="1" value=text(Standing::share) aria-label=format!("Progress: {name}")></progress>
                <span>{text(Standing::doing)}</span>
            </p>
            <p class="ended" role="status">{text(|standing| standing.ended.clone())}</p>
            <p class="notice" hidden=current>
                "Out of date: this is of the pipeline as it was before the last change. Run it again."
            </p>
            <div class="results" hidden=none inner_html=text(Standing::html)></div>
        </section>
    }
}
