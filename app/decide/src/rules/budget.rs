//! Whether one after another is fast enough, for all requests.

use engine::report::TopologyReport;
use model::TopologyKind;

use super::overload::{HEADROOM, slots_for};
use crate::{
    choice::{ONE_POINT, is_vetoed},
    evidence::{Evidence, Plan, Standing},
    rule::{Effect, Finding, Rule},
    service_time::p99_ms,
    wording::{figure, later_than, ms, number, over_budget, percent},
};

/// It names no plan: it is about the pipeline as such. The chain stays not because forks are vetoed, but because only a
/// chain that is shown to miss its budget is a reason to leave it.
pub(super) static INSIDE_BUDGET: Rule = Rule {
    id: "inside-budget",
    name: "The chain is inside the budget",
    effect: Effect::Against,
    rationale: "A chain that is fast enough is easier to trace and to repair than any fork: stay sequential.",
    reads: &["budget", "steps[].latency", "steps[].error_rate", "workload", "pools", "delivery"],
    threshold: None,
    check: inside,
    otherwise: None,
    signal: "",
    recovery: "",
};

pub(super) static OVER_BUDGET: Rule = Rule {
    id: "over-budget",
    name: "The chain misses the budget",
    effect: Effect::For,
    rationale: "Only a chain that misses its budget consistently, interval included, is a reason to fork. A request that fails or stays unanswered is over the budget.",
    reads: &["budget", "steps[].latency", "steps[].error_rate", "workload", "pools", "delivery"],
    threshold: None,
    check: over,
    otherwise: None,
    signal: "",
    recovery: "",
};

/// Its threshold is the budget's own tolerance, which teams set with the budget. The chain stays where its share over the
/// target and the tolerance is as small as the budget allows, or so little above that of the best fork left that nobody
/// would notice the fork. Failures count: where the chain and the forks fail alike, a fork cures none of them.
pub(super) static TOLERANCE: Rule = Rule {
    id: "tolerance",
    name: "Nobody notices the difference",
    effect: Effect::For,
    rationale: "Where the chain misses its target by no more than the tolerance, people do not notice a fork; they do notice a failure.",
    reads: &["budget", "steps[].latency", "workload", "pools"],
    threshold: None,
    check: tolerance,
    otherwise: None,
    signal: "",
    recovery: "",
};

pub(super) static STEP_OVER_BUDGET: Rule = Rule {
    id: "step-over-budget",
    name: "A step is over its own budget",
    effect: Effect::Advice,
    rationale: "Steps differ in how much latency they bear: a lookup of 200 ms is fine, a payment that takes 4 s under load is not.",
    reads: &["steps[].budget_ms", "steps[].latency", "budget.percentile"],
    threshold: None,
    check: step_over,
    otherwise: None,
    signal: "The step's own duration, retries and waiting included, above its budget in the trace.",
    recovery: "Shorten its timeout and its retries to what its budget holds, and decide what the request does without it.",
};

fn inside(evidence: &Evidence<'_>) -> Option<Finding> {
    let sustained = |plan: &Plan<'_>| {
        let stops = [&super::overload::OVERLOAD, &super::overload::COLLAPSE];
        !stops.iter().flat_map(|rule| rule.findings(evidence)).any(|finding| finding.plans.contains(&plan.kind()))
    };
    let chain = evidence.chains().find(|plan| evidence.standing(plan.report) == Standing::Meets && sustained(plan))?;
    Some(INSIDE_BUDGET.found(
        format!("{} has {}: {}.", subject(&chain), figure(evidence, chain.report), shares(evidence, chain.report)),
        "Stay sequential; debugging is simpler.",
        "budget.target_ms",
        Vec::new(),
    ))
}

fn over(evidence: &Evidence<'_>) -> Option<Finding> {
    let missing: Vec<Plan<'_>> =
        evidence.chains().filter(|plan| evidence.standing(plan.report) == Standing::Misses).collect();
    let chain = missing.first().filter(|_| missing.len() == evidence.chains().count())?;
    Some(OVER_BUDGET.found(
        format!("{} has {}: {}.", subject(chain), figure(evidence, chain.report), shares(evidence, chain.report)),
        instead(evidence, chain),
        "budget.target_ms",
        Vec::new(),
    ))
}

