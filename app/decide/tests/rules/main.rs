//! Each rule fires on the input it is about, names that input, and stops when the cause is gone.

mod advice;
mod budget;
mod cases;
mod failures;
mod flips;
mod generated;
mod generator;
mod keys;
mod load;
mod maturity;
mod pools;
mod precedence;
mod purchases;
mod readiness;

use decide::{Effect, Finding, RULES, Verdict, verdict};
use engine::{FEWEST_REPLICATIONS, Report, Settings, compare};
use model::{AbsentKind, Answer, Arrivals, Dependency, DependencyKind, Document, Latency, Maturity, Step, StepKind};

/// Three independent steps that are fast enough one after another, with nothing open.
fn calm() -> Document {
    let mut document = Document::new("Calm");
    document.state_owner = Some("orders".to_owned());
    document.consistency = model::Consistency::Eventual;
    document.workload.duration_s = 20.0;
    document.budget.tolerance_ms = 0.0;
    document.steps = ["a", "b", "c"].map(|id| Step::new(id, Latency::lognormal(100.0, 300.0))).into();
    for step in &mut document.steps {
        step.timeout_ms = 2_000.0;
    }
    document.steps[0].kind = StepKind::Auth;
    document.absent_kinds = vec![AbsentKind::Retry, AbsentKind::Write, AbsentKind::ThirdParty];
    document.maturity = mature();
    document
}

/// The same with one request a second and steps that always take 100, 200 and 300 ms, so that every figure is known.
fn steady() -> Document {
    let mut document = calm();
    document.workload.arrivals = Arrivals::Constant { per_second: 1.0 };
    // Long enough for a share of nothing to be shown to lie below one in a hundred.
    document.workload.duration_s = 400.5;
    for (step, ms) in document.steps.iter_mut().zip([100.0, 200.0, 300.0]) {
        step.latency = Latency::Constant { ms: ms.into() };
        step.timeout_ms = 10.0 * ms;
    }
    document
}

/// Every question answered with a yes.
fn mature() -> Maturity {
    let mut maturity = Maturity { people: Some(8), ..Maturity::default() };
    for question in &decide::maturity::QUESTIONS {
        decide::maturity::set_answer(&mut maturity, question.field, Some(Answer::Yes));
    }
    maturity
}

fn depends(from: &str, to: &str, kind: DependencyKind) -> Dependency {
    Dependency { from: from.to_owned(), to: to.to_owned(), kind, because: String::new() }
}

fn simulated(document: &Document) -> Report {
    let settings = Settings { replications: FEWEST_REPLICATIONS, draws: 8, ..Settings::default() };
    let document = document.clone().checked().expect("the test's document is right");
    compare(&document, settings).expect("it has steps")
}

fn decided(document: &Document) -> Verdict {
    verdict(document, &simulated(document))
}

fn finding(document: &Document, rule: &str) -> Option<Finding> {
    of_all_plans(document).find(|finding| finding.rule == rule)
}

/// A finding with that effect: a rule may have two.
fn finding_of(document: &Document, rule: &str, effect: Effect) -> Option<Finding> {
    of_all_plans(document).find(|finding| finding.rule == rule && finding.effect == effect)
}

/// All that the rules find, of every plan.
fn of_all_plans(document: &Document) -> impl Iterator<Item = Finding> {
    let decided = decided(document);
    decided.findings.into_iter().chain(decided.of_others)
}

/// The rule fires on `document` at `input` with `evidence`, and no longer once `mend` has been at it.
fn check(rule: &str, document: &Document, input: &str, evidence: &str, mend: impl FnOnce(&mut Document)) {
    let found = finding(document, rule).unwrap_or_else(|| panic!("{rule} does not fire"));
    assert_eq!((found.input.as_str(), found.evidence.as_str()), (input, evidence));
    assert!(exists(document, input), "{input} is not in the document");
    let mut mended = document.clone();
    mend(&mut mended);
    assert_eq!(finding(&mended, rule), None, "{rule} still fires");
}

