//! Where a pipeline lies: moving, copying, putting away.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use ports::{
    Role,
    access::{self, Workspace},
};
use uuid::Uuid;

use super::{address::named, instead::instead};
use crate::{
    api::teams::{ArchivePipeline, CopyPipeline, MovePipeline},
    components::{Returned, SiteHeader},
    context::{beside, store, visitor::visitor},
    error::AppError,
};

/// Where a pipeline lies.
#[component]
pub(crate) fn PlacePage() -> impl IntoView {
    let (returned, id) = (Returned::here(), named("pipeline"));
    Suspend::new(async move {
        match read(id).await {
            Ok(shown) => view(&shown, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

struct Shown {
    id: Uuid,
    name: String,
    /// Where it lies, and where the visitor may put it or a copy.
    here: Option<Workspace>,
    places: Vec<Workspace>,
    archived: bool,
    may_manage: bool,
}

async fn read(id: Result<Uuid, AppError>) -> Result<Shown, AppError> {
    let id = id?;
    let rights = beside::say(id).await?;
    let store = store();
    let name = store.get_pipeline(&rights.read).await?.document.name;
    let workspaces = access::workspaces(store.as_ref(), &visitor()?).await?;
    let (mut here, mut archived) = (None, false);
    for workspace in &workspaces {
        let listed = store.list_pipelines(workspace).await?;
        if let Some(summary) = listed.iter().find(|summary| summary.id.0 == id) {
            (here, archived) = (Some(workspace.clone()), summary.archived_at.is_some());
        }
    }
    let places = workspaces.into_iter().filter(|workspace| workspace.role() >= Role::Editor).collect();
    Ok(Shown { id, name, here, places, archived, may_manage: rights.manage.is_some() })
}

/// A workspace in words.
fn called(workspace: &Workspace) -> String {
    workspace.team().map_or_else(|| "Yours alone".to_owned(), |team| team.name.to_string())
}

fn view(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let Shown { id, name, here, places, archived, may_manage } = shown;
    let id = id.to_string();
    let elsewhere: Vec<&Workspace> = places.iter().filter(|place| Some(*place) != here.as_ref()).collect();
    let options = |places: &[&Workspace]| {
        let option = |place: &&Workspace| {
            let team = place.team().map(|team| team.id.0.to_string()).unwrap_or_default();
            view! { <option value=team>{called(place)}</option> }
        };
        places.iter().map(option).collect_view()
    };
    let move_it = (*may_manage && !elsewhere.is_empty()).then(|| {
        view! {
            <section aria-labelledby="move-heading">
                <h2 id="move-heading">"Move it"</h2>
                <p>"All its versions, comments and records come along. Whoever may see it there sees it from then on, and others no more. Links to it stay good."</p>
                <form method="post" action=MovePipeline::url() class="inline">
                    <input type="hidden" name="id" value=id.clone() />
                    <label for="move-to">"To"</label>
                    <select id="move-to" name="team">{options(&elsewhere)}</select>
                    <button type="submit">"Move it"</button>
                </form>
            </section>
        }
    });
    let copy = (!places.is_empty()).then(|| {
        view! {
            <section aria-labelledby="copy-heading">
                <h2 id="copy-heading">"Copy it"</h2>
                <p>"The copy begins with the latest version as its first. What was said and recorded stays with the original."</p>
                <form method="post" action=CopyPipeline::url() class="inline">
                    <input type="hidden" name="id" value=id.clone() />
                    <label for="copy-to">"To"</label>
                    <select id="copy-to" name="team">{options(&places.iter().collect::<Vec<_>>())}</select>
                    <button type="submit">"Copy it"</button>
                </form>
            </section>
        }
    });
    let archive = may_manage.then(|| {
        let (words, verb) = if *archived {
            ("It is archived: lists keep it apart, and everything about it stays as it is.", "Take it back")
        } else {
            (
                "Lists keep it apart from then on, and everything about it stays as it is. It can be taken back.",
                "Archive it",
            )
        };
        view! {
            <section aria-labelledby="archive-heading">
                <h2 id="archive-heading">"Archive"</h2>
                <p>{words}</p>
                <form method="post" action=ArchivePipeline::url()>
                    <input type="hidden" name="id" value=id.clone() />
                    <input type="hidden" name="away" value=(!archived).to_string() />
                    <p class="actions"><button type="submit">{verb}</button></p>
                </form>
            </section>
        }
    });
    let lies = here.as_ref().map(called).unwrap_or_default();
    view! {
        <Title text=format!("Move or copy: {name}") />
        <SiteHeader />
        <main class="page door">
            <h1>"Move or copy"</h1>
            <p class="lead"><a href=format!("/pipelines/{id}/frame") rel="external"><bdi>{name.clone()}</bdi></a>" lies here: "<bdi>{lies}</bdi>"."</p>
            {returned.view()}
            {copy}
            {move_it}
            {archive}
        </main>
    }
}
