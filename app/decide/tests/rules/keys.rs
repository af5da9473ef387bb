//! Rules about keys, and about timeouts and layers of retries.

use model::{DeliverySemantics, DependencyKind, Effect, Retry, StepClass, TopologyKind};

use super::{calm, check, depends, finding, steady};

#[test]
fn idempotency_gap() {
    let mut document = calm();
    document.steps[2].effect = Effect::Write;
    document.steps[2].retry = Some(Retry { max: 1, ..Retry::default() });
    let evidence = "c writes without an idempotency key, beside other steps, and attempts are retried.";
    check("idempotency-gap", &document, "steps[2].idempotency.key", evidence, |mended| {
        mended.steps[2].idempotency.key = true;
    });
    // At-least-once delivery alone is enough.
    check("idempotency-gap", &document, "steps[2].idempotency.key", evidence, |mended| {
        mended.steps[2].retry = None;
        mended.delivery.semantics = DeliverySemantics::AtMostOnce;
    });
    let found = finding(&document, "idempotency-gap").expect("it fires");
    assert!(found.signal.contains("missing at the leaf, not at the root"), "{}", found.signal);
    // What nobody waits for is delivered again as well, whether or not it stands beside another.
    document.steps[2].class = StepClass::FireAndForget;
    document.dependencies = vec![depends("a", "b", DependencyKind::Loose), depends("b", "c", DependencyKind::Strict)];
    assert!(finding(&document, "idempotency-gap").is_some());
}

#[test]
fn duplicates_that_were_counted_are_a_gap_in_a_chain_too() {
    let mut document = steady();
    document.steps[0].effect = Effect::Write;
    document.steps[0].writes = vec!["ledger".to_owned()];
    document.delivery.redelivery_rate = 1.0;
    document.delivery.redeliveries = 1;
    document.delivery.redelivery_delay_s = 5.0;
    let found = finding(&document, "idempotency-gap").expect("every request writes twice");
    assert_eq!(found.effect, decide::Effect::Condition);
    assert_eq!(found.evidence, "1,000 duplicates per 1,000 requests in sequential: a (ledger) 1,000.");
    assert!(found.plans.contains(&TopologyKind::Sequential));
    assert_eq!(found.remedy, "A key of its own for each call of a, made by the coordinator, that its callee honours.");
    document.steps[0].idempotency.key = true;
    assert_eq!(finding(&document, "idempotency-gap"), None);
    // A key that is forgotten before the repetition is no cure, and no second key is asked for.
    document.steps[0].idempotency.key_ttl_s = 1.0;
    let found = finding(&document, "idempotency-gap").expect("the key is forgotten");
    assert_eq!(found.remedy, "a has a key and doubles all the same: the key is forgotten before the last repetition.");
}

#[test]
fn few_duplicates_in_a_chain_are_advice() {
    let mut document = steady();
    document.dependencies = vec![depends("a", "b", DependencyKind::Strict), depends("b", "c", DependencyKind::Strict)];
    document.steps[0].effect = Effect::Write;
    let mut report = super::simulated(&document);
    for plan in &mut report.topologies {
        plan.requests = 10_000;
        plan.counts.duplicates = 3;
        plan.steps[0].duplicates = 3;
    }
    let found = |report: &engine::Report| {
        let findings = decide::verdict(&document, report).findings;
        findings.into_iter().find(|finding| finding.rule == "idempotency-gap").map(|finding| finding.effect)
    };
    assert_eq!(found(&report), Some(decide::Effect::Advice));
    report.topologies.iter_mut().for_each(|plan| plan.counts.duplicates = 10);
    assert_eq!(found(&report), Some(decide::Effect::Condition));
}

#[test]
fn exactly_once_claimed() {
    let mut document = steady();
    document.steps[1].effect = Effect::Write;
    document.delivery.semantics = DeliverySemantics::EffectivelyOnce;
    let evidence = "Delivery is said to take effect once, and b takes no key.";
    check("exactly-once-claimed", &document, "delivery.semantics", evidence, |mended| {
        mended.steps[1].idempotency.key = true;
    });
    check("exactly-once-claimed", &document, "delivery.semantics", evidence, |mended| {
        mended.delivery.semantics = DeliverySemantics::AtLeastOnce;
    });
}

#[test]
fn delivery_at_most_once_that_is_repeated_is_told_so() {
    let mut document = steady();
    document.delivery.semantics = DeliverySemantics::AtMostOnce;
    assert_eq!(finding(&document, "exactly-once-claimed"), None);
    document.delivery.redelivery_rate = 0.05;
    document.delivery.redeliveries = 1;
    document.delivery.caller_retries = 2;
    let found = finding(&document, "exactly-once-claimed").expect("it is repeated");
    assert_eq!((found.effect, found.input.as_str()), (decide::Effect::Advice, "delivery.semantics"));
    assert_eq!(
        found.evidence,
        "A request is said to arrive at most once, and 5 % of requests are delivered again and the caller sends a failed \
         one up to 2 times again."
    );
    document.delivery.semantics = DeliverySemantics::AtLeastOnce;
    assert_eq!(finding(&document, "exactly-once-claimed"), None);
}

