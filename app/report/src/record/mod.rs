//! Decision records as Markdown: MADR 4.0.0.
//!
//! The template is <https://github.com/adr/madr/tree/4.0.0/template>. Two things are as its readers need them
//! rather than as it prints them: the front matter opens the file, and the status stands without quotes,
//! because some readers show the quotes.

mod confirmation;
mod flowchart;
mod information;
mod markdown;
mod options;
mod outcome;

use decide::{Decision, Verdict};
use engine::Report;
use model::{Document, TopologyKind};

use self::markdown::{Markdown, inline, quoted};

/// Everything a record says, and nothing else: the same input gives the same text.
#[derive(Clone, Copy, Debug)]
pub struct RecordInput<'a> {
    /// The document that is decided on.
    pub document: &'a Document,
    /// Its simulation.
    pub report: &'a Report,
    /// The verdict on both.
    pub verdict: &'a Verdict,
    /// Which saved version of the document it is; none for a document from a file.
    pub version: Option<u64>,
    /// Today, as `YYYY-MM-DD`.
    pub date: &'a str,
    /// How far the decision has come.
    pub status: Status,
}

/// How far a decision has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Written down, not yet agreed on.
    Proposed,
    /// Agreed on.
    Accepted,
    /// Turned down.
    Rejected,
    /// No longer followed, and nothing came in its place.
    Deprecated,
}

impl Status {
    /// The word MADR has for it.
    pub fn label(self) -> &'static str {
        match self {
            Status::Proposed => "proposed",
            Status::Accepted => "accepted",
            Status::Rejected => "rejected",
            Status::Deprecated => "deprecated",
        }
    }
}

/// The title of a record: the pipeline, and what was decided about it.
pub fn title(document: &Document, verdict: &Verdict) -> String {
    let what = match verdict.decision {
        Decision::NotReady => "not ready to choose a topology",
        Decision::Choose(TopologyKind::Sequential) => "stay sequential",
        Decision::Choose(TopologyKind::Parallel) => "fan out in parallel",
        Decision::Choose(TopologyKind::Staged) => "fork in stages",
        Decision::Choose(TopologyKind::FirstLeg) => "fork the first leg",
        Decision::Choose(TopologyKind::Custom) => "use our own topology",
    };
    format!("{}: {what}", document.name.trim())
}

/// The name of a record's file, as MADR and its readers want it: `0007-checkout-stay-sequential.md`.
pub fn file_name(number: u32, title: &str) -> String {
    format!("{number:04}-{}.md", dashed(title, "record"))
}

/// The name of a document's file: `checkout.json`.
pub fn document_file_name(document: &Document) -> String {
    format!("{}.json", dashed(&document.name, "pipeline"))
}

/// Lower-case ASCII letters and digits with single dashes between them, at most 60 characters.
fn dashed(text: &str, otherwise: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() > 59 {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.extend(word.chars().take(60).map(|c| c.to_ascii_lowercase()));
    }
    if name.is_empty() { otherwise.to_owned() } else { name }
}

/// The record as Markdown.
pub fn madr(input: &RecordInput<'_>) -> String {
    let document = input.document;
    let mut text = Markdown::default();
    front_matter(&mut text, input);
    text.heading(1, &inline(&title(document, input.verdict)));
    text.heading(2, "Context and Problem Statement");
    context(&mut text, document);
    text.heading(2, "Decision Drivers");
    drivers(&mut text, input);
    text.heading(2, "Considered Options");
    text.bullets(input.report.topologies.iter().map(options::name));
    text.heading(2, "Decision Outcome");
    outcome::write(&mut text, input);
    text.heading(3, "Confirmation");
    confirmation::write(&mut text, input);
    text.heading(2, "Pros and Cons of the Options");
    options::write(&mut text, input);
    text.heading(2, "More Information");
    information::write(&mut text, input);
    text.finish()
}

fn front_matter(text: &mut Markdown, input: &RecordInput<'_>) {
    text.line("---");
    text.line(&format!("status: {}", input.status.label()));
    text.line(&format!("date: {}", input.date));
    let deciders: Vec<String> = input.document.owners.deciders.iter().map(|name| quoted(name)).collect();
    if !deciders.is_empty() {
        text.line(&format!("decision-makers: [{}]", deciders.join(", ")));
    }
    text.line("---");
}

fn context(text: &mut Markdown, document: &Document) {
    let question = inline(&document.question);
    if question.is_empty() {
        text.paragraph("Should these steps run one after another, in parallel, or partly in parallel?");
    } else {
        text.paragraph(&question);
    }
    let owner = document.state_owner.as_deref().map(inline).filter(|owner| !owner.is_empty());
    text.paragraph(&match owner {
        Some(owner) => format!("Which stage a request is in is known by: {owner}."),
        None => "Nobody can say which stage a request is in.".to_owned(),
    });
    let on_call = inline(&document.owners.on_call);
    if !on_call.is_empty() {
        text.paragraph(&format!("Called at night: {on_call}."));
    }
}

fn drivers(text: &mut Markdown, input: &RecordInput<'_>) {
    use decide::wording::{ms, number, percent, percentile};
    use model::{Consistency, DeliverySemantics, DependencyKind, Unsure};

    let document = input.document;
    let budget = &document.budget;
    let delivery = match document.delivery.semantics {
        DeliverySemantics::AtMostOnce => "at most once",
        DeliverySemantics::AtLeastOnce => "at least once",
        DeliverySemantics::EffectivelyOnce => "effectively once",
    };
    let consistency = match document.consistency {
        Consistency::Undecided => "not chosen yet; nothing is undone",
        Consistency::Eventual => "eventual, by a repair outside this pipeline",
        Consistency::Compensate => "compensation by the coordinator",
    };
    let strict = document.dependencies.iter().filter(|d| d.kind == DependencyKind::Strict).count();
    let errors = document.steps.iter().map(|step| step.error_rate.upper(Unsure::Rate)).fold(0.0, f64::max);
    text.bullets([
        format!(
            "Latency budget: {} within {}; nobody notices {} more or less",
            percentile(budget.percentile),
            ms(budget.target_ms),
            ms(budget.tolerance_ms)
        ),
        format!("Load: {} requests per second", number(document.workload.arrivals.per_second())),
        format!("Error rates: up to {} per attempt of a step", percent(errors)),
        format!("Ordering: {strict} of {} dependencies strict", document.dependencies.len()),
        format!("Delivery: {delivery}"),
        format!("Consistency: {consistency}"),
    ]);
}

#[cfg(test)]
mod tests;
