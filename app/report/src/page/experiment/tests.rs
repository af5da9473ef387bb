//! What experiments on the examples are found to say.

use engine::{
    Comparison, FEWEST_REPLICATIONS, Settings,
    experiment::{Experiment, Question, Study},
};
use insta::assert_snapshot;
use model::Document;

use super::{experiment, study};

fn example(slug: &str) -> Document {
    let example = model::EXAMPLES.iter().find(|example| example.slug == slug).expect("there is this example");
    let mut document = example.document();
    document.workload.duration_s = 20.0;
    document.workload.warmup_s = 0.0;
    document
}

fn html(question: Question, document: &Document) -> String {
    found(study(question, document.clone()).expect("an example has steps"), document)
}

fn found(mut study: Study, document: &Document) -> String {
    while let Some(part) = study.next() {
        let settings = Settings { replications: FEWEST_REPLICATIONS, ..study.settings() };
        let mut comparison = Comparison::new(part.document, settings).expect("it has steps");
        while !comparison.advance(u64::MAX) {}
        study.accept(comparison);
    }
    experiment(document, &study.findings(), 3)
}

/// The sentences above the figures.
fn finding(question: Question, document: &Document) -> String {
    let html = html(question, document);
    let figures = ["<figure", "<p class=\"note\""].iter().filter_map(|figure| html.find(figure)).min();
    let sentences = html[..figures.unwrap_or(html.len())].replace("</p>", "\n");
    let tags = ["<p class=\"finding\">", "<strong>", "</strong>", "<p>"];
    tags.iter().fold(sentences, |text, tag| text.replace(tag, "")).trim_end().to_owned()
}

#[test]
fn a_load_sweep_names_the_loads_at_which_errors_emerge() {
    assert_snapshot!(finding(Question::Vary(Experiment::Load), &example("checkout")), @"Errors emerge in parallel and staged at 1.31 times today's load (65.6 requests a second); in sequential, sequential detached and first leg at 1.38 times today's load (68.8 requests a second).");
}

