//! Decide: the verdict, the rules behind it, and what the team makes of it.

mod form;
mod thresholds;

use leptos::{prelude::*, server_fn::ServerFn};
use report::page::Shown;

pub use form::{DecisionForm, OwnerRow};
pub use thresholds::ThresholdsForm;

use self::thresholds::ThresholdsSection;
use super::{Facts, FieldProblem, GuidedStep, Status};
use crate::{
    api::decisions::{DecisionView, NoteDecision, note_decision},
    components::{ErrorSummary, FieldError, Results, Sending},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "decide",
    title: "Decide",
    question: "Which topology, on what conditions, and what would change it?",
    why: "A verdict that nobody can explain is not kept. Each rule says which of your numbers made it fire, and what to do about it.",
    changes: "Accepting or overruling stands in the record with your names. Owners for the conditions turn “only after” into work.",
    example: "Overruled: stay sequential, because the slow vendor goes away in May.",
    status,
    page: super::apart::apart!(decide, view! { <DecidePage /> }),
};

/// The page under which a form that is not complete is kept.
#[cfg(feature = "ssr")]
pub(crate) const PAGE: &str = "decide";

fn status(facts: &Facts<'_>) -> Status {
    if facts.document.steps.is_empty() {
        Status::CannotStart("the pipeline is empty")
    } else if !facts.simulated {
        Status::CannotStart("not simulated yet")
    } else if facts.document.state_owner.is_none() {
        Status::InProgress("a state owner".into())
    } else if facts.decided {
        Status::Completed
    } else if !facts.chosen {
        Status::InProgress("the verdict is not ready to choose".into())
    } else {
        Status::InProgress("accept the verdict, or overrule it".into())
    }
}

#[component]
fn DecidePage() -> impl IntoView {
    let workspace = Workspace::current();
    let instead = move || {
        view! {
            <p class="empty">
                "There is no verdict without figures. "
                <a href=format!("{}/prototype", workspace.address())>"Simulate in Prototype"</a>" first."
            </p>
        }
    };
    // A form for each verdict: what was typed for one says nothing of another.
    let verdict = Memo::new(move |earlier: Option<&Option<String>>| {
        // While figures are still coming the form stays, with what is typed in it: the verdict may come out as before.
        if workspace.previewing.get().is_some() {
            return earlier.cloned().flatten();
        }
        let shown = workspace.results().filter(|shown| shown.choice.is_some())?;
        let work: Vec<String> = shown.conditions.into_iter().map(|(_, work)| work).collect();
        let said = workspace.decision.with(|decision| decision.as_ref().map(said)).unwrap_or_default();
        Some(format!("{} {} {said}", shown.sentence, work.join(" ")))
    });
    let decision = move || match verdict.get().and_then(|_| untrack(|| workspace.results())) {
        Some(shown) => Some(view! { <Decision shown /> }.into_any()),
        None => {
            let said = match (workspace.previewing.get(), workspace.results()) {
                (Some(_), _) => Some("You can accept or overrule the verdict here once it is final."),
                (None, Some(_)) => Some("There is nothing to accept while no topology may be chosen."),
                (None, None) => None,
            };
            said.map(|said| view! { <p class="empty">{said}</p> }.into_any())
        }
    };
    view! {
        <Results step="decide" instead />
        <ThresholdsSection />
        {decision}
    }
}

/// Who decided what, in a sentence.
fn said(decision: &DecisionView) -> String {
    let what = match &decision.decided.overrule {
        None if decision.decided.accepted_because.is_empty() => "accepted the verdict".to_owned(),
        None => format!("accepted the verdict, because {}", decision.decided.accepted_because),
        Some(overrule) => {
            format!("overruled the verdict: {}, because {}", overrule.topology.label().to_lowercase(), overrule.reason)
        }
    };
    format!("{} {what} (version {}).", decision.decided.decided_by.join(", "), decision.version)
}

