//! What the Decide step shows: the verdict, the rules behind it, and what would change it.

use decide::{Effect, Finding, Threshold, Verdict};
use engine::{DEFAULT_REPLICATIONS, Report};
use model::Document;

use super::markup::{Html, escape};
use crate::chart::names;

/// A verdict with its reasons, each linked to the input that caused it where the pipeline has an address. Of a run that is not
/// whole it says that the verdict is open.
pub(super) fn verdict(document: &Document, report: &Report, verdict: &Verdict, pipeline: &str) -> String {
    let mut html = Html::default();
    if report.replications < DEFAULT_REPLICATIONS {
        let so_far = format!(
            "The verdict is still open. So far, after {} of {DEFAULT_REPLICATIONS} replications, it is:",
            report.replications
        );
        html.element("p class=\"note\"", &so_far);
    }
    html.open("div class=\"verdict\"").element("p class=\"one\" data-testid=\"verdict\"", &verdict.sentence);
    html.open("dl class=\"pair\"");
    if let Some(kind) = verdict.runner_up {
        html.open("div")
            .element("dt", "Runner-up: harm counts first, then how much runs side by side")
            .open("dd")
            .badge(kind)
            .raw(" ")
            .text(kind.label());
        html.close("dd").close("div");
    }
    if let Some(price) = verdict.price {
        let title = verdict.price_title(&price.plan.label().to_lowercase());
        html.open("div").element("dt", &title).element("dd", &price.words()).close("div");
    }
    for flip in &verdict.would_change {
        html.open("div").element("dt", "What would change it").element("dd", &flip.sentence).close("div");
    }
    html.close("dl").close("div");
    let conditions: Vec<&Finding> = verdict.conditions().collect();
    if !conditions.is_empty() {
        html.element("h2", "Only after").open("ul class=\"conditions\"");
        for finding in conditions {
            html.open("li").text(&finding.remedy);
            if let Some(purchase) = verdict.purchase(Some(&finding.rule)) {
                let buys = format!("What it buys: {}", purchase.sentence(verdict.decision));
                html.element("p class=\"note\"", &buys);
            }
            html.close("li");
        }
        html.close("ul");
        if let Some(all) = verdict.purchase(None) {
            html.element("p", &format!("With all of them met: {}", all.sentence(verdict.decision)));
        }
        let can_be_simulated = verdict.bought.is_empty() && !decide::met(document, verdict).is_empty();
        if can_be_simulated && !pipeline.is_empty() {
            let href = escape(&format!("{pipeline}/prototype#experiment-conditions"));
            html.open("p class=\"note\"").element(&format!("a href=\"{href}\""), "What each condition buys");
            html.text(" is not known yet: it takes a moment to simulate, and Prototype does it too.").close("p");
        }
    }
    let (advice, weighed): (Vec<&Finding>, Vec<&Finding>) =
        verdict.findings.iter().partition(|finding| finding.effect == Effect::Advice);
    html.element("h2", "Rules that fired");
    if weighed.is_empty() {
        html.element("p", "None that decides anything.");
    } else {
        html.open("ul class=\"rules\"");
        for finding in weighed {
            rule(&mut html, document, finding, verdict.label(finding), pipeline);
        }
        html.close("ul");
    }
    // What decides nothing is there for whoever wants it.
    if !advice.is_empty() {
        html.open("details").element("summary", &format!("Advice, which decides nothing ({})", advice.len()));
        rules(&mut html, document, &advice, pipeline);
        html.close("details");
    }
    if !verdict.of_others.is_empty() {
        let others: Vec<&Finding> = verdict.of_others.iter().collect();
        html.open("details").element("summary", &format!("What only other plans would need ({})", others.len()));
        rules(&mut html, document, &others, pipeline);
        html.close("details");
    }
    let fired = |rule: &str| verdict.all_findings().any(|finding| finding.rule == rule);
    for threshold in decide::THRESHOLDS.into_iter().filter(|threshold| !fired(threshold.rule)) {
        if let Some(words) = changed(document, threshold) {
            html.element("p class=\"note\"", &format!("{}: did not fire. {words}", threshold.name));
        }
    }
    tools(&mut html, document, verdict);
    html.into_text()
}

fn rules(html: &mut Html, document: &Document, findings: &[&Finding], pipeline: &str) {
    html.open("ul class=\"rules\"");
    for finding in findings {
        rule(html, document, finding, finding.effect.label(), pipeline);
    }
    html.close("ul");
}

/// Tools that fit the verdict, each with the trap that goes with it.
fn tools(html: &mut Html, document: &Document, verdict: &Verdict) {
    let tools = decide::tools(document, verdict);
    if tools.is_empty() {
        return;
    }
    html.open("details").element("summary", &format!("Tools that fit ({})", tools.len()));
    html.open("ul class=\"rules\"");
    for tool in tools {
        html.open("li").element("span class=\"eff\"", tool.lanes.label()).open("span").text(tool.tool).raw(" ");
        html.element("small", &format!("{} The trap: {}", tool.gives, tool.trap)).close("span").close("li");
    }
    html.close("ul").close("details");
}

