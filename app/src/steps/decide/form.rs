//! The form in which a team accepts a verdict or overrules it.

use model::TopologyKind;
use report::{
    page::Shown,
    record::{Assignment, Decided, Overrule},
};
use serde::{Deserialize, Serialize};

use crate::steps::FieldProblem;

/// What a team decides, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// `accept`, or the name of the topology that is chosen against the verdict.
    pub choice: String,
    /// Why the verdict is overruled, or accepted.
    pub reason: String,
    /// Who decides, separated by commas.
    pub decided_by: String,
    /// Who does the work that the conditions ask for.
    pub owners: Vec<OwnerRow>,
}

/// The owner of a condition, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnerRow {
    /// The id of the rule that sets the condition.
    pub rule: String,
    /// Who does the work.
    pub owner: String,
    /// By when.
    pub due: String,
}

/// The choice that follows the verdict.
pub(super) const ACCEPT: &str = "accept";

impl DecisionForm {
    /// The form for results: filled with what was decided before, or with those who decide.
    pub(super) fn of(shown: &Shown, decided: Option<&Decided>, deciders: &[String]) -> Self {
        let earlier = |rule: &str| decided?.assignments.iter().find(|assignment| assignment.rule == rule);
        let owners = shown.conditions.iter().map(|(rule, _)| {
            let Assignment { owner, due, .. } = earlier(rule).cloned().unwrap_or_default();
            OwnerRow { rule: rule.clone(), owner, due }
        });
        let overrule = decided.and_then(|decided| decided.overrule.as_ref());
        let names = decided.map_or(deciders, |decided| &decided.decided_by);
        Self {
            choice: overrule.map_or(ACCEPT, |overrule| overrule.topology.slug()).to_owned(),
            reason: decided.map_or_else(String::new, |decided| match overrule {
                Some(overrule) => overrule.reason.clone(),
                None => decided.accepted_because.clone(),
            }),
            decided_by: names.join(", "),
            owners: owners.collect(),
        }
    }

    /// What the form says, or what is missing.
    pub(crate) fn decided(&self) -> Result<Decided, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let names = self.decided_by.split(',').map(str::trim).filter(|name| !name.is_empty());
        let decided_by: Vec<String> = names.map(str::to_owned).collect();
        if decided_by.is_empty() {
            problems.push(FieldProblem::new("decided_by", "Name at least one person who decides."));
        }
        let reason = self.reason.trim();
        let overrule = match self.choice.as_str() {
            ACCEPT => None,
            slug => match TopologyKind::ALL.into_iter().find(|kind| kind.slug() == slug) {
                None => {
                    problems
                        .push(FieldProblem::new("choice", "Choose whether to accept the verdict or to overrule it."));
                    None
                }
                Some(_) if reason.is_empty() => {
                    problems.push(FieldProblem::new("reason", "Say why: overruling a verdict takes a reason."));
                    None
                }
                Some(topology) => Some(Overrule { topology, reason: reason.to_owned() }),
            },
        };
        let assignments = self.owners.iter().map(|row| Assignment {
            rule: row.rule.clone(),
            owner: row.owner.trim().to_owned(),
            due: row.due.trim().to_owned(),
        });
        let assignments = assignments.filter(|row| !row.owner.is_empty() || !row.due.is_empty()).collect();
        if problems.is_empty() {
            let accepted_because = if overrule.is_some() { String::new() } else { reason.to_owned() };
            Ok(Decided { overrule, accepted_because, decided_by, assignments, ..Decided::default() })
        } else {
            Err(problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_names_who_decides_and_an_overruling_says_why() {
        let form = DecisionForm { choice: ACCEPT.to_owned(), ..DecisionForm::default() };
        let fields = |form: &DecisionForm| {
            let problems = form.decided().expect_err("something is missing");
            problems.into_iter().map(|problem| problem.field).collect::<Vec<_>>()
        };
        assert_eq!(fields(&form), ["decided_by"]);
        let form = DecisionForm { choice: "parallel".to_owned(), ..form };
        assert_eq!(fields(&form), ["decided_by", "reason"]);
        assert_eq!(fields(&DecisionForm { choice: "sideways".to_owned(), ..form.clone() }), ["decided_by", "choice"]);
        let form = DecisionForm { decided_by: "Ann, , Bo ".to_owned(), reason: " measured ".to_owned(), ..form };
        let decided = form.decided().expect("all is said");
        assert_eq!(decided.decided_by, ["Ann", "Bo"]);
        let overrule = Overrule { topology: TopologyKind::Parallel, reason: "measured".to_owned() };
        assert_eq!((&decided.overrule, decided.accepted_because.as_str()), (&Some(overrule), ""));
        // Why a verdict was accepted is kept as well, and is there when the form is opened again.
        let accepted = DecisionForm { choice: ACCEPT.to_owned(), ..form }.decided().expect("all is said");
        assert_eq!((accepted.overrule.is_none(), accepted.accepted_because.as_str()), (true, "measured"));
        assert_eq!(DecisionForm::of(&Shown::default(), Some(&accepted), &[]).reason, "measured");
    }
}
