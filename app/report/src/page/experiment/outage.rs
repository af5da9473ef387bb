//! Why the share of requests that fails with a step down is not simply the share of the time for which it is down, and what
//! fits the debts that it leaves.

use decide::wording::{list, number, percent};
use engine::experiment::{Outcome, outage_of};
use model::{Document, Step, StepClass};

/// How long each outage lasts of the time in which requests arrive; and where something makes another share of the
/// requests fail than that, what it is.
pub(super) fn shares_explained(document: &Document) -> Vec<String> {
    std::iter::once(lengths(document)).chain(causes(document)).collect()
}

/// For how long each step is down while requests arrive that are counted. Steps whose outage the document describes have their own length.
fn lengths(document: &Document) -> String {
    let workload = &document.workload;
    let (from_s, until_s) = (workload.warmup_s, workload.duration_s);
    let counted_s = until_s - from_s;
    let mut lengths: Vec<(f64, Vec<&str>)> = Vec::new();
    for step in &document.steps {
        let outage = outage_of(document, step);
        let lasts = (outage.until_s.min(until_s) - outage.from_s.max(from_s)).max(0.0);
        match lengths.iter_mut().find(|(known, _)| (*known - lasts).abs() < 1e-9 * counted_s) {
            Some((_, steps)) => steps.push(step.label()),
            None => lengths.push((lasts, vec![step.label()])),
        }
    }
    let shown = |lasts: f64| format!("{} s ({})", number(lasts), percent(lasts / counted_s));
    let down = match lengths.as_slice() {
        [(lasts, _)] => format!("each step is down for {}", shown(*lasts)),
        several => {
            let parts: Vec<String> =
                several.iter().map(|(lasts, steps)| format!("{} for {}", list(steps), shown(*lasts))).collect();
            format!("these are down: {}", parts.join("; "))
        }
    };
    let time = if from_s > 0.0 { "whose requests are counted" } else { "in which requests arrive" };
    format!(
        "Of the {} s {time}, {down}; shares are of all requests, those before and after the outage included.",
        number(counted_s)
    )
}

/// What makes another share of requests fail than the share of the time, as far as the document has it.
fn causes(document: &Document) -> Option<String> {
    let labels = |concerns: &dyn Fn(&Step) -> bool| -> Vec<&str> {
        document.steps.iter().filter(|step| concerns(step)).map(Step::label).collect()
    };
    let mut causes = Vec::new();
    let harmless = labels(&|step| step.class != StepClass::Critical);
    if !harmless.is_empty() {
        causes.push(format!("where the failure of a step fails no request ({})", list(&harmless)));
    }
    let taken: Vec<String> = document
        .steps
        .iter()
        .filter(|step| step.taken_share < 1.0)
        .map(|step| format!("{}: {}", step.label(), percent(step.taken_share)))
        .collect();
    if !taken.is_empty() {
        causes.push(format!("where only some requests take a step ({})", list(&taken)));
    }
    let delivery = &document.delivery;
    let sent_again = delivery.caller_retries > 0 || (delivery.redeliveries > 0 && delivery.redelivery_rate > 0.0);
    if sent_again || document.steps.iter().any(|step| step.retry.as_ref().is_some_and(|retry| retry.max > 0)) {
        causes.push("where a later attempt succeeds after the outage".to_owned());
    }
    if document.workload.consumer.is_some() || !document.pools.is_empty() {
        causes.push("where requests queue through the outage, or in the backlog that it leaves".to_owned());
    }
    (!causes.is_empty()).then(|| format!("More or fewer than that can fail {}.", list(&causes)))
}

/// What fits what each outage leaves behind, by the rule of the Decide step: an undo that is there, a key, a queue. `down` are
/// the outcomes with each step of the document down, in its order.
pub(super) fn cures(document: &Document, down: &[Outcome]) -> Vec<String> {
    let cure = |(step, outcome): (&Step, &Outcome)| {
        let tried = Document { outages: vec![outage_of(document, step)], ..document.clone() };
        let verdict = decide::verdict(&tried, &outcome.report);
        let debt = verdict.all_findings().find(|finding| finding.rule == "outage-debt")?;
        Some(format!("What fits with {}: {}", outcome.label, debt.remedy))
    };
    document.steps.iter().zip(down).filter_map(cure).collect()
}

#[cfg(test)]
mod tests {
    use model::{Outage, OutageMode};

    use super::*;

    #[test]
    fn an_outage_of_the_document_has_its_own_length_and_only_causes_that_are_there_are_named() {
        let mut document = model::EXAMPLES[0].document();
        document.workload.duration_s = 100.0;
        document.workload.warmup_s = 0.0;
        let step = document.steps[1].clone();
        document.steps = vec![document.steps[0].clone(), step];
        document.steps.iter_mut().for_each(|step| (step.retry, step.class) = (None, StepClass::Critical));
        document.delivery = model::Delivery::default();
        document.pools.clear();
        document.workload.consumer = None;
        let alike = shares_explained(&document);
        assert_eq!(alike.len(), 1, "{alike:?}");
        assert!(alike[0].contains("each step is down for 25 s (25 %)"), "{alike:?}");

        let (own, name) = (document.steps[1].id.clone(), document.steps[1].label().to_owned());
        document.outages = vec![Outage { step: own, from_s: 95.0, until_s: 200.0, mode: OutageMode::Refuses }];
        document.steps[1].taken_share = 0.3;
        document.workload.warmup_s = 20.0;
        let told = shares_explained(&document);
        assert!(told[0].starts_with("Of the 80 s whose requests are counted, these are down: "), "{told:?}");
        assert!(told[0].contains(&format!("{name} for 5 s (6.25 %)")), "{told:?}");
        assert_eq!(
            told[1],
            format!("More or fewer than that can fail where only some requests take a step ({name}: 30 %).")
        );
    }
}
