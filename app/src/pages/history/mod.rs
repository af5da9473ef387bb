//! The history of a pipeline: its versions, what each changed, and the way back to one.

pub(crate) mod compare;
pub(crate) mod conflict;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use model::{
    Document,
    difference::{Difference, differences},
};
use ports::Revision;
use serde::Deserialize;
use uuid::Uuid;

use super::{address::named, instead::instead};
use crate::{
    api::history::{NameVersion, RestoreVersion},
    components::{Returned, SiteHeader},
    context::{beside, query, store},
    error::AppError,
    standing::moment,
};

/// So many versions are on a page.
const SHOWN: u32 = 50;
/// So many changes of a version are named.
const NAMED: usize = 3;

/// The versions of a pipeline.
#[component]
pub(crate) fn HistoryPage() -> impl IntoView {
    let (returned, id) = (Returned::here(), named("pipeline"));
    Suspend::new(async move {
        match get_history(id).await {
            Ok(shown) => history_view(&shown, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

/// A page of the history.
struct Shown {
    id: Uuid,
    name: String,
    latest: u64,
    versions: Vec<Version>,
    may_edit: bool,
}

/// One version of it.
struct Version {
    revision: Revision,
    /// What it changed since the version before; the first has none before it.
    changes: Option<Vec<Difference>>,
    /// The latest version before that one which says the same, as after something was restored; as far back as the page goes.
    same_as: Option<u64>,
}

#[derive(Deserialize)]
struct Asked {
    before: Option<u64>,
}

async fn get_history(id: Result<Uuid, AppError>) -> Result<Shown, AppError> {
    let id = id?;
    let rights = beside::say(id).await?;
    let read = rights.read;
    let store = store();
    let before = query::<Asked>().and_then(|asked| asked.before);
    let latest = store.get_pipeline(&read).await?;
    let revisions = store.list_revisions(&read, before, SHOWN).await?;
    let mut documents: Vec<Document> = Vec::new();
    let oldest = revisions.last().map_or(1, |revision| revision.version);
    let one_more = (oldest > 1).then(|| oldest - 1);
    for version in revisions.iter().map(|revision| revision.version).chain(one_more) {
        documents.push(store.get_revision(&read, version).await?.document);
    }
    let changes = |place: usize| Some(differences(documents.get(place + 1)?, documents.get(place)?));
    let digests: Vec<(u64, String)> =
        revisions.iter().map(|revision| (revision.version, revision.digest.clone())).collect();
    let same_as = |place: usize| {
        let (_, mine) = digests.get(place)?;
        digests.iter().skip(place + 2).find(|(_, digest)| digest == mine).map(|(version, _)| *version)
    };
    let versions = revisions.into_iter().enumerate().map(|(place, revision)| {
        let same_as = same_as(place);
        Version { revision, changes: changes(place), same_as }
    });
    let versions = versions.collect();
    Ok(Shown { id, name: latest.document.name, latest: latest.version, versions, may_edit: rights.edit.is_some() })
}

fn history_view(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let Shown { id, name, latest, versions, .. } = shown;
    let rows = versions.iter().map(|version| row(shown, version, returned));
    let numbers: Vec<u64> = versions.iter().map(|version| version.revision.version).collect();
    let earlier = numbers.last().copied().filter(|oldest| *oldest > 1);
    let two = (numbers.len() > 1).then(|| {
        view! {
            <form method="get" action=format!("/pipelines/{id}/compare") class="two-versions">
                {version_field("from", "Compare version", &numbers, 1)}
                {version_field("to", "with version", &numbers, 0)}
                <button type="submit">"Compare them"</button>
            </form>
        }
    });
    view! {
        <Title text=format!("History: {name}") />
        <SiteHeader />
        <main class="page">
            <p><a href=format!("/pipelines/{id}/frame") rel="external"><bdi>{name.clone()}</bdi></a></p>
            <h1>"History"</h1>
            <p class="lead">"Every save is a version and stays. Restoring one makes it the latest again, as a new version."</p>
            {returned.view()}
            {two}
            <ol class="rows versions" reversed start=numbers.first().copied().unwrap_or(*latest)>{rows.collect_view()}</ol>
            {earlier.map(|oldest| view! { <p><a href=format!("?before={oldest}") rel="external">"Earlier versions"</a></p> })}
        </main>
    }
}

/// A choice of one of the versions on the page; the one at `chosen` at first.
fn version_field(name: &'static str, label: &'static str, numbers: &[u64], chosen: usize) -> impl IntoView + use<> {
    let options = numbers.iter().enumerate().map(|(place, number)| {
        view! { <option value=*number selected=place == chosen>{*number}</option> }
    });
    view! { <label for=name>{label}</label><select id=name name=name>{options.collect_view()}</select> }
}

fn row(shown: &Shown, Version { revision, changes, same_as }: &Version, returned: &Returned) -> impl IntoView + use<> {
    let changes = changes.as_deref();
    let same = same_as.map(|same| view! { <p>{format!("The same as version {same}.")}</p> });
    let (id, latest, version) = (shown.id, shown.latest, revision.version);
    let milestone = revision.milestone.as_ref();
    let named = milestone.map(|milestone| {
        let by = format!("named {} UTC by ", moment(milestone.at));
        view! { <p class="milestone"><strong><bdi>{milestone.name.to_string()}</bdi></strong>", "{by}<bdi>{milestone.by.to_string()}</bdi></p> }
    });
    let by = revision.saved_by.as_ref().map(|by| view! { " by "<bdi>{by.to_string()}</bdi> });
    let forms = shown.may_edit.then(|| {
        let of_this = returned.typed(NameVersion::url(), "version") == Some(version.to_string());
        let typed = returned.typed(NameVersion::url(), "name").filter(|_| of_this);
        let present = milestone.map(|milestone| milestone.name.to_string()).unwrap_or_default();
        let typed = typed.unwrap_or_else(|| present.clone());
        let field = format!("name-{version}");
        let of = move || view! { <span class="visually-hidden">{format!(" version {version}")}</span> };
        view! {
            <div class="deeds">
                <details open=of_this>
                    <summary>"Name"{of()}</summary>
                    <form method="post" action=NameVersion::url() class="inline">
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="version" value=version />
                        <input type="hidden" name="seen" value=present />
                        <label for=field.clone()>{format!("Name of version {version}")}</label>
                        <input id=field name="name" type="text" maxlength="100" autocomplete="off" value=typed />
                        <button type="submit">"Save the name"</button>
                    </form>
                </details>
                {(version != latest).then(|| view! {
                    <form method="post" action=RestoreVersion::url()>
                        <input type="hidden" name="id" value=id.to_string() />
                        <input type="hidden" name="version" value=version />
                        <input type="hidden" name="latest" value=latest />
                        <button type="submit">"Restore"{of()}</button>
                    </form>
                })}
            </div>
        }
    });
    view! {
        <li id=format!("version-{version}")>
            <div>
                <h2>{format!("Version {version}")}{(version == latest).then_some(", the latest")}</h2>
                {named}
                <p>{format!("{} UTC", moment(revision.saved_at))}{by}</p>
                {changed(id, version, changes)}
                {same}
            </div>
            {forms}
        </li>
    }
}

/// What a version changed, in few words.
fn changed(id: Uuid, version: u64, changes: Option<&[Difference]>) -> AnyView {
    let Some(changes) = changes else { return view! { <p>"The first version."</p> }.into_any() };
    let count = match changes.len() {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    };
    let labels = changes.iter().take(NAMED).map(|change| view! { <li><bdi>{change.label.clone()}</bdi></li> });
    let more = changes.len().saturating_sub(NAMED);
    let address = format!("/pipelines/{id}/compare?from={}&to={version}", version - 1);
    view! {
        <p><a href=address rel="external">{count}<span class="visually-hidden">{format!(" of version {version}")}</span></a></p>
        <ul class="changes">{labels.collect_view()}{(more > 0).then(|| view! { <li>{format!("{more} more")}</li> })}</ul>
    }
    .into_any()
}

/// A value of a document as it is read: a text without its quotation marks, everything else as it is written.
fn said(json: Option<&str>) -> AnyView {
    let Some(json) = json else { return view! { <em>"nothing"</em> }.into_any() };
    let text = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned());
    if text.is_empty() {
        return view! { <em>"empty"</em> }.into_any();
    }
    view! { <bdi class="said">{text}</bdi> }.into_any()
}

/// Differences as a table, under the words for both sides.
fn table(caption: &str, before: String, after: String, differences: &[Difference]) -> impl IntoView + use<> {
    let rows = differences.iter().map(|difference| {
        view! {
            <tr>
                <th scope="row"><bdi>{difference.label.clone()}</bdi></th>
                <td>{said(difference.before.as_deref())}</td>
                <td>{said(difference.after.as_deref())}</td>
            </tr>
        }
    });
    view! {
        <div class="tablewrap" tabindex="0" role="region" aria-label=caption.to_owned()>
            <table class="differences">
                <caption class="visually-hidden">{caption.to_owned()}</caption>
                <thead><tr><th scope="col">"Where"</th><th scope="col">{before}</th><th scope="col">{after}</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
