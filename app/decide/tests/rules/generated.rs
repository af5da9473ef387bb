//! What holds of every verdict, over the examples and over documents made at random.

use std::{collections::BTreeSet, sync::LazyLock};

use decide::{Decision, Effect, Finding, RULES, Verdict, maturity::Level, tools};
use model::{Document, TopologyKind};

use super::{decided, exists, generator};

const GENERATED: u64 = 80;

fn examples() -> impl Iterator<Item = Document> {
    model::EXAMPLES.iter().map(model::Example::document)
}

/// Examples, and documents made at random, each with its verdict; simulated once for all tests.
static ALL: LazyLock<Vec<(Document, Verdict)>> = LazyLock::new(|| {
    let decided = |document: Document| {
        let verdict = decided(&document);
        (document, verdict)
    };
    examples().chain((0..GENERATED).map(generator::document)).map(decided).collect()
});

#[test]
fn verdicts_keep_their_promises() {
    let mut fired = BTreeSet::new();
    let mut decisions = BTreeSet::new();
    for (document, verdict) in ALL.iter() {
        let name = &document.name;
        decisions.insert(verdict.decision.slug());
        a_verdict_has_a_reason(document, verdict);
        for finding in &verdict.findings {
            fired.insert(finding.rule.clone());
            a_finding_is_complete(document, finding);
        }
        if document.state_owner.is_none() {
            assert_eq!(verdict.decision, Decision::NotReady, "{name} has no state owner");
        }
        if verdict.maturity == Some(Level::Low) {
            let safe = [Decision::NotReady, Decision::Choose(TopologyKind::Sequential)];
            assert!(safe.contains(&verdict.decision), "{name} is of low maturity: {}", verdict.sentence);
        }
        if let Decision::Choose(kind) = verdict.decision {
            let vetoed = |finding: &Finding| finding.effect == Effect::AgainstParallel && finding.plans.contains(&kind);
            assert!(!verdict.findings.iter().any(vetoed), "{name} chooses a plan that is vetoed: {}", verdict.sentence);
            assert_eq!(verdict.forks.is_empty(), kind == TopologyKind::Sequential, "{name}: {}", verdict.sentence);
        }
        assert_eq!(tools(document, verdict).is_empty(), verdict.decision == Decision::NotReady, "{name}");
        let json = serde_json::to_string(verdict).unwrap();
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), *verdict, "{name}");
    }
    // What never happens is not shown to hold.
    let silent: Vec<&str> = RULES.iter().map(|rule| rule.id).filter(|id| !fired.contains(*id)).collect();
    assert!(silent.is_empty(), "no document makes these fire: {silent:?}");
    assert!(decisions.len() >= 4, "{decisions:?}");
}

fn a_verdict_has_a_reason(document: &Document, verdict: &Verdict) {
    assert!(!verdict.sentence.is_empty(), "{}", document.name);
    // A budget within the interval is a reason that is no rule: nothing is shown.
    let shown = !verdict.sentence.contains("is not shown to miss");
    assert!(!shown || !verdict.findings.is_empty(), "{}: {}", document.name, verdict.sentence);
    if let Decision::Choose(kind) = verdict.decision
        && kind != TopologyKind::Sequential
    {
        let over = verdict.findings.iter().any(|finding| finding.rule == "over-budget");
        assert!(over, "{} forks without need: {}", document.name, verdict.sentence);
    }
}

fn a_finding_is_complete(document: &Document, finding: &Finding) {
    let rule = RULES.iter().find(|rule| rule.id == finding.rule).expect("every finding is of a rule");
    assert!(rule.effects().any(|effect| effect == finding.effect), "{}: {:?}", rule.id, finding.effect);
    assert!(exists(document, &finding.input), "{}: {} of {}", document.name, finding.input, rule.id);
    assert_eq!((finding.signal.as_str(), finding.recovery.as_str()), (rule.signal, rule.recovery));
    for text in [&finding.evidence, &finding.remedy] {
        assert!(text.ends_with(['.', '?']) && !text.contains("NaN") && !text.contains("inf "), "{}: {text}", rule.id);
    }
}

#[test]
fn without_its_cause_a_rule_stops() {
    for (document, verdict) in ALL.iter() {
        let mut document = document.clone();
        let mended: Vec<&str> = verdict
            .findings
            .iter()
            .map(|finding| finding.rule.as_str())
            .filter(|rule| mend(&mut document, rule))
            .collect();
        if mended.is_empty() {
            continue;
        }
        let document = document.checked().unwrap_or_else(|problems| panic!("{problems}"));
        for finding in decided(&document).findings {
            assert!(
                !mended.contains(&finding.rule.as_str()),
                "{}: {} goes on: {}",
                document.name,
                finding.rule,
                finding.evidence
            );
        }
    }
}

/// Takes away the cause of a rule, where that is one change whatever the document; false where it is not.
fn mend(document: &mut Document, rule: &str) -> bool {
    let steps = document.steps.iter_mut();
    match rule {
        "state-owner" => document.state_owner = Some("owner".to_owned()),
        "consistency-open" => document.consistency = model::Consistency::Eventual,
        "wait-cycle" => document.waits.clear(),
        "compensation-gap" => steps.for_each(|step| step.undo.available = true),
        "no-detection" | "low-maturity" => document.maturity = super::mature(),
        "idempotency-gap" | "cached-read" => steps.for_each(|step| step.idempotency.key = true),
        "ttl-short" => steps.for_each(|step| step.idempotency.key_ttl_s = 1e9),
        "retry-storm" | "layered-retries" => {
            steps.for_each(|step| step.retry = None);
            document.delivery = model::Delivery::default();
        }
        "contention" | "external-limit" | "herd" => document.pools.iter_mut().for_each(|pool| pool.size = 1_000),
        "hidden-coupling" => steps.for_each(|step| {
            step.reads.clear();
            step.writes.clear();
        }),
        "detach" => steps.for_each(|step| {
            if step.class == model::StepClass::FireAndForget {
                step.class = model::StepClass::Degradable;
            }
        }),
        "silent-success" => {
            steps.for_each(|step| step.accepted_not_processed_rate = 0.0.into());
            document.joins.clear();
        }
        "ordering-key" | "throughput" => document.workload.consumer = None,
        "outage-debt" => document.outages.clear(),
        _ => return false,
    }
    true
}

/// Figures belong to the engine; what is held fast here is what is decided, and which rules speak.
#[test]
fn the_examples_are_decided_like_this() {
    let verdicts: Vec<String> = examples()
        .map(|document| {
            let verdict = decided(&document);
            let rules: Vec<String> = verdict
                .findings
                .iter()
                .map(|finding| format!("  {}: {} ({})", finding.effect.label(), finding.rule, finding.input))
                .collect();
            let maturity = verdict.maturity.map_or("not known", Level::label);
            format!("{}: {}, maturity {maturity}\n{}", document.name, verdict.decision.slug(), rules.join("\n"))
        })
        .collect();
    insta::assert_snapshot!(verdicts.join("\n\n"));
}
