//! What an experiment has found, in a few sentences with numbers.

use decide::{
    Purchase,
    wording::{either, list, ms, number, percent, percentile},
};
use engine::{
    experiment::{Experiment, ExperimentReport, Findings, Flip, InputReport, Outcome, SensitivityReport, pool_sizes},
    report::TopologyReport,
};
use model::{Document, TopologyKind};

use crate::chart::{names, orphans};

use super::group::{Group, groups};

/// What was found: the main thing first.
pub(super) fn finding(document: &Document, findings: &Findings) -> Vec<String> {
    match findings {
        Findings::Varied(report) => match report.experiment {
            Experiment::Load => load(document, report),
            Experiment::Spike => spike(report),
            Experiment::Outages => outages(document, report),
            Experiment::Pools => pools(document, report),
        },
        Findings::Flips(report) => flips(report),
        Findings::WhatIf(found) => super::what_if::finding(found),
        Findings::Conditions(outcomes) => conditions(document, outcomes),
    }
}

fn conditions(document: &Document, outcomes: &[Outcome]) -> Vec<String> {
    let Some(verdict) = decide::verdict_with_purchases(document, outcomes) else { return Vec::new() };
    let alone: Vec<&Purchase> = verdict.bought.iter().filter(|purchase| purchase.rule.is_some()).collect();
    let buy = alone.iter().filter(|purchase| purchase.buys).count();
    let first = match (buy, alone.len()) {
        (_, 0) => {
            return vec!["No condition of this verdict is a change of the model, so none can be simulated.".to_owned()];
        }
        (0, 1) => "The condition buys nothing that can be measured.".to_owned(),
        (1, 1) => "The condition buys something.".to_owned(),
        (0, all) => format!("None of the {all} conditions that can be simulated buys anything that can be measured."),
        (buy, all) if buy == all => format!("Each of the {all} conditions that can be simulated buys something."),
        (buy, all) => {
            let verb = if buy == 1 { "buys" } else { "buy" };
            format!(
                "{buy} of the {all} conditions that can be simulated {verb} something; the others nothing that can be measured."
            )
        }
    };
    let all = verdict.purchase(None).map(|all| format!("With all of them met: {}", all.sentence(verdict.decision)));
    std::iter::once(first).chain(all).collect()
}

fn load(document: &Document, report: &ExperimentReport) -> Vec<String> {
    let today = document.workload.arrivals.per_second();
    let load =
        |times: f64| format!("{} times today's load ({} requests a second)", number(times), number(times * today));
    let mut emerge: Vec<(f64, bool, Vec<TopologyKind>)> = Vec::new();
    let (mut hold, mut most) = (Vec::<TopologyKind>::new(), 0.0_f64);
    for group in groups(&report.outcomes) {
        let Some(found) = report.emergence.iter().find(|found| found.kind == group.kind()) else { continue };
        let Some(at) = found.at else {
            most = most.max(found.below.unwrap_or_default());
            hold.extend(group.kinds());
            continue;
        };
        match emerge.iter_mut().find(|(known, ..)| *known == at) {
            Some((.., kinds)) => kinds.extend(group.kinds()),
            None => emerge.push((at, found.below.is_none(), group.kinds().to_vec())),
        }
    }
    emerge.sort_by(|a, b| a.0.total_cmp(&b.0));
    let parts = emerge.iter().map(|(at, lowest, kinds)| {
        let already = if *lowest { ", the lowest that was tried" } else { "" };
        format!("in {} at {}{already}", names(kinds), load(*at))
    });
    let parts: Vec<String> = parts.collect();
    let mut sentences = Vec::new();
    if !parts.is_empty() {
        sentences.push(format!("Errors emerge {}.", parts.join("; ")));
    }
    if !hold.is_empty() {
        let names = names(&hold);
        sentences.push(format!("No errors emerge in {names} up to {}, the highest that was tried.", load(most)));
    }
    sentences
}

