//! Documents made from public incident reports, each with what its verdict must and must not say. They lie beside the
//! project; where they are not, there is nothing to hold the rules against, and the kinds are in the other tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use decide::{Decision, verdict};
use engine::{Settings, compare};
use model::Document;
use serde::Deserialize;

/// What is expected of a verdict.
#[derive(Deserialize)]
struct Expected {
    /// Of each group at least one rule fires.
    #[serde(default)]
    must_fire: Vec<Vec<String>>,
    /// Rules that do not fire.
    #[serde(default)]
    must_not_fire: Vec<String>,
    /// Where given, no rule fires but these.
    may_fire: Option<Vec<String>>,
    /// The decision is one of these.
    #[serde(default)]
    must_choose: Vec<String>,
    /// The decision is none of these.
    #[serde(default)]
    must_not_choose: Vec<String>,
}

impl Expected {
    /// What is wrong with the verdict on a document.
    fn complaints(&self, document: &Document) -> Vec<String> {
        let report = compare(document, Settings::default()).expect("a case has steps");
        let verdict = verdict(document, &report);
        let fired: BTreeSet<&str> = verdict.findings.iter().map(|finding| finding.rule.as_str()).collect();
        let chosen = match verdict.decision {
            Decision::NotReady => "not_ready",
            Decision::Choose(kind) => kind.slug(),
        };
        let has = |rules: &[String]| rules.iter().any(|rule| fired.contains(rule.as_str()));
        let missing = self.must_fire.iter().filter(|group| !has(group)).map(|group| format!("none of {group:?}"));
        let wrong =
            self.must_not_fire.iter().filter(|rule| fired.contains(rule.as_str())).map(|rule| format!("fired {rule}"));
        let beyond = self.may_fire.iter().flat_map(|may| {
            let may: BTreeSet<&str> = may.iter().map(String::as_str).collect();
            fired.difference(&may).map(|rule| format!("fired {rule}")).collect::<Vec<_>>()
        });
        let choose = (!self.must_choose.is_empty() && !self.must_choose.iter().any(|slug| slug == chosen))
            .then(|| format!("chose {chosen} instead of {:?}", self.must_choose));
        let not_choose = self.must_not_choose.iter().any(|slug| slug == chosen).then(|| format!("chose {chosen}"));
        missing.chain(wrong).chain(beyond).chain(choose).chain(not_choose).collect()
    }
}

#[test]
fn verdicts_on_incidents_warn_and_those_on_healthy_pipelines_do_not() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let Ok(expected) = std::fs::read_to_string(folder.join("expected.json")) else { return };
    let expected: BTreeMap<String, Expected> = serde_json::from_str(&expected).expect("what is expected is JSON");
    let cases: Vec<(&String, &Expected)> = expected.iter().collect();
    let next = AtomicUsize::new(0);
    let look = || {
        let mut complaints = Vec::new();
        while let Some((name, expected)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let json = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("each case has a document");
            let document = Document::parse(&json).expect("a case is a document");
            let found = expected.complaints(&document);
            if !found.is_empty() {
                complaints.push(format!("{name}: {}", found.join("; ")));
            }
        }
        complaints
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let looking: Vec<_> = (0..threads).map(|_| scope.spawn(look)).collect();
        looking.into_iter().flat_map(|thread| thread.join().expect("a verdict does not panic")).collect()
    });
    assert!(complaints.is_empty(), "{} of {} cases:\n{}", complaints.len(), cases.len(), complaints.join("\n"));
}