/// Whether a path leads somewhere in a document. What is absent is written as null, so every field is there.
fn exists(document: &Document, path: &str) -> bool {
    let json: serde_json::Value = serde_json::from_str(&document.to_json()).expect("a document is JSON");
    let pointer = path.replace('[', "/").replace(']', "").replace('.', "/");
    json.pointer(&format!("/{pointer}")).is_some()
}

#[test]
fn nothing_fires_on_the_calm_document_but_that_sequential_is_fast_enough() {
    for document in [calm(), steady()] {
        let fired: Vec<String> = decided(&document).findings.into_iter().map(|finding| finding.rule).collect();
        assert_eq!(fired, ["inside-budget"]);
    }
}

#[test]
fn the_registry_follows_the_table_of_the_design() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(
        ids,
        [
            "state-owner",
            "consistency-open",
            "exactly-once-claimed",
            "wait-cycle",
            "unmapped",
            "overload",
            "collapse",
            "failures-over-budget",
            "strict-run",
            "inside-budget",
            "over-budget",
            "tolerance",
            "step-over-budget",
            "saga-first",
            "orphaned-writes",
            "compensation-gap",
            "no-detection",
            "low-maturity",
            "idempotency-gap",
            "ttl-short",
            "cached-read",
            "retry-storm",
            "layered-retries",
            "contention",
            "external-limit",
            "herd",
            "hidden-coupling",
            "misclassed",
            "detach",
            "degradable-lane",
            "global-timeout",
            "silent-success",
            "ordering-key",
            "throughput",
            "outage-debt",
        ]
    );
}

/// The table of the design lies beside the project; where it is not, the test above is all there is.
#[test]
fn the_registry_and_the_design_agree_in_ids_and_effects() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/spec/2-decision-and-record.md");
    let Ok(page) = std::fs::read_to_string(page) else { return };
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let rows: Vec<(&str, String)> = rows.map(|(id, rest)| (id, rest.to_lowercase())).collect();
    let ids: Vec<&str> = rows.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
    // Inputs that contradict each other or change nothing, which the page does not ask for.
    let beyond = [("exactly-once-claimed", Effect::Advice), ("silent-success", Effect::Advice)];
    let mut unsaid = Vec::new();
    for (rule, (id, says)) in RULES.iter().zip(&rows) {
        for effect in rule.effects() {
            let word = match effect {
                Effect::NotReady => "not ready",
                Effect::Against => "against",
                Effect::Condition => "condition",
                Effect::Advice => "advice",
                // The page says what it speaks for.
                Effect::For => continue,
            };
            // That the chain stays, or a pair in its order, speaks against a fork.
            let stays = effect == Effect::Against
                && ["stay sequential", "stays in order"].iter().any(|words| says.contains(words));
            if !says.contains(word) && !stays && !beyond.contains(&(rule.id, effect)) {
                unsaid.push((id, effect));
            }
        }
    }
    assert_eq!(unsaid, []);
}

#[test]
fn rules_say_what_they_are_about() {
    for rule in RULES {
        for text in [rule.name, rule.rationale] {
            assert!(!text.is_empty(), "{}", rule.id);
        }
        assert!(!rule.reads.is_empty(), "{}", rule.id);
        assert_eq!(rule.signal.is_empty(), rule.recovery.is_empty(), "{}", rule.id);
        let effects: Vec<Effect> = rule.effects().collect();
        assert_eq!(effects[0], rule.effect);
        let two = [
            "overload",
            "collapse",
            "failures-over-budget",
            "orphaned-writes",
            "compensation-gap",
            "low-maturity",
            "idempotency-gap",
            "contention",
            "global-timeout",
            "exactly-once-claimed",
            "silent-success",
        ];
        assert_eq!(effects.len(), if two.contains(&rule.id) { 2 } else { 1 }, "{}", rule.id);
    }
}

#[test]
fn findings_from_before_signals_can_still_be_read() {
    let json = r#"{"rule":"state-owner","effect":"not_ready","evidence":"e","remedy":"r","input":"i","plans":[]}"#;
    let finding: Finding = serde_json::from_str(json).unwrap();
    assert_eq!((finding.signal.as_str(), finding.recovery.as_str()), ("", ""));
    assert_eq!(serde_json::to_string(&finding).unwrap(), json);
}
