//! The whole evidence as JSON: whoever has the file can import the pipeline, and run every figure again.

use decide::{Decision, Verdict};
use engine::Report;
use model::{Document, Problem, Problems};
use serde::{Deserialize, Serialize};

use super::{
    Assignment, Change, Format, Issue, Overrule, RecordInput, Reference, SignOff, Standing, Status, information, render,
};

/// What [`Archive::format`] says of this version of the format.
pub const RECORD_FORMAT: &str = "forkline-record/1";

/// A record with all that it rests on.
///
/// | field | what it is |
/// |---|---|
/// | `format` | always `forkline-record/1` |
/// | `number`, `title`, `date`, `status` | as in the other formats; the number is `null` in a preview |
/// | `supersedes`, `superseded_by` | numbers and titles of other records |
/// | `changes` | statuses it was given since it was issued, with dates and reasons; absent where there are none |
/// | `overrule` | topology and reason, where the team chose against the verdict |
/// | `accepted_because` | why the team accepted the verdict; absent where it did not say |
/// | `decided_by` | names |
/// | `conditions` | the rules that ask for work on the chosen topology, with owners |
/// | `expected_failure` | what the team expected before it ran an outage |
/// | `sign_offs` | what those who were asked to sign off answered about this version; absent where nobody has |
/// | `unanswered` | names of those who were asked and had not answered; absent where there were none |
/// | `provenance` | what gives every figure again |
/// | `document` | the pipeline, as `forkline/1`; its digest is `provenance.document_digest` |
/// | `report` | as `forkline simulate --json` prints it; times in milliseconds, shares from 0 to 1 |
/// | `verdict` | as `forkline decide --json` prints it |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Always [`RECORD_FORMAT`].
    pub format: String,
    /// The record's number; none in a preview.
    pub number: Option<u32>,
    /// Its title.
    pub title: String,
    /// The day on which it was issued, as `YYYY-MM-DD`.
    pub date: String,
    /// How far the decision has come.
    pub status: Status,
    /// The records in whose place it came.
    pub supersedes: Vec<Reference>,
    /// The record that came in its place.
    pub superseded_by: Option<Reference>,
    /// The statuses it was given since it was issued, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What the team chose against the verdict.
    pub overrule: Option<Overrule>,
    /// Why the team accepted the verdict, where it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_because: Option<String>,
    /// Who accepted or overruled the verdict.
    pub decided_by: Vec<String>,
    /// What must be done before the chosen topology ships.
    pub conditions: Vec<Condition>,
    /// What the team expected to fail.
    pub expected_failure: Option<String>,
    /// What those who were asked to sign off have answered about this version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sign_offs: Vec<SignOff>,
    /// Who was asked to sign off and had not answered about this version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<String>,
    /// Where the figures come from.
    pub provenance: Provenance,
    /// The document that was decided on.
    pub document: Document,
    /// Its simulation.
    pub report: Report,
    /// The verdict on both.
    pub verdict: Verdict,
}

/// A condition of the chosen topology.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The id of the rule that sets it.
    pub rule: String,
    /// The work, as a sentence.
    pub remedy: String,
    /// Who does it; empty: nobody yet.
    pub owner: String,
    /// By when; empty: not said.
    pub due: String,
}

/// Where figures come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// SHA-256 of the document.
    pub document_digest: String,
    /// Version of the engine.
    pub engine: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Independent replications of each topology.
    pub replications: u32,
    /// Which saved version of the pipeline it is; none for a document from a file.
    pub pipeline_version: Option<u64>,
    /// The command that gives every figure again, from the document in a file of its own.
    pub command: String,
}

impl Archive {
    /// What an issue holds, as a value of its own.
    pub fn of(issue: &Issue<'_>) -> Self {
        let input = &issue.input;
        let conditions = issue.conditions().map(|finding| {
            let Assignment { owner, due, .. } = issue.assignment(&finding.rule).cloned().unwrap_or_default();
            Condition { rule: finding.rule.clone(), remedy: finding.remedy.clone(), owner, due }
        });
        Self {
            format: RECORD_FORMAT.to_owned(),
            number: issue.number,
            title: issue.title(),
            date: input.date.to_owned(),
            status: input.status,
            supersedes: issue.supersedes.to_vec(),
            superseded_by: issue.superseded_by.cloned(),
            changes: issue.changes.to_vec(),
            overrule: issue.overrule.cloned(),
            accepted_because: issue.accepted_because.map(str::to_owned),
            decided_by: issue.decided_by.to_vec(),
            conditions: conditions.collect(),
            expected_failure: issue.expected_failure.map(str::to_owned),
            sign_offs: issue.sign_offs.to_vec(),
            unanswered: issue.unanswered.to_vec(),
            provenance: Provenance {
                document_digest: input.report.document_digest.clone(),
                engine: input.report.engine.clone(),
                seed: input.report.seed,
                replications: input.report.replications,
                pipeline_version: input.version,
                command: information::command(issue),
            },
            document: input.document.clone(),
            report: input.report.clone(),
            verdict: input.verdict.clone(),
        }
    }

