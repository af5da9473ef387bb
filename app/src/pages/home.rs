//! The home page: what this is for, examples, and one's own pipelines.
//!
//! It is links and forms, so it is rendered on the server alone: the browser gets no script with it.

use leptos::{
    prelude::*,
    server::ServerActionError,
    server_fn::{ServerFn, error::ServerFnUrlError},
};
use leptos_meta::Title;

use super::failure::Failure;
use crate::{
    api::home::{CreatePipeline, HomeView, ImportPipeline, TryExample, list_home},
    components::SiteHeader,
    error::AppError,
};

/// The home page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let home = Resource::new_blocking(|| (), |()| list_home());
    view! {
        <Suspense fallback=|| view! { <p class="page">"Loading…"</p> }>
            {move || Suspend::new(async move {
                match home.await {
                    Ok(view) => view! { <Home view /> }.into_any(),
                    Err(error) => view! { <Failure message=error.to_string() /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Home(view: HomeView) -> impl IntoView {
    // What one of the forms could not do. The browser comes back here with it.
    let failure =
        use_context::<ServerActionError>().map(|failed| ServerFnUrlError::<AppError>::decode_err(failed.err()));
    let failure = failure.map(|error| view! { <p class="error-summary" role="alert">{error.to_string()}</p> });
    let examples = view
        .examples
        .into_iter()
        .map(|example| {
            view! {
                <li>
                    <div>
                        <h3>{example.name.clone()}</h3>
                        <p>{example.shows}</p>
                    </div>
                    <form method="post" action=TryExample::url()>
                        <input type="hidden" name="slug" value=example.slug />
                        <button type="submit">"Try it"<span class="visually-hidden">": "{example.name}</span></button>
                    </form>
                </li>
            }
        })
        .collect_view();
    let none_yet = view.pipelines.is_empty();
    let pipelines = view
        .pipelines
        .into_iter()
        .map(|pipeline| {
            let steps = if pipeline.steps == 1 { "1 step".to_owned() } else { format!("{} steps", pipeline.steps) };
            view! {
                <li>
                    <a href=format!("/pipelines/{}/frame", pipeline.id)>{pipeline.name}</a>
                    <small>{steps}", version "{pipeline.version}</small>
                </li>
            }
        })
        .collect_view();
    view! {
        <Title text="" />
        <SiteHeader />
        <main class="page home">
            <h1>"In sequence, in parallel, or partly both?"</h1>
            <p class="lead">
                "Model your integration pipeline and see what each arrangement of its steps does to latency, to failures and to the state they leave behind. Leave with a decision record you can defend."
            </p>
            {failure}
            <section aria-labelledby="examples">
                <h2 id="examples">"Try an example"</h2>
                <ul class="rows">{examples}</ul>
            </section>
            <section aria-labelledby="yours">
                <h2 id="yours">"Your pipelines"</h2>
                {none_yet.then(|| view! { <p class="empty">"None yet. Try an example above, or start with an empty one: two steps are enough to see something."</p> })}
                <ul class="rows plain">{pipelines}</ul>
                <form method="post" action=CreatePipeline::url() class="inline">
                    <label for="new-name">"Name of a new pipeline"</label>
                    <input id="new-name" name="name" type="text" maxlength="200" autocomplete="off" />
                    <button type="submit" class="primary">"Start it"</button>
                </form>
                <details>
                    <summary>"Bring one along"</summary>
                    <form method="post" action=ImportPipeline::url() enctype="multipart/form-data" class="stack">
                        <div class="field">
                            <label for="import-file">"A file"</label>
                            <input id="import-file" name="file" type="file" accept=".json,.csv,.tsv,.txt" aria-describedby="import-hint" />
                        </div>
                        <div class="field">
                            <label for="import">"Or its text"</label>
                            <p class="hint" id="import-hint">
                                "The JSON of a pipeline or of a decision record; or a table of steps whose first line names its columns, among them "
                                <code>"name"</code>", "<code>"p50_ms"</code>" and "<code>"p99_ms"</code>". What cannot be read is refused with its place, and nothing is changed."
                            </p>
                            <textarea id="import" name="text" rows="8" spellcheck="false" aria-describedby="import-hint"></textarea>
                        </div>
                        <p class="actions"><button type="submit">"Import it"</button></p>
                    </form>
                </details>
            </section>
            <p class="note">
                "Can the figures be trusted? The "<a href="/self-check" rel="external">"self-check"</a>" runs the engine against queueing theory while you watch."
            </p>
        </main>
    }
}
