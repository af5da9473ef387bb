//! Which plan the findings leave, in the order of precedence of the design.

use engine::report::{Figure, TopologyReport};
use model::TopologyKind;

use crate::{
    evidence::{CHAINS, Evidence, Standing},
    rule::{Effect, Finding},
    verdict::Decision,
};

/// Two plans do equal harm when the paired difference is below this share of requests, or includes 0.
const EQUAL_HARM: f64 = 0.001;
/// Plans that are this close in harm, or in how often they miss the budget, are not told apart where none meets it. A fork
/// that does so much more harm than the chain is not recommended.
pub(crate) const ONE_POINT: f64 = 0.01;

/// What findings lead to.
pub(crate) struct Choice {
    pub(crate) decision: Decision,
    /// The plan that would be chosen if the pipeline is ready; none where every plan is vetoed.
    pub(crate) plan: Option<TopologyKind>,
    pub(crate) runner_up: Option<TopologyKind>,
    pub(crate) none_meets_budget: bool,
    /// Why it is that plan.
    pub(crate) why: Why,
}

/// Why a plan is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The chain meets the budget.
    ChainMeets,
    /// The chain is not shown to miss the budget.
    ChainNotShownToMiss,
    /// The chain misses the budget by no more than anybody notices.
    Tolerance,
    /// Of the plans that meet the budget it does least harm, with fewest steps side by side.
    Meets,
    /// No plan that is left meets the budget; it is the simplest of those that come closest with least harm.
    NoneMeets,
    /// Every fork that is left does too much more harm than the chain.
    ForksHarm,
    /// Nothing is left to choose.
    NothingLeft,
}

/// Whether findings veto a plan. A finding that names no plan, as `inside-budget`, is about the pipeline as such and
/// vetoes none.
pub(crate) fn is_vetoed(findings: &[&Finding], kind: TopologyKind) -> bool {
    findings.iter().any(|finding| finding.effect == Effect::Against && finding.plans.contains(&kind))
}

/// The choice that findings leave.
pub(crate) fn choose(evidence: &Evidence<'_>, findings: &[&Finding]) -> Choice {
    let left: Vec<&TopologyReport> = evidence
        .report
        .topologies
        .iter()
        .filter(|plan| !is_vetoed(findings, plan.kind) && may_be_recommended(evidence, plan))
        .collect();
    let chain = chain(evidence, &left);
    let tolerated = |plan: &TopologyReport| {
        findings.iter().any(|finding| finding.rule == "tolerance" && finding.plans.contains(&plan.kind))
    };
    let stays = |chain: &TopologyReport| match evidence.standing(chain) {
        Standing::Meets => Some(Why::ChainMeets),
        Standing::NotShown => Some(Why::ChainNotShownToMiss),
        Standing::Misses => tolerated(chain).then_some(Why::Tolerance),
    };
    let meets = |plan: &&TopologyReport| evidence.standing(plan) == Standing::Meets;
    let chosen = chains(&left).find_map(|chain| Some((chain, stays(chain)?))).or_else(|| {
        let allowed: Vec<&TopologyReport> =
            left.iter().copied().filter(|plan| !harms_too_much(evidence, chain, plan)).collect();
        let only_harm_forbids = allowed.len() < left.len() && allowed.iter().all(|plan| plan.side_by_side == 0);
        let plan = best(evidence, &allowed)?;
        Some((
            plan,
            match evidence.standing(plan) {
                Standing::Meets => Why::Meets,
                _ if only_harm_forbids => Why::ForksHarm,
                _ => Why::NoneMeets,
            },
        ))
    });
    // A plan that arranges the steps as the chosen one does is no alternative to it.
    let others: Vec<&TopologyReport> =
        left.iter().copied().filter(|plan| !chosen.is_some_and(|(chosen, _)| chosen.arranges_like(plan))).collect();
    let not_ready = chosen.is_none() || findings.iter().any(|finding| finding.effect == Effect::NotReady);
    let plan = chosen.map(|(plan, _)| plan.kind);
    Choice {
        decision: match plan {
            Some(plan) if !not_ready => Decision::Choose(plan),
            _ => Decision::NotReady,
        },
        plan,
        runner_up: best(evidence, &others).map(|plan| plan.kind),
        none_meets_budget: !left.iter().any(meets),
        why: chosen.map_or(Why::NothingLeft, |(_, why)| why),
    }
}

/// Chains among plans, the one with detached work first.
fn chains<'a>(plans: &[&'a TopologyReport]) -> impl Iterator<Item = &'a TopologyReport> {
    CHAINS.into_iter().filter_map(|kind| plans.iter().copied().find(|plan| plan.kind == kind))
}

/// The chain that forks are held against: the one with detached work, or the one that is left of the two, or sequential.
fn chain<'a>(evidence: &'a Evidence<'_>, left: &[&'a TopologyReport]) -> Option<&'a TopologyReport> {
    chains(left).next().or_else(|| evidence.sequential())
}

