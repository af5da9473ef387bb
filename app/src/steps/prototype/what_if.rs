//! What if: one input changed, and what comes of it beside what is. Nothing is saved before somebody keeps it.
//!
//! In a browser both sides are compared in a worker. Without JavaScript the form's address asks the server for the
//! result, a second form keeps the change, and a third goes back.

use leptos::{prelude::*, server_fn::ServerFn};
use report::page::escape;

use super::{
    experiments::{Progress, Submit, idle, is_current, no_steps, nothing_found, text, waits},
    inputs::{Input, changed, inputs},
};
use crate::{
    api::what_if::KeepWhatIf,
    components::Sending,
    steps::{
        FieldProblem,
        fields::{FieldView, FormState, Typed},
    },
    workspace::{Asked, Standing, Workspace},
};

/// The id of the field for the other value.
const VALUE: &str = "what-if-value";

/// The form, its result, and what becomes of the change.
#[component]
pub(super) fn WhatIf() -> impl IntoView {
    let workspace = Workspace::current();
    let (standing, asked) = (workspace.what_if, workspace.asked);
    let idle = idle(standing);
    let action = format!("{}/what-if", workspace.address());
    let form = Form::new(workspace);
    let options =
        Memo::new(move |_| workspace.document.with(|document| options(document, &form.input.get_untracked())));
    let submit: Submit = Box::new(move |event| {
        if !idle.get_untracked() {
            event.prevent_default();
            workspace.end_experiment("Stopped.");
        } else if form.compare(workspace) {
            event.prevent_default();
        }
    });
    let value = move || {
        let path = form.input.get();
        let found = workspace.document.with(|document| input(document, &path));
        found.map(|input| view! { <FieldView field=input.field.called(VALUE, "What it would be instead") /> })
    };
    view! {
        <section class="experiment" aria-label="What if" hidden=no_steps()>
            <form class="what-if" method="get" action=action.clone() on:submit=submit>
                <div class="field">
                    <label for="what-if-input">"Input, as it is today"</label>
                    <select
                        id="what-if-input"
                        name="what-if"
                        inner_html=options
                        on:change=move |event| form.choose(workspace, event_target_value(&event))
                    ></select>
                </div>
                {value}
                <button type="submit" disabled=waits(standing)>
                    {text(standing, |standing| if standing.under_way.is_some() { "Stop" } else { "Compare" }.to_owned())}
                </button>
            </form>
            <Progress standing name="what if" again="Compare again." />
            <Settle action standing asked />
        </section>
    }
}

/// What is chosen and typed.
#[derive(Clone, Copy)]
struct Form {
    /// The path of the input.
    input: RwSignal<String>,
    typed: RwSignal<Typed>,
    problems: RwSignal<Vec<FieldProblem>>,
}

impl Form {
    /// As it was sent last, or at the first input.
    fn new(workspace: Workspace) -> Self {
        let asked = workspace.asked.get_untracked();
        let first = || workspace.document.with_untracked(inputs).into_iter().next();
        let form = Form {
            input: RwSignal::new(asked.input.clone()),
            typed: RwSignal::new(Typed::new()),
            problems: RwSignal::new(Vec::new()),
        };
        if asked.input.is_empty() {
            form.choose(workspace, first().map(|input| input.field.path().to_owned()).unwrap_or_default());
        } else {
            form.write(&asked.value);
            // Without JavaScript a value is looked at when the page comes back with it.
            if workspace.what_if.with_untracked(|standing| *standing == Standing::default()) {
                let _ = form.read(workspace);
            }
        }
        provide_context(FormState {
            typed: form.typed,
            problems: form.problems.into(),
            commit: Callback::new(|()| {}),
            name: |_| "value".to_owned(),
        });
        form
    }

    fn write(self, value: &str) {
        self.typed.update(|typed| {
            typed.insert(VALUE.to_owned(), value.to_owned());
        });
    }