/// What the team makes of the verdict: it accepts it, or overrules it with a reason.
#[component]
fn Decision(shown: Shown) -> impl IntoView {
    let workspace = Workspace::current();
    let decision = workspace.decision.get_untracked();
    let version = workspace.version.get_untracked();
    let said = decision.as_ref().map(|decision| {
        let age = if decision.version == version { "" } else { " The pipeline has changed since: look again." };
        format!("{}{age}", said(decision))
    });
    let deciders = workspace.document.with_untracked(|document| document.owners.deciders.clone());
    let kept = workspace.draft::<DecisionForm>("decide").map(|(form, _)| form);
    let incomplete = kept.is_some();
    // What could be decided, and was kept all the same, met another decision.
    let overtaken = kept.as_ref().is_some_and(|form| form.decided().is_ok());
    let seen = decision.as_ref().map_or(0, |decision| decision.place);
    let form = kept
        .unwrap_or_else(|| DecisionForm::of(&shown, decision.as_ref().map(|decision| &decision.decided), &deciders));
    let form = RwSignal::new(form);
    // Nothing is said to be missing before somebody has sent the form.
    let sent = RwSignal::new(incomplete);
    let problems = Memo::new(move |_| -> Vec<FieldProblem> {
        if sent.get() { form.with(|form| form.decided().err().unwrap_or_default()) } else { Vec::new() }
    });
    let sending = Sending::new(NoteDecision::PATH);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sent.set(true);
        let (form, version) = (form.get_untracked(), workspace.version.get_untracked());
        if form.decided().is_ok() {
            sending.send(workspace, note_decision(workspace.id, version, seen, form));
        }
    };
    let choice = form.with_untracked(|form| form.choice.clone());
    let options = std::iter::once((form::ACCEPT, "Accept the verdict".to_owned()))
        .chain(
            shown
                .plans
                .iter()
                .filter(|kind| Some(**kind) != shown.choice)
                .map(|kind| (kind.slug(), format!("Overrule it: {}", kind.label().to_lowercase()))),
        )
        .map(|(word, text)| view! { <option value=word selected=choice == word>{text}</option> })
        .collect_view();
    let owners = shown
        .conditions
        .iter()
        .enumerate()
        .map(|(place, (rule, work))| {
            let row = form.with_untracked(|form| form.owners.get(place).cloned().unwrap_or_default());
            let input =
                move |name: &'static str, label: &'static str, value: String, set: fn(&mut OwnerRow, String)| {
                    view! {
                        <div class="field">
                            <label for=format!("owners-{place}-{name}")>{label}</label>
                            <input
                                id=format!("owners-{place}-{name}")
                                name=format!("form[owners][{place}][{name}]")
                                type="text"
                                autocomplete="off"
                                value=value
                                on:input=move |event| form.update(|form| {
                                    if let Some(row) = form.owners.get_mut(place) {
                                        set(row, event_target_value(&event));
                                    }
                                })
                            />
                        </div>
                    }
                };
            view! {
                <fieldset class="condition">
                    <legend>{work.clone()}</legend>
                    <input type="hidden" name=format!("form[owners][{place}][rule]") value=rule.clone() />
                    <div class="pair">
                        {input("owner", "Who does it", row.owner, |row, text| row.owner = text)}
                        {input("due", "By when", row.due, |row, text| row.due = text)}
                    </div>
                </fieldset>
            }
        })
        .collect_view();
    let text = move |id: &'static str,
                     label: &'static str,
                     hint: &'static str,
                     value: String,
                     set: fn(&mut DecisionForm, String)| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <p class="hint" id=format!("{id}-hint")>{hint}</p>
                <FieldError field=id.to_owned() problems />
                <input
                    id=id
                    name=format!("form[{id}]")
                    type="text"
                    autocomplete="off"
                    value=value
                    aria-describedby=format!("{id}-hint")
                    on:input=move |event| form.update(|form| set(form, event_target_value(&event)))
                />
            </div>
        }
    };
    let (reason, names) = form.with_untracked(|form| (form.reason.clone(), form.decided_by.clone()));
    let nothing_to_see = workspace.read_only && said.is_none();
    view! {
        <section aria-labelledby="decision" hidden=nothing_to_see>
            <h2 id="decision">"What the team decides"</h2>
            {said.map(|said| view! { <p class="finding" data-testid="decision">{said}</p> })}
            <ErrorSummary problems />
            {sending.failure()}
            {overtaken.then(|| view! { <p class="error-summary" role="alert">"Somebody else has decided meanwhile: see above. What you typed is kept below; decide again if it still stands."</p> })}
            <form method="post" action=NoteDecision::url() class="stack" on:submit=submit>
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=move || workspace.version.get() />
                <input type="hidden" name="seen" value=seen />
                <div class="field">
                    <label for="choice">"Decision"</label>
                    <p class="hint" id="choice-hint">"A verdict is advice. Whoever knows something that the model does not may overrule it, and says what it is."</p>
                    <FieldError field="choice".to_owned() problems />
                    <select id="choice" name="form[choice]" aria-describedby="choice-hint" on:change=move |event| form.update(|form| form.choice = event_target_value(&event))>
                        {options}
                    </select>
                </div>
                {text("reason", "Because", "Needed to overrule, welcome otherwise; it stands in the record.", reason, |form, text| form.reason = text)}
                {text("decided_by", "Decided by", "Names, separated by commas.", names, |form, text| form.decided_by = text)}
                {owners}
                <p class="actions"><button type="submit" class="primary">"Decide"</button></p>
            </form>
        </section>
    }
}
