//! What holds of every verdict, over the examples and over documents made at random.

use std::{collections::BTreeSet, sync::LazyLock};

use decide::{
    Decision, Effect, Finding, RULES, Standing, Verdict,
    maturity::{Level, level_for_forks, unanswered},
    standing, tools,
    wording::{ms, number, over_budget, percent},
};
use engine::{Report, report::TopologyReport};
use model::{Document, TopologyKind};

use super::{decided, exists, generator, simulated};

/// How many documents are made: all of them at night, a twentieth otherwise.
fn generated() -> u64 {
    if std::env::var_os("FORKLINE_FULL").is_some() { 10_000 } else { 500 }
}

/// Documents whose rules are tried without their causes: each is simulated once more.
const MENDED: usize = 80;

fn examples() -> impl Iterator<Item = Document> {
    model::EXAMPLES.iter().map(model::Example::document)
}

/// A document, the report of its simulation and its verdict.
struct Decided {
    document: Document,
    report: Report,
    verdict: Verdict,
}

/// Examples, and documents made at random, each with its verdict; simulated once for all tests, on all cores.
static ALL: LazyLock<Vec<Decided>> = LazyLock::new(|| {
    let documents: Vec<Document> = examples().chain((0..generated()).map(generator::document)).collect();
    let decide = |document: &Document| {
        let report = simulated(document);
        let verdict = decide::verdict(document, &report);
        Decided { document: document.clone(), report, verdict }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let part = documents.len().div_ceil(threads);
        let parts: Vec<_> = documents
            .chunks(part)
            .map(|part| scope.spawn(move || part.iter().map(decide).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("a verdict does not panic")).collect()
    })
});

/// The numbers in a text as they are written there, signs and units left out.
fn numbers(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';' | ':'));
    let digits = words.map(|word| word.trim_matches(|c: char| matches!(c, ',' | '.' | '-')));
    digits.filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).map(str::to_owned).collect()
}

/// Every number of a report and a verdict that a sentence may name, as it is written.
fn figures(of: &Decided) -> BTreeSet<String> {
    let Decided { document, report, verdict } = of;
    let mut known = vec![ms(report.budget_ms), percent(document.budget.allowed_share())];
    for plan in &report.topologies {
        known.extend(plan.latency.at_budget.map(|figure| ms(figure.value)));
        known.extend([over_budget(plan), percent(plan.over_budget.value), percent(plan.no_answer.value)]);
        known.extend(report.topologies.iter().map(|other| percent((plan.harm.value - other.harm.value).max(0.0))));
        known.push(number(plan.over_budget.of as f64));
        known.extend(plan.over_hard_limit.map(|share| percent(share.value)));
    }
    if let Some(price) = verdict.price {
        known.extend(price.saves_ms.map(ms));
        known
            .extend([price.no_answer, price.silently_incomplete, price.orphans, price.duplicates, 1_000.0].map(number));
    }
    known.push(verdict.conditions().count().to_string());
    known.push(unanswered(&document.maturity).len().to_string());
    known.extend(document.steps.iter().map(|step| step.label().to_owned()));
    known.extend(verdict.findings.iter().flat_map(|finding| [finding.evidence.clone(), finding.remedy.clone()]));
    known.iter().flat_map(|text| numbers(text)).collect()
}

#[test]
fn sentences_are_whole_and_their_numbers_are_those_of_the_report() {
    for of in ALL.iter() {
        let (name, sentence) = (&of.document.name, &of.verdict.sentence);
        assert!(sentence.ends_with('.') && !sentence.contains("  ") && !sentence.contains(".."), "{name}: {sentence}");
        for broken in ["NaN", "inf ", "no answers", "; ;", " ,", ": ;", "but ;", "because ;"] {
            assert!(!sentence.contains(broken), "{name}: {sentence}");
        }
        let known = figures(of);
        let unknown: Vec<String> = numbers(sentence).into_iter().filter(|number| !known.contains(number)).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?} in: {sentence}");
    }
}

