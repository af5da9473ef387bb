//! Every term that the product uses, in a sentence or two.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::SiteHeader;

/// Terms and what they mean here, in alphabetical order.
pub(crate) static TERMS: &[(&str, &str)] = &[
    (
        "Amplification",
        "Attempts made for each step execution that was wanted. 1 without retries; above 2.5 in any ten seconds it counts as a retry storm.",
    ),
    ("Answer", "What goes back to the caller once the lanes it waits for have ended."),
    (
        "Attempt",
        "One try of a step: it takes its slots, is served, and ends. A step makes more than one when it is retried.",
    ),
    (
        "Breaker",
        "Stops calling a service after too many of its calls have failed, and lets a few probes through after a while.",
    ),
    (
        "Budget",
        "The latency that a team wants to stay inside, at a percentile, with a tolerance that nobody would notice. A warning light, not a hard limit.",
    ),
    (
        "Class",
        "What becomes of a request when a step fails for good: critical (it fails), degradable (it goes on without), fire and forget (nobody waits).",
    ),
    (
        "Collapsed",
        "A simulated run that does not come back: in its last ten seconds under half as many requests are answered as in its best ten.",
    ),
    ("Commit", "An attempt took effect: a write landed."),
    ("Compensation", "Undoing what has succeeded, after something else has failed."),
    (
        "Condition",
        "Work that must be done before a plan is allowed. It changes no verdict: the verdict reads “only after …”.",
    ),
    (
        "Consistency choice",
        "What is to happen when a request fails half way: state agrees later and is repaired elsewhere (eventual), or the coordinator undoes what succeeded (compensate).",
    ),
    ("Consumer", "Workers that take requests from a queue; with order per key, one request of a key at a time."),
    ("Coordinator", "Whoever calls the steps, joins their answers, retries and undoes."),
    ("Critical path", "The steps that set each other going up to the answer. Only they decide how long it takes."),
    ("Custom", "The team's own arrangement of the steps, made by hand in Prototype."),
    (
        "Decline",
        "A callee says no for good: a refused card, a 409. It is an answer, ends the request, and is no failure.",
    ),
    (
        "Delivery",
        "One sending of a request. Callers that try again, and brokers that deliver twice, make several of one request.",
    ),
    (
        "Dependency",
        "One step comes before another. Strict: it needs the other's output, or the order matters to the data. Loose: today's order, which may change.",
    ),
    ("Detached", "Started, and not waited for."),
    ("Duplicate", "A write of one request that landed while an earlier one of it stood."),
    ("Fan-out", "Several steps started at once, whose answers are joined."),
    ("First leg", "The topology with the one fork that saves most; everything else stays in sequence."),
    (
        "Harm",
        "What becomes of a request that failed for a technical reason, stayed unanswered, left a write behind, was never processed, or worked on wrong data.",
    ),
    (
        "Idempotency key",
        "A name for one piece of work by which a callee recognises a repeated call, for as long as it remembers the key (TTL).",
    ),
    (
        "Interval",
        "Where the true figure lies with 95 % confidence, as far as chance in the simulation goes. The spread from what a team does not know is another thing, and is never mixed with it.",
    ),
    ("Join", "Where lanes come together. It may need all of them, or k of n."),
    ("Lane", "One of several steps, or chains of steps, that run side by side."),
    ("Lost update", "Two steps of a request write the same data at the same time, or against their order."),
    (
        "Maturity",
        "Whether a team could see, trace and repair a partial failure today. Computed from answers, never typed.",
    ),
    ("Orphan", "A write that a failed request has left behind and that nobody has undone."),
    (
        "Out of date",
        "A record whose pipeline has changed since it was issued. The Record step says which of its figures moved most.",
    ),
    ("Outage", "A span in which a step's callee refuses or hangs."),
    (
        "Over the budget",
        "A request that was not answered within the target: answered later, failed, or unanswered. Failures are never left out of a latency that is held against a budget.",
    ),
    (
        "p50, p99",
        "The time within which 50 or 99 of 100 requests are answered. Those without an answer count, and never end: where more than one in a hundred has none, there is no p99. Percentiles of steps do not add up to those of a chain.",
    ),
    ("Plan", "A topology as one of the choices that a verdict decides between."),
    (
        "Pool",
        "Slots that steps share: connections, workers, a rate limit, a lock. Who finds none waits or is turned away.",
    ),
    ("Price", "What a plan saves, against what it costs: failures, orphans, duplicates, undo calls, conditions."),
    ("Record", "The decision with its evidence, as a document that is issued once and never changes."),
    ("Redelivery", "A broker delivers a request again, whatever became of it before."),
    ("Replication", "One run of the simulation with luck of its own. Several of them tell how far chance goes."),
    ("Retry budget", "A limit on retries over all steps together, as a share of first attempts."),
    (
        "Rule of thumb",
        "Adding 99th percentiles along a chain and taking the largest across lanes. Too slow for a chain, too fast for lanes.",
    ),
    ("Saga", "A coordinator that undoes each lane that succeeded when another has failed."),
    (
        "Seed",
        "The number from which all luck of a simulation follows: the same seed and model give the same figures on every machine.",
    ),
    ("Sequential detached", "One step after another, but for fire-and-forget work that is started and not waited for."),
    (
        "Sequential, parallel, staged",
        "One step after another; everything at once that may be; forks only where they pay.",
    ),
    ("Service time", "How long a callee takes, without the wait for a slot."),
    (
        "Side by side",
        "Two steps of which neither waits for the other. How much a plan forks is counted in such pairs: none in a chain.",
    ),
    ("Silent success", "“Completed” although something accepted was never processed."),
    (
        "Stage",
        "All steps that have equally many others to wait for, one after another. In a diagram of an arrangement the stages stand side by side.",
    ),
    ("Stale read", "A step reads what another step of the same request should have written before, and has not yet."),
    ("State owner", "The one service that can say which stage a request is in."),
    (
        "Superseded",
        "A record in whose place a newer one was issued. Both link to each other, and the older keeps that status.",
    ),
    ("Topology", "Which step waits for which: the arrangement of a pipeline's steps."),
    (
        "Verdict",
        "Not ready, sequential, staged or parallel, with its reasons, its conditions, its price and what would change it.",
    ),
];

/// The glossary.
#[component]
pub(crate) fn GlossaryPage() -> impl IntoView {
    let terms = TERMS.iter().map(|(term, meaning)| view! { <dt>{*term}</dt><dd>{*meaning}</dd> }).collect_view();
    view! {
        <Title text="Glossary" />
        <SiteHeader />
        <main class="page">
            <h1>"Glossary"</h1>
            <p class="lead">"The words that models, charts, rules and records use."</p>
            <dl class="terms">{terms}</dl>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::TERMS;

    #[test]
    fn terms_are_in_the_order_in_which_people_look_them_up() {
        let terms: Vec<String> = TERMS.iter().map(|(term, _)| term.to_lowercase()).collect();
        let mut sorted = terms.clone();
        sorted.sort();
        assert_eq!(terms, sorted);
    }
}
