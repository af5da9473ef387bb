//! What people say about a pipeline: sign-off, and comments by what they are about.
//!
//! It is links and forms, so it is rendered on the server alone.

mod sign_off;
mod threads;

use leptos::prelude::*;
use leptos_meta::Title;
use model::Document;
use ports::{
    Comment, Person, PersonId, SavedPipeline, SignOff, Subject,
    access::{CanComment, to_sign_off},
};
use uuid::Uuid;

use super::{address::named, instead::instead};
use crate::{
    components::{Returned, SiteHeader},
    context::{asked, beside, store, visitor::may},
    error::AppError,
};

/// What people say about the pipeline that the address names.
#[component]
pub(crate) fn DiscussionPage() -> impl IntoView {
    let (returned, id) = (Returned::here(), named("pipeline"));
    Suspend::new(async move {
        match read(id).await {
            Ok(shown) => view(&shown, &returned).into_any(),
            Err(error) => instead(error),
        }
    })
}

/// What the page shows.
struct Shown {
    id: String,
    latest: SavedPipeline,
    me: PersonId,
    may_edit: bool,
    /// Whether the visitor's answer counts.
    signs: bool,
    comments: Vec<Comment>,
    colleagues: Vec<Person>,
    deciders: Vec<Person>,
    sign_offs: Vec<SignOff>,
    /// What one can begin to talk about.
    subjects: Vec<Subject>,
    /// What the address asks to talk about.
    about: Subject,
}

async fn read(id: Result<Uuid, AppError>) -> Result<Shown, AppError> {
    let id = id?;
    let may_say: CanComment = may(id).await?;
    let rights = beside::say(id).await?;
    let store = store();
    let latest = store.get_pipeline(&may_say).await?;
    let document = &latest.document;
    let run = store.get_run(&may_say, latest.version).await?;
    let findings = run.map(|run| run.verdict(document).findings).unwrap_or_default();
    let mut subjects = vec![Subject::Pipeline, Subject::Record];
    subjects.extend(document.steps.iter().map(|step| Subject::Step(step.id.clone())));
    for finding in findings {
        let finding = Subject::Finding(finding.rule);
        if !subjects.contains(&finding) {
            subjects.push(finding);
        }
    }
    let about = asked("about").and_then(|about| about.parse().ok()).filter(|about| subjects.contains(about));
    Ok(Shown {
        id: id.to_string(),
        me: may_say.by(),
        may_edit: rights.edit.is_some(),
        signs: to_sign_off(store.as_ref(), &may_say).await.is_ok(),
        comments: store.list_comments(&may_say).await?,
        colleagues: store.list_colleagues(&may_say).await?,
        deciders: store.list_deciders(&may_say).await?,
        sign_offs: store.list_sign_offs(&may_say).await?,
        subjects,
        about: about.unwrap_or(Subject::Pipeline),
        latest,
    })
}

fn view(shown: &Shown, returned: &Returned) -> impl IntoView + use<> {
    let name = shown.latest.document.name.clone();
    view! {
        <Title text=format!("Discussion: {name}") />
        <SiteHeader />
        <main class="page discussion">
            <h1>"Discussion"</h1>
            <p class="lead">
                "About "<a href=format!("/pipelines/{}/frame", shown.id) rel="external"><bdi>{name}</bdi></a>
                {format!(", version {}. What is said here stays as it was said; everybody who may see the pipeline reads it.", shown.latest.version)}
            </p>
            {returned.view()}
            {sign_off::section(shown, returned)}
            {threads::new_comment(shown, returned)}
            {threads::sections(shown, returned)}
        </main>
    }
}

/// What a subject is called in this version; what is no more keeps the name it had for machines.
fn label(subject: &Subject, document: &Document) -> String {
    match subject {
        Subject::Pipeline => "The pipeline in general".to_owned(),
        Subject::Record => "The decision and its record".to_owned(),
        Subject::Step(id) if document.step_index(id).is_some() => format!("Step: {}", document.step_label(id)),
        Subject::Step(id) => format!("Step, no longer there: {id}"),
        Subject::Finding(rule) => {
            let known = decide::RULES.iter().find(|known| known.id == rule);
            format!("Finding: {}", known.map_or(rule.as_str(), |known| known.name))
        }
    }
}