#[test]
fn what_is_said_of_the_budget_is_what_the_shares_show() {
    for Decided { document, report, verdict } in ALL.iter() {
        let (name, sentence) = (&document.name, &verdict.sentence);
        let allowed = document.budget.allowed_share();
        let is = |plan: &TopologyReport| standing(document, report, plan);
        for plan in &report.topologies {
            let fails_too_often = plan.no_answer.value > allowed;
            assert!(!(fails_too_often && is(plan) == Standing::Meets), "{name}: {:?} fails too often", plan.kind);
        }
        let Decision::Choose(kind) = verdict.decision else { continue };
        let chosen = report.topology(kind).expect("a plan that is recommended was simulated");
        assert_eq!(sentence.contains(", inside "), is(chosen) == Standing::Meets, "{name}: {sentence}");
        assert_eq!(
            sentence.contains("misses "),
            sentence.starts_with("Stay") && is(chosen) == Standing::Misses,
            "{name}: {sentence}"
        );
        assert_eq!(
            sentence.contains("is not shown to miss"),
            sentence.starts_with("Stay") && is(chosen) == Standing::NotShown,
            "{name}: {sentence}"
        );
        let left = |plan: &&TopologyReport| !is_vetoed(verdict, plan.kind);
        if sentence.contains("no plan meets") {
            assert!(report.topologies.iter().all(|plan| is(plan) == Standing::Misses), "{name}: {sentence}");
        }
        if sentence.contains("no plan that is left meets") {
            assert!(
                report.topologies.iter().filter(left).all(|plan| is(plan) == Standing::Misses),
                "{name}: {sentence}"
            );
        }
        if sentence.contains("only plans that bring too much harm meet") {
            assert!(
                report.topologies.iter().filter(left).any(|plan| is(plan) == Standing::Meets),
                "{name}: {sentence}"
            );
        }
        if sentence.contains("no plan is shown to meet") || verdict.none_meets_budget {
            // A fork without steps side by side is no plan of its own, and leaves out what a chain does.
            let is_fork_or_chain = |plan: &&TopologyReport| {
                plan.side_by_side > 0
                    || [TopologyKind::Sequential, TopologyKind::SequentialDetached].contains(&plan.kind)
            };
            let mut plans = report.topologies.iter().filter(left).filter(is_fork_or_chain);
            assert!(plans.all(|plan| is(plan) != Standing::Meets), "{name}: {sentence}");
        }
        if let Some((_, least)) =
            sentence.split_once("over the budget, against ").filter(|_| sentence.starts_with("Stay"))
        {
            let forks = report.topologies.iter().filter(left).filter(|plan| plan.side_by_side > 0);
            let lowest = forks.map(|plan| plan.over_budget.value).fold(f64::INFINITY, f64::min);
            assert!(least.starts_with(&percent(lowest)), "{name}: {sentence}");
        }
    }
}

fn is_vetoed(verdict: &Verdict, kind: TopologyKind) -> bool {
    verdict.findings.iter().any(|finding| finding.effect == Effect::Against && finding.plans.contains(&kind))
}

#[test]
fn the_choice_follows_the_order_of_precedence() {
    for Decided { document, report, verdict } in ALL.iter() {
        let name = &document.name;
        let Decision::Choose(kind) = verdict.decision else { continue };
        let chosen = report.topology(kind).expect("a plan that is recommended was simulated");
        let is = |plan: &TopologyReport| standing(document, report, plan);
        let left = || report.topologies.iter().filter(|plan| !is_vetoed(verdict, plan.kind));
        let is_chain =
            |plan: &TopologyReport| matches!(plan.kind, TopologyKind::Sequential | TopologyKind::SequentialDetached);
        if is_chain(chosen) {
            continue;
        }
        // A chain that would do stays.
        assert!(left().filter(|plan| is_chain(plan)).all(|plan| is(plan) == Standing::Misses), "{name}");
        // A plan that meets the budget comes before one that does not, unless it does too much harm.
        if is(chosen) != Standing::Meets {
            let chain = left().find(|plan| is_chain(plan)).unwrap_or(&report.topologies[0]);
            let better = |plan: &&TopologyReport| {
                is(plan) == Standing::Meets
                    && plan.harm.value - chain.harm.value <= 0.01
                    && plan.silently_incomplete.value - chain.silently_incomplete.value <= 0.01
                    && plan.kind != TopologyKind::Custom
            };
            assert_eq!(left().find(better).map(|plan| plan.kind), None, "{name} chooses {kind:?}");
        }
    }
}

