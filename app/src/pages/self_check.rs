//! The self-check: what queueing theory knows exactly, beside what this engine makes of it, run while one watches.
//!
//! The page is rendered on the server alone and sent in order: each row as soon as its case has been run. The cases of all
//! visitors are run one at a time; whoever leaves takes theirs out of the row.

use decide::wording::precise;
use engine::theory::{Case, Checked, cases};
use leptos::prelude::*;
use leptos_meta::Title;
use tokio::sync::mpsc::{self, UnboundedSender};

use crate::{components::SiteHeader, context};

/// All cases, and a form that has them run.
#[component]
pub(crate) fn SelfCheckPage() -> impl IntoView {
    let asked = context::asked("seed");
    let seed: Option<u64> = asked.as_deref().and_then(|seed| seed.trim().parse().ok());
    let wrong = asked.is_some() && seed.is_none();
    // All cases count as one simulation: they are run one at a time anyway.
    let refused = seed.and_then(|_| context::take(ports::Demand::Simulation).err());
    let seed = seed.filter(|_| refused.is_none());
    let cases = cases();
    let among = cases.len();
    let (tell, mut told) = mpsc::unbounded_channel();
    let rows = cases.into_iter().map(|case| row(case, among, seed, tell.clone())).collect_view();
    drop(tell);
    let summary = seed.map(|seed| {
        Suspend::new(async move {
            let mut agreed = 0;
            while let Some(passes) = told.recv().await {
                agreed += usize::from(passes);
            }
            let class = if agreed == among { "notice good" } else { "notice" };
            view! {
                <p class=class role="status">
                    {format!("{agreed} of {among} figures agree with theory under seed {seed}, engine {}.", engine::VERSION)}
                </p>
            }
        })
    });
    view! {
        <Title text="Self-check" />
        <SiteHeader />
        <main class="page self-check">
            <h1>"Self-check"</h1>
            <p class="lead">
                "Queueing theory knows some figures exactly. Here they stand beside what this server's engine makes of them, with the code that simulates your pipelines."
            </p>
            <p>
                "A figure agrees when the exact value is no further away than chance explains, with one false alarm in a hundred runs of the whole list, and when the interval is too narrow to agree with anything. All of it takes about a minute; rows appear as they are done."
            </p>
            {refused.map(|error| view! { <p class="error-summary" role="alert">{error.message}</p> })}
            {wrong.then(|| view! { <p class="error-summary" role="alert">"The seed is a whole number of at least 0; nothing was run."</p> })}
            <form method="get" action="/self-check" class="inline">
                <label for="seed">"Seed"</label>
                <input id="seed" name="seed" type="text" inputmode="numeric" value=asked.unwrap_or_else(|| "1".to_owned()) />
                <button type="submit" class="primary">{format!("Run all {among}")}</button>
            </form>
            <div class="tablewrap" tabindex="0" role="region" aria-label="Figures that theory knows">
                <table>
                    <caption class="visually-hidden">"Figures that theory knows"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Figure"</th>
                            <th scope="col" class="num">"Exact"</th>
                            <th scope="col" class="num">"Engine"<small>"95 % interval"</small></th>
                            <th scope="col">"Verdict"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {summary}
        </main>
    }
}

fn row(case: Case, among: usize, seed: Option<u64>, tell: UnboundedSender<bool>) -> impl IntoView {
    let (name, source, exact) = (case.name.clone(), case.source, precise(case.exact));
    let checked = move || match seed {
        None => view! { <td class="num">"–"</td><td>"not run"</td> }.into_any(),
        Some(seed) => Suspend::new(async move {
            match expect_context::<context::AppContext>().simulator.check(case, among, seed).await {
                Ok(checked) => {
                    // Nobody listens any more where the page has been left.
                    let _ = tell.send(checked.passes());
                    figures(&checked).into_any()
                }
                Err(error) => {
                    let error = crate::error::AppError::from(error);
                    view! { <td class="num">"–"</td><td>{error.to_string()}</td> }.into_any()
                }
            }
        })
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}<small>{source}</small></th>
            <td class="num">{exact}</td>
            {checked()}
        </tr>
    }
}

fn figures(checked: &Checked) -> impl IntoView + use<> {
    let value = checked.figure.map_or_else(|| "–".to_owned(), |figure| precise(figure.value));
    let interval = checked
        .figure
        .map_or_else(|| "–".to_owned(), |figure| format!("{} to {}", precise(figure.low), precise(figure.high)));
    let class = if checked.passes() { "good" } else { "bad" };
    view! {
        <td class="num">{value}<small>{interval}</small></td>
        <td class=class>{checked.verdict()}</td>
    }
}
