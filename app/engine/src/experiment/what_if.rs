//! What if: a document before and after one change, side by side.

use model::Document;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Comparison, Difference, report::Report};

/// What a change does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WhatIf {
    /// The change, in words.
    pub label: String,
    /// The document as it is, and what comes of it.
    pub before: Side,
    /// The document with the change.
    pub after: Side,
    /// What the change does to each topology that there is before and after it.
    pub differences: Vec<Difference>,
}

/// One side of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The document.
    pub document: Document,
    /// Its comparison.
    pub report: Report,
}

impl WhatIf {
    /// What came of two comparisons, the first of a document and the second of the same with a change.
    pub(super) fn new(label: String, before: (Document, Comparison), after: (Document, Comparison)) -> Self {
        let differences = before.1.differences(&after.1);
        let side = |(document, comparison): (Document, Comparison)| Side { document, report: comparison.report() };
        WhatIf { label, before: side(before), after: side(after), differences }
    }
}