fn spike(report: &ExperimentReport) -> Vec<String> {
    let [without, alone, inside] = report.outcomes.as_slice() else { return Vec::new() };
    let p = percentile(alone.report.budget_percentile);
    let groups = groups(&report.outcomes);
    let each = |outcome: &Outcome, tell: &dyn Fn(&Group, &TopologyReport) -> Option<String>| -> Vec<String> {
        groups.iter().filter_map(|group| tell(group, group.of(outcome)?)).collect()
    };
    let latency = decide::wording::at_budget;
    let first = each(alone, &|group, plan| Some(format!("{} in {}", latency(plan), group.names())));
    let moved = each(inside, &|group, plan| {
        let before = group.of(without)?;
        Some(format!("from {} to {} in {}", latency(before), latency(plan), group.names()))
    });
    // Below a tenth of a percentage point nobody would see it in the figures of a day either.
    let failing = each(inside, &|group, plan| {
        let before = group.of(without)?.failed.value;
        let more = plan.failed.value - before >= 0.001;
        more.then(|| format!("from {} to {} in {}", percent(before), percent(plan.failed.value), group.names()))
    });
    let failed = if failing.is_empty() {
        "no more requests fail than without the spike".to_owned()
    } else {
        format!("the share of requests that fail goes {}", list(&failing))
    };
    vec![
        format!(
            "A spike of {}: a {p} of {}, against a budget of {}.",
            alone.label,
            list(&first),
            ms(alone.report.budget_ms)
        ),
        format!("Inside the load, {p} goes {}; {failed}.", list(&moved)),
    ]
}

fn outages(document: &Document, report: &ExperimentReport) -> Vec<String> {
    let Some((_, down)) = report.outcomes.split_first() else { return Vec::new() };
    let groups = groups(&report.outcomes);
    let worst = |measure: &dyn Fn(&TopologyReport) -> f64| {
        let most =
            |outcome: &Outcome| groups.iter().filter_map(|group| Some(measure(group.of(outcome)?))).fold(0.0, f64::max);
        let worst = down.iter().max_by(|a, b| most(a).total_cmp(&most(b)));
        worst.map(|outcome| (outcome, most(outcome)))
    };
    // Others whose figures read the same are as bad.
    let with = |worst: &Outcome, tell: &dyn Fn(&TopologyReport) -> String| {
        let told = |outcome: &Outcome| groups.iter().map(|group| group.of(outcome).map(tell)).collect::<Vec<_>>();
        let alike = down.iter().filter(|outcome| told(outcome) == told(worst));
        either(&alike.map(|outcome| outcome.label.as_str()).collect::<Vec<_>>())
    };
    let each = |outcome: &Outcome, tell: &dyn Fn(&TopologyReport) -> String| {
        let parts =
            groups.iter().filter_map(|group| Some(format!("{} in {}", tell(group.of(outcome)?), group.names())));
        list(&parts.collect::<Vec<_>>())
    };
    let mut sentences = Vec::new();
    if let Some((outcome, _)) = worst(&|plan| plan.failed.value) {
        let share = |plan: &TopologyReport| percent(plan.failed.value);
        let most = |a: &&Group, b: &&Group| {
            let of = |group: &Group| group.of(outcome).map_or(0.0, |plan| plan.failed.value);
            of(a).total_cmp(&of(b))
        };
        let place = groups.iter().rev().max_by(most).map_or_else(String::new, Group::names);
        sentences.push(format!(
            "The largest share of requests fails in {place} with {}: {}.",
            with(outcome, &share),
            each(outcome, &share)
        ));
    }
    sentences.extend(super::outage::shares_explained(document));
    match worst(&orphans) {
        Some((outcome, most)) if most > 0.0 => {
            let left = |plan: &TopologyReport| number(orphans(plan));
            sentences.push(format!(
                "Most is left behind with {}: orphaned writes per 1,000 requests are {}.",
                with(outcome, &left),
                each(outcome, &left)
            ));
        }
        _ => sentences.push("No outage leaves an orphaned write behind.".to_owned()),
    }
    sentences.extend(super::outage::cures(document, down));
    let stuck = down.iter().flat_map(|outcome| {
        let stays = |plan: &TopologyReport| plan.recovery.is_some_and(|recovery| recovery.recovered < recovery.of);
        let stuck = groups.iter().filter(|group| group.of(outcome).is_some_and(stays)).flat_map(Group::kinds);
        let stuck: Vec<TopologyKind> = stuck.copied().collect();
        (!stuck.is_empty()).then(|| format!("{} after {}", names(&stuck), outcome.label))
    });
    let stuck: Vec<String> = stuck.collect();
    if !stuck.is_empty() {
        sentences.push(format!("Not always back to normal before the arrivals stop: {}.", stuck.join("; ")));
    }
    sentences
}

