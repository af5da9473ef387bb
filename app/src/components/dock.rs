//! The dock: where each topology stands against the budget, and the verdict so far.

use engine::Report;
use leptos::prelude::*;
use model::TopologyKind;
use report::chart::{Arrangement, arrangements};

use super::badge::topology_class;
use crate::workspace::Workspace;

/// Where each topology stands against the budget, and the verdict so far. It stays in view on every step.
#[component]
pub(crate) fn Dock() -> impl IntoView {
    let workspace = Workspace::current();
    let evidence = Memo::new(move |_| workspace.evidence());
    let label = move || workspace.document.with(|document| decide::wording::percentile(document.budget.percentile));
    let meter = move || evidence.get().map(|report| view! { <Meter report /> });
    let verdict = move || match evidence.get() {
        // Few replications have wide intervals: their verdict would be another one a moment later.
        Some(_) if workspace.previewing.get().is_some() => "still open".to_owned(),
        Some(report) => {
            let verdict = workspace.document.with(|document| decide::verdict(document, &report));
            match verdict.decision {
                decide::Decision::NotReady => "not ready".to_owned(),
                decide::Decision::Choose(TopologyKind::Sequential) => "stay sequential".to_owned(),
                decide::Decision::Choose(kind) => kind.slug().to_owned(),
            }
        }
        None => "no verdict".to_owned(),
    };
    let missing = move || match (workspace.previewing.get(), evidence.get()) {
        (Some(share), _) => format!("simulating, {:.0} %", share * 100.0),
        (None, Some(report)) if workspace.is_certified() => format!("kept on the server, seed {}", report.seed),
        (None, Some(report)) if report.replications < engine::DEFAULT_REPLICATIONS => {
            format!("stopped after {} replications", report.replications)
        }
        (None, Some(report)) => format!("computed here, seed {}", report.seed),
        (None, None) if workspace.document.with(|document| document.steps.is_empty()) => "no steps yet".to_owned(),
        (None, None) => "not simulated yet".to_owned(),
    };
    view! {
        <aside class="dock" aria-label="Summary">
            <div>
                <p><strong>{label}</strong><br />"against budget"</p>
                <div>{meter}</div>
                <p class="so-far">
                    <strong>"So far: "{verdict}</strong>
                    " "
                    <span>
                        {missing}
                        {move || workspace.previewing.get().is_some().then(|| view! {
                            " "<button type="button" on:click=move |_| workspace.stop_preview()>"Stop"</button>
                        })}
                    </span>
                </p>
            </div>
        </aside>
    }
}

#[component]
fn Meter(report: Report) -> impl IntoView {
    let marks: Vec<(Arrangement<'_>, f64)> = arrangements(&report)
        .into_iter()
        .filter_map(|arrangement| {
            let figure = arrangement.topology.latency.at_budget?;
            Some((arrangement, figure.value))
        })
        .collect();
    let largest = marks.iter().map(|(_, ms)| *ms).fold(report.budget_ms, f64::max) * 1.1;
    let place = |ms: f64| format!("{:.1}%", ms / largest * 100.0);
    let words: Vec<String> =
        marks.iter().map(|(plan, ms)| format!("{} {}", plan.names(), decide::wording::ms(*ms))).collect();
    let summary = format!("{}; budget {}", words.join(", "), decide::wording::ms(report.budget_ms));
    let tags = marks
        .iter()
        .rev()
        .map(|(plan, ms)| {
            let width = 8 + 14 * plan.kinds.len();
            view! {
                <svg x=place(*ms) y="18" overflow="visible" class=format!("mark {}", topology_class(plan.topology.kind))>
                    <rect x=format!("-{}", width / 2) width=width.to_string() height="22" rx="4"></rect>
                    <text y="16" text-anchor="middle">{plan.letters()}</text>
                </svg>
            }
        })
        .collect_view();
    // Placed by attributes in percent: a strict content policy blocks style attributes.
    view! {
        <svg class="meter" width="100%" height="42" role="img" aria-label=summary>
            <line x1="0" x2="100%" y1="29" y2="29" class="axis"></line>
            <svg x=place(report.budget_ms) overflow="visible" class="target">
                <line y1="15" y2="42"></line>
                <text y="11" text-anchor="middle">{decide::wording::ms(report.budget_ms)}</text>
            </svg>
            {tags}
        </svg>
    }
}