#[test]
fn verdicts_keep_their_promises() {
    let mut fired = BTreeSet::new();
    let mut decisions = BTreeSet::new();
    for Decided { document, verdict, .. } in ALL.iter() {
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
        let writes = document.steps.iter().any(model::Step::writes_state);
        if writes && level_for_forks(&document.maturity) == Level::Low {
            let forks = verdict.findings.iter().any(|finding| finding.rule == "low-maturity");
            let safe = !forks || verdict.forks.is_empty();
            assert!(safe, "{name} is of low maturity: {}", verdict.sentence);
        }
        if let Decision::Choose(kind) = verdict.decision {
            let vetoed = |finding: &Finding| finding.effect == Effect::Against && finding.plans.contains(&kind);
            assert!(!verdict.findings.iter().any(vetoed), "{name} chooses a plan that is vetoed: {}", verdict.sentence);
            let is_chain = matches!(kind, TopologyKind::Sequential | TopologyKind::SequentialDetached);
            assert_eq!(verdict.forks.is_empty(), is_chain, "{name}: {}", verdict.sentence);
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

/// Rules whose conditions quote the figures of one plan.
const MEASURED: [&str; 7] =
    ["failures-over-budget", "saga-first", "orphaned-writes", "retry-storm", "contention", "external-limit", "herd"];

#[test]
fn a_condition_quotes_the_plan_that_is_chosen() {
    let mut quoted = BTreeSet::new();
    for Decided { document, verdict, .. } in ALL.iter() {
        let Decision::Choose(chosen) = verdict.decision else { continue };
        let named = format!(" in {}", chosen.slug());
        let of_chosen = |text: &str| {
            text.match_indices(&named)
                .any(|(at, _)| !text[at + named.len()..].starts_with(|c: char| c == '-' || c.is_alphanumeric()))
        };
        for finding in verdict.conditions().filter(|finding| MEASURED.contains(&finding.rule.as_str())) {
            assert!(of_chosen(&finding.evidence), "{}: {chosen:?}: {}", document.name, finding.evidence);
            quoted.insert(finding.rule.clone());
        }
    }
    assert!(quoted.len() > 3, "too few were seen: {quoted:?}");
}

fn a_verdict_has_a_reason(document: &Document, verdict: &Verdict) {
    assert!(!verdict.sentence.is_empty(), "{}", document.name);
    // A budget within the interval is a reason that is no rule: nothing is shown.
    let shown = !verdict.sentence.contains("is not shown to miss");
    assert!(!shown || !verdict.findings.is_empty(), "{}: {}", document.name, verdict.sentence);
    if matches!(verdict.decision, Decision::Choose(_)) && !verdict.forks.is_empty() {
        let chain_is_out =
            |finding: &Finding| finding.effect == Effect::Against && finding.plans.contains(&TopologyKind::Sequential);
        let over = verdict.findings.iter().any(|finding| finding.rule == "over-budget" || chain_is_out(finding));
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
    for Decided { document, verdict, .. } in ALL.iter().take(MENDED) {
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
        "compensation-gap" => document.maturity.reconciliation = Some(model::Answer::Yes),
        "no-detection" | "low-maturity" => document.maturity = super::mature(),
        "cached-read" => steps.for_each(|step| step.idempotency.key = true),
        "exactly-once-claimed" => document.delivery.semantics = model::DeliverySemantics::AtLeastOnce,
        "ttl-short" => steps.for_each(|step| step.idempotency.key_ttl_s = 31_536_000.0),
        "retry-storm" | "layered-retries" => {
            steps.for_each(|step| step.retry = None);
            document.delivery = model::Delivery::default();
        }
        "unmapped" => {
            use model::AbsentKind::{Auth, Retry, ThirdParty, Write};
            document.absent_kinds = vec![Retry, Auth, Write, ThirdParty];
            steps.filter(|step| step.kind == model::StepKind::Database).for_each(|step| {
                step.kind = model::StepKind::Service;
            });
        }
        "step-over-budget" => steps.for_each(|step| step.budget_ms = None),
        "contention" | "external-limit" | "herd" => document.pools.iter_mut().for_each(|pool| pool.size = 1_000),
        "hidden-coupling" => steps.for_each(|step| {
            step.reads.clear();
            step.writes.clear();
        }),
        "detach" | "degradable-lane" => steps.for_each(|step| {
            step.class = model::StepClass::Critical;
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
            format!("{}, maturity {maturity}: {}\n{}", document.name, verdict.sentence, rules.join("\n"))
        })
        .collect();
    insta::assert_snapshot!(verdicts.join("\n\n"));
}
