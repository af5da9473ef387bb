//! What was decided, why, and under which conditions.

use decide::{lacks_reason, wording::list};
use model::{DependencyKind, Document};

use super::{
    Issue, SignOff,
    line::{Block, Grid, Line},
    options,
};
use crate::{chart::Column, plain::one_line};

/// The sentence by which readers of MADR know the outcome, and who stands behind it.
pub(super) fn chosen(issue: &Issue<'_>) -> Vec<Block> {
    let name = issue.choice().map_or_else(
        || "none yet".to_owned(),
        |kind| issue.chosen().map_or_else(|| kind.label().to_owned(), options::name),
    );
    let verdict = &issue.input.verdict.sentence;
    let names: Vec<String> = issue.decided_by.iter().map(|name| one_line(name)).collect();
    let by = list(&names);
    let mut blocks = Vec::new();
    match issue.overrule {
        Some(overrule) => {
            let reason = ended(&overrule.reason);
            blocks.push(Block::paragraph(format!(
                "Chosen option: \"{name}\", because the team overrules the verdict: {reason}"
            )));
            blocks.push(Block::paragraph(format!("The verdict on these figures is: {verdict}")));
        }
        None => blocks.push(Block::paragraph(format!(
            "Chosen option: \"{name}\", because the verdict on these figures is: {verdict}"
        ))),
    }
    if !by.is_empty() {
        blocks.push(Block::paragraph(match (issue.overrule, issue.accepted_because) {
            (Some(_), _) => format!("Overruled by: {by}."),
            (None, None) => format!("Accepted by: {by}."),
            (None, Some(because)) => format!("Accepted by: {by}. Why: {}", ended(because)),
        }));
    }
    blocks
}

/// What somebody wrote as a sentence; what is missing is said to be missing.
pub(super) fn ended(text: &str) -> String {
    match one_line(text) {
        text if text.is_empty() => "nothing is written down.".to_owned(),
        text if text.ends_with(['.', '!', '?']) => text,
        text => format!("{text}."),
    }
}

/// The rules that fired.
pub(super) fn rules(issue: &Issue<'_>) -> Block {
    let verdict = issue.input.verdict;
    let findings = &verdict.findings;
    if findings.is_empty() {
        return Block::paragraph("No rule fired.");
    }
    let rows = findings.iter().map(|finding| {
        vec![
            Line::of_code(&finding.rule),
            Line::of(verdict.label(finding)),
            Line::of(&finding.evidence),
            Line::of_code(&finding.input),
        ]
    });
    Block::Table(Grid {
        caption: "Rules that fired".to_owned(),
        columns: Column::named(["Rule", "Effect", "Evidence", "Input"], |_| false),
        rows: rows.collect(),
        note: String::new(),
    })
}

/// What must be done first: the conditions with their owners, and what every pipeline does before it ships.
pub(super) fn conditions(issue: &Issue<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let conditions: Vec<(bool, Line)> = issue
        .conditions()
        .map(|finding| {
            let remedy = ended(&finding.remedy);
            let verdict = issue.input.verdict;
            let buys = verdict
                .purchase(Some(&finding.rule))
                .map_or_else(String::new, |purchase| format!(" What it buys: {}", purchase.sentence(verdict.decision)));
            let owner = owner(issue, &finding.rule);
            (false, Line::of_code(&finding.rule).words(&format!(": {remedy}{buys} Owner: {owner}.")))
        })
        .collect();
    if !conditions.is_empty() {
        blocks.push(Block::paragraph("Only after these conditions are met:"));
        blocks.push(Block::Checklist(conditions));
    }
    if let Some(all) = issue.input.verdict.purchase(None) {
        let sentence = all.sentence(issue.input.verdict.decision);
        blocks.push(Block::paragraph(format!("With all of them met: {sentence}")));
    }
    blocks.push(Block::paragraph("Before it ships:"));
    // What the model says already is ticked; what only the team can say is left to it.
    let Document { steps, dependencies, .. } = issue.input.document;
    let measured = steps.iter().all(|step| !step.measured.is_empty());
    let strict: Vec<_> = dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Strict).collect();
    let mapped = !strict.is_empty() && !strict.into_iter().any(lacks_reason);
    let points = [
        (measured, "The p99 of every step is measured, not guessed"),
        (mapped, "Strict dependencies are mapped, each with its reason"),
        (false, "One edge case is prototyped"),
        (false, "Compensation is built for every write that can be left behind"),
    ];
    blocks.push(Block::Checklist(points.map(|(done, point)| (done, Line::of(point))).to_vec()));
    blocks
}

/// What those who were asked to sign off have answered, and who has not; nothing where nobody was asked.
pub(super) fn signed(issue: &Issue<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !issue.sign_offs.is_empty() {
        let sentences = issue.sign_offs.iter().map(SignOff::sentence);
        blocks.push(Block::paragraph("Those who were asked to sign off have answered:"));
        blocks.push(Block::bullets(sentences));
    }
    if !issue.unanswered.is_empty() {
        blocks.push(Block::paragraph("Those who were asked and had not answered about this version:"));
        blocks.push(Block::bullets(issue.unanswered.iter().map(|name| one_line(name))));
    }
    blocks
}

/// The same under a heading of its own.
pub(super) fn sign_off(issue: &Issue<'_>) -> Vec<Block> {
    let signed = signed(issue);
    let heading = (!signed.is_empty()).then(|| Block::heading(3, "Sign-off"));
    heading.into_iter().chain(signed).collect()
}

fn owner(issue: &Issue<'_>, rule: &str) -> String {
    let Some(assignment) = issue.assignment(rule) else { return "not named yet".to_owned() };
    let owner = one_line(&assignment.owner);
    match one_line(&assignment.due) {
        due if due.is_empty() => owner,
        due => format!("{owner}, due {due}"),
    }
}
