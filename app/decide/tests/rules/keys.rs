//! Rules about keys, and about timeouts and layers of retries.

use model::{DependencyKind, Effect, Retry, StepClass, TopologyKind};

use super::{calm, check, depends, finding};

#[test]
fn idempotency_gap() {
    let mut document = calm();
    document.steps[2].effect = Effect::Write;
    document.steps[2].retry = Some(Retry { max: 1, ..Retry::default() });
    let evidence = "c writes without an idempotency key, beside other steps, and attempts are retried.";
    check("idempotency-gap", &document, "steps[2].idempotency.key", evidence, |mended| {
        mended.steps[2].idempotency.key = true;
    });
    check("idempotency-gap", &document, "steps[2].idempotency.key", evidence, |mended| mended.steps[2].retry = None);
    let found = finding(&document, "idempotency-gap").expect("it fires");
    assert!(found.signal.contains("missing at the leaf, not at the root"), "{}", found.signal);
    // What nobody waits for is delivered again as well, whether or not it stands beside another.
    document.steps[2].class = StepClass::FireAndForget;
    document.dependencies = vec![depends("a", "b", DependencyKind::Loose), depends("b", "c", DependencyKind::Strict)];
    assert!(finding(&document, "idempotency-gap").is_some());
}

#[test]
fn ttl_short() {
    let mut document = calm();
    document.steps[2].effect = Effect::Write;
    document.steps[2].undo.available = true;
    document.steps[2].timeout_ms = 5_000.0;
    document.steps[2].idempotency = model::Idempotency { key: true, key_ttl_s: 8.0 };
    document.steps[2].retry = Some(Retry { max: 2, backoff_ms: 100.0, ..Retry::default() });
    let evidence = "c remembers its key for 8 s and may be attempted again for 10.3 s.";
    let input = "steps[2].idempotency.key_ttl_s";
    check("ttl-short", &document, input, evidence, |mended| mended.steps[2].idempotency.key_ttl_s = 86_400.0);
    check("ttl-short", &document, input, evidence, |mended| mended.steps[2].retry = None);
    let found = finding(&document, "ttl-short").expect("it fires");
    assert!(found.remedy.contains("and 3,600 s more, here 3,610 s"), "{}", found.remedy);
    assert!(found.plans.contains(&TopologyKind::Sequential), "a chain is retried as well");
    document.thresholds.insert("ttl-short".to_owned(), 60.0);
    let found = finding(&document, "ttl-short").expect("it fires");
    assert!(found.remedy.contains("and 60 s more, here 70.3 s"), "{}", found.remedy);
    // The caller's retries and redeliveries make the window longer.
    document.delivery.caller_timeout_ms = Some(10_000.0);
    document.delivery.caller_retries = 1;
    document.delivery.caller_backoff_ms = 500.0;
    document.delivery.redeliveries = 2;
    document.delivery.redelivery_rate = 0.01;
    document.delivery.redelivery_delay_s = 30.0;
    let found = finding(&document, "ttl-short").expect("it fires");
    assert!(found.evidence.contains("may be attempted again for 80.8 s"), "{}", found.evidence);
}

#[test]
fn cached_read() {
    let mut document = calm();
    document.steps[1].effect = Effect::Read;
    document.steps[1].cached_per_request = true;
    document.steps[1].retry = Some(Retry { max: 1, ..Retry::default() });
    let evidence = "b is cached per request and may be read again, without a key.";
    let input = "steps[1].idempotency.key";
    check("cached-read", &document, input, evidence, |mended| mended.steps[1].idempotency.key = true);
    check("cached-read", &document, input, evidence, |mended| mended.steps[1].cached_per_request = false);
    check("cached-read", &document, input, evidence, |mended| mended.steps[1].retry = None);
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