#[test]
fn ttl_short() {
    let mut document = calm();
    document.steps[2].effect = Effect::Write;
    document.steps[2].undo.available = true;
    document.steps[2].timeout_ms = 5_000.0;
    document.steps[2].idempotency = model::Idempotency { key: true, key_ttl_s: 8.0 };
    document.steps[2].retry = Some(Retry { max: 2, backoff_ms: 100.0, ..Retry::default() });
    let evidence =
        "c remembers its key for 8 s; it may be attempted again for 10.3 s, and 3,600 s more are for what comes late.";
    let input = "steps[2].idempotency.key_ttl_s";
    check("ttl-short", &document, input, evidence, |mended| mended.steps[2].idempotency.key_ttl_s = 86_400.0);
    check("ttl-short", &document, input, evidence, |mended| {
        mended.steps[2].retry = None;
        mended.delivery.semantics = DeliverySemantics::AtMostOnce;
    });
    let found = finding(&document, "ttl-short").expect("it fires");
    assert!(found.remedy.starts_with("A key that lives for 3,611 s at least;"), "{}", found.remedy);
    assert!(found.plans.contains(&TopologyKind::Sequential), "a chain is retried as well");
    document.thresholds.insert("ttl-short".to_owned(), 60.0);
    let found = finding(&document, "ttl-short").expect("it fires");
    assert!(found.remedy.starts_with("A key that lives for 71 s at least;"), "{}", found.remedy);
    // An hour more is for what comes late: a key that outlives its window by a minute is short.
    document.thresholds.clear();
    document.steps[2].idempotency.key_ttl_s = 70.0;
    assert!(finding(&document, "ttl-short").is_some());
    // The caller's retries and redeliveries make the window longer.
    document.delivery.caller_timeout_ms = Some(10_000.0);
    document.delivery.caller_retries = 1;
    document.delivery.caller_backoff_ms = 500.0;
    document.delivery.redeliveries = 2;
    document.delivery.redelivery_rate = 0.01;
    document.delivery.redelivery_delay_s = 30.0;
    let found = finding(&document, "ttl-short").expect("it fires");
    assert!(found.evidence.contains("it may be attempted again for 80.8 s"), "{}", found.evidence);
}

#[test]
fn cached_read() {
    let mut document = calm();
    document.steps[1].effect = Effect::Read;
    document.steps[1].cached_per_request = true;
    document.steps[1].retry = Some(Retry { max: 1, ..Retry::default() });
    let evidence = "b is cached per request and may be asked for again, without a key.";
    let input = "steps[1].idempotency.key";
    check("cached-read", &document, input, evidence, |mended| mended.steps[1].idempotency.key = true);
    check("cached-read", &document, input, evidence, |mended| mended.steps[1].cached_per_request = false);
    check("cached-read", &document, input, evidence, |mended| mended.steps[1].retry = None);
}

#[test]
fn a_cached_read_that_was_written_over_says_how_often() {
    let mut document = calm();
    document.steps[1].effect = Effect::Write;
    document.steps[1].reads = vec!["balance".to_owned()];
    document.steps[1].writes = vec!["balance".to_owned()];
    document.steps[1].cached_per_request = true;
    document.delivery.redelivery_rate = 1.0;
    document.delivery.redeliveries = 1;
    document.delivery.redelivery_delay_s = 5.0;
    let evidence = "b is cached per request and may be asked for again, without a key. \
                    1,000 answers per 1,000 requests are of before a write in sequential.";
    check("cached-read", &document, "steps[1].idempotency.key", evidence, |mended| {
        mended.steps[1].idempotency.key = true;
    });
}

#[test]
fn layered_retries() {
    let mut document = calm();
    for step in &mut document.steps {
        step.retry = Some(Retry { max: 3, ..Retry::default() });
    }
    document.delivery.caller_retries = 1;
    let evidence = "3 legs x 4 attempts x 2 sendings: up to 24 calls for one request.";
    let input = "delivery.caller_retries";
    check("layered-retries", &document, input, evidence, |mended| mended.delivery.caller_retries = 0);
    check("layered-retries", &document, input, evidence, |mended| {
        mended.steps.iter_mut().for_each(|step| step.retry = None);
    });
    document.steps[0].retry = None;
    document.delivery.caller_retries = 0;
    document.delivery.redeliveries = 2;
    document.delivery.redelivery_rate = 0.01;
    let evidence = "9 attempts over 3 legs x 3 sendings: up to 27 calls for one request.";
    check("layered-retries", &document, "delivery.redeliveries", evidence, |mended| mended.delivery.redeliveries = 0);
}
