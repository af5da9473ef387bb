//! What the Budget step shows: tail arithmetic beside the rule of thumb, and where the simulation says otherwise.

use decide::wording::{list, ms};
use engine::{Report, tail::TopologyTail};
use model::{Document, TopologyKind};

use super::markup::Html;
use crate::chart;

/// Tail arithmetic, and a sentence where it lies on the other side of the budget than the simulation.
pub(super) fn tail_arithmetic(document: &Document, report: &Report) -> String {
    let tails = engine::tail::of_all(document);
    let mut html = Html::default();
    if document.delivery.redelivery_rate > 0.0 && document.delivery.redeliveries == 0 {
        html.element(
            "p class=\"finding\"",
            "Nothing is delivered twice although a share is given: “At most so often again” is 0.",
        );
    }
    html.element("h2", "Tail arithmetic")
        .element(
            "p class=\"hint\"",
            "99th percentiles do not add: they do not all strike at once, so a chain is faster than their sum; and the \
             slowest of several lanes is slower than each of them. Legs that slow together lie between the two.",
        )
        .table(&chart::tail_table(document, &tails));
    if let Some(sentence) = on_either_side(document, report, &tails) {
        html.element("p class=\"finding\"", &sentence);
    }
    html.into_text()
}

/// Where arithmetic and simulation lie on either side of the budget: which do, which of the two counts, and why they
/// differ. Arithmetic is taken with legs that slow together as much as the document says.
fn on_either_side(document: &Document, report: &Report, tails: &[TopologyTail]) -> Option<String> {
    let budget_ms = report.budget_ms;
    let apart: Vec<(TopologyKind, f64, f64)> = tails
        .iter()
        .filter_map(|row| {
            let simulated_ms = report.topology(row.kind)?.latency.at_budget?.value;
            let truth_ms = row.tail.together.ms;
            ((truth_ms <= budget_ms) != (simulated_ms <= budget_ms)).then_some((row.kind, truth_ms, simulated_ms))
        })
        .collect();
    let parts: Vec<String> = apart
        .iter()
        .map(|(kind, truth_ms, simulated_ms)| {
            format!("{} {} by arithmetic and {} in the simulation", kind.label(), ms(*truth_ms), ms(*simulated_ms))
        })
        .collect();
    if parts.is_empty() {
        return None;
    }
    let kinds: Vec<TopologyKind> = apart.iter().map(|(kind, ..)| *kind).collect();
    Some(format!(
        "Arithmetic and simulation lie on either side of the budget of {}: {}. The simulation counts, and the verdict goes \
         by it: {}.",
        ms(budget_ms),
        parts.join("; "),
        left_out(document, &kinds)
    ))
}

/// What the simulation has of this document, and arithmetic leaves out.
fn left_out(document: &Document, kinds: &[TopologyKind]) -> String {
    let steps = &document.steps;
    let workload = &document.workload;
    let parts = [
        (!document.pools.is_empty(), "queues for pools"),
        (workload.consumer.is_some(), "queues for a worker"),
        (steps.iter().any(|step| step.retry.is_some()) || document.delivery.caller_retries > 0, "failures and retries"),
        (document.overhead_ms > 0.0 && kinds.iter().any(|kind| *kind != TopologyKind::Sequential), "what forks cost"),
        (steps.iter().any(|step| step.surge.is_some()), "surges"),
        (workload.payloads.iter().any(|payload| payload.slowdown != 1.0), "large payloads"),
        (steps.iter().any(|step| step.taken_share < 1.0), "steps that not every request takes"),
        (!document.outages.is_empty(), "outages"),
        (kinds.contains(&TopologyKind::FirstLeg), "perhaps another first leg"),
    ];
    let mut has: Vec<&str> = parts.into_iter().filter_map(|(is_there, what)| is_there.then_some(what)).collect();
    has.push("attempts that end at their timeouts");
    format!("beside service times it has {}", list(&has))
}

#[cfg(test)]
mod tests {
    use engine::Settings;
    use insta::assert_snapshot;

    use super::*;

    /// The sentence on a budget between the arithmetic and the simulation of sequential.
    fn told(budget: impl Fn(f64, f64) -> f64) -> Option<String> {
        let example = model::EXAMPLES.iter().find(|example| example.slug == "checkout").expect("there is this example");
        let document = example.document();
        let settings = Settings { replications: 5, ..Settings::default() };
        let mut report = engine::compare(&document, settings).expect("an example runs");
        let tails = engine::tail::of_all(&document);
        let sequential = report.topology(TopologyKind::Sequential).expect("it is always simulated");
        let simulated_ms = sequential.latency.at_budget.expect("requests are answered").value;
        report.budget_ms = budget(tails[0].tail.together.ms, simulated_ms);
        on_either_side(&document, &report, &tails)
    }

    #[test]
    fn what_lies_on_either_side_of_the_budget_is_said_with_what_counts() {
        assert_eq!(told(|truth_ms, simulated_ms| truth_ms.max(simulated_ms) * 4.0), None);
        assert_snapshot!(told(f64::midpoint).expect("they differ"));
    }
}
