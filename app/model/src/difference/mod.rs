//! How documents differ, field by field, and how two that grew from one become one again.
//!
//! Everything is read off the written form, so a field that is added to the model is compared and merged like the
//! others. A difference is as small as it can be without meaning nothing by itself:
//!
//! * Objects are compared field by field; a range `{low, high}` is one number, and a latency that is written in another
//!   form is another latency.
//! * Steps, pools, dependencies, waits and outages are matched by what identifies them, never by place: a step that has
//!   moved is the same step. One that came or went is one difference. The order of those that stayed is one more.
//! * Any other list is one value, and so is a list in which two items have the same identity.
//!
//! # Paths
//!
//! They are those of [`Problem`](crate::Problem)s, but an item stands under its identity:
//! `steps[charge].latency.p99_ms`, `dependencies[charge>ship].because`, `outages[ship].until_s`; `steps.order` is the
//! order of the steps. What is not made of plain letters is quoted like a JSON text: `joins["a.b"].k`,
//! `waits["the \"old\" bank">mail]`. So a path means one place, whatever people call things.

mod merge;
mod ordered;
mod place;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::{merge::Walk, place::Place};
use crate::{document::Document, problem::Problems};

/// One place at which two documents say different things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The place, as a path; see the [module](self).
    pub path: String,
    /// The place in words: `Charge card: latency, p99 (ms)`.
    pub label: String,
    /// What the first document says, as JSON on one line. Absent: nothing.
    pub before: Option<String>,
    /// What the second document says, as JSON on one line. Absent: nothing.
    pub after: Option<String>,
}

/// One place that two people changed differently, which only people can decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clash {
    /// The place, as a path; see the [module](self). [`Choices`] name it by this.
    pub path: String,
    /// The place in words.
    pub label: String,
    /// What both started from, as JSON on one line. Absent: nothing.
    pub base: Option<String>,
    /// What I say. Absent: I removed it.
    pub mine: Option<String>,
    /// What they say. Absent: they removed it.
    pub theirs: Option<String>,
}

/// Everything that two people changed in one document, each list in the order of the document's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// What only I changed, from what to what; it is taken as mine.
    pub mine: Vec<Difference>,
    /// What only they changed, from what to what; it is taken as theirs.
    pub theirs: Vec<Difference>,
    /// What both changed in the same way.
    pub same: Vec<Difference>,
    /// What both changed differently; each needs a choice.
    pub clashes: Vec<Clash>,
}

/// Whose value is taken where both changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Mine.
    Mine,
    /// Theirs.
    Theirs,
}

/// What was chosen, by the path of the [`Clash`].
pub type Choices = BTreeMap<String, Side>;

/// Why two documents do not become one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum MergeError {
    /// These clashes have no choice, named by path; never empty.
    #[error("not decided: {}", .0.join(", "))]
    Undecided(Vec<String>),
    /// The parts do not fit together: one side removed a step that the other made something need.
    #[error(transparent)]
    Unfit(#[from] Problems),
}

/// Every place at which `after` says something else than `before`, in the order of the document's fields. Empty exactly
/// when both have the same [digest](Document::digest).
pub fn differences(before: &Document, after: &Document) -> Vec<Difference> {
    // What a merge takes from the one side when the other has changed nothing: so both always agree on what a change is.
    conflicts(before, after, before).mine
}

/// What I and they changed since `base`, and where that clashes.
///
/// What one side removed and the other changed is one clash, over the whole of it. The order of a list is compared among
/// the items that both sides still have.
pub fn conflicts(base: &Document, mine: &Document, theirs: &Document) -> Merge {
    walked(base, mine, theirs, &Choices::new()).0
}

/// The document with the changes of both sides since `base`, and with `choices` where they clash.
///
/// Different items that the two sides added at one place of a list stand there together, without a choice. Choices at
/// paths without a clash mean nothing.
///
/// # Errors
///
/// Clashes without a choice; or, if all are decided, the problems of a result that is no sound document. Their paths are
/// paths into that result.
pub fn merge(base: &Document, mine: &Document, theirs: &Document, choices: &Choices) -> Result<Document, MergeError> {
    let (merge, text) = walked(base, mine, theirs, choices);
    let undecided: Vec<String> =
        merge.clashes.into_iter().map(|clash| clash.path).filter(|path| !choices.contains_key(path)).collect();
    if undecided.is_empty() { Ok(Document::parse(&text)?) } else { Err(MergeError::Undecided(undecided)) }
}

/// The merge, and the JSON it gives; where a choice is missing, that text holds mine and must not be used.
fn walked(base: &Document, mine: &Document, theirs: &Document, choices: &Choices) -> (Merge, String) {
    let documents = [base, mine, theirs];
    let written = documents.map(ordered::Json::of);
    let mut walk = Walk::new(documents, choices);
    let text = walk.merged(&Place::default(), written.each_ref().map(Some));
    (walk.merge, text.unwrap_or_default())
}
