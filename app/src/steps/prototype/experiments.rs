//! Experiments: one thing varied, and what comes of it. A row for each; only one runs at a time.
//!
//! In a browser they run in a worker. Without JavaScript a row is a form whose address asks the server for the result.

use engine::experiment::{Experiment, Question};
use leptos::prelude::*;
use model::Document;

use super::expectation::Expected;
use crate::{
    components::{Redrawn, latest},
    workspace::{Standing, Workspace},
};

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
        Question::Conditions => (
            "conditions",
            "What does each condition buy?",
            "The pipeline is simulated once more with each condition met, and with all of them.",
        ),
    };
    Words { name, asks, how }
}

/// Whether an experiment has anything to vary.
fn varies(question: Question, workspace: Workspace) -> bool {
    match question {
        Question::Vary(Experiment::Pools) => {
            workspace.document.with(|document| !document.steps.is_empty() && !document.pools.is_empty())
        }
        Question::Conditions => workspace.has_conditions(),
        Question::Vary(_) | Question::Flips => workspace.document.with(|document| !document.steps.is_empty()),
    }
}

/// All experiments. Those that have nothing to vary are hidden.
#[component]
pub(super) fn Experiments() -> impl IntoView {
    let rows = (0..Question::ALL.len()).map(|place| view! { <Row place /> }).collect_view();
    view! {
        <section class="experiments" aria-labelledby="experiments" hidden=no_steps()>
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
    let nothing = Memo::new(move |_| !varies(question, workspace));
    let idle = idle(standing);
    // What is expected is written down before anybody looks.
    let expects = question == Question::Vary(Experiment::Outages);
    let waits = waits(standing);
    let barred = Memo::new(move |_| waits.get() || expects && workspace.expected.with(String::is_empty));
    let submit: Submit = Box::new(move |event| {
        if !idle.get_untracked() {
            event.prevent_default();
            workspace.end_experiment("Stopped.");
        } else if workspace.run_experiment(place) {
            event.prevent_default();
        }
    });
    view! {
        <section class="experiment" id=format!("experiment-{slug}") aria-label=name hidden=nothing>
            <form method="get" action=format!("{}/prototype#experiment-{slug}", workspace.address()) on:submit=submit>
                <div>
                    <h3>{asks}</h3>
                    <p class="hint">{how}</p>
                </div>
                <input type="hidden" name="experiment" value=slug />
                <button type="submit" disabled=barred>
                    {text(standing, |standing| if standing.under_way.is_some() { "Stop" } else { "Run" }.to_owned())}
                    <span class="visually-hidden">{format!(" {name}")}</span>
                </button>
            </form>
            {expects.then(|| view! { <Expected /> })}
            <Progress standing name again="Run it again." />
        </section>
    }
}

/// What is shown of a standing, by itself.
pub(super) fn text(standing: RwSignal<Standing>, read: fn(&Standing) -> String) -> Memo<String> {
    Memo::new(move |_| standing.with(read))
}

/// Whether nothing is under way there.
pub(super) fn idle(standing: RwSignal<Standing>) -> Memo<bool> {
    Memo::new(move |_| standing.with(|standing| standing.under_way.is_none()))
}

/// Whether something else is under way.
pub(super) fn waits(standing: RwSignal<Standing>) -> Memo<bool> {
    let workspace = Workspace::current();
    Memo::new(move |_| standing.with(|standing| standing.under_way.is_none()) && workspace.is_experimenting())
}

/// Whether nothing was found there.
pub(super) fn nothing_found(standing: RwSignal<Standing>) -> Memo<bool> {
    Memo::new(move |_| standing.with(|standing| standing.found.is_none()))
}

/// Whether the pipeline has nothing that could be simulated.
pub(super) fn no_steps() -> Memo<bool> {
    let workspace = Workspace::current();
    Memo::new(move |_| workspace.document.with(|document| document.steps.is_empty()))
}

/// Whether what was found is of the document as it stands; so it is as long as nothing was found.
pub(super) fn is_current(workspace: Workspace, standing: RwSignal<Standing>) -> bool {
    let digest = workspace.document.with(Document::digest);
    standing.with(|standing| standing.found.as_ref().is_none_or(|(of, _)| *of == digest))
}

/// What happens when a form is sent: boxed, so that the browser downloads the way to it once for all forms.
pub(super) type Submit = Box<dyn FnMut(web_sys::SubmitEvent)>;

/// How far it is, and what was found.
#[component]
pub(super) fn Progress(
    standing: RwSignal<Standing>,
    name: &'static str,
    /// What to do about a result that is out of date.
    again: &'static str,
) -> impl IntoView {
    let workspace = Workspace::current();
    let current = Memo::new(move |_| is_current(workspace, standing));
    // What was found before is hidden while something else is found out.
    let found = text(standing, Standing::html);
    let latest = latest(move || Some(found.get()).filter(|found| !found.is_empty()));
    view! {
        <p class="under-way" hidden=idle(standing)>
            <progress max="1" value=text(standing, Standing::share) aria-label=format!("Progress: {name}")></progress>
            <span>{text(standing, Standing::doing)}</span>
        </p>
        <p class="ended" role="status">{text(standing, |standing| standing.ended.clone())}</p>
        <p class="notice" hidden=current>
            {format!("Out of date: this is of the pipeline as it was before the last change. {again}")}
        </p>
        <Redrawn class="results" html=latest hidden=nothing_found(standing) />
    }
}
