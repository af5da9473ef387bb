//! The home page: what this is for, examples, and one's own pipelines.
//!
//! It is links and forms, so it is rendered on the server alone: the browser gets no script with it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use uuid::Uuid;

use super::{
    awaited::{Awaited, awaited, awaited_view},
    instead::instead,
    listed::listed,
};
use crate::{
    api::{
        home::{CreatePipeline, ImportPipeline, TryExample},
        workspaces::{HomeView, PipelineItem, WorkspaceItem, list_home},
    },
    components::{Returned, SiteHeader},
    steps::budget::measured::inside_textarea,
};

/// The home page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    Suspend::new(async move {
        let read = async { Ok((list_home().await?, awaited(None).await?)) };
        match read.await {
            Ok((view, waits)) => view! { <Home view waits /> }.into_any(),
            Err(error) => instead(error),
        }
    })
}

#[component]
fn Home(view: HomeView, waits: Awaited) -> impl IntoView {
    let returned = Returned::here();
    let may_make = view.may_make;
    let brought = returned.typed(ImportPipeline::url(), "text").filter(|text| !text.is_empty());
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
                    {may_make.then(|| view! {
                        <form method="post" action=TryExample::url()>
                            <input type="hidden" name="slug" value=example.slug />
                            <button type="submit">"Try it"<span class="visually-hidden">": "{example.name}</span></button>
                        </form>
                    })}
                </li>
            }
        })
        .collect_view();
    let mut workspaces = view.workspaces.into_iter();
    let own = workspaces.next().map(|own| own.pipelines).unwrap_or_default();
    let teams: Vec<WorkspaceItem> = workspaces.collect();
    let left = !own.is_empty();
    let places = teams.iter().filter(|team| team.may_make).filter_map(|team| team.team.clone()).collect::<Vec<_>>();
    let teams = teams.into_iter().map(team).collect_view();
    view! {
        <Title text="" />
        <SiteHeader />
        <main class="page home">
            <h1>"In sequence, in parallel, or partly both?"</h1>
            <p class="lead">
                "Model your integration pipeline and see what each arrangement of its steps does to latency, to failures and to the state they leave behind. Leave with a decision record you can defend."
            </p>
            {returned.view()}
            {awaited_view(&waits)}
            <section aria-labelledby="examples">
                <h2 id="examples">"Try an example"</h2>
                <ul class="rows">{examples}</ul>
            </section>
            {(may_make || !own.is_empty()).then(|| yours(own, may_make.then_some(places), brought))}
            {(!may_make).then(|| view! {
                <p class="notice">
                    <a href="/sign-in" rel="external">"Sign in"</a>" to try an example or to model a pipeline of your own."
                    {left.then_some(" What you made here without an account can still be read, and comes along when you do.")}
                </p>
            })}
            {teams}
            <p class="note">
                "Can the figures be trusted? The "<a href="/self-check" rel="external">"self-check"</a>" runs the engine against queueing theory while you watch."
            </p>
        </main>
    }
}

/// The pipelines of a team.
fn team(workspace: WorkspaceItem) -> impl IntoView {
    let (id, name) = workspace.team.unwrap_or_default();
    let none = workspace.pipelines.is_empty();
    view! {
        <section aria-labelledby=format!("team-{id}")>
            <h2 id=format!("team-{id}")><a href=format!("/teams/{id}") rel="external"><bdi>{name}</bdi></a></h2>
            {none.then(|| view! { <p class="empty">"No pipelines yet. Start one here, or move one of yours."</p> })}
            {listed(workspace.pipelines)}
        </section>
    }
}

/// Where a new pipeline is to lie, where there is a choice.
fn in_team(teams: Vec<(Uuid, String)>) -> impl IntoView {
    (!teams.is_empty()).then(|| {
        let teams = teams.into_iter().map(|(id, name)| view! { <option value=id.to_string()>{name}</option> });
        view! {
            <label for="new-place" class="visually-hidden">"Where it is to lie"</label>
            <select id="new-place" name="team"><option value="">"Yours alone"</option>{teams.collect_view()}</select>
        }
    })
}

/// The visitor's own pipelines; and the ways to make one, there or in one of these teams, where they may; with the text that
/// was brought and could not be read.
fn yours(own: Vec<PipelineItem>, places: Option<Vec<(Uuid, String)>>, brought: Option<String>) -> impl IntoView {
    let none_yet = own.is_empty();
    view! {
        <section aria-labelledby="yours">
            <h2 id="yours">"Your pipelines"</h2>
            {none_yet.then(|| view! { <p class="empty">"None yet. Try an example above, or start with an empty one: two steps are enough to see something."</p> })}
            {listed(own)}
            {places.map(|places| ways_to_make(places, brought))}
        </section>
    }
}

fn ways_to_make(places: Vec<(Uuid, String)>, brought: Option<String>) -> impl IntoView {
    let (open, text) = (brought.is_some(), inside_textarea(&brought.unwrap_or_default()));
    let start = view! {
        <form method="post" action=CreatePipeline::url() class="inline">
            <label for="new-name">"Name of a new pipeline"</label>
            <input id="new-name" name="name" type="text" maxlength="200" autocomplete="off" />
            {in_team(places)}
            <button type="submit" class="primary">"Start it"</button>
        </form>
    };
    let import = view! {
        <details open=open>
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
                    <textarea id="import" name="text" rows="8" spellcheck="false" aria-describedby="import-hint" inner_html=text></textarea>
                </div>
                <p class="actions"><button type="submit">"Import it"</button></p>
            </form>
        </details>
    };
    (start, import)
}