    /// The record as it stands today.
    #[must_use]
    pub fn standing(self, standing: &Standing) -> Self {
        let Standing { status, superseded_by, changes } = standing.clone();
        Self { status, superseded_by, changes, ..self }
    }

    /// The record in a format.
    pub fn render(&self, format: Format) -> String {
        let owned = |condition: &Condition| !condition.owner.is_empty() || !condition.due.is_empty();
        let assignments: Vec<Assignment> = self
            .conditions
            .iter()
            .filter(|condition| owned(condition))
            .map(|Condition { rule, owner, due, .. }| Assignment {
                rule: rule.clone(),
                owner: owner.clone(),
                due: due.clone(),
            })
            .collect();
        let input = RecordInput {
            document: &self.document,
            report: &self.report,
            verdict: &self.verdict,
            version: self.provenance.pipeline_version,
            date: &self.date,
            status: self.status,
        };
        let issue = Issue {
            number: self.number,
            overrule: self.overrule.as_ref(),
            accepted_because: self.accepted_because.as_deref(),
            decided_by: &self.decided_by,
            assignments: &assignments,
            expected_failure: self.expected_failure.as_deref(),
            sign_offs: &self.sign_offs,
            unanswered: &self.unanswered,
            supersedes: &self.supersedes,
            superseded_by: self.superseded_by.as_ref(),
            changes: &self.changes,
            ..Issue::new(input)
        };
        render(format, &issue)
    }

    /// Reads a record from JSON text, and checks its document as any other.
    ///
    /// # Errors
    ///
    /// Where the text is no record of this format, or its document has problems: each with its path, that of the
    /// document below `document`.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let at_root = |message: String| Problems(vec![Problem::new("", message)]);
        let mut value: serde_json::Value = serde_json::from_str(text).map_err(|error| at_root(error.to_string()))?;
        let format = value.get("format").and_then(serde_json::Value::as_str).unwrap_or_default();
        if format != RECORD_FORMAT {
            return Err(Problems(vec![Problem::new(
                "format",
                format!("it is \"{format}\"; a decision record has \"{RECORD_FORMAT}\""),
            )]));
        }
        // The document may be of an older format than this program's: its own reader knows what to do.
        let document = value.get("document").map_or_else(String::new, serde_json::Value::to_string);
        let document = Document::parse_stored(&document).map_err(below_document)?;
        value["document"] = serde_json::to_value(&document).map_err(|error| at_root(error.to_string()))?;
        serde_json::from_value(value).map_err(|error| at_root(error.to_string()))
    }
}

/// What a list needs to know of the evidence of a record: less work to read than all of it, and less that can have
/// changed since.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Basis {
    /// Who accepted or overruled the verdict.
    pub decided_by: Vec<String>,
    /// The simulation that the record rests on.
    pub report: Report,
    verdict: Option<Ruling>,
}

/// What of a verdict every version of this program can read.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
struct Ruling {
    decision: Decision,
}

impl Basis {
    /// The verdict that the record rests on, where it is said.
    pub fn decision(&self) -> Option<Decision> {
        self.verdict.map(|verdict| verdict.decision)
    }

    /// Reads it from the JSON of a record; none in a text that is no record of this program.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

fn below_document(problems: Problems) -> Problems {
    let below = |problem: Problem| Problem {
        path: if problem.path.is_empty() { "document".to_owned() } else { format!("document.{}", problem.path) },
        ..problem
    };
    Problems(problems.0.into_iter().map(below).collect())
}

/// The record as indented JSON.
pub(super) fn write(issue: &Issue<'_>) -> String {
    let text = serde_json::to_string_pretty(&Archive::of(issue));
    format!("{}\n", text.expect("a record holds only finite numbers and string keys"))
}
