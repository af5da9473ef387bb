//! Prototype: what happens to latency, failures and state in each topology.

use engine::Report;
use leptos::{prelude::*, server_fn::ServerFn};
use report::chart::{self, Size};

use super::{Facts, GuidedStep, Status};
use crate::{
    api::runs::RunSimulation,
    components::{Chart, DataTable},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "prototype",
    title: "Prototype",
    question: "What happens to latency, failures and state in each arrangement of the same steps?",
    status,
    view: || view! { <PrototypePage /> }.into_any(),
};

fn status(facts: &Facts<'_>) -> Status {
    if facts.document.steps.is_empty() {
        Status::CannotStart("no steps yet")
    } else if facts.simulated {
        Status::Completed
    } else {
        Status::NotStarted
    }
}

/// The size at which charts are drawn for wide and for narrow screens.
const WIDE: Size = Size { width: 944, height: 380 };
const NARROW: Size = Size { width: 340, height: 280 };

#[component]
fn PrototypePage() -> impl IntoView {
    let workspace = Workspace::current();
    let evidence = Memo::new(move |_| workspace.evidence());
    move || match evidence.get() {
        Some(report) => view! { <Results report /> }.into_any(),
        None => view! { <NothingYet /><Keep /> }.into_any(),
    }
}

#[component]
fn NothingYet() -> impl IntoView {
    let workspace = Workspace::current();
    move || {
        if workspace.document.with(|document| document.steps.is_empty()) {
            view! { <p class="empty">"There is nothing to simulate yet. "<a href=format!("/pipelines/{}/map", workspace.id)>"Add steps in Map"</a>": two are enough to see something."</p> }.into_any()
        } else {
            match workspace.previewing.get() {
                Some(share) => view! {
                    <p class="empty" role="status">
                        <progress max="1" value=share.to_string()></progress>
                        {format!(" Simulating, {:.0} %…", share * 100.0)}
                    </p>
                }
                .into_any(),
                None => view! { <p class="empty">"Not simulated since the last change."</p> }.into_any(),
            }
        }
    }
}

/// Simulating on the server: its report is kept, and what records rest on.
#[component]
fn Keep() -> impl IntoView {
    let workspace = Workspace::current();
    let simulate = ServerAction::<RunSimulation>::new();
    Effect::new(move |_| {
        if simulate.version().get() > 0 {
            workspace.refresh();
        }
    });
    let ready = move || workspace.document.with(|document| !document.steps.is_empty()) && !workspace.is_certified();
    let failure = move || simulate.value().get().and_then(Result::err);
    view! {
        {move || failure().map(|error| view! { <p class="error-summary" role="alert">{error.to_string()}</p> })}
        {move || ready().then(|| view! {
            <form
                method="post"
                action=RunSimulation::url()
                class="inline"
                on:submit=move |event| {
                    event.prevent_default();
                    simulate.dispatch(RunSimulation { id: workspace.id, version: workspace.version.get_untracked() });
                }
            >
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=move || workspace.version.get() />
                <button type="submit" disabled=move || simulate.pending().get()>
                    {move || if simulate.pending().get() { "Simulating…" } else { "Simulate on the server and keep it" }}
                </button>
                <span class="hint">"The server runs the same engine; what it keeps is what records rest on."</span>
            </form>
        })}
    }
}

#[component]
fn Results(report: Report) -> impl IntoView {
    let workspace = Workspace::current();
    let document = workspace.document.get_untracked();
    let arrivals = decide::wording::number(document.workload.arrivals.per_second());
    let seconds = decide::wording::number(document.workload.duration_s);
    let origin = if workspace.is_certified() { "Kept on the server" } else { "Computed in this browser" };
    let distribution = |size, prefix: &str| chart::latency_distribution(&document, &report, size, prefix);
    let span = report.traces.iter().flat_map(|trace| trace.spans.iter().map(|span| span.ended_ms)).fold(0.0, f64::max);
    let lanes = chart::arrangements(&report)
        .into_iter()
        .filter_map(|arrangement| Some((arrangement.names(), arrangement.topology, report.traces.get(arrangement.index)?)))
        .map(|(names, topology, trace)| {
            let draw = |size, prefix: &str| {
                chart::lanes(&document, topology, trace, size, span, &format!("{prefix}-{}", topology.kind.slug()))
            };
            view! {
                <Chart
                    caption=format!("One request, {names}")
                    wide=draw(Size { width: WIDE.width, height: lane_height(document.steps.len()) }, "lanes-wide")
                    narrow=draw(Size { width: NARROW.width, height: narrow_lane_height(document.steps.len()) }, "lanes-narrow")
                />
                <details>
                    <summary>"The same as a table"</summary>
                    <DataTable table=chart::lane_table(&document, topology, trace) />
                </details>
            }
        })
        .collect_view();
    view! {
        <p class="finding"><strong>{finding(&report)}</strong></p>
        <Chart
            caption=format!("Share of requests answered within a time ({arrivals} requests a second for {seconds} s)")
            wide=distribution(WIDE, "latency-wide")
            narrow=distribution(NARROW, "latency-narrow")
        />
        <DataTable table=chart::latency_table(&document, &report) />
        <p class="note">
            {format!("{origin}: seed {}, {} replications of each topology; ranges are 95 % intervals of simulation error. ", report.seed, report.replications)}
            "The rule of thumb adds 99th percentiles along a chain and takes the largest across lanes. They do not all strike at once, so a chain is faster than it says; and the slowest of several lanes is slower than each of them."
        </p>
        <Keep />
        {report.cut_short.then(|| view! { <p class="notice">"A limit on work ended this simulation early; the figures are of what ran until then."</p> })}
        <h2>"What becomes of requests"</h2>
        <DataTable table=chart::outcome_table(&document, &report) />
        {(!document.pools.is_empty()).then(|| view! {
            <h2>"Pools"</h2>
            <DataTable table=chart::pool_table(&document, &report) />
        })}
        <h2>"One request, with the same luck everywhere"</h2>
        {lanes}
    }
}

/// Rows of a lane diagram have a fixed height, so that more steps make a taller diagram and not thinner bars.
fn lane_height(steps: usize) -> u32 {
    60 + 30 * steps as u32
}

/// On narrow screens a step's name stands above its lane.
fn narrow_lane_height(steps: usize) -> u32 {
    60 + 44 * steps as u32
}

/// What was found, before it is shown.
fn finding(report: &Report) -> String {
    let p = decide::wording::percentile(report.budget_percentile);
    let parts: Vec<String> = chart::arrangements(report)
        .into_iter()
        .filter_map(|plan| {
            let figure = plan.topology.latency.at_budget?;
            Some(format!("{} {}", plan.names(), decide::wording::ms(figure.value)))
        })
        .collect();
    format!("{p} against a budget of {}: {}.", decide::wording::ms(report.budget_ms), parts.join(", "))
}
