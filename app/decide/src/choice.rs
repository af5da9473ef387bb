//! Which plan the findings leave, in the order of precedence.

use engine::report::TopologyReport;
use model::TopologyKind;

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding},
    rules::detachable,
    verdict::Decision,
};

/// The rules whose vetoes are about what the team could see and repair: they are on every plan with forks.
pub(crate) const SAFETY: [&str; 2] = ["no-detection", "low-maturity"];

/// What findings lead to.
pub(crate) struct Choice {
    pub(crate) decision: Decision,
    /// The plan that would be chosen if the pipeline is ready.
    pub(crate) plan: TopologyKind,
    pub(crate) runner_up: Option<TopologyKind>,
    pub(crate) none_meets_budget: bool,
}

/// Whether findings veto a plan. A finding against parallel that names no plan, as `inside-budget`, is about the
/// pipeline as such and vetoes none.
pub(crate) fn is_vetoed(findings: &[&Finding], kind: TopologyKind) -> bool {
    findings.iter().any(|finding| finding.effect == Effect::AgainstParallel && finding.plans.contains(&kind))
}

/// Whether a plan is a chain of the team's own that rules about forks have nothing to say about: sequential, but for
/// fire-and-forget work that it detaches and no step needs, and with nothing read or written out of order.
fn is_own_chain(evidence: &Evidence<'_>, plan: &TopologyReport) -> bool {
    let free = detachable(evidence.document);
    let is_free = |id: &String| evidence.document.step_index(id).is_some_and(|step| free.contains(&step));
    plan.kind == TopologyKind::Custom
        && plan.forks == 0
        && plan.detached.iter().all(is_free)
        && plan.counts.stale_reads + plan.counts.lost_updates == 0
        && !evidence.sequential().is_some_and(|sequential| plan.arranges_like(sequential))
}

/// The choice that findings leave.
pub(crate) fn choose(evidence: &Evidence<'_>, findings: &[&Finding]) -> Choice {
    let over = findings.iter().any(|finding| finding.rule == "over-budget");
    let mut plans: Vec<&TopologyReport> = evidence
        .report
        .topologies
        .iter()
        .filter(|plan| match plan.kind {
            TopologyKind::Sequential => true,
            kind if plan.forks > 0 => !is_vetoed(findings, kind),
            _ => is_own_chain(evidence, plan),
        })
        .collect();
    let meets =
        |plan: &TopologyReport| evidence.at_budget(plan).is_some_and(|figure| figure.high <= evidence.report.budget_ms);
    let none_meets_budget = !plans.iter().any(|plan| meets(plan));
    plans.sort_by(|a, b| {
        // Plans that meet the budget come first, by failures; the others by how often they miss it. The share of failed
        // requests holds the orphaned ones; among equals, fewer of them are worth more than fewer forks.
        let by = |plan: &TopologyReport| {
            if meets(plan) {
                [plan.failed.value, plan.outcomes.orphaned.value]
            } else {
                [plan.over_budget.value, plan.failed.value]
            }
        };
        let ([a1, a2], [b1, b2]) = (by(a), by(b));
        meets(b)
            .cmp(&meets(a))
            .then_with(|| a1.total_cmp(&b1))
            .then_with(|| a2.total_cmp(&b2))
            .then_with(|| a.forks.cmp(&b.forks))
    });
    let chosen = match evidence.sequential() {
        Some(sequential) if !over => Some(sequential),
        _ => plans.first().copied(),
    };
    // A plan that arranges the steps as the chosen one does is no alternative to it.
    let alike = |plan: &TopologyReport| chosen.is_some_and(|chosen| chosen.arranges_like(plan));
    let plan = chosen.map_or(TopologyKind::Sequential, |plan| plan.kind);
    let not_ready = findings.iter().any(|finding| finding.effect == Effect::NotReady);
    Choice {
        decision: if not_ready { Decision::NotReady } else { Decision::Choose(plan) },
        plan,
        runner_up: plans.iter().find(|plan| !alike(plan)).map(|plan| plan.kind),
        none_meets_budget,
    }
}
