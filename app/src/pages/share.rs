//! Sharing a pipeline by links: for who may manage it.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use ports::{SavedPipeline, ShareLink, UnixMillis};
use uuid::Uuid;

use super::{address::named, instead::instead};
use crate::{
    api::links::{MakeLink, RevokeLink, RotateLink, may_share},
    components::{Field, LinkToHandOn, Returned, SiteHeader},
    context::{AppContext, link_to_show, store},
    error::AppError,
    standing::{day, moment},
};

/// The links to a pipeline, and the form that makes one.
#[component]
pub(crate) fn SharePage() -> impl IntoView {
    let (returned, id) = (Returned::here(), named("pipeline"));
    Suspend::new(async move {
        match read(id).await {
            Ok((saved, links)) => view(&saved, &links, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

async fn read(id: Result<Uuid, AppError>) -> Result<(SavedPipeline, Vec<ShareLink>), AppError> {
    let id = id?;
    let manage = may_share(id).await?;
    crate::context::beside::say(id).await?;
    let store = store();
    Ok((store.get_pipeline(&manage).await?, store.list_links(&manage).await?))
}

fn view(saved: &SavedPipeline, links: &[ShareLink], returned: &Returned) -> impl IntoView + use<> {
    let SavedPipeline { id, version, document, .. } = saved;
    let (id, name) = (id.0.to_string(), document.name.clone());
    let now = expect_context::<AppContext>().clock.now();
    let rows = links.iter().map(|link| row(&id, link, now)).collect_view();
    let link = link_to_show().map(|link| view! { <LinkToHandOn link /> });
    let typed = |field| returned.typed(MakeLink::url(), field).unwrap_or_default();
    // Where another version was chosen than can be chosen now, nothing is chosen for whoever chose it.
    let shows = returned.typed(MakeLink::url(), "shows").unwrap_or_else(|| "live".to_owned());
    let fixed = shows == version.to_string();
    view! {
        <Title text=format!("Share {name}") />
        <SiteHeader />
        <main class="page">
            <h1>"Share "<bdi>{name}</bdi></h1>
            <p class="lead">
                "Whoever has a link sees this pipeline without an account: its question, its steps, and the figures and the verdict kept for it. They see no other version, no records, and not who is in the team."
            </p>
            {returned.view()}
            {link}
            <section aria-labelledby="make-heading">
                <h2 id="make-heading">"Make a link"</h2>
                <form method="post" action=MakeLink::url() class="stack">
                    <input type="hidden" name="id" value=id.clone() />
                    <fieldset>
                        <legend>"What it shows"</legend>
                        <label class="check"><input type="radio" name="shows" value="live" checked=shows == "live" required />" The pipeline as it stands whenever somebody looks"</label>
                        <label class="check"><input type="radio" name="shows" value=version.to_string() checked=fixed required />{format!(" Version {version}, whatever is saved later")}</label>
                    </fieldset>
                    <Field name="label" label="What you call it" required=false value=typed("label") hint="To tell it from other links. Whoever follows it does not see this." />
                    <Field name="ends" label="Last day" kind="date" required=false value=typed("ends") hint="In UTC. Without one it stays until you revoke it." />
                    <Field name="password" label="Password" kind="password" autocomplete="new-password" required=false hint="At least 12 characters, or empty for none. Hand it on by another way than the link." />
                    <label class="check"><input type="checkbox" name="downloads" value="yes" checked=!typed("downloads").is_empty() />" Let people download the pipeline and its charts, and copy it"</label>
                    <p class="actions"><button type="submit" class="primary">"Make a link"</button></p>
                </form>
            </section>
            <section aria-labelledby="links-heading">
                <h2 id="links-heading">"Links"</h2>
                {if links.is_empty() {
                    view! { <p class="empty">"None yet."</p> }.into_any()
                } else {
                    view! {
                        <p>"Replacing a link gives it another address; the address before and all that its password has opened end at once."</p>
                        <div class="tablewrap" tabindex="0" role="region" aria-label="All links">
                            <table class="people">
                                <caption class="visually-hidden">"All links"</caption>
                                <thead><tr><th scope="col">"Link"</th><th scope="col">"Shows"</th><th scope="col">"State"</th><th scope="col">"Made (UTC)"</th><th scope="col"><span class="visually-hidden">"What to do"</span></th></tr></thead>
                                <tbody>{rows}</tbody>
                            </table>
                        </div>
                    }
                    .into_any()
                }}
            </section>
            <p><a href=format!("/pipelines/{id}/frame") rel="external">"Back to the pipeline"</a></p>
        </main>
    }
}

fn row(pipeline: &str, link: &ShareLink, now: UnixMillis) -> impl IntoView + use<> {
    let label = link.label.as_ref().map_or_else(|| "Link".to_owned(), ToString::to_string);
    let shows = link.version.map_or_else(|| "as it stands".to_owned(), |version| format!("version {version}"));
    let allows = [(link.has_password, "asks for a password"), (link.downloads, "lets people take it along")];
    let allows = allows.into_iter().filter_map(|(does, what)| does.then_some(what)).collect::<Vec<_>>().join(", ");
    let button = |action: &'static str, name: &'static str| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="id" value=pipeline.to_owned() />
                <input type="hidden" name="link" value=link.id.0.to_string() />
                <button type="submit">{name}<span class="visually-hidden">{format!(": {label}, {shows}")}</span></button>
            </form>
        }
    };
    let buttons =
        link.revoked_at.is_none().then(|| (button(RotateLink::url(), "Replace"), button(RevokeLink::url(), "Revoke")));
    view! {
        <tr>
            <th scope="row"><bdi>{label.clone()}</bdi><small>{allows}</small></th>
            <td>{shows.clone()}</td>
            <td>{state(link, now)}</td>
            <td class="day">{moment(link.made_at)}<small>"by "<bdi>{link.made_by.to_string()}</bdi></small></td>
            <td class="buttons">{buttons}</td>
        </tr>
    }
}

/// Where a link stands, in a few words.
fn state(link: &ShareLink, now: UnixMillis) -> String {
    // An end is the first moment of the day after the last.
    let last_day = |end: UnixMillis| day(UnixMillis(end.0 - 1));
    match (link.revoked_at, link.ends_at) {
        (Some(at), _) => format!("revoked {}", day(at)),
        (None, Some(end)) if end <= now => format!("ended after {}", last_day(end)),
        (None, Some(end)) => format!("until {}", last_day(end)),
        (None, None) => "until revoked".to_owned(),
    }
}
