//! What follows from the choice, good and bad, in figures.

use decide::{
    Decision, Effect,
    wording::{ms, number, per_thousand, percentile},
};
use engine::report::TopologyReport;
use model::TopologyKind;

use super::{
    Issue,
    line::{Block, Line},
};

pub(super) fn consequences(issue: &Issue<'_>) -> Block {
    let Some(choice) = issue.choice() else {
        return Block::bullets(["Bad, because until the inputs named above are settled no topology can be defended"]);
    };
    let mut lines: Vec<Line> = match choice {
        TopologyKind::Sequential => of_chain(issue),
        TopologyKind::SequentialDetached
        | TopologyKind::Parallel
        | TopologyKind::Staged
        | TopologyKind::FirstLeg
        | TopologyKind::Custom => of_another(issue, choice),
    }
    .into_iter()
    .map(Line::of)
    .collect();
    // Only an overruled verdict leaves these standing.
    let not_ready = issue.input.verdict.findings.iter().filter(|finding| finding.effect == Effect::NotReady);
    for finding in not_ready.chain(issue.about_choice(Effect::Against)) {
        if issue.overrule.is_some() {
            lines.push(
                Line::of("Bad, because")
                    .words(" ")
                    .code(&finding.rule)
                    .words(&format!(" speaks against it: {}", finding.evidence)),
            );
        }
    }
    let conditions = issue.conditions().count();
    if conditions > 0 {
        let work = if conditions == 1 { "one condition is".to_owned() } else { format!("{conditions} conditions are") };
        lines.push(Line::of(format!("Bad, because it must wait until {work} met: that work is part of its price")));
    }
    Block::Bullets(lines)
}

/// Sequential, against the plan that would come next or that the verdict chose.
fn of_chain(issue: &Issue<'_>) -> Vec<String> {
    let verdict = issue.input.verdict;
    let mut lines = vec![
        "Good, because steps fail in the order in which they run, and one request can be followed step by step"
            .to_owned(),
        "Bad, because a chain that fails half way leaves committed steps behind too, until they are undone".to_owned(),
    ];
    let other = match verdict.decision {
        Decision::Choose(kind) if kind != TopologyKind::Sequential => Some(kind),
        Decision::Choose(_) | Decision::NotReady => verdict.price.map(|price| price.plan),
    };
    let Some(difference) = other.and_then(|kind| Difference::to_chain(issue, kind)) else { return lines };
    if let Some(saves) = difference.saves_ms.filter(|saves| *saves > 0.0) {
        let p = percentile(issue.input.report.budget_percentile);
        let plan = difference.plan.label().to_lowercase();
        lines.push(format!("Bad, because the {plan} plan would save {} at {p}", ms(saves)));
        lines.extend(difference.counts().map(|(what, more)| {
            if more > 0.0 {
                format!("Good, because it has {} fewer {what} per 1,000 requests than the {plan} plan", number(more))
            } else {
                format!("Bad, because it has {} more {what} per 1,000 requests than the {plan} plan", number(-more))
            }
        }));
    }
    lines
}

/// Another plan, against sequential.
fn of_another(issue: &Issue<'_>, kind: TopologyKind) -> Vec<String> {
    let Some(difference) = Difference::to_chain(issue, kind) else {
        return vec!["Neutral, because there is no chain to compare it with".to_owned()];
    };
    let p = percentile(issue.input.report.budget_percentile);
    let mut lines = vec![match difference.saves_ms {
        Some(saves) if saves > 0.0 => format!("Good, because it saves {} at {p} against sequential", ms(saves)),
        Some(saves) => format!("Bad, because it costs {} at {p} against sequential", ms(-saves)),
        None => format!("Neutral, because too few requests are answered to tell what it saves at {p}"),
    }];
    lines.extend(difference.counts().map(|(what, more)| {
        if more > 0.0 {
            format!("Bad, because it has {} more {what} per 1,000 requests than sequential", number(more))
        } else {
            format!("Good, because it has {} fewer {what} per 1,000 requests than sequential", number(-more))
        }
    }));
    if issue.input.report.topology(kind).is_some_and(|plan| plan.side_by_side > 0) {
        lines.push("Bad, because lanes that fail side by side are harder to follow than a chain".to_owned());
    }
    lines
}

/// What a plan saves and leaves against sequential. The verdict has this for its own choice; a team that overrules
/// it chooses another.
struct Difference {
    plan: TopologyKind,
    /// At the budget's percentile \[ms\].
    saves_ms: Option<f64>,
    /// More per 1,000 requests.
    over_budget: f64,
    no_answer: f64,
    orphans: f64,
    duplicates: f64,
    undo_calls: f64,
}

impl Difference {
    fn to_chain(issue: &Issue<'_>, plan: TopologyKind) -> Option<Self> {
        let report = issue.input.report;
        let (chain, other) = (report.topology(TopologyKind::Sequential)?, report.topology(plan)?);
        let more = |count: fn(&TopologyReport) -> u64| {
            per_thousand(count(other), other.requests) - per_thousand(count(chain), chain.requests)
        };
        Some(Self {
            plan,
            saves_ms: other.saves_ms.map(|saves| saves.value),
            over_budget: (other.over_budget.value - chain.over_budget.value) * 1_000.0,
            no_answer: (other.no_answer.value - chain.no_answer.value) * 1_000.0,
            orphans: more(|topology| topology.counts.orphans),
            duplicates: more(|topology| topology.counts.duplicates),
            undo_calls: more(|topology| topology.counts.undo_calls),
        })
    }

    /// What differs, and by how much; what does not is left out.
    fn counts(&self) -> impl Iterator<Item = (&'static str, f64)> {
        [
            ("requests over the budget", self.over_budget),
            ("requests without an answer", self.no_answer),
            ("orphaned writes", self.orphans),
            ("duplicated writes", self.duplicates),
            ("undo calls", self.undo_calls),
        ]
        .into_iter()
        .filter(|(_, more)| more.abs() >= 0.01)
    }
}
