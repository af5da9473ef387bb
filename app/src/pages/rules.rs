//! All rules with their thresholds and why they exist, from the registry of `decide`.

use decide::{RULES, Rule};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::SiteHeader;

/// All rules, in the order in which a verdict looks at them.
#[component]
pub(crate) fn RulesPage() -> impl IntoView {
    let rules = RULES.iter().map(|rule| view! { <RuleView rule /> }).collect_view();
    view! {
        <Title text="Rules" />
        <SiteHeader />
        <main class="page">
            <h1>"Rules"</h1>
            <p class="lead">
                {format!("A verdict comes from {} rules. Each reads the model and what its simulation found, fires or does not, and says why with the team's own figures.", RULES.len())}
            </p>
            <p>
                "“Not ready” beats all. Then what speaks against safety takes every fork out of the running, and what speaks against single plans takes these, which may be chains. Of what is left the chain stays unless it is shown to miss the budget by more than anybody notices; then the plan that meets it with least harm, and with the fewest steps side by side, comes first. Failed requests count as over the budget. Conditions change no verdict: it reads “only after …”. A team may change a threshold: each pipeline has its own, under “Thresholds” in its Decide step. The record then says so."
            </p>
            <ul class="rules">{rules}</ul>
        </main>
    }
}

#[component]
fn RuleView(rule: &'static Rule) -> impl IntoView {
    let effects = rule
        .effects()
        .map(|effect| view! { <span class=report::page::effect_class(effect)>{effect.label()}</span> })
        .collect_view();
    let threshold = rule.threshold.map(|threshold| {
        view! { <small>{format!("Threshold: {} ({}).", threshold.show(threshold.default), threshold.unit)}</small> }
    });
    view! {
        <li id=rule.id>
            <span class="effects">{effects}</span>
            <span>
                {rule.name}
                <small>{rule.rationale}</small>
                {threshold}
                <small>{format!("Reads: {}.", rule.reads.join(", "))}</small>
            </span>
            <code>{rule.id}</code>
        </li>
    }
}
