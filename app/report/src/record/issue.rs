//! What is known of a record when it is issued, beyond its evidence.

use decide::{Decision, Effect, Finding};
use engine::report::TopologyReport;
use model::TopologyKind;
use serde::{Deserialize, Serialize};

use super::{Change, Format, RecordInput, Status, outcome::ended, status, title_of};
use crate::plain::one_line;

/// A record to be issued: its evidence, and what the team has said about it.
///
/// `Issue { number: Some(7), ..Issue::new(input) }` names only what there is to say.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// The document, its figures, the verdict, the date and the status.
    pub input: RecordInput<'a>,
    /// Its number among the records; none for a preview.
    pub number: Option<u32>,
    /// What the team chose against the verdict; none: it follows the verdict.
    pub overrule: Option<&'a Overrule>,
    /// Why the verdict was accepted, in the team's words, where it said so.
    pub accepted_because: Option<&'a str>,
    /// Who accepted or overruled the verdict, by name.
    pub decided_by: &'a [String],
    /// Who does the work that the conditions ask for.
    pub assignments: &'a [Assignment],
    /// What the team expected to fail, written down before an outage was run.
    pub expected_failure: Option<&'a str>,
    /// What those who were asked to sign off have answered about this version.
    pub sign_offs: &'a [SignOff],
    /// Who was asked to sign off and has not answered about this version, by name.
    pub unanswered: &'a [String],
    /// The records in whose place this one comes.
    pub supersedes: &'a [Reference],
    /// The record that has come in the place of this one. It then stands as superseded, whatever
    /// [`RecordInput::status`] says.
    pub superseded_by: Option<&'a Reference>,
    /// The statuses it was given since it was issued, the latest last.
    pub changes: &'a [Change],
}

/// A topology that the team chose against the verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overrule {
    /// What was chosen.
    pub topology: TopologyKind,
    /// Why, in the team's words.
    pub reason: String,
}

/// Who meets a condition, and by when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// The id of the rule that sets the condition.
    pub rule: String,
    /// Who does it; empty: nobody yet.
    pub owner: String,
    /// By when, as people write it; empty: not said.
    #[serde(default)]
    pub due: String,
}

/// What somebody who was asked to sign off has answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// Who, by name.
    pub name: String,
    /// Whether they approve; otherwise they object.
    pub approves: bool,
    /// Why; empty: not said.
    #[serde(default)]
    pub because: String,
    /// The day, as `YYYY-MM-DD`.
    pub date: String,
}

impl SignOff {
    /// The answer as a sentence: `2026-01-31: Ann approves. Why not.`
    pub(crate) fn sentence(&self) -> String {
        let SignOff { name, approves, because, date } = self;
        let because = if one_line(because).is_empty() { String::new() } else { format!(" {}", ended(because)) };
        format!("{date}: {} {}.{because}", one_line(name), if *approves { "approves" } else { "objects" })
    }
}

/// What a team has said about a verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decided {
    /// What it chose against the verdict; none: it accepts the verdict.
    pub overrule: Option<Overrule>,
    /// Why it accepts the verdict; empty: not said, or it does not.
    pub accepted_because: String,
    /// Who decided, by name; nobody: it is not decided yet.
    pub decided_by: Vec<String>,
    /// Who does the work that the conditions ask for.
    pub assignments: Vec<Assignment>,
    /// What it expected to fail, written down before an outage was run; empty: not said.
    pub expected_failure: String,
}

/// A text, unless it is empty.
fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

impl Decided {
    /// The record that says so. It is accepted where somebody has decided.
    pub fn of<'a>(&'a self, input: RecordInput<'a>) -> Issue<'a> {
        let status = if self.decided_by.is_empty() { input.status } else { Status::Accepted };
        Issue {
            overrule: self.overrule.as_ref(),
            accepted_because: said(&self.accepted_because),
            decided_by: &self.decided_by,
            assignments: &self.assignments,
            expected_failure: said(&self.expected_failure),
            ..Issue::new(RecordInput { status, ..input })
        }
    }
}

/// Another record, as far as a link needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its number.
    pub number: u32,
    /// Its title, as it was issued; its file is named after both.
    pub title: String,
}

impl Reference {
    /// What a link to it reads: `0007 Checkout: stay sequential`.
    pub fn words(&self) -> String {
        format!("{:04} {}", self.number, self.title)
    }

    /// The name of its file in a format, which is how a link finds it in the same folder.
    pub fn file_name(&self, format: Format) -> String {
        format.file_name(self.number, &self.title)
    }
}

impl<'a> Issue<'a> {
    /// A record of which nothing is known but its evidence: that of a preview.
    pub fn new(input: RecordInput<'a>) -> Self {
        Self {
            input,
            number: None,
            overrule: None,
            accepted_because: None,
            decided_by: &[],
            assignments: &[],
            expected_failure: None,
            sign_offs: &[],
            unanswered: &[],
            supersedes: &[],
            superseded_by: None,
            changes: &[],
        }
    }

    /// Its title: the pipeline, and what was chosen for it.
    pub fn title(&self) -> String {
        title_of(self.input.document, self.choice())
    }

    /// The topology that was chosen; none where the verdict is *not ready* and stands.
    pub fn choice(&self) -> Option<TopologyKind> {
        match (self.overrule, self.input.verdict.decision) {
            (Some(overrule), _) => Some(overrule.topology),
            (None, Decision::Choose(kind)) => Some(kind),
            (None, Decision::NotReady) => None,
        }
    }

    /// What MADR has for its status: `accepted`, or `superseded by ADR-0008`.
    pub(super) fn status(&self) -> String {
        status::words(self.input.status, self.superseded_by)
    }

    /// The date, in which nothing but a date can stand: readers take it from a line of its own.
    pub(super) fn date(&self) -> String {
        self.input.date.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect()
    }

    /// The figures of the chosen topology.
    pub(super) fn chosen(&self) -> Option<&'a TopologyReport> {
        self.input.report.topology(self.choice()?)
    }

    /// The findings that are conditions of the chosen topology, whether or not the verdict chose it too.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &'a Finding> {
        self.about_choice(Effect::Condition)
    }

    /// The findings with this effect on the chosen topology.
    pub(super) fn about_choice(&self, effect: Effect) -> impl Iterator<Item = &'a Finding> {
        let choice = self.choice();
        let findings = self.input.verdict.findings.iter();
        findings
            .filter(move |finding| finding.effect == effect && choice.is_some_and(|kind| finding.plans.contains(&kind)))
    }

    /// Who meets a condition.
    pub(super) fn assignment(&self, rule: &str) -> Option<&'a Assignment> {
        self.assignments.iter().find(|assignment| assignment.rule == rule && !assignment.owner.trim().is_empty())
    }

    /// Everybody who takes part in the decision, each once.
    pub(super) fn deciders(&self) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        let signed = self.sign_offs.iter().map(|sign_off| &sign_off.name);
        for name in self.input.document.owners.deciders.iter().chain(self.decided_by).chain(signed) {
            if !name.trim().is_empty() && !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }
}
