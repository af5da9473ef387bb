//! Classify: can a step disappear without corrupting data, move, be repeated, be undone?

use leptos::{prelude::*, server_fn::ServerFn};
use model::{AbsentKind, Document, Effect, Step};
use serde::{Deserialize, Serialize};

use super::{
    Facts, GuidedStep, Status,
    fields::{Entries, Field, FieldForm, FieldPage, FieldView, PageSpec, YES_NO, cell, table},
    named,
};
use crate::{api::forms::SaveClassify, components::SketchNote, workspace::Workspace};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "classify",
    title: "Classify",
    question: "Can this step disappear without corrupting data? Move? Be repeated? Be undone?",
    why: "What may vanish, move, be repeated or be undone decides what a failure leaves behind, more than how fast a step is.",
    changes: "A degradable step fails without failing the request; a fire-and-forget step leaves the waiting path. Writes without a key are duplicated by retries, writes without an undo are orphaned.",
    example: "Push metrics: fire and forget, because a lost sample harms nobody. Capture payment: critical, writes the ledger, takes a key, can be refunded.",
    status,
    page: super::apart::apart!(classify, view! { <ClassifyPage /> }),
};

/// Class, effect, key and undo always have a value; that somebody has looked at a step is seen from the reason for its
/// class, and that its effect is meant from the data that it names.
fn status(facts: &Facts<'_>) -> Status {
    let steps = &facts.document.steps;
    let without_reason = |step: &&Step| step.class_because.is_empty();
    if steps.is_empty() {
        return Status::CannotStart("the pipeline is empty");
    }
    if steps.iter().all(|step| without_reason(&step)) {
        return Status::NotStarted;
    }
    let of_effect = |effect: Effect, names: fn(&Step) -> bool| {
        named(steps.iter().filter(|step| step.effect == effect && !names(step)))
    };
    let missing = [
        named(steps.iter().filter(without_reason)).map(|names| format!("a reason for the class of {names}")),
        of_effect(Effect::Write, |step| !step.writes.is_empty()).map(|names| format!("what is written by {names}")),
        of_effect(Effect::Read, |step| !step.reads.is_empty()).map(|names| format!("what is read by {names}")),
    ];
    missing.into_iter().flatten().next().map_or(Status::Completed, |missing| Status::InProgress(missing.into()))
}

/// The page of the Classify step, and the form that it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classify;

/// What was typed on the Classify page.
pub type ClassifyForm = Entries<Classify>;

impl FieldPage for Classify {
    const SPEC: PageSpec = PageSpec { slug: "classify", fields, finish: |_| {}, layout };
}

fn fields(document: &Document) -> Vec<Field> {
    let steps = document.steps.iter().enumerate().flat_map(|(place, step)| of_step(place, step));
    steps.chain(absent(document)).collect()
}

/// Kinds of step that the team has looked for and not found.
fn absent(document: &Document) -> Vec<Field> {
    const KINDS: [(AbsentKind, &str, &str); 5] = [
        (AbsentKind::Retry, "retry", "No retries"),
        (AbsentKind::Auth, "auth", "No auth calls"),
        (AbsentKind::Write, "write", "No writes"),
        (AbsentKind::ThirdParty, "third_party", "No third parties"),
        (AbsentKind::Log, "log", "No logs"),
    ];
    let field = |(kind, name, label): (AbsentKind, &str, &str)| {
        let is_absent = if document.absent_kinds.contains(&kind) { "yes" } else { "no" };
        let path = format!("absent_kinds.{name}");
        Field::new(path, label, "", YES_NO, is_absent.to_owned(), move |document, word| {
            document.absent_kinds.retain(|absent| *absent != kind);
            if word == "yes" {
                document.absent_kinds.push(kind);
                document.absent_kinds.sort_unstable();
            }
            Ok(())
        })
    };
    KINDS.into_iter().map(field).collect()
}