/// What to do about a chain that misses its budget.
fn instead(evidence: &Evidence<'_>, chain: &Plan<'_>) -> String {
    if evidence.forked().next().is_none() {
        return "Nothing here may run side by side: shorten the slowest step, or make fewer requests fail.".to_owned();
    }
    if is_overloaded_however_arranged(evidence) {
        return "A pool is the reason: size it before any fork.".to_owned();
    }
    if let Some(workers) = chain.report.workers.filter(|of| of.offered > HEADROOM * f64::from(of.workers)) {
        let keys = evidence.document.workload.consumer.filter(|consumer| consumer.per_key_order);
        if let Some(consumer) = keys.filter(|consumer| slots_for(workers.offered) > f64::from(consumer.key_count)) {
            return format!(
                "Requests of one key wait for each other, so more workers than the {} keys do nothing: choose finer keys before any fork, and measure again.",
                consumer.key_count,
            );
        }
        return format!(
            "The workers are {} busy with one request after another: have {} of them before any fork, and measure again.",
            percent(workers.offered / f64::from(workers.workers)),
            number(slots_for(workers.offered))
        );
    }
    if let Some((step, p99)) = slowest_step(evidence, chain).filter(|(_, p99)| *p99 > evidence.report.budget_ms) {
        return format!(
            "{} alone has a p99 of {}, and no arrangement is faster than its slowest step: make that faster first.",
            evidence.label(step),
            ms(p99)
        );
    }
    let fails = |plan: &Plan<'_>| plan.report.no_answer.value;
    let fork_cures = evidence.forked().any(|plan| fails(&plan) < fails(chain) - ONE_POINT);
    if evidence.no_answer(chain.report).low > evidence.allowed() && !fork_cures {
        return "Make fewer requests fail first: a fork makes faster only what succeeds.".to_owned();
    }
    if tolerance(evidence).is_some() {
        return "The tolerance covers that: keep the chain.".to_owned();
    }
    let vetoes: Vec<&Finding> = evidence.vetoes().iter().collect();
    let mut left = evidence.forked().filter(|plan| !is_vetoed(&vetoes, plan.kind())).peekable();
    if left.peek().is_none() {
        return "Every fork is ruled out: lift what rules it out first, or shorten the slowest step.".to_owned();
    }
    let mut left: Vec<Plan<'_>> = left.collect();
    left.retain(|plan| plan.report.over_budget.value < chain.report.over_budget.value);
    if left.is_empty() {
        let slowest = slowest_step(evidence, chain).map(|(step, _)| evidence.label(step)).unwrap_or_default();
        return format!("No fork is over the budget less often: shorten {slowest}, the slowest step.");
    }
    let leg = left.iter().find(|plan| plan.kind() == TopologyKind::FirstLeg).map(|plan| {
        let lanes: Vec<usize> = (0..evidence.document.steps.len()).filter(|&step| plan.lanes.in_a_lane(step)).collect();
        format!(
            "; start with the one leg that saves most ({} side by side), measure, then expand",
            evidence.labels(&lanes)
        )
    });
    format!("Consider a fork{}.", leg.unwrap_or_default())
}