fn pools(document: &Document, report: &ExperimentReport) -> Vec<String> {
    let groups = groups(&report.outcomes);
    let mut outcomes = report.outcomes.as_slice();
    let mut sentences = Vec::new();
    for pool in &document.pools {
        let sizes = pool_sizes(pool.size);
        let (own, rest) = outcomes.split_at(sizes.len().min(outcomes.len()));
        outcomes = rest;
        let mut enough: Vec<(u32, Vec<TopologyKind>)> = Vec::new();
        for group in &groups {
            let over = |outcome: &Outcome| group.of(outcome).map(|plan| plan.over_budget);
            let Some(best) = own.last().and_then(over) else { continue };
            // Enough is the smallest size that is not shown to put more over budget than the largest.
            let fits = own.iter().position(|outcome| over(outcome).is_some_and(|share| share.low <= best.high));
            let Some(&size) = fits.and_then(|place| sizes.get(place)) else { continue };
            match enough.iter_mut().find(|(known, _)| *known == size) {
                Some((_, kinds)) => kinds.extend(group.kinds()),
                None => enough.push((size, group.kinds().to_vec())),
            }
        }
        let told: Vec<String> = enough.iter().map(|(size, kinds)| format!("{size} in {}", names(kinds))).collect();
        let tried = sizes.iter().map(u32::to_string).collect::<Vec<_>>();
        sentences.push(format!(
            "Enough slots of {}, which has {} today and was tried with {}: {}.",
            pool.label(),
            pool.size,
            list(&tried),
            list(&told)
        ));
    }
    if sentences.is_empty() { vec!["There are no pools to vary.".to_owned()] } else { sentences }
}

/// How many flips are named; the table has all.
const NAMED: usize = 3;

fn flips(report: &SensitivityReport) -> Vec<String> {
    let today = verdict(&report.verdict);
    let mut found: Vec<(f64, String)> = Vec::new();
    let flipping = report.inputs.iter().filter(|input| !input.flips.is_empty());
    let (all, some) = (report.inputs.len(), flipping.clone().count());
    for input in flipping {
        let near = input.flips.iter().map(|flip| reach(input, flip)).min_by(|a, b| a.distance.total_cmp(&b.distance));
        if let Some(Reach { distance, value, verdict: then }) = near {
            let unit = if input.unit.is_empty() { String::new() } else { format!(" {}", input.unit) };
            let (from, to) = (number(input.today), number(value));
            found.push((distance, format!("{} from {from} to {to}{unit} makes it {}", input.label, verdict(then))));
        }
    }
    if found.is_empty() {
        return vec![format!("The verdict, {today}, stands: none of {all} inputs changes it within what was tried.")];
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let named: Vec<String> = found.into_iter().take(NAMED).map(|(_, part)| part).collect();
    let inputs = if some == 1 { "input changes" } else { "inputs change" };
    vec![
        format!("{some} of {all} {inputs} the verdict, which is {today} today."),
        format!("The nearest: {}.", named.join("; ")),
    ]
}

/// A flip as it is met on the way from today's value.
struct Reach<'a> {
    distance: f64,
    value: f64,
    verdict: &'a str,
}

/// How far a flip is from today, as a factor; a value of nothing is as far as can be.
fn reach<'a>(input: &InputReport, flip: &'a Flip) -> Reach<'a> {
    let (value, verdict) = if flip.below >= input.today {
        (flip.above, flip.verdict_above.as_str())
    } else {
        (flip.below, flip.verdict_below.as_str())
    };
    let factor = if value > input.today { value / input.today } else { input.today / value };
    Reach { distance: if factor.is_nan() { f64::INFINITY } else { factor }, value, verdict }
}

/// A verdict's name as a word in a sentence.
pub(super) fn verdict(slug: &str) -> String {
    TopologyKind::from_slug(slug).map_or_else(|| slug.replace('-', " "), |kind| kind.label().to_lowercase())
}