#[test]
fn a_spike_is_told_alone_and_inside_the_load() {
    assert_snapshot!(finding(Question::Vary(Experiment::Spike), &example("checkout")), @r"
    A spike of 10 alone: a p99 of 1,171 ms in sequential, 1,114 ms in sequential detached, 792 ms in parallel and staged and 988 ms in first leg, against a budget of 1,600 ms.
    Inside the load, p99 goes from 1,809 ms to 1,818 ms in sequential, from 1,678 ms to 1,688 ms in sequential detached, from 1,236 ms to 1,236 ms in parallel and staged and from 1,413 ms to 1,427 ms in first leg; no more requests fail than without the spike.
    ");
}

#[test]
fn outages_are_told_by_what_fails_and_what_is_left_behind() {
    assert_snapshot!(finding(Question::Vary(Experiment::Outages), &example("checkout")), @r"
    The largest share of requests fails in parallel and staged with Check fraud down: 20.7 % in sequential, 20.7 % in sequential detached, 55.2 % in parallel and staged and 21.4 % in first leg.
    Of the 20 s in which requests arrive, each step is down for 5 s (25 %); shares are of all requests, those before and after the outage included.
    More or fewer than that can fail where the failure of a step fails no request (Notify customer and Push metrics), where a later attempt succeeds after the outage and where requests queue through the outage, or in the backlog that it leaves.
    Most is left behind with Authorise payment down: orphaned writes per 1,000 requests are 0.2 in sequential, 0.2 in sequential detached, 38.3 in parallel and staged and 0.2 in first leg.
    What fits with Authorise payment down: A completion check for Authorise payment, whose undo does not reach a write that lands late. Or a queue in front of Authorise payment, from which the requests go on when it is back.
    What fits with Check fraud down: A completion check for Reserve stock, whose undo does not reach a write that lands late. Or a queue in front of Check fraud, from which the requests go on when it is back.
    What fits with Reserve stock down: A completion check for Reserve stock, whose undo does not reach a write that lands late. Or a queue in front of Reserve stock, from which the requests go on when it is back.
    What fits with Capture payment down: A completion check for Reserve stock, whose undo does not reach a write that lands late. Or a queue in front of Capture payment, from which the requests go on when it is back.
    Not always back to normal before the arrivals stop: parallel and staged after Authorise payment down; parallel and staged after Check fraud down; sequential, sequential detached, parallel, staged and first leg after Capture payment down.
    ");
}

#[test]
fn a_pool_is_large_enough_from_some_size_on() {
    assert_snapshot!(finding(Question::Vary(Experiment::Pools), &example("checkout")), @"Enough slots of orders database connections, which has 5 today and was tried with 3, 5, 10 and 20: 5 in sequential, sequential detached, parallel, staged and first leg.");
    assert_snapshot!(finding(Question::Vary(Experiment::Pools), &example("three-services")), @"There are no pools to vary.");
}

#[test]
fn the_nearest_flips_are_named() {
    let mut document = example("three-services");
    document.workload.duration_s = 5.0;
    assert_snapshot!(finding(Question::Flips, &document), @r"
    8 of 29 inputs change the verdict, which is sequential today.
    The nearest: Budget from 2,000 to 1,375 ms makes it staged; Find delivery slot: latency from 1 to 2.12 times today's makes it first leg; Load customer: latency from 1 to 2.19 times today's makes it first leg.
    ");
}

#[test]
fn each_condition_says_what_it_buys() {
    let document = example("webhook-fan-out");
    let told = finding(Question::Conditions, &document);
    assert_snapshot!(told[..told.find("<div").expect("a table")].trim_end(), @r"
    1 of the 2 conditions that can be simulated buys something; the others nothing that can be measured.
    With all of them met: duplicates and orphaned writes per 1,000 requests: 88.3 now, 0 then; the verdict stands.
    ");
    let html = html(Question::Conditions, &document);
    assert!(html.contains("<table>") && html.contains("All of them"), "{html}");
    assert_snapshot!(finding(Question::Conditions, &example("three-services")), @"No condition of this verdict is a change of the model, so none can be simulated.");
}

#[test]
fn what_people_typed_is_inert() {
    let mut document = example("three-services");
    document.workload.duration_s = 2.0;
    document.steps[0].name = "<img src=x onerror=alert(1)>".to_owned();
    let html = html(Question::Vary(Experiment::Outages), &document);
    assert!(html.contains("&lt;img") && !html.contains("<img"), "{html}");
}

/// What is said above the figures when a document is changed.
fn what_if(document: &Document, label: &str, change: fn(&mut Document)) -> (String, String) {
    let mut after = document.clone();
    change(&mut after);
    let after = after.checked().expect("the change is right");
    let study = Study::what_if(document.clone(), after, label.to_owned()).expect("an example has steps");
    let html = found(study, document);
    let sentences = html[..html.find("<dl").expect("both verdicts")].replace("</p>", "\n");
    let tags = ["<p class=\"finding\">", "<strong>", "</strong>", "<p>"];
    (tags.iter().fold(sentences, |text, tag| text.replace(tag, "")).trim_end().to_owned(), html)
}

#[test]
fn a_change_is_told_with_both_verdicts_and_the_rules_that_come_and_go() {
    let document = example("three-services");
    let label = "Budget, target: 1300 instead of 2000";
    let (told, html) = what_if(&document, label, |document| document.budget.target_ms = 1_300.0);
    assert_snapshot!(told, @r"
    Budget, target: 1300 instead of 2000: the verdict changes from sequential to staged.
    p99 is not shown to change in any topology.
    The share of requests over budget goes from 0.16 % to 3.81 % in sequential and from 0.08 % to 1.24 % in first leg; it is not shown to change in parallel and staged.
    The share of requests that fail is not shown to change in any topology.
    ");
    for part in ["Verdict before", "Verdict after", "Rules that would begin to fire", "Rules that would no longer fire"]
    {
        assert!(html.contains(part), "{part}");
    }
    let (told, _) = what_if(&document, "Load customer, errors: 5 % instead of 0 %", |document| {
        document.steps[0].error_rate = model::Quantity::Known(0.05);
    });
    assert_snapshot!(told, @r"
    Load customer, errors: 5 % instead of 0 %: the verdict stays sequential.
    p99 goes from 1,585 ms to none (4.83 % get no answer) in sequential, from 1,038 ms to none (4.83 % get no answer) in parallel and staged and from 1,340 ms to none (4.83 % get no answer) in first leg.
    The share of requests over budget goes from 0.16 % to 4.97 % in sequential, from under 0.077 % to 4.83 % in parallel and staged and from 0.08 % to 4.87 % in first leg.
    The share of requests that fail goes from under 0.077 % to 4.83 % in sequential, from under 0.077 % to 4.83 % in parallel and staged and from under 0.077 % to 4.83 % in first leg.
    ");
}

#[test]
fn a_change_that_changes_nothing_says_so() {
    let (told, html) = what_if(&example("checkout"), "Nothing", |_| {});
    assert_snapshot!(told, @r"
    Nothing: the verdict stays sequential detached.
    Neither p99 nor a share of requests over budget or failed is shown to change.
    ");
    assert!(!html.contains("Rules that would"));
    // Latency is the same to the last digit; what was never seen on either side is not known to be the same.
    let differences = html.matches(">none</td>").count();
    assert!(differences > 10 && !html.contains("points ("), "{differences}");
}

#[test]
fn what_a_change_is_called_is_inert() {
    let (_, html) = what_if(&example("three-services"), "<img src=x onerror=alert(1)>", |_| {});
    assert!(html.contains("&lt;img") && !html.contains("<img"), "{html}");
}
