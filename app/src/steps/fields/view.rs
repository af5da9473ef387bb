//! How a form of fields behaves on the page.

use leptos::prelude::*;

use super::{Field, Kind, PageSpec, Typed};
use crate::{
    components::{ErrorSummary, FieldError},
    steps::{FieldProblem, map::OlderDraft},
    workspace::Workspace,
};

/// The state of a form of fields, for its parts.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    /// What was typed, by field.
    pub(crate) typed: RwSignal<Typed>,
    pub(crate) problems: Signal<Vec<FieldProblem>>,
    /// A field was left, or chosen in.
    pub(crate) commit: Callback<()>,
    /// The name under which a field is sent, from its id.
    pub(crate) name: fn(&str) -> String,
}

/// The form of a page of fields. It is one for all pages: what differs is in the page's description.
#[component]
pub(crate) fn FieldForm(
    /// Which page.
    page: PageSpec,
    /// The address that saves it where there is no JavaScript.
    action: &'static str,
) -> impl IntoView {
    let workspace = Workspace::current();
    let (kept, based_on) = match workspace.draft::<Typed>(page.slug) {
        Some((typed, base_version)) => (typed, Some(base_version)),
        None => (workspace.document.with_untracked(|document| page.of(document)), None),
    };
    let typed = RwSignal::new(kept);
    let problems = Memo::new(move |_| {
        workspace.document.with(|document| typed.with(|typed| page.apply(typed, document).err().unwrap_or_default()))
    });
    // Fields that come and go with what was saved are shown anew; all others keep their elements, and so the focus.
    let shape = Memo::new(move |_| {
        let fields = workspace.document.with(page.fields);
        fields.iter().fold(workspace.replaced.get().to_string(), |shape, field| shape + " " + &field.id())
    });
    Effect::new(move |last: Option<String>| {
        let now = shape.get();
        if last.is_some_and(|last| last != now) {
            typed.set(workspace.document.with_untracked(|document| page.of(document)));
        }
        now
    });
    let commit = Callback::new(move |()| {
        let applied =
            workspace.document.with_untracked(|document| typed.with_untracked(|typed| page.apply(typed, document)));
        match applied {
            Ok(document) => {
                workspace.settle(page.slug);
                workspace.change(document);
            }
            Err(problems) => {
                let input = typed.with_untracked(|typed| serde_json::to_string(typed).unwrap_or_default());
                workspace.keep(page.slug, input, problems.len());
            }
        }
    });
    provide_context(FormState { typed, problems: problems.into(), commit, name: |id| format!("form[{id}]") });
    let fields = move || {
        shape.track();
        workspace.document.with_untracked(page.layout)
    };
    view! {
        <ErrorSummary problems />
        {based_on.filter(|version| *version != workspace.version.get_untracked()).map(|version| view! { <OlderDraft version page=page.slug /> })}
        <form method="post" action=action class="stack" on:submit=move |event| { event.prevent_default(); commit.run(()); }>
            <input type="hidden" name="id" value=workspace.id.to_string() />
            <input type="hidden" name="version" value=move || workspace.version.get() />
            {fields}
            <p class="actions without-script"><button type="submit" class="primary">"Save"</button></p>
        </form>
    }
}

/// A field with its label and its hint; in a table, whose head names it, the field alone.
#[component]
pub(crate) fn FieldView(
    field: Field,
    /// Whether it stands in a table: then its label is for those who do not see the head.
    #[prop(optional)]
    cell: bool,
) -> impl IntoView {
    let FormState { typed, problems, commit, name } = expect_context();
    let id = field.id();
    let value = {
        let id = id.clone();
        move || typed.with(|typed| typed.get(&id).cloned().unwrap_or_default())
    };
    let wrong = {
        let id = id.clone();
        Memo::new(move |_| problems.with(|problems| problems.iter().any(|problem| problem.field == id)))
    };
    let hint = (!cell && !field.hint.is_empty()).then_some(field.hint);
    let described = {
        let (hint, error) = (hint.map(|_| format!("{id}-hint")), format!("{id}-error"));
        move || match (hint.clone(), wrong.get()) {
            (Some(hint), true) => Some(format!("{hint} {error}")),
            (Some(hint), false) => Some(hint),
            (None, true) => Some(error.clone()),
            (None, false) => None,
        }
    };
    let write = {
        let id = id.clone();
        move |text: String| {
            typed.update(|typed| {
                typed.insert(id.clone(), text);
            })
        }
    };
    let name = name(&id);
    let label = cell.then(|| field.label.clone());
    let control = match field.kind {
        Kind::Text => view! {
            <input
                id=id.clone()
                name=name
                type="text"
                autocomplete="off"
                value=value()
                prop:value=value
                aria-label=label
                aria-describedby=described
                aria-invalid=move || wrong.get().then_some("true")
                on:input=move |event| write(event_target_value(&event))
                on:change=move |_| commit.run(())
            />
        }
        .into_any(),
        Kind::Choice(words) => {
            let options = words
                .iter()
                .map(|&(word, text)| {
                    let chosen = { let value = value.clone(); Signal::derive(move || value() == word) };
                    view! { <option value=word selected=move || chosen.get() prop:selected=move || chosen.get()>{text}</option> }
                })
                .collect_view();
            view! {
                <select
                    id=id.clone()
                    name=name
                    aria-label=label
                    aria-describedby=described
                    on:change=move |event| {
                        write(event_target_value(&event));
                        commit.run(());
                    }
                >
                    {options}
                </select>
            }
            .into_any()
        }
    };
    let error = view! { <FieldError field=id.clone() problems /> };
    if cell {
        view! { {control}{error} }.into_any()
    } else {
        view! {
            <div class="field">
                <label for=id.clone()>{field.label}</label>
                {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
                {error}
                {control}
            </div>
        }
        .into_any()
    }
}
