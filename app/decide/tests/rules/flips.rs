//! What would change a verdict, and what it is called.

use decide::{Decision, Verdict};
use model::{Answer, Consumer, TopologyKind};

use super::{
    decided,
    precedence::{slow, writes},
};

fn change(decided: &Verdict, input: &str) -> Option<String> {
    decided.would_change.iter().find(|flip| flip.input == input).map(|flip| flip.sentence.clone())
}

#[test]
fn what_would_change_it_names_the_findings_that_stand_in_the_way() {
    let mut document = slow();
    document.state_owner = None;
    let sentence = "Without the rule “Nobody owns the state”: the verdict would be first-leg instead of not-ready.";
    assert_eq!(change(&decided(&document), "state_owner").as_deref(), Some(sentence));
    document.state_owner = Some("orders".to_owned());
    writes(&mut document, 2);
    document.maturity.traced = Some(Answer::No);
    let sentence = "Without the rule “Maturity is low”: the verdict would be first-leg instead of sequential.";
    assert_eq!(change(&decided(&document), "maturity.traced").as_deref(), Some(sentence));
    // Where neither alone is enough, both are named.
    document.maturity.partial_success_alerts = Some(Answer::No);
    let sentence = "Without the rules “Partial success goes unseen or unrepaired” and “Maturity is low”: the verdict would be first-leg instead of sequential.";
    assert_eq!(change(&decided(&document), "maturity.partial_success_alerts").as_deref(), Some(sentence));
    // Inside the budget a veto changes nothing, and where every fork is vetoed no budget does.
    document.budget.target_ms = 800.0;
    assert_eq!(decided(&document).would_change, []);
}

#[test]
fn a_budget_is_named_only_where_another_one_makes_another_verdict() {
    let budget = |document: &model::Document| change(&decided(document), "budget.target_ms");
    let mut document = slow();
    // The fork is there because the chain misses it.
    assert!(budget(&document).is_some_and(|said| said.contains("or more")), "{:?}", budget(&document));
    document.budget.target_ms = 800.0;
    assert!(budget(&document).is_some_and(|said| said.starts_with("A budget below ")), "{:?}", budget(&document));
    // Where no fork may be chosen, or nothing may be, no budget changes that.
    writes(&mut document, 2);
    document.maturity.traced = Some(Answer::No);
    assert_eq!(budget(&document), None);
    document.budget.target_ms = 500.0;
    assert_eq!(budget(&document), None);
    let mut nobody = slow();
    nobody.state_owner = None;
    assert_eq!(budget(&nobody), None);
}

#[test]
fn outcomes_and_forks_are_named() {
    let mut document = slow();
    document.budget.target_ms = 350.0;
    let staged = decided(&document);
    assert_eq!(
        (staged.decision.outcome(), staged.forks),
        ("staged", vec![["a", "b", "c"].map(str::to_owned).to_vec()])
    );
    assert_eq!(Decision::Choose(TopologyKind::Parallel).outcome(), "parallel");
    assert_eq!(Decision::Choose(TopologyKind::FirstLeg).outcome(), "staged");
    assert_eq!(Decision::Choose(TopologyKind::Staged).outcome(), "staged");
    document.workload.consumer = Some(Consumer { workers: 9, key_count: 9, per_key_order: false });
    document.state_owner = None;
    let not_ready = decided(&document);
    assert_eq!((not_ready.decision.outcome(), not_ready.forks.len()), ("not ready", 0));
}
