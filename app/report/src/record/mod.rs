//! Decision records: what was decided about a pipeline, on what evidence, in the formats that people and tools read.
//!
//! An [`Issue`] is all that a record says. [`madr`] writes it as MADR 4.0.0 Markdown from its evidence alone, which is
//! how a page shows it before it is issued; [`render`] writes any [`Format`]. The same input gives the same text.
//!
//! What a record says is made once, as blocks of lines; Markdown and HTML only write them. Texts of users are kept on
//! one line and escaped where they are written, so that none can become markup, a formula or front matter.
//!
//! An issued record never changes. What becomes of it is its [`Standing`], with which every format is written again, and
//! [`restated`] the Markdown that was issued. When its model changes, [`moved`] says that it is out of date, and by which
//! figure.

mod confirmation;
mod consequences;
mod context;
mod csv;
mod flowchart;
mod format;
mod html;
mod information;
mod issue;
mod json;
mod line;
mod madr;
mod markdown;
mod moved;
mod nygard;
mod options;
mod outcome;
mod restated;
mod status;

use decide::{Decision, Verdict};
use engine::Report;
use model::{Document, TopologyKind};

pub use self::{
    csv::Sheet,
    format::{Format, dashed, render},
    issue::{Assignment, Decided, Issue, Overrule, Reference, SignOff},
    json::{Archive, Basis, Condition, Provenance, RECORD_FORMAT},
    moved::moved,
    restated::{issued_status, restated},
    status::{Change, Standing, Status},
};

/// The evidence of a record.
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

/// The title of a record that follows the verdict: the pipeline, and what was decided about it.
pub fn title(document: &Document, verdict: &Verdict) -> String {
    title_of(
        document,
        match verdict.decision {
            Decision::NotReady => None,
            Decision::Choose(kind) => Some(kind),
        },
    )
}

fn title_of(document: &Document, choice: Option<TopologyKind>) -> String {
    let what = match choice {
        None => "not ready to choose a topology",
        Some(TopologyKind::Sequential) => "stay sequential",
        Some(TopologyKind::SequentialDetached) => "stay sequential, with work detached",
        Some(TopologyKind::Parallel) => "fan out in parallel",
        Some(TopologyKind::Staged) => "fork in stages",
        Some(TopologyKind::FirstLeg) => "fork the first leg",
        Some(TopologyKind::Custom) => "use our own topology",
    };
    format!("{}: {what}", document.name.trim())
}

/// The name of a record's file in its first format: `0007-checkout-stay-sequential.md`.
pub fn file_name(number: u32, title: &str) -> String {
    Format::Madr.file_name(number, title)
}

/// The name of a document's file: `checkout.json`.
pub fn document_file_name(document: &Document) -> String {
    format!("{}.json", format::dashed(&document.name, "pipeline"))
}

/// The record as MADR 4.0.0 Markdown, from its evidence alone.
pub fn madr(input: &RecordInput<'_>) -> String {
    madr::write(&Issue::new(*input))
}

/// The record as MADR 4.0.0 Markdown, with what the team has said of it. As [`render`] writes it, without the others:
/// browsers download only this one.
pub fn madr_of(issue: &Issue<'_>) -> String {
    madr::write(issue)
}

#[cfg(test)]
mod tests;
