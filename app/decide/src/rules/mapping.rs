//! A map with the happy path alone is shorter than the real path.

use model::{AbsentKind, Document, Step, StepKind};

use super::is_retried;
use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
};

/// A team that has looked for a kind and found none says so in `absent_kinds`, and is not asked again. Databases that are
/// called beside each other have a pool of connections each, or share one: where the map shows none, a fork cannot be seen to
/// wait.
pub(super) static UNMAPPED: Rule = Rule {
    id: "unmapped",
    name: "The real path is longer",
    effect: Effect::Advice,
    rationale: "Retries, auth calls, writes and third-party handshakes are what the happy path leaves out, and where latency and failures come from.",
    reads: &["steps[].kind", "steps[].effect", "steps[].retry", "steps[].pools", "absent_kinds"],
    threshold: Some(&threshold::UNMAPPED),
    check,
    otherwise: None,
    signal: "",
    recovery: "",
};

/// What people forget to list when they write down the happy path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// An attempt that is made again.
    Retry,
    /// An authentication or authorisation call.
    Auth,
    /// A step that changes state.
    Write,
    /// A call to somebody else's service.
    ThirdParty,
    /// A log or metric.
    Log,
}

impl Forgotten {
    /// All of them, in the order in which people are asked for them.
    pub const ALL: [Forgotten; 5] =
        [Forgotten::Retry, Forgotten::Auth, Forgotten::Write, Forgotten::ThirdParty, Forgotten::Log];

    /// The kind under which a document says that there is none.
    pub fn absent_kind(self) -> AbsentKind {
        match self {
            Forgotten::Retry => AbsentKind::Retry,
            Forgotten::Auth => AbsentKind::Auth,
            Forgotten::Write => AbsentKind::Write,
            Forgotten::ThirdParty => AbsentKind::ThirdParty,
            Forgotten::Log => AbsentKind::Log,
        }
    }

    /// The places of the steps that are of this sort. It goes by what the document says of a step, not by its name.
    pub fn listed(self, document: &Document) -> impl Iterator<Item = usize> {
        let is = move |step: &Step| match self {
            Forgotten::Retry => is_retried(step),
            Forgotten::Auth => step.kind == StepKind::Auth,
            Forgotten::Write => step.writes_state(),
            Forgotten::ThirdParty => step.kind == StepKind::ThirdParty,
            Forgotten::Log => step.kind == StepKind::Log,
        };
        document.steps.iter().enumerate().filter(move |(_, step)| is(step)).map(|(place, _)| place)
    }
}

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    match (happy_path(evidence), without_pools(evidence)) {
        (Some(path), Some(pools)) => Some(Finding {
            evidence: format!("{} {}", path.evidence, pools.evidence),
            remedy: format!("{} {}", path.remedy, pools.remedy),
            steps: pools.steps,
            ..path
        }),
        (path, pools) => path.or(pools),
    }
}

/// Database calls that some plan makes side by side and that wait for no pool.
fn without_pools(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = &evidence.document.steps;
    let unlimited = |&step: &usize| steps[step].kind == StepKind::Database && steps[step].pools.is_empty();
    let calls: Vec<usize> = (0..steps.len()).filter(unlimited).collect();
    let beside = |plan: &Plan<'_>| -> Vec<usize> {
        let meets = |step: usize| calls.iter().any(|&other| plan.lanes.beside(step, other));
        calls.iter().copied().filter(|&step| meets(step)).collect()
    };
    let forks: Vec<(Plan<'_>, Vec<usize>)> = evidence.forked().map(|plan| (plan, beside(&plan))).collect();
    // Of equals the first.
    let (plan, calls) = forks.iter().rev().max_by_key(|(_, calls)| calls.len())?;
    let first = *calls.first()?;
    let found = UNMAPPED.found(
        format!(
            "{} are database calls side by side in {}, and no pool of connections is named for them.",
            evidence.labels(calls),
            plan.kind().slug()
        ),
        "Name the pools that they take a connection of, with their sizes: a fork that waits for connections can be slower than the chain.",
        format!("steps[{first}].pools"),
        Vec::new(),
    );
    Some(found.about_steps(evidence, calls))
}

/// Kinds of calls that a map of the happy path leaves out.
fn happy_path(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = &evidence.document.steps;
    let listed = [
        ("retry", Forgotten::Retry),
        ("auth call", Forgotten::Auth),
        ("write", Forgotten::Write),
        ("third-party step", Forgotten::ThirdParty),
    ]
    .map(|(name, sort)| {
        let absent = evidence.document.absent_kinds.contains(&sort.absent_kind());
        (name, absent || sort.listed(evidence.document).next().is_some())
    });
    let count = listed.iter().filter(|(_, there)| *there).count();
    if count as f64 >= evidence.threshold_of(&UNMAPPED) {
        return None;
    }
    let missing: Vec<&str> = listed.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    let (last, most) = missing.split_last()?;
    let missing = if most.is_empty() { (*last).to_owned() } else { format!("{} or {last}", most.join(", ")) };
    let among = if steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", steps.len()) };
    Some(UNMAPPED.found(
        format!("No {missing} is listed among {among}."),
        "Follow one request through the logs and list every call it really makes; say of a kind that is truly absent that there is none.",
        "steps",
        Vec::new(),
    ))
}