    /// Turns to another input. Its value is there to be changed.
    fn choose(self, workspace: Workspace, path: String) {
        let today = workspace.document.with_untracked(|document| input(document, &path));
        self.write(today.as_ref().map_or("", |input| input.field.typed()));
        self.problems.set(Vec::new());
        self.input.set(path);
    }

    /// What is asked, and the change that it is; without one, what is wrong stands at the field.
    fn read(self, workspace: Workspace) -> Option<(Asked, model::Document, String)> {
        let value = self.typed.with_untracked(|typed| typed.get(VALUE).cloned().unwrap_or_default());
        let asked = Asked { input: self.input.get_untracked(), value };
        let change = workspace.document.with_untracked(|document| changed(document, &asked.input, &asked.value));
        self.problems.set(change.as_ref().err().map(|problem| FieldProblem::new(VALUE, problem)).into_iter().collect());
        change.ok().map(|(document, label)| (asked, document, label))
    }

    /// Compares here; `false` where only the server can.
    fn compare(self, workspace: Workspace) -> bool {
        match self.read(workspace) {
            Some((asked, after, label)) => workspace.run_what_if(asked, &after, &label),
            None => {
                crate::steps::focus(VALUE);
                true
            }
        }
    }
}

fn input(document: &model::Document, path: &str) -> Option<Input> {
    inputs(document).into_iter().find(|input| input.field.path() == path)
}

/// The inputs to choose from, group by group, each with its value of today. They do nothing by themselves, so they are
/// text that is put in, which is far less for the browser to download than as many views.
fn options(document: &model::Document, chosen: &str) -> String {
    let mut groups: Vec<(String, String)> = Vec::new();
    for input in inputs(document) {
        let (path, text) = (input.field.path(), format!("{}: {}", input.name(), input.field.shown()));
        let selected = if path == chosen { " selected" } else { "" };
        let option = format!("<option value=\"{}\"{selected}>{}</option>", escape(path), escape(&text));
        match groups.iter_mut().find(|(group, _)| *group == input.group) {
            Some((_, options)) => options.push_str(&option),
            None => groups.push((input.group, option)),
        }
    }
    let group =
        |(group, options): (String, String)| format!("<optgroup label=\"{}\">{options}</optgroup>", escape(&group));
    groups.into_iter().map(group).collect()
}

/// What becomes of a change that was compared: it is kept, or nothing has happened.
#[component]
fn Settle(action: String, standing: RwSignal<Standing>, asked: RwSignal<Asked>) -> impl IntoView {
    let workspace = Workspace::current();
    let sending = Sending::new(KeepWhatIf::PATH);
    let none = nothing_found(standing);
    let stale = Memo::new(move |_| workspace.read_only || !is_current(workspace, standing));
    let over = move |ended: String| {
        standing.set(Standing { ended, ..Standing::default() });
        asked.set(Asked::default());
    };
    let keep: Submit = Box::new(move |event| {
        event.prevent_default();
        let Asked { input, value } = asked.get_untracked();
        let change = workspace.document.with_untracked(|document| changed(document, &input, &value));
        if let Ok((document, label)) = change {
            workspace.change(document);
            over(format!("Kept as one change. {label}."));
        }
    });
    let discard: Submit = Box::new(move |event| {
        event.prevent_default();
        over("Discarded. The pipeline is as it was.".to_owned());
    });
    // What the forms send is read without JavaScript only.
    let (version, Asked { input, value }) = (workspace.version.get_untracked(), asked.get_untracked());
    view! {
        {sending.failure()}
        <div class="actions" hidden=none>
            <form method="post" action=KeepWhatIf::url() hidden=stale on:submit=keep>
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=version.to_string() />
                <input type="hidden" name="input" value=input />
                <input type="hidden" name="value" value=value />
                <button type="submit" class="primary">"Keep this change"</button>
            </form>
            <form method="get" action=action on:submit=discard>
                <button type="submit">"Discard"</button>
            </form>
        </div>
    }
}