fn rule(html: &mut Html, document: &Document, finding: &Finding, label: &str, pipeline: &str) {
    let rule = decide::RULES.iter().find(|rule| rule.id == finding.rule);
    let name = rule.map_or("", |rule| rule.name);
    let class = effect_class(finding.effect);
    let (step, field, change) = where_to_change(&finding.input);
    html.open("li").element(&format!("span class=\"{class}\""), label);
    html.open("span").text(name).raw(" ");
    html.element("small", &format!("{} {}", finding.evidence, finding.remedy));
    if !finding.binds().is_empty() {
        html.element("small", &format!("Applies to {}.", names(finding.binds())));
    }
    if let Some(words) = rule.and_then(|rule| changed(document, rule.threshold?)) {
        html.element("small", &words);
    }
    for (what, text) in [("In production: ", &finding.signal), ("Recovery: ", &finding.recovery)] {
        if !text.is_empty() {
            html.element("small", &format!("{what}{text}"));
        }
    }
    html.close("span");
    if !pipeline.is_empty() {
        let href = escape(&format!("{pipeline}/{step}#{field}"));
        html.element(&format!("a href=\"{href}\""), &change);
    }
    html.close("li");
}

/// That a team has changed a threshold, as a sentence.
fn changed(document: &Document, threshold: &Threshold) -> Option<String> {
    let (default, value) = (threshold.show(threshold.default), threshold.show(threshold.changed(document)?));
    Some(format!("Its threshold was changed from {default} to {value}."))
}

/// The class that gives an effect its colour.
pub fn effect_class(effect: Effect) -> &'static str {
    match effect {
        Effect::NotReady | Effect::Against => "eff no",
        Effect::Condition => "eff if",
        Effect::For => "eff yes",
        Effect::Advice => "eff",
    }
}

/// The guided step and the field in which an input is changed, and what to call them.
///
/// Fields of most pages are called as their path is: `steps-2-undo-available` for `steps[2].undo.available`. What holds
/// several inputs is changed in the first of its fields.
pub fn where_to_change(input: &str) -> (&'static str, String, String) {
    let id = input.replace(['[', '.'], "-").replace(']', "");
    let (root, _) = input.split_once(['.', '[']).unwrap_or((input, ""));
    let (step, field) = match (root, input) {
        ("steps", _) => of_step(input, id),
        (_, "state_owner" | "consistency") => ("frame", id),
        (_, "delivery.semantics") => ("frame", "semantics".to_owned()),
        (_, "budget.tolerance_ms") => ("frame", "tolerance".to_owned()),
        ("budget", _) => ("frame", "target".to_owned()),
        ("dependencies", _) => ("map", "dependencies-0-from".to_owned()),
        (_, "maturity") => ("maturity", "maturity-people".to_owned()),
        ("maturity", _) => ("maturity", id),
        ("thresholds", _) => ("decide", id),
        (_, "absent_kinds") => ("classify", "absent_kinds-retry".to_owned()),
        (_, "workload") => ("budget", "workload-arrivals-per_second".to_owned()),
        (_, "workload.consumer") => ("budget", "workload-consumer-workers".to_owned()),
        (_, "delivery") => ("budget", "delivery-caller_timeout_ms".to_owned()),
        (_, "protections") => ("budget", "protections-breaker".to_owned()),
        (_, "pools") => ("budget", "pools-0-name".to_owned()),
        (_, "waits") => ("budget", "waits-0".to_owned()),
        (_, "joins") => ("budget", "joins-default-k".to_owned()),
        (_, "outages") => ("budget", "outages-0-step".to_owned()),
        ("outages", _) if input.ends_with(']') => ("budget", format!("{id}-step")),
        _ => ("budget", id),
    };
    let title = match step {
        "frame" => "Frame",
        "map" => "Map",
        "classify" => "Classify",
        "maturity" => "Maturity",
        "decide" => "Decide",
        _ => "Budget",
    };
    (step, field, format!("Change in {title}"))
}

/// The same for an input of a step.
fn of_step(input: &str, id: String) -> (&'static str, String) {
    let Some((row, field)) = input.strip_prefix("steps[").and_then(|rest| rest.split_once(']')) else {
        return ("map", "steps-0-name".to_owned());
    };
    match field.trim_start_matches('.') {
        "" | "name" => ("map", format!("steps-{row}-name")),
        "undo" => ("classify", format!("{id}-available")),
        "idempotency" => ("classify", format!("{id}-key")),
        "retry" => ("budget", format!("{id}-max")),
        field => match field.split('.').next().unwrap_or_default() {
            "class" | "kind" | "service" | "effect" | "reads" | "writes" | "idempotency" | "undo"
            | "cached_per_request" => ("classify", id),
            _ => ("budget", id),
        },
    }
}
