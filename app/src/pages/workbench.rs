//! The workbench: one pipeline, one guided step at a time.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::instead::Instead;
use crate::{
    api::pipeline::{PipelineView, get_pipeline},
    components::{ConflictNotice, Dock, History, Logo, SaveStatus, StepList, Yourself},
    error::AppError,
    steps::{self, Opening, STEPS, Stuck},
    workspace::Workspace,
};

/// The workbench of the pipeline that the address names.
#[component]
pub(crate) fn WorkbenchPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| Uuid::try_parse(&id).ok()));
    // Read once, for the first picture: later steps are shown by the worker.
    let step = move || params.read_untracked().get("step").unwrap_or_default();
    let pipeline = Resource::new_blocking(
        move || id.get(),
        move |id| async move {
            match id {
                Some(id) => get_pipeline(id, step()).await,
                None => Err(AppError::not_found("pipeline")),
            }
        },
    );
    view! {
        <Suspense fallback=|| view! { <p class="page">"Loading…"</p> }>
            {move || Suspend::new(async move {
                match pipeline.await {
                    Ok(view) => {
                        // What it says stands beside the page, which is shown without it where it cannot be said.
                        #[cfg(feature = "ssr")]
                        let _ = crate::context::beside::say(view.id).await;
                        view! { <Workbench view /> }.into_any()
                    }
                    Err(error) => view! { <Instead error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Workbench(view: PipelineView) -> impl IntoView {
    let workspace = Workspace::new(view);
    provide_context(workspace);
    on_cleanup(move || workspace.leave());
    let params = use_params_map();
    let opening = Opening::new(Memo::new(move |_| params.read().get("step").unwrap_or_default()));
    let current = opening.shown;
    Effect::new(move |_| workspace.show(&current.get()));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| untrack(|| workspace.lose_nothing()));
    let name = move || workspace.document.with(|document| document.name.clone());
    // One switch for all fields, but where some are for reading: to compare, or to simulate.
    let switched_off = move |slug| workspace.read_only && !matches!(slug, "prototype" | "what-if" | "record");
    let step = move || match steps::find(&current.get()) {
        Some((index, step)) => view! {
            <Title text=title(step.title, name) />
            <p class="where">{format!("Step {} of {}", index + 1, STEPS.len())}</p>
            <h1>{step.title}</h1>
            <p class="question">{step.question}</p>
            <details class="guide">
                <summary>"Why this is asked, what it changes, and an example"</summary>
                <dl>
                    <dt>"Why"</dt><dd>{step.why}</dd>
                    <dt>"What it changes"</dt><dd>{step.changes}</dd>
                    <dt>"For example"</dt><dd>{step.example}</dd>
                </dl>
            </details>
            <ConflictNotice />
            <fieldset class="unboxed" disabled=switched_off(step.slug)>{(step.page.view)()}</fieldset>
            <NextStep index slug=step.slug />
        }
        .into_any(),
        None => {
            #[cfg(feature = "ssr")]
            crate::context::set_status(404);
            view! { <Title text="Not found" /><h1>"There is no such step"</h1> }.into_any()
        }
    };
    view! {
        <header class="top">
            <Logo />
            <span class="name">{name}</span>
            <SaveStatus />
            <History />
            <Yourself />
        </header>
        <div class="workbench">
            <StepList current />
            <main aria-busy=move || opening.busy().then_some("true")>
                <Stuck opening />
                {step}
            </main>
        </div>
        <Dock />
    }
}

/// The title of the page at a step. The server reads it after the page is made, when nothing of it is alive any more: so there
/// it is a text and no signal.
fn title(step: &'static str, name: impl Fn() -> String + Send + Sync + 'static) -> leptos::text_prop::TextProp {
    #[cfg(feature = "ssr")]
    let text = untrack(|| format!("{step}: {}", name()));
    #[cfg(not(feature = "ssr"))]
    let text = move || format!("{step}: {}", name());
    text.into()
}

/// The way on.
#[component]
fn NextStep(
    /// The place of the current step, or of the one that the current page stands beside.
    index: usize,
    /// The current page.
    slug: &'static str,
) -> impl IntoView {
    let workspace = Workspace::current();
    let beside = STEPS[index].slug != slug;
    let (verb, next) = if beside { ("Back to", STEPS.get(index)) } else { ("Continue to", STEPS.get(index + 1)) };
    next.map(|next| {
        view! {
            <p class="next">
                <leptos_router::components::A href=format!("{}/{}", workspace.address(), next.slug)>
                    {format!("{verb} {}", next.title)}
                </leptos_router::components::A>
            </p>
        }
    })
}