/// Whether a plan is one of those that a verdict may name. A fork without steps side by side is a chain by another name. A
/// chain of the team's own is one, unless it only repeats another plan, leaves critical work to itself, or reads and writes
/// out of order.
pub(crate) fn may_be_recommended(evidence: &Evidence<'_>, plan: &TopologyReport) -> bool {
    let free = model::topology::detachable(evidence.document);
    let is_free = |id: &String| evidence.document.step_index(id).is_some_and(|step| free.contains(&step));
    let repeats =
        || evidence.report.topologies.iter().any(|other| other.kind != plan.kind && plan.arranges_like(other));
    match plan.kind {
        TopologyKind::Sequential | TopologyKind::SequentialDetached => true,
        _ if plan.side_by_side > 0 => true,
        TopologyKind::Custom => {
            plan.detached.iter().all(is_free) && plan.counts.stale_reads + plan.counts.lost_updates == 0 && !repeats()
        }
        TopologyKind::Parallel | TopologyKind::Staged | TopologyKind::FirstLeg => false,
    }
}

/// Whether a fork does more than a percentage point more harm than the chain, or puts as many more requests over the hard
/// limit. It is worth that where it meets the budget, the chain misses its hard limit, and fewer requests come to harm by the
/// fork than are too late in the chain. It is never worth that as many more requests succeed with a part of their work
/// missing: a failure that nobody sees is no answer in time.
fn harms_too_much(evidence: &Evidence<'_>, chain: Option<&TopologyReport>, plan: &TopologyReport) -> bool {
    let Some(chain) = chain.filter(|_| plan.side_by_side > 0) else { return false };
    let too_late = |plan: &TopologyReport| plan.over_hard_limit.map_or(0.0, |share| share.value);
    let more_harm = plan.harm.value - chain.harm.value;
    let fewer_late = too_late(chain) - too_late(plan);
    let pays =
        evidence.standing(plan) == Standing::Meets && evidence.misses_hard_limit(chain) && more_harm < fewer_late;
    let more_silent = plan.silently_incomplete.value - chain.silently_incomplete.value;
    more_silent > ONE_POINT || (more_harm > ONE_POINT || fewer_late < -ONE_POINT) && !pays
}

/// The best of some plans: of those that meet the budget the one with least harm, among equals the one with fewest steps
/// side by side; if none meets it, the one with fewest steps side by side of those that are close to the least harm and
/// miss the budget least often.
fn best<'a>(evidence: &Evidence<'_>, plans: &[&'a TopologyReport]) -> Option<&'a TopologyReport> {
    let meeting: Vec<&TopologyReport> =
        plans.iter().copied().filter(|plan| evidence.standing(plan) == Standing::Meets).collect();
    let least = |plans: &[&'a TopologyReport], by: fn(&TopologyReport) -> f64| {
        plans.iter().copied().min_by(|a, b| by(a).total_cmp(&by(b)))
    };
    if let Some(least) = least(&meeting, |plan| plan.harm.value) {
        let equals: Vec<&TopologyReport> = meeting.into_iter().filter(|plan| are_equal_in_harm(plan, least)).collect();
        return simplest(&equals);
    }
    let least_harm = least(plans, |plan| plan.harm.value)?.harm.value;
    let harmless: Vec<&TopologyReport> =
        plans.iter().copied().filter(|plan| plan.harm.value <= least_harm + ONE_POINT).collect();
    let least_over = least(&harmless, |plan| plan.over_budget.value)?.over_budget.value;
    let close: Vec<&TopologyReport> =
        harmless.into_iter().filter(|plan| plan.over_budget.value <= least_over + ONE_POINT).collect();
    simplest(&close)
}

fn are_equal_in_harm(plan: &TopologyReport, least: &TopologyReport) -> bool {
    let pairs = plan.harm_by_replication.iter().zip(&least.harm_by_replication);
    let differences: Vec<f64> = pairs.map(|(plan, least)| plan - least).collect();
    Figure::of(&differences).is_none_or(|more| more.low <= 0.0 || more.value < EQUAL_HARM)
}

/// The plan with fewest steps side by side, then with fewest duplicates, then the first of the last tie.
fn simplest<'a>(plans: &[&'a TopologyReport]) -> Option<&'a TopologyReport> {
    // Of the two chains the one with detached work comes first: it leaves less to wait for.
    const LAST_TIE: [TopologyKind; 6] = [
        TopologyKind::SequentialDetached,
        TopologyKind::Sequential,
        TopologyKind::FirstLeg,
        TopologyKind::Staged,
        TopologyKind::Parallel,
        TopologyKind::Custom,
    ];
    let by = |plan: &TopologyReport| {
        let place = LAST_TIE.iter().position(|kind| *kind == plan.kind);
        // The two chains do the same work in the same order: their duplicates differ by chance.
        let duplicates = if plan.side_by_side == 0 { 0 } else { plan.counts.duplicates };
        (plan.side_by_side, duplicates, place)
    };
    plans.iter().copied().min_by_key(|plan| by(plan))
}
