//! What pages show of a result, as HTML text: the same from the server and from the worker in a browser.
//!
//! Results do not answer to clicks, so they need nothing of what makes a page interactive. The page puts the text in;
//! neither the engine nor the rules nor the charts are part of what it downloads.

mod arrange;
mod budget;
mod decision;
mod experiment;
mod files;
mod markup;
mod meter;
mod prototype;
pub mod records;
mod sign_off;
mod sketch;

pub use decide::Purchase;
use decide::{Decision, Verdict};
use engine::Report;
use model::{Document, TopologyKind};
use serde::{Deserialize, Serialize};

pub use arrange::{arrangement, of_step};
pub use decision::{effect_class, where_to_change};
pub use experiment::{bought, experiment, experiment_file, purchases, study};
pub use files::ChartFile;
pub use markup::escape;
pub use sign_off::sign_off;
pub use sketch::{Sketch, sketch};

use crate::record::{Decided, RecordInput, Status, madr_of};

/// Where results are shown: a guided step by its slug, and what it needs to know beside the figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The guided step. Those without a part for results show the summary only.
    pub step: String,
    /// The address of the pipeline, without a slash at its end.
    pub pipeline: String,
    /// Its latest saved version.
    pub version: u64,
    /// Today, as `YYYY-MM-DD`.
    pub today: String,
    /// What the team has said about the verdict on this version, if anything.
    pub decided: Option<Decided>,
}

/// What a page shows of a result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The digest of the document it is a result of.
    pub digest: String,
    /// The guided step that `html` is for.
    pub step: String,
    /// The verdict in a word or two.
    pub verdict: String,
    /// The verdict in one sentence.
    pub sentence: String,
    /// What the fastest alternative to sequential saves, and what each of the two leaves behind.
    pub summary: String,
    /// The topology that the verdict chooses; none where it is not ready.
    pub choice: Option<TopologyKind>,
    /// The topologies that were simulated.
    pub plans: Vec<TopologyKind>,
    /// What must be done before the chosen topology ships: the rule, and the work.
    pub conditions: Vec<(String, String)>,
    /// The seed of the simulation.
    pub seed: u64,
    /// Replications of each topology.
    pub replications: u32,
    /// Whether these are all the replications that are wanted.
    pub whole: bool,
    /// Where each topology stands against the budget. A page that the server sends has it in its markup already, so it
    /// does not travel a second time beside it.
    #[serde(skip)]
    pub meter: String,
    /// The step's part for results; empty where it has none.
    #[serde(skip)]
    pub html: String,
}

/// What a page shows of a report, and of what the conditions of its verdict buy, as far as that was simulated.
pub fn shown(document: &Document, report: &Report, bought: &[Purchase], place: &Place) -> Shown {
    let verdict = decide::verdict_with(document, report, bought);
    let html = match place.step.as_str() {
        "budget" => budget::tail_arithmetic(document, report),
        "prototype" => {
            let mut html = markup::Html::with(files::Files::of(document, place.version));
            prototype::results(&mut html, document, report);
            html.into_text()
        }
        "decide" => decision::verdict(document, report, &verdict, &place.pipeline),
        "record" => preview(document, report, &verdict, place),
        _ => String::new(),
    };
    Shown {
        digest: report.document_digest.clone(),
        step: place.step.clone(),
        verdict: in_a_word(verdict.decision),
        sentence: verdict.sentence.clone(),
        summary: meter::summary(report),
        choice: match verdict.decision {
            Decision::Choose(kind) => Some(kind),
            Decision::NotReady => None,
        },
        plans: report.topologies.iter().map(|topology| topology.kind).collect(),
        conditions: verdict.conditions().map(|found| (found.rule.clone(), found.remedy.clone())).collect(),
        seed: report.seed,
        replications: report.replications,
        whole: report.replications >= engine::DEFAULT_REPLICATIONS,
        meter: meter::meter(report),
        html,
    }
}

/// A version on a page that shows it to others: what needs what and, where there is a report with a verdict, these and the
/// results. Nothing leads to the pipeline, and the charts' files, where there are any, lie in the folder `files`.
pub fn for_others(
    document: &Document,
    judged: Option<(&Report, &Verdict)>,
    version: u64,
    files: Option<String>,
) -> String {
    let at = files.map_or(files::At::Nowhere, files::At::Folder);
    let mut html = markup::Html::with(files::Files { at, ..files::Files::of(document, version) });
    if !document.steps.is_empty() {
        html.element("h2", "Which step needs which");
        sketch::diagram(&mut html, document);
    }
    html.element("h2", "Verdict");
    match judged {
        Some((report, verdict)) => {
            html.raw(&decision::verdict(document, report, verdict, ""));
            prototype::results(&mut html, document, report);
        }
        None => {
            html.element("p", "There is none, and there are no figures: this version was not simulated.");
        }
    }
    html.into_text()
}

/// A chart of a comparison as a file, by its name; none of that name: nothing.
pub fn chart_file(document: &Document, report: &Report, version: u64, chart: &str) -> Option<ChartFile> {
    let mut html = markup::Html::with(files::Files::of(document, version).wanting(chart));
    prototype::results(&mut html, document, report);
    html.into_file()
}

fn in_a_word(decision: Decision) -> String {
    match decision {
        Decision::NotReady => "not ready".to_owned(),
        Decision::Choose(TopologyKind::Sequential) => "stay sequential".to_owned(),
        Decision::Choose(kind) => kind.slug().to_owned(),
    }
}

/// The record as it would be issued.
fn preview(document: &Document, report: &Report, verdict: &Verdict, place: &Place) -> String {
    let input = RecordInput {
        document,
        report,
        verdict,
        version: Some(place.version),
        date: &place.today,
        status: Status::Proposed,
    };
    let nothing = Decided::default();
    let issue = place.decided.as_ref().unwrap_or(&nothing).of(input);
    let mut html = markup::Html::default();
    html.open("pre class=\"record\" tabindex=\"0\" data-testid=\"record-preview\"").text(&madr_of(&issue)).close("pre");
    html.into_text()
}
