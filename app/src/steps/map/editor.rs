//! The editor of steps and dependencies: a form that works as it is, and a sheet where there is JavaScript.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    dependencies::DependencyTable,
    sheet::{STEP_FIELDS, Sheet},
    step_table::StepTable,
};
use crate::{
    api::forms::{DiscardDraft, SaveMap},
    components::{ErrorSummary, SketchView},
    steps::{FieldProblem, StepForm},
    workspace::Workspace,
};

/// The sheet on the screen, with what its cells do.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub(super) sheet: RwSignal<Sheet>,
    pub(super) problems: Memo<Vec<FieldProblem>>,
    workspace: Workspace,
}

impl Editor {
    fn new(workspace: Workspace, sheet: Sheet) -> Self {
        let sheet = RwSignal::new(sheet);
        let problems = Memo::new(move |_| {
            workspace.document.with(|document| sheet.with(|sheet| sheet.apply(document).err().unwrap_or_default()))
        });
        // A document replaced from elsewhere (undo, a settled conflict) is shown as it is.
        Effect::new(move |last: Option<u32>| {
            let replaced = workspace.replaced.get();
            if last.is_some_and(|last| last != replaced) {
                sheet.set(workspace.document.with_untracked(Sheet::of));
            }
            replaced
        });
        // The diagram follows every key, the document every cell that is left. What cannot be read yet is not drawn.
        Effect::new(move |again: Option<bool>| {
            let typed = sheet.with(|sheet| workspace.document.with_untracked(|document| sheet.apply(document)));
            if let (Some(_), Ok(document)) = (again, typed) {
                workspace.sketch(&document);
            }
            true
        });
        Self { sheet, problems, workspace }
    }

    /// Hands the sheet to the workspace: as a new document, or to be kept as typed.
    pub(super) fn commit(self) {
        self.sheet.update(|sheet| {
            *sheet = std::mem::take(sheet).with_units();
            sheet.name_rows();
        });
        let applied =
            self.workspace.document.with_untracked(|document| self.sheet.with_untracked(|sheet| sheet.apply(document)));
        match applied {
            Ok(document) => {
                self.workspace.settle(Sheet::PAGE);
                self.workspace.change(document);
            }
            Err(problems) => {
                let input = self.sheet.with_untracked(StepForm::in_json);
                self.workspace.keep(Sheet::PAGE, input, problems.len());
            }
        }
    }

    /// Does what a button asks for.
    pub(super) fn intend(self, intent: &str) {
        self.sheet.update(|sheet| *sheet = std::mem::take(sheet).after(intent));
        self.commit();
        if intent.starts_with("add-") {
            let last = self.sheet.with_untracked(|sheet| sheet.steps.len().saturating_sub(1));
            Self::focus(last, "name");
        }
    }

    /// Moves the focus to a cell, if there is one.
    pub(super) fn focus(row: usize, field: &str) {
        crate::steps::focus(&format!("steps-{row}-{field}"));
    }

    /// Whether something is wrong with a field.
    pub(super) fn is_wrong(self, field: &str) -> bool {
        self.problems.with(|problems| problems.iter().any(|problem| problem.field == field))
    }
}

#[component]
pub(super) fn MapPage() -> impl IntoView {
    let workspace = Workspace::current();
    let (sheet, based_on) = workspace.form::<Sheet>();
    let editor = Editor::new(workspace, sheet.with_units());
    let older = based_on.filter(|version| *version != workspace.version.get_untracked());
    view! {
        <p class="hint">
            "Times are the callee's own, without queueing; write "
            <kbd>"200"</kbd>", "<kbd>"0.2 s"</kbd>", "<kbd>"700 to 1200"</kbd>" or "<kbd>"unknown"</kbd>
            <span class="needs-script">". Enter and the arrow keys move; rows pasted from a spreadsheet fill the table."</span>
        </p>
        <ErrorSummary problems=editor.problems />
        {older.map(|version| view! { <OlderDraft version page=Sheet::PAGE /> })}
        <form
            id="map-form"
            method="post"
            action=SaveMap::url()
            // The first key is drawn as fast as all others if the worker is there before it.
            on:focusin=move |_| workspace.warm_up()
            on:submit=move |event| {
                event.prevent_default();
                let button = event.submitter().and_then(|button| button.get_attribute("value"));
                editor.intend(&button.unwrap_or_default());
            }
        >
            // The first button of a form is the one that Enter presses: it must not be one that deletes.
            <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true">"Save"</button>
            <input type="hidden" name="id" value=workspace.id.to_string() />
            <input type="hidden" name="version" value=move || workspace.version.get() />
            <StepTable editor />
            {move || editor.problems.with(|problems| !problems.is_empty()).then(|| view! {
                <p class="notice">"The diagram shows the steps as they last made sense: put right what is marked, and it follows."</p>
            })}
            <SketchView step="map" />
            <DependencyTable editor />
            <p class="actions without-script"><button type="submit" class="primary">"Save"</button></p>
        </form>
    }
}

/// Says that the shown input was typed on an older version than the latest.
#[component]
pub(crate) fn OlderDraft(
    /// The version on which the input is based.
    version: u64,
    page: &'static str,
) -> impl IntoView {
    let workspace = Workspace::current();
    view! {
        <div class="notice" role="alert">
            <p>
                <strong>{format!("Version {} was saved elsewhere while you were editing version {version}. ", workspace.version.get_untracked())}</strong>
                "What you typed is shown here and nothing has been overwritten. Save it on top, or discard it and see the latest version."
                " "<a href="conflict?draft=".to_owned() + page rel="external">"Compare and choose"</a>
            </p>
            <form method="post" action=DiscardDraft::url()>
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="page" value=page />
                <button type="submit">"Discard what I typed"</button>
            </form>
        </div>
    }
}

/// The column beside a column.
pub(super) fn beside(field: &str, right: bool) -> Option<&'static str> {
    let place = STEP_FIELDS.iter().position(|&known| known == field)?;
    let place = if right { place + 1 } else { place.checked_sub(1)? };
    STEP_FIELDS.get(place).copied()
}
