//! The fields of the Frame step, as typed, and the way from there to a document.

use model::{Consistency, DeliverySemantics, Document};
use serde::{Deserialize, Serialize};

use crate::steps::{FieldProblem, StepForm, number as decimal};

/// The fields of the Frame step, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FrameForm {
    /// What people call the pipeline.
    pub name: String,
    /// What is being decided.
    pub question: String,
    /// Who decides, separated by commas.
    pub deciders: String,
    /// Who is called at night.
    pub on_call: String,
    /// The service that owns the state.
    pub state_owner: String,
    /// `undecided`, `eventual` or `compensate`.
    pub consistency: String,
    /// `at_most_once`, `at_least_once` or `effectively_once`.
    pub semantics: String,
    /// The budget's target \[ms\].
    pub target: String,
    /// The budget's percentile.
    pub percentile: String,
    /// The budget's tolerance \[ms\].
    pub tolerance: String,
}

impl FrameForm {
    /// The text of a field.
    pub(crate) fn field(&self, name: &str) -> &str {
        match name {
            "name" => &self.name,
            "question" => &self.question,
            "deciders" => &self.deciders,
            "on_call" => &self.on_call,
            "state_owner" => &self.state_owner,
            "consistency" => &self.consistency,
            "semantics" => &self.semantics,
            "target" => &self.target,
            "percentile" => &self.percentile,
            "tolerance" => &self.tolerance,
            _ => "",
        }
    }

    /// The text of a field, to be changed.
    pub(crate) fn field_mut(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "name" => Some(&mut self.name),
            "question" => Some(&mut self.question),
            "deciders" => Some(&mut self.deciders),
            "on_call" => Some(&mut self.on_call),
            "state_owner" => Some(&mut self.state_owner),
            "consistency" => Some(&mut self.consistency),
            "semantics" => Some(&mut self.semantics),
            "target" => Some(&mut self.target),
            "percentile" => Some(&mut self.percentile),
            "tolerance" => Some(&mut self.tolerance),
            _ => None,
        }
    }
}

impl StepForm for FrameForm {
    const PAGE: &'static str = "frame";

    fn of(document: &Document) -> Self {
        Self {
            name: document.name.clone(),
            question: document.question.clone(),
            deciders: document.owners.deciders.join(", "),
            on_call: document.owners.on_call.clone(),
            state_owner: document.state_owner.clone().unwrap_or_default(),
            consistency: match document.consistency {
                Consistency::Undecided => "undecided",
                Consistency::Eventual => "eventual",
                Consistency::Compensate => "compensate",
            }
            .to_owned(),
            semantics: match document.delivery.semantics {
                DeliverySemantics::AtMostOnce => "at_most_once",
                DeliverySemantics::AtLeastOnce => "at_least_once",
                DeliverySemantics::EffectivelyOnce => "effectively_once",
            }
            .to_owned(),
            target: document.budget.target_ms.to_string(),
            percentile: document.budget.percentile.to_string(),
            tolerance: document.budget.tolerance_ms.to_string(),
        }
    }

    fn apply(&self, document: &Document) -> Result<Document, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut number = |field: &str, text: &str, before: f64| {
            let text: String = text.trim().chars().filter(|c| *c != ',').collect();
            decimal::read(&text).unwrap_or_else(|| {
                problems.push(FieldProblem::new(field, format!("“{text}” is not a number. Write it like {before}.")));
                before
            })
        };
        let mut next = document.clone();
        next.budget.target_ms = number("target", &self.target, document.budget.target_ms);
        next.budget.percentile = number("percentile", &self.percentile, document.budget.percentile);
        next.budget.tolerance_ms = number("tolerance", &self.tolerance, document.budget.tolerance_ms);
        self.name.trim().clone_into(&mut next.name);
        self.question.trim().clone_into(&mut next.question);
        next.owners.deciders =
            self.deciders.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        self.on_call.trim().clone_into(&mut next.owners.on_call);
        next.state_owner = Some(self.state_owner.trim().to_owned()).filter(|owner| !owner.is_empty());
        next.consistency = match self.consistency.as_str() {
            "eventual" => Consistency::Eventual,
            "compensate" => Consistency::Compensate,
            _ => Consistency::Undecided,
        };
        next.delivery.semantics = match self.semantics.as_str() {
            "at_most_once" => DeliverySemantics::AtMostOnce,
            "effectively_once" => DeliverySemantics::EffectivelyOnce,
            _ => DeliverySemantics::AtLeastOnce,
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        next.checked()
            .map_err(|found| found.0.iter().map(|problem| FieldProblem::of(field_of(&problem.path), problem)).collect())
    }
}

/// The field that a path of the document is typed in.
fn field_of(path: &str) -> &'static str {
    match path {
        "name" => "name",
        "question" => "question",
        "state_owner" => "state_owner",
        "budget.target_ms" => "target",
        "budget.percentile" => "percentile",
        "budget.tolerance_ms" => "tolerance",
        _ => "",
    }
}
