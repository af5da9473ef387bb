//! Frame: what is being decided, by whom, and within which budget.

mod form;

use leptos::{prelude::*, server_fn::ServerFn};

pub use form::FrameForm;

use super::{Facts, FieldProblem, GuidedStep, Status, StepForm};
use crate::{
    api::forms::SaveFrame,
    components::{ErrorSummary, FieldError},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "frame",
    title: "Frame",
    question: "What is being decided, by whom, who gets the 3 a.m. call, and which state is whose?",
    why: "Who decides also debugs it, and one service must be able to say which stage a request is in. Where nobody can, no topology is safe.",
    changes: "The budget moves the line in every chart and the rules about latency. No state owner, or no choice of consistency, makes the verdict “not ready”. Compensation makes the simulation undo what a failed request has written.",
    example: "“Should fraud check and stock run beside the payment?” The checkout team decides, orders owns the state, p99 within 1,600 ms.",
    status,
    page: super::apart::apart!(frame, view! { <FramePage /> }),
};

fn status(facts: &Facts<'_>) -> Status {
    let document = facts.document;
    let consistency_open = document.consistency == model::Consistency::Undecided;
    if document.question.is_empty() && document.state_owner.is_none() && document.owners.deciders.is_empty() {
        Status::NotStarted
    } else if document.question.is_empty() {
        Status::InProgress("the question".into())
    } else if document.state_owner.is_none() {
        Status::InProgress("a state owner".into())
    } else if consistency_open {
        Status::InProgress("the consistency choice".into())
    } else if document.owners.deciders.is_empty() {
        Status::InProgress("who decides".into())
    } else {
        Status::Completed
    }
}

#[component]
fn FramePage() -> impl IntoView {
    let workspace = Workspace::current();
    let (form, based_on) = workspace.form::<FrameForm>();
    let form = RwSignal::new(form);
    let problems = Memo::new(move |_| -> Vec<FieldProblem> {
        workspace.document.with(|document| form.with(|form| form.apply(document).err().unwrap_or_default()))
    });
    Effect::new(move |last: Option<u32>| {
        let replaced = workspace.replaced.get();
        if last.is_some_and(|last| last != replaced) {
            form.set(workspace.document.with_untracked(FrameForm::of));
        }
        replaced
    });
    let commit = move || {
        let applied = workspace.document.with_untracked(|document| form.with_untracked(|form| form.apply(document)));
        match applied {
            Ok(document) => {
                workspace.settle(FrameForm::PAGE);
                workspace.change(document);
            }
            Err(problems) => workspace.keep(FrameForm::PAGE, form.with_untracked(StepForm::in_json), problems.len()),
        }
    };
    let text = move |name: &'static str, label: &'static str, hint: &'static str| {
        view! { <TextField form problems name label hint commit /> }
    };
    let choice = move |name: &'static str,
                       label: &'static str,
                       hint: &'static str,
                       options: &'static [(&'static str, &'static str)]| {
        view! { <ChoiceField form name label hint options commit /> }
    };
    view! {
        <ErrorSummary problems />
        {based_on.filter(|version| *version != workspace.version.get_untracked()).map(|version| view! { <super::map::OlderDraft version page=FrameForm::PAGE /> })}
        <form method="post" action=SaveFrame::url() class="stack" on:submit=move |event| { event.prevent_default(); commit(); }>
            <input type="hidden" name="id" value=workspace.id.to_string() />
            <input type="hidden" name="version" value=move || workspace.version.get() />
            {text("name", "Name", "What people call this pipeline.")}
            {text("question", "Question", "One sentence, ending in a question mark: “Should fraud check and stock run beside the payment?”")}
            <div class="pair">
                {text("deciders", "Who decides", "Names or teams, separated by commas. They also debug it.")}
                {text("on_call", "Who gets the 3 a.m. call", "The rotation that is paged when it breaks.")}
            </div>
            {text("state_owner", "Which service owns the state", "Exactly one service can say which stage a request is in; the others read it or send it events. Leave it empty if nobody can: the verdict is then “not ready”.")}
            <div class="pair">
                {choice("consistency", "When a request fails half way", "Atomic commit across services or queues is almost never to be had.", &[
                    ("undecided", "Not decided yet"),
                    ("eventual", "State agrees later, repaired elsewhere"),
                    ("compensate", "The coordinator undoes what succeeded"),
                ])}
                {choice("semantics", "How often a request may arrive", "Exactly once is a myth; duplicates are made harmless, or they are not. How often it happens stands in Budget, as “Delivered twice”.", &[
                    ("at_most_once", "At most once"),
                    ("at_least_once", "At least once, perhaps a hundred times"),
                    ("effectively_once", "Effectively once: the handler absorbs duplicates"),
                ])}
            </div>
            <fieldset>
                <legend>"Latency budget"</legend>
                <p class="hint">"A warning light, not a hard limit. Inside it, sequential stays."</p>
                <div class="trio">
                    {text("target", "Target, ms", "2,000 unless you know better.")}
                    {text("percentile", "At percentile", "99 means one request in a hundred may be slower.")}
                    {text("tolerance", "Tolerance, ms", "A difference nobody would notice.")}
                </div>
            </fieldset>
            <p class="actions without-script"><button type="submit" class="primary">"Save"</button></p>
        </form>
    }
}

#[component]
fn TextField(
    form: RwSignal<FrameForm>,
    #[prop(into)] problems: Signal<Vec<FieldProblem>>,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    commit: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let value = move || form.with(|form| form.field(name).to_owned());
    let wrong = move || problems.with(|problems| problems.iter().any(|problem| problem.field == name));
    let described = move || if wrong() { format!("{name}-hint {name}-error") } else { format!("{name}-hint") };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <FieldError field=name.to_owned() problems />
            <input
                id=name
                name=format!("form[{name}]")
                type="text"
                autocomplete="off"
                value=value()
                prop:value=value
                aria-describedby=described
                aria-invalid=move || wrong().then_some("true")
                on:input=move |event| form.update(|form| {
                    if let Some(field) = form.field_mut(name) {
                        *field = event_target_value(&event);
                    }
                })
                on:change=move |_| commit()
            />
        </div>
    }
}

#[component]
fn ChoiceField(
    form: RwSignal<FrameForm>,
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    options: &'static [(&'static str, &'static str)],
    commit: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let value = move || form.with(|form| form.field(name).to_owned());
    let options = options
        .iter()
        .map(|(word, text)| view! { <option value=*word selected=move || value() == *word prop:selected=move || value() == *word>{*text}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <p class="hint" id=format!("{name}-hint")>{hint}</p>
            <select
                id=name
                name=format!("form[{name}]")
                aria-describedby=format!("{name}-hint")
                on:change=move |event| {
                    form.update(|form| {
                        if let Some(field) = form.field_mut(name) {
                            *field = event_target_value(&event);
                        }
                    });
                    commit();
                }
            >
                {options}
            </select>
        </div>
    }
}
