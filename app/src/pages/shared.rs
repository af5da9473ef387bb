//! What a share link shows: one pipeline to whoever has the link, and nothing else of this instance.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{Effect, Step};
use ports::{
    Shared,
    access::{CanFollow, Followed},
};

use super::instead::instead;
use crate::{
    api::links::{CopyShared, UnlockLink, followed},
    components::{Field, Logo},
    context::{asked, set_status, store, visitor::visitor},
    error::AppError,
    steps::{show_percent, show_percentiles},
};

/// What the link in the address shows.
#[component]
pub(crate) fn SharedPage() -> impl IntoView {
    let secret = use_params_map().read_untracked().get("secret").unwrap_or_default();
    Suspend::new(async move {
        match read(&secret).await {
            Ok(Some((follow, shared))) => page(&secret, follow, &shared).into_any(),
            Ok(None) => locked(&secret).into_any(),
            Err(error) if error.status == 404 => no_link().into_any(),
            Err(error) => instead(error),
        }
    })
}

/// What the link shows; nothing where its password was not said.
async fn read(secret: &str) -> Result<Option<(CanFollow, Shared)>, AppError> {
    let Followed::Open(follow) = followed(secret).await? else { return Ok(None) };
    Ok(Some((follow, store().get_shared(&follow).await?)))
}

/// The frame of these pages: it leads home, and nowhere else.
fn framed(title: String, class: &'static str, body: impl IntoView) -> impl IntoView {
    view! {
        <Title text=title />
        <header class="top"><Logo /></header>
        <main class=class>{body}</main>
    }
}

fn no_link() -> impl IntoView {
    set_status(404);
    let body = view! {
        <h1>"There is no such link"</h1>
        <p class="lead">"It has ended, or was taken back or replaced, or its address is mistyped. Ask whoever sent it for another."</p>
    };
    framed("Not found".to_owned(), "page door", body)
}

fn locked(secret: &str) -> impl IntoView + use<> {
    let wrong = asked("wrong").map(|how| match how.as_str() {
        "often" => "That was too often. Try again in some minutes.",
        _ => "This is not the password of this link.",
    });
    let body = view! {
        <h1>"This link has a password"</h1>
        <p class="lead">"Whoever sent you the link knows it."</p>
        {wrong.map(|why| view! { <p class="error-summary" role="alert">{why}</p> })}
        <form method="post" action=UnlockLink::url() class="stack">
            <input type="hidden" name="secret" value=secret.to_owned() />
            <Field name="password" label="Password" kind="password" />
            <p class="actions"><button type="submit" class="primary">"Open it"</button></p>
        </form>
    };
    framed("A link with a password".to_owned(), "page door", body)
}

fn page(secret: &str, follow: CanFollow, shared: &Shared) -> impl IntoView + use<> {
    let Shared { saved, run } = shared;
    let (document, version) = (&saved.document, saved.version);
    let which = match follow.version() {
        None => format!("As it stands now: version {version}."),
        Some(_) => format!("As it was: version {version}. Later versions are not shown here."),
    };
    let takes = follow.takes().is_ok();
    let files = takes.then(|| format!("/shared/{secret}/charts"));
    let verdict = run.as_ref().map(|run| run.verdict(document));
    let judged = run.as_ref().map(|run| &run.report).zip(verdict.as_ref());
    let html = report::page::for_others(document, judged, version, files);
    let question =
        (!document.question.is_empty()).then(|| view! { <p class="question">{document.question.clone()}</p> });
    let body = view! {
        <h1><bdi>{document.name.clone()}</bdi></h1>
        <p>{which}</p>
        {question}
        {takes.then(|| to_take(secret))}
        <h2>"Steps"</h2>
        {steps(&document.steps)}
        <div class="results" inner_html=html></div>
    };
    framed(document.name.clone(), "page shared", body)
}

/// The ways to take the pipeline along.
fn to_take(secret: &str) -> impl IntoView + use<> {
    let may_copy = visitor().is_ok_and(|visitor| visitor.works().is_ok());
    view! {
        <div class="actions">
            {may_copy.then(|| view! {
                <form method="post" action=CopyShared::url()>
                    <input type="hidden" name="secret" value=secret.to_owned() />
                    <button type="submit" class="primary">"Copy to my workspace"</button>
                </form>
            })}
            <a class="button" href=format!("/shared/{secret}/document.json") rel="external" download="">"Download as JSON"</a>
        </div>
        {(!may_copy).then(|| view! { <p class="note">"Whoever is signed in can copy it to a workspace of their own."</p> })}
    }
}

fn steps(steps: &[Step]) -> impl IntoView + use<> {
    if steps.is_empty() {
        return view! { <p class="empty">"There are none yet."</p> }.into_any();
    }
    let rows = steps.iter().map(|step| {
        let effect = match step.effect {
            Effect::None => "none",
            Effect::Read => "reads",
            Effect::Write => "writes",
        };
        view! {
            <tr>
                <th scope="row"><bdi>{step.label().to_owned()}</bdi></th>
                <td class="time">{show_percentiles(&step.latency)}</td>
                <td class="num">{show_percent(step.error_rate)}</td>
                <td>{effect}</td>
                <td>{step.class.label()}</td>
            </tr>
        }
    });
    view! {
        <div class="tablewrap" tabindex="0" role="region" aria-label="Steps">
            <table>
                <caption class="visually-hidden">"Steps"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Step"</th>
                        <th scope="col">"Service time"</th>
                        <th scope="col" class="num">"Errors"</th>
                        <th scope="col">"Effect"</th>
                        <th scope="col">"Class"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
