//! What somebody could not save beside what others have saved: a choice for each place that both changed.

use axum::http::{header::REFERER, request::Parts};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use model::difference::{Clash, Difference, Merge, conflicts};
use ports::access::CanEdit;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{address::named, instead::instead},
    said, table,
};
use crate::{
    api::history::{ResolveConflict, STEP, Unsettled, page_named, unsettled},
    components::{Returned, SiteHeader},
    context::{query, visitor::may},
    error::AppError,
    steps::{self, CONFLICT},
};

/// The choice between one's own and what others have saved.
#[component]
pub(crate) fn ConflictPage() -> impl IntoView {
    let (returned, id) = (Returned::here(), named("pipeline"));
    Suspend::new(async move {
        match find(id).await {
            Ok((id, draft, unsettled)) => page(id, draft, unsettled.as_ref(), &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

#[derive(Deserialize)]
struct Asked {
    draft: String,
}

async fn find(id: Result<Uuid, AppError>) -> Result<(Uuid, &'static str, Option<Unsettled>), AppError> {
    let id = id?;
    let edit: CanEdit = may(id).await?;
    crate::context::beside::say(id).await?;
    let draft = query::<Asked>().map_or(Ok(CONFLICT), |asked| page_named(&asked.draft))?;
    Ok((id, draft, unsettled(&edit, draft).await?))
}

/// The step from which somebody came, to which they go back.
fn step(returned: &Returned) -> &'static str {
    let request = use_context::<Parts>();
    let referer = request.as_ref().and_then(|request| request.headers.get(REFERER)?.to_str().ok());
    let came = referer.and_then(|address| address.split(['?', '#']).next()?.rsplit('/').next()).map(str::to_owned);
    let known = returned.typed(ResolveConflict::url(), STEP).or(came).unwrap_or_default();
    steps::find(&known).map_or(steps::STEPS[0].slug, |(_, step)| step.slug)
}

fn page(id: Uuid, draft: &'static str, unsettled: Option<&Unsettled>, returned: &Returned) -> impl IntoView + use<> {
    let step = step(returned);
    let back = format!("/pipelines/{id}/{step}");
    let body = match unsettled {
        Some(unsettled) => choice(id, draft, step, unsettled, returned).into_any(),
        None => view! {
            <p class="lead">"There is nothing to choose between."</p>
            <p>"What you typed has been saved or discarded, or its page cannot read it yet and says what to put right."</p>
            <p><a href=back rel="external">"Back to the pipeline"</a></p>
        }
        .into_any(),
    };
    view! {
        <Title text="Compare and choose" />
        <SiteHeader />
        <main class="page">
            <h1>"Compare and choose"</h1>
            {returned.view()}
            {body}
        </main>
    }
}

fn choice(
    id: Uuid,
    draft: &'static str,
    step: &'static str,
    unsettled: &Unsettled,
    returned: &Returned,
) -> impl IntoView + use<> {
    let Unsettled { base, mine, kept_at, latest } = unsettled;
    let Merge { mine: only_mine, theirs: only_theirs, same, clashes } =
        conflicts(&base.document, mine, &latest.document);
    let (began, theirs) = (format!("Version {}", base.version), format!("Version {}", latest.version));
    let who = latest.saved_by.as_ref().map(|by| view! { " by "<bdi>{by.to_string()}</bdi> });
    let none = clashes.is_empty();
    let fields = clashes.iter().enumerate().map(|(place, clash)| field(place, clash, returned)).collect_view();
    let listed = |title: &'static str, yours: bool, differences: &[Difference]| {
        (!differences.is_empty()).then(|| {
            let (began, after) = (began.clone(), if yours { "Yours".to_owned() } else { theirs.clone() });
            view! {
                <h2>{title}</h2>
                {table(title, began, after, differences)}
            }
        })
    };
    view! {
        <p class="lead">
            <bdi>{latest.document.name.clone()}</bdi>": "{format!("you changed version {} while version {} was saved", base.version, latest.version)}{who}
            ". Nothing has been overwritten, and yours is kept until you have chosen."
        </p>
        <form method="post" action=ResolveConflict::url()>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="draft" value=draft />
            <input type="hidden" name="theirs" value=latest.version />
            <input type="hidden" name="kept" value=kept_at.0 />
            <input type="hidden" name="step" value=step />
            {if none {
                view! { <p>"Nobody changed what the other changed: both fit together."</p> }.into_any()
            } else {
                view! { <h2>"Both of you changed these: whose stands?"</h2>{fields}}.into_any()
            }}
            {listed("Only you changed these: they are taken", true, &only_mine)}
            {listed("Only they changed these: they are taken", false, &only_theirs)}
            {listed("Both of you changed these in the same way", false, &same)}
            <p class="actions">
                <button type="submit" class="primary" name="how" value="merged">"Save the merged version"</button>
                <button type="submit" name="how" value="theirs" formnovalidate>"Keep theirs"</button>
                <button type="submit" name="how" value="mine" formnovalidate>"Keep mine as it is"</button>
            </p>
            <p class="hint">"Keeping theirs drops yours. Keeping yours saves it as a whole after theirs, which stays in the history."</p>
        </form>
    }
}

/// A place that both changed.
fn field(place: usize, clash: &Clash, returned: &Returned) -> impl IntoView + use<> {
    let chosen = returned.typed(ResolveConflict::url(), &clash.path).unwrap_or_default();
    let side = |side: &'static str, word: &'static str, json: Option<&str>| {
        view! {
            <label class="check">
                <input type="radio" name=format!("choices[{place}][side]") value=side checked=chosen == side required />
                <span>{word}": "{said(json)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="clash">
            <legend><bdi>{clash.label.clone()}</bdi></legend>
            <input type="hidden" name=format!("choices[{place}][path]") value=clash.path.clone() />
            <p class="hint">"It was: "{said(clash.base.as_deref())}</p>
            {side("mine", "Yours", clash.mine.as_deref())}
            {side("theirs", "Theirs", clash.theirs.as_deref())}
        </fieldset>
    }
}
