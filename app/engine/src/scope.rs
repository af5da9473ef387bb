//! What this version of the engine does not simulate. A document that uses such a part gets figures
//! without it, and the report says so in words.

use model::{Document, Effect, JoinCount, SiblingPolicy};

/// Names of the parts that `document` uses and a run leaves out.
pub(crate) fn not_simulated(document: &Document) -> Vec<String> {
    let protections = &document.protections;
    let joins = || document.joins.values();
    let parts = [
        (document.workload.consumer.is_some(), "workload.consumer"),
        (document.steps.iter().any(|step| step.surge.is_some()), "steps[].surge"),
        (!document.outages.is_empty(), "outages"),
        (protections.breaker.is_some(), "protections.breaker"),
        (protections.retry_budget.is_some(), "protections.retry_budget"),
        (protections.concurrency_cap.is_some(), "protections.concurrency_cap"),
        (protections.retry_cap.is_some(), "protections.retry_cap"),
        (joins().any(|join| matches!(join.k, Some(JoinCount::Of(_)))), "joins.*.k"),
        (joins().any(|join| join.siblings == Some(SiblingPolicy::Cancel)), "joins.*.siblings"),
        (joins().any(|join| join.fail_fast == Some(true)), "joins.*.fail_fast"),
        (shares_data(document), "steps[].reads and writes (stale reads, lost updates)"),
    ];
    parts.into_iter().filter(|(used, _)| *used).map(|(_, name)| name.to_owned()).collect()
}

/// Whether a step reads or writes what another step writes.
fn shares_data(document: &Document) -> bool {
    document.steps.iter().enumerate().any(|(index, step)| {
        step.effect == Effect::Write
            && document.steps.iter().enumerate().any(|(other, touching)| {
                other != index
                    && step.writes.iter().any(|data| touching.reads.contains(data) || touching.writes.contains(data))
            })
    })
}