fn of_step(place: usize, step: &Step) -> Vec<Field> {
    let path = |field: &str| format!("steps[{place}].{field}");
    // What has no bearing on a step as it is classed is not asked, unless something stands there.
    let asked = |of: fn(&Step) -> bool| move |document: &Document| document.steps.get(place).is_some_and(of);
    vec![
        Field::choice(
            path("class"),
            "Can it disappear?",
            "What becomes of the request when this step fails for good: critical fails it, degradable lets a poorer answer go out, and for fire and forget nobody waits.",
            &[
                ("critical", "No: critical"),
                ("degradable", "For a while: degradable"),
                ("fire_and_forget", "Yes: fire and forget"),
            ],
            &step.class,
            move |document| Some(&mut document.steps.get_mut(place)?.class),
        ),
        Field::text(
            path("class_because"),
            "Because",
            "One sentence that a colleague would accept at three in the morning.",
            &step.class_because,
            move |document| Some(&mut document.steps.get_mut(place)?.class_because),
        ),
        Field::choice(
            path("effect"),
            "What does it change?",
            "Only a write can be orphaned, duplicated or undone.",
            &[("none", "Nothing"), ("read", "Nothing, it reads"), ("write", "It writes")],
            &step.effect,
            move |document| Some(&mut document.steps.get_mut(place)?.effect),
        ),
        Field::list(
            path("reads"),
            "Reads",
            "Can it move? Names of data, separated by commas. A step that reads what another writes must not overtake it.",
            &step.reads,
            move |document| Some(&mut document.steps.get_mut(place)?.reads),
        )
        .asked_if(asked(|step| step.effect != Effect::None || !step.reads.is_empty())),
        Field::list(
            path("writes"),
            "Writes",
            "Two steps that write the same data must not run side by side.",
            &step.writes,
            move |document| Some(&mut document.steps.get_mut(place)?.writes),
        )
        .asked_if(asked(|step| step.effect == Effect::Write || !step.writes.is_empty())),
        Field::flag(
            path("idempotency.key"),
            "Takes a key?",
            "Can it be repeated? With an idempotency key the callee recognises a repeated call and does nothing twice. Where nobody knows, no is the careful answer.",
            step.idempotency.key,
            move |document| Some(&mut document.steps.get_mut(place)?.idempotency.key),
        )
        .asked_if(asked(|step| step.effect != Effect::None || step.idempotency.key || step.cached_per_request)),
        Field::number(
            path("idempotency.key_ttl_s"),
            "Keeps keys, s",
            "86,400 is a day. It must outlast the last retry.",
            step.idempotency.key_ttl_s,
            move |document| Some(&mut document.steps.get_mut(place)?.idempotency.key_ttl_s),
        )
        .asked_if(asked(|step| step.idempotency.key)),
        Field::flag(
            path("undo.available"),
            "Can it be undone?",
            "A call that takes the effect back: a refund for a charge, a release for a reservation. Where nobody knows, no is the careful answer.",
            step.undo.available,
            move |document| Some(&mut document.steps.get_mut(place)?.undo.available),
        )
        .asked_if(asked(|step| step.effect == Effect::Write || step.undo.available)),
        Field::flag(
            path("cached_per_request"),
            "Cached per request?",
            "Then a repeated read answers what the first one saw.",
            step.cached_per_request,
            move |document| Some(&mut document.steps.get_mut(place)?.cached_per_request),
        )
        .asked_if(asked(|step| step.effect == Effect::Read || step.cached_per_request)),
        Field::choice(
            path("kind"),
            "What is it?",
            "Third parties, auth and logs are what people forget. For a new step it is taken from its name.",
            &[
                ("service", "A service of ours"),
                ("database", "A database"),
                ("third_party", "A third party"),
                ("queue", "A queue"),
                ("cache", "A cache"),
                ("auth", "Auth"),
                ("log", "A log"),
            ],
            &step.kind,
            move |document| Some(&mut document.steps.get_mut(place)?.kind),
        ),
        Field::text(
            path("service"),
            "Which service?",
            "Steps of one service share its breaker, and wait where it waits. Empty: a service of its own.",
            &step.service,
            move |document| Some(&mut document.steps.get_mut(place)?.service),
        ),
    ]
}

#[component]
fn ClassifyPage() -> impl IntoView {
    view! {
        <p class="hint">"Most pipelines have fewer critical steps than their teams believe, and the wrong ones: a notification is rarely critical, a cache that guards stock nearly always is."</p>
        <FieldForm page=Classify::SPEC action=SaveClassify::url() />
    }
}

fn layout(document: &Document) -> AnyView {
    if document.steps.is_empty() {
        return view! { <p class="empty">"There is nothing to classify yet: add steps in Map."</p> }.into_any();
    }
    let row = |(place, step): (usize, &Step)| (step.label().to_owned(), String::new(), of_step(place, step));
    let absent = absent(document).into_iter().map(|field| view! { <FieldView field /> }).collect_view();
    let steps = table(
        "Steps",
        "A row each; leave what fits. What follows “What does it change?” is asked where it matters. A reason for its class completes a row, with the data where it reads or writes.",
        document.steps.iter().enumerate().map(row).collect(),
        |mut field| {
            // What is to be looked at twice stands with the cell that it is about.
            let note = view! { <SketchNote field=field.id() /> };
            let asked = field.asked.take();
            let cell = cell(field);
            let Some(asked) = asked else { return view! { {cell}{note} }.into_any() };
            let workspace = Workspace::current();
            let idle = Memo::new(move |_| workspace.document.with(|document| !asked(document)));
            // It stays in the page, so that nothing else moves or loses the focus when it is asked after all.
            view! { <div hidden=idle>{cell}{note}</div><span class="idle" hidden=move || !idle.get()>"–"</span> }
                .into_any()
        },
    );
    view! {
        {steps}
        <fieldset>
            <legend>"Looked for, and not there"</legend>
            <p class="hint">"What a map of the happy path leaves out. A kind that this pipeline truly does not have is not asked for again."</p>
            <div class="pair">{absent}</div>
        </fieldset>
    }
    .into_any()
}