/// The step with the longest p99 of its own that every request waits for in a plan.
fn slowest_step(evidence: &Evidence<'_>, plan: &Plan<'_>) -> Option<(usize, f64)> {
    let steps = evidence.document.steps.iter().enumerate();
    let waited = steps.filter(|(place, step)| !plan.topology.detached[*place] && step.taken_share == 1.0);
    waited.map(|(place, step)| (place, p99_ms(&step.latency))).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Whether no fork sustains the load either.
fn is_overloaded_however_arranged(evidence: &Evidence<'_>) -> bool {
    super::overload::OVERLOAD.findings(evidence).any(|finding| finding.effect == Effect::NotReady)
}

fn tolerance(evidence: &Evidence<'_>) -> Option<Finding> {
    let budget = &evidence.document.budget;
    let beyond = budget.target_ms + budget.tolerance_ms;
    let vetoes: Vec<&Finding> = evidence.vetoes().iter().collect();
    let chain = evidence
        .chains()
        .find(|plan| !is_vetoed(&vetoes, plan.kind()))
        .filter(|plan| evidence.standing(plan.report) == Standing::Misses)?;
    let share = |plan: &Plan<'_>| plan.report.over_tolerance.value;
    let forks = evidence.forked().filter(|plan| !is_vetoed(&vetoes, plan.kind()));
    let best = forks.min_by(|a, b| share(a).total_cmp(&share(b)));
    let later = later_than(chain.report, share(&chain), beyond);
    let allowed = evidence.allowed();
    // Where inputs are uncertain, all that they may be must lie within.
    let most = match chain.report.spread {
        Some(_) => evidence.over_tolerance(chain.report).high,
        None => share(&chain),
    };
    let evidence_sentence = if most <= allowed {
        format!(
            "{} misses {}, but only {later} in it, and {} may.",
            subject(&chain),
            ms(budget.target_ms),
            percent(allowed)
        )
    } else {
        let best = best?;
        let more = share(&chain) - share(&best);
        // Where a fork is slower in every respect, that is said instead.
        let is_worse = more < 0.0 && best.report.over_budget.value >= chain.report.over_budget.value;
        if more > allowed / 2.0 || is_worse {
            return None;
        }
        format!("{later} in {}, against {} in {}.", chain.kind().slug(), percent(share(&best)), best.kind().slug())
    };
    Some(TOLERANCE.found(
        evidence_sentence,
        "Keep the chain, and look at its failures instead of its speed.",
        "budget.tolerance_ms",
        vec![chain.kind()],
    ))
}

fn step_over(evidence: &Evidence<'_>) -> Option<Finding> {
    let allowed = evidence.allowed();
    let mut found: Vec<(usize, f64, Vec<model::TopologyKind>)> = Vec::new();
    for (place, step) in evidence.document.steps.iter().enumerate().filter(|(_, step)| step.budget_ms.is_some()) {
        let over = |plan: &Plan<'_>| plan.report.steps.iter().find(|of| of.id == step.id)?.over_own_budget;
        let plans: Vec<(Plan<'_>, f64)> = evidence
            .plans()
            .filter_map(|plan| Some((plan, over(&plan).filter(|share| share.low > allowed)?.value)))
            .collect();
        let worst = plans.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        if !plans.is_empty() {
            found.push((place, worst, plans.iter().map(|(plan, _)| plan.kind()).collect()));
        }
    }
    let (first, ..) = *found.first().as_ref()?;
    let sentences: Vec<String> = found
        .iter()
        .map(|(place, share, _)| {
            let budget = evidence.document.steps[*place].budget_ms.unwrap_or_default();
            format!(
                "{} is over its own budget of {} in {} of its executions, more than {}.",
                evidence.label(*place),
                ms(budget),
                percent(*share),
                percent(allowed)
            )
        })
        .collect();
    let mut plans: Vec<_> = found.iter().flat_map(|(_, _, plans)| plans.iter().copied()).collect();
    plans.sort_unstable();
    plans.dedup();
    Some(STEP_OVER_BUDGET.found(
        sentences.join(" "),
        "Shorten these steps, or give them the time they need out of the whole budget.",
        format!("steps[{first}].budget_ms"),
        plans,
    ))
}

/// A chain as the subject of a sentence.
fn subject(plan: &Plan<'_>) -> String {
    plan.kind().label().to_owned()
}

/// How often a plan is over the budget, against how often it may be.
fn shares(evidence: &Evidence<'_>, report: &TopologyReport) -> String {
    format!(
        "{} of requests are over {}, and {} may be",
        over_budget(report),
        ms(evidence.report.budget_ms),
        percent(evidence.allowed())
    )
}
