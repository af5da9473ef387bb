//! The guided steps: one folder each, one registry for all. Routes, navigation and progress derive from it.

mod apart;
pub mod budget;
mod cells;
pub mod classify;
pub mod decide;
pub mod fields;
pub mod frame;
pub mod map;
pub mod maturity;
mod number;
mod opening;
pub(crate) mod prototype;
pub(crate) mod record;

use std::borrow::Cow;

#[cfg(feature = "ssr")]
pub(crate) use cells::{show_percent, show_percentiles};
#[cfg(feature = "hydrate")]
pub(crate) use opening::load_first;
pub(crate) use opening::{Opening, Stuck};

use model::{Document, Step};
use serde::{Serialize, de::DeserializeOwned};

/// A guided step of the decision.
#[derive(Debug)]
pub(crate) struct GuidedStep {
    /// Its name in addresses.
    pub(crate) slug: &'static str,
    /// Its name.
    pub(crate) title: &'static str,
    /// The question it answers.
    pub(crate) question: &'static str,
    /// Why it is asked.
    pub(crate) why: &'static str,
    /// What the answers change.
    pub(crate) changes: &'static str,
    /// How an answer may read.
    pub(crate) example: &'static str,
    /// How far it is.
    pub(crate) status: fn(&Facts<'_>) -> Status,
    /// Its page.
    pub(crate) page: apart::Page,
}

/// All steps, in the order in which they are usually taken.
pub(crate) static STEPS: [&GuidedStep; 8] = [
    &frame::STEP,
    &map::STEP,
    &classify::STEP,
    &budget::STEP,
    &maturity::STEP,
    &prototype::STEP,
    &decide::STEP,
    &record::STEP,
];

/// Pages beside the Prototype step: what one does there changes the pipeline, and not everybody needs it.
pub(crate) static ASIDES: [&GuidedStep; 2] = [&prototype::ARRANGE, &prototype::WHAT_IF];

/// The step or the page beside a step of that name, with the place of the step among all.
pub(crate) fn find(slug: &str) -> Option<(usize, &'static GuidedStep)> {
    let place = |slug: &str| STEPS.iter().position(|step| step.slug == slug);
    match ASIDES.iter().find(|aside| aside.slug == slug) {
        Some(aside) => Some((place(prototype::STEP.slug)?, aside)),
        None => place(slug).map(|place| (place, STEPS[place])),
    }
}

/// Pages whose input is kept as a draft while it cannot be saved.
#[cfg(feature = "ssr")]
pub(crate) fn pages_with_forms() -> impl Iterator<Item = &'static str> {
    [
        frame::FrameForm::PAGE,
        map::Sheet::PAGE,
        classify::ClassifyForm::PAGE,
        budget::BudgetForm::PAGE,
        budget::measured::PAGE,
        maturity::MaturityForm::PAGE,
        decide::PAGE,
        decide::ThresholdsForm::PAGE,
        prototype::ArrangementForm::PAGE,
    ]
    .into_iter()
}

/// The name under which a document is kept that could not be saved because others had saved meanwhile.
pub(crate) const CONFLICT: &str = "conflict";

/// All names under which something is kept.
#[cfg(feature = "ssr")]
pub(crate) fn kept_pages() -> impl Iterator<Item = &'static str> {
    pages_with_forms().chain([CONFLICT])
}

/// What is kept under one of these names, as the document that it makes of the one on which it was based; nothing where it
/// cannot be read.
#[cfg(feature = "ssr")]
pub(crate) fn drafted(page: &str, input: &str, base: &Document) -> Option<Document> {
    fn made<F: StepForm>(input: &str, base: &Document) -> Option<Document> {
        serde_json::from_str::<F>(input).ok()?.apply(base).ok()
    }
    match page {
        CONFLICT => Document::parse(input).ok(),
        frame::FrameForm::PAGE => made::<frame::FrameForm>(input, base),
        map::Sheet::PAGE => made::<map::Sheet>(input, base),
        classify::ClassifyForm::PAGE => made::<classify::ClassifyForm>(input, base),
        budget::BudgetForm::PAGE => made::<budget::BudgetForm>(input, base),
        maturity::MaturityForm::PAGE => made::<maturity::MaturityForm>(input, base),
        decide::ThresholdsForm::PAGE => made::<decide::ThresholdsForm>(input, base),
        prototype::ArrangementForm::PAGE => made::<prototype::ArrangementForm>(input, base),
        _ => None,
    }
}

/// What a step's status is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// The document as it stands.
    pub(crate) document: &'a Document,
    /// Whether there are figures for it.
    pub(crate) simulated: bool,
    /// Whether the verdict on them chooses a plan.
    pub(crate) chosen: bool,
    /// Whether the team has written down which failure it expects.
    pub(crate) expected: bool,
    /// Whether the team has accepted or overruled the verdict on this version.
    pub(crate) decided: bool,
    /// Whether a record has been issued for it.
    pub(crate) recorded: bool,
    /// Whether a record has been issued for it as it was before.
    pub(crate) recorded_before: bool,
}

/// How far a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All that it asks for is there.
    Completed,
    /// Something is there; what is missing, in a few words.
    InProgress(Cow<'static, str>),
    /// Nothing is there yet.
    NotStarted,
    /// It needs something first.
    CannotStart(&'static str),
}

impl Status {
    /// The status in words.
    pub(crate) fn label(&self) -> String {
        match self {
            Status::Completed => "Completed".to_owned(),
            Status::InProgress(missing) => format!("In progress: {missing}"),
            Status::NotStarted => "Not started".to_owned(),
            Status::CannotStart(because) => format!("Cannot start yet: {because}"),
        }
    }
}

/// A few steps by name, for what a status says is missing; nothing where there are none.
fn named<'a>(steps: impl Iterator<Item = &'a Step>) -> Option<String> {
    /// More names than this would fill the list of steps.
    const MOST: usize = 3;
    let mut names: Vec<String> = steps.map(|step| step.label().to_owned()).collect();
    let more = names.len().saturating_sub(MOST);
    if more > 0 {
        names.truncate(MOST);
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| ::decide::wording::list(&names))
}

/// The fields of a step as people type them.
pub(crate) trait StepForm: Serialize + DeserializeOwned + Clone + PartialEq + Send + Sync + 'static {
    /// The step's slug, under which a draft is kept.
    const PAGE: &'static str;

    /// The fields as the document fills them.
    fn of(document: &Document) -> Self;

    /// The document with these fields, or what is wrong with them.
    fn apply(&self, document: &Document) -> Result<Document, Vec<FieldProblem>>;

    /// The form as a draft keeps it.
    fn in_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Something wrong with a field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldProblem {
    /// The `id` of the field's element; empty: about the form as such.
    pub(crate) field: String,
    /// What is wrong and what to do about it.
    pub(crate) message: String,
}

impl FieldProblem {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// A problem of the document, as a sentence beside the field in which it was typed.
    pub(crate) fn of(field: impl Into<String>, problem: &model::Problem) -> Self {
        let mut letters = problem.message.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        let stop = if problem.message.ends_with('.') { "" } else { "." };
        Self::new(field, format!("{first}{}{stop}", letters.as_str()))
    }
}

/// Moves the focus to the element of that id, if there is one.
fn focus(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    let element = leptos::prelude::document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// An id made from a name: small letters, digits and dashes. `otherwise` stands in for a name without any.
fn slug(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for c in name.trim().to_lowercase().chars().take(40) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-');
    // `default` means something else in joins.
    if slug.is_empty() || slug == "default" { otherwise.to_owned() } else { slug.to_owned() }
}
