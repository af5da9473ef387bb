//! What is decided, by whom, and what weighs on it.

use std::collections::BTreeSet;

use decide::{
    THRESHOLDS,
    maturity::{Asks, QUESTIONS},
    wording::{list, ms, number, percent, percentile},
};
use model::{Answer, Consistency, DeliverySemantics, DependencyKind, Document, Unsure};

use super::{
    Issue,
    line::{Block, Line},
};
use crate::plain::one_line;

pub(super) fn context(issue: &Issue<'_>) -> Vec<Block> {
    let document = issue.input.document;
    let question = one_line(&document.question);
    let asked = match question.as_str() {
        "" => "Should these steps run one after another, in parallel, or partly in parallel?",
        question => question,
    };
    let owner = document.state_owner.as_deref().map(one_line).filter(|owner| !owner.is_empty());
    let known = match owner {
        Some(owner) => format!("Which stage a request is in is known by: {owner}."),
        None => "Nobody can say which stage a request is in.".to_owned(),
    };
    let mut blocks = vec![Block::paragraph(asked), Block::paragraph(known)];
    let on_call = one_line(&document.owners.on_call);
    if !on_call.is_empty() {
        blocks.push(Block::paragraph(format!("Called at night: {on_call}.")));
    }
    blocks
}

pub(super) fn drivers(issue: &Issue<'_>) -> Block {
    let document = issue.input.document;
    let budget = &document.budget;
    let delivery = match document.delivery.semantics {
        DeliverySemantics::AtMostOnce => "at most once",
        DeliverySemantics::AtLeastOnce => "at least once",
        DeliverySemantics::EffectivelyOnce => "effectively once",
    };
    let consistency = match document.consistency {
        Consistency::Undecided => "not chosen yet; nothing is undone",
        Consistency::Eventual => "eventual, by a repair outside this pipeline",
        Consistency::Compensate => "compensation by the coordinator",
    };
    let strict = document.dependencies.iter().filter(|d| d.kind == DependencyKind::Strict).count();
    let measured = document.steps.iter().filter(|step| !step.measured.is_empty()).count();
    let places: BTreeSet<String> =
        document.steps.iter().map(|step| one_line(&step.measured)).filter(|place| !place.is_empty()).collect();
    let measured = (measured > 0).then(|| {
        let places: Vec<String> = places.into_iter().collect();
        format!("Latencies: measured for {measured} of {} steps ({})", document.steps.len(), places.join("; "))
    });
    let errors = document.steps.iter().map(|step| step.error_rate.upper(Unsure::Rate)).fold(0.0, f64::max);
    let mut drivers = vec![
        format!(
            "Latency budget: {} within {}; nobody notices {} more or less",
            percentile(budget.percentile),
            ms(budget.target_ms),
            ms(budget.tolerance_ms)
        ),
        format!("Load: {} requests per second", number(document.workload.arrivals.per_second())),
        format!("Error rates: up to {} per attempt of a step", percent(errors)),
        format!("Ordering: {strict} of {} dependencies strict", document.dependencies.len()),
        format!("Delivery: {delivery}"),
        format!("Consistency: {consistency}"),
        format!("Maturity: {}", maturity(document)),
    ];
    drivers.extend(measured);
    Block::bullets(drivers)
}

/// The level, and what was answered to each question.
fn maturity(document: &Document) -> String {
    let maturity = &document.maturity;
    let level = decide::maturity::level(maturity).map_or("not known", decide::maturity::Level::label);
    let named = |counts_as: Option<Answer>, what: &str| {
        let of = QUESTIONS.iter().filter(|question| matches!(question.asks, Asks::Answer { .. }));
        let of = of.filter(|question| question.counts_as(maturity) == counts_as);
        let names: Vec<&str> = of.map(|question| question.name).collect();
        if names.is_empty() { String::new() } else { format!("; {what} {}", list(&names)) }
    };
    let people = maturity.people.map(|people| format!("; people: {people}")).unwrap_or_default();
    format!(
        "{level}{people}{}{}{}{}",
        named(Some(Answer::Yes), "yes:"),
        named(Some(Answer::Partly), "partly:"),
        named(Some(Answer::No), "no, or not known:"),
        named(None, "not answered:")
    )
}

/// The thresholds that the team has changed, with what they are otherwise.
pub(super) fn thresholds(document: &Document) -> Vec<Line> {
    let changed = document.thresholds.iter().filter_map(|(id, value)| {
        match THRESHOLDS.iter().find(|threshold| threshold.rule == id) {
            Some(threshold) if threshold.default == *value => None,
            Some(threshold) => {
                let (value, default) = (threshold.show(*value), threshold.show(threshold.default));
                Some(Line::of_code(id).words(&format!(": {value} instead of {default} ({})", threshold.unit)))
            }
            None => Some(Line::of_code(id).words(&format!(": {value}, which no rule of this version reads"))),
        }
    });
    changed.collect()
}
