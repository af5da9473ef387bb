//! The workspaces of a visitor, and what lies in them.

use ports::{
    Owner, StoreError, TeamId,
    access::{self, Visitor},
};
use uuid::Uuid;

use super::to_its_end;
use crate::{
    context::{store, visitor::visitor},
    error::AppError,
};

/// What the home page shows.
pub(crate) struct HomeView {
    /// The examples, in the order in which they teach.
    pub(crate) examples: Vec<ExampleItem>,
    /// The workspaces of the visitor: their own first, then those of their teams.
    pub(crate) workspaces: Vec<WorkspaceItem>,
    /// Whether the visitor can have pipelines here.
    pub(crate) may_make: bool,
}

/// A workspace with what lies in it.
pub(crate) struct WorkspaceItem {
    /// The team whose it is, with its name; none: it is the visitor's own.
    pub(crate) team: Option<(Uuid, String)>,
    /// Whether the visitor may add to it.
    pub(crate) may_make: bool,
    /// Its pipelines, the one saved last first.
    pub(crate) pipelines: Vec<PipelineItem>,
}

/// An example in the list.
pub(crate) struct ExampleItem {
    /// Its name in addresses.
    pub(crate) slug: String,
    /// Its name.
    pub(crate) name: String,
    /// What it shows.
    pub(crate) shows: String,
}

/// A pipeline in the list.
#[derive(Clone)]
pub(crate) struct PipelineItem {
    /// Which pipeline.
    pub(crate) id: Uuid,
    /// Its name.
    pub(crate) name: String,
    /// How many steps it has.
    pub(crate) steps: u32,
    /// Its latest version.
    pub(crate) version: u64,
    /// Whether it was put away.
    pub(crate) archived: bool,
}

/// The examples and the pipelines of the visitor and their teams.
pub(crate) async fn list_home() -> Result<HomeView, AppError> {
    let (visitor, store) = (visitor()?, store());
    let names: std::collections::BTreeMap<String, String> = store.list_examples().await?.into_iter().collect();
    let examples = model::EXAMPLES.iter().filter_map(|example| {
        Some(ExampleItem {
            slug: example.slug.to_owned(),
            name: names.get(example.slug)?.clone(),
            shows: example.shows.to_owned(),
        })
    });
    let mut workspaces = Vec::new();
    for workspace in access::workspaces(store.as_ref(), &visitor).await? {
        let pipelines = store.list_pipelines(&workspace).await?;
        workspaces.push(WorkspaceItem {
            team: workspace.team().map(|team| (team.id.0, team.name.to_string())),
            may_make: workspace.role() >= ports::Role::Editor,
            pipelines: pipelines.into_iter().map(PipelineItem::from).collect(),
        });
    }
    let may_make = visitor.works().is_ok();
    Ok(HomeView { examples: examples.collect(), workspaces, may_make })
}

impl From<ports::PipelineSummary> for PipelineItem {
    fn from(pipeline: ports::PipelineSummary) -> Self {
        Self {
            id: pipeline.id.0,
            name: pipeline.name,
            steps: pipeline.steps,
            version: pipeline.version,
            archived: pipeline.archived_at.is_some(),
        }
    }
}

/// Makes a pipeline in a workspace of the visitor, under a name that is free there, and goes to a step of it.
pub(super) async fn make_and_open(
    mut document: model::Document,
    step: &str,
    visitor: &Visitor,
    owner: Owner,
) -> Result<(), AppError> {
    let store = store();
    let create = access::create_in(store.as_ref(), visitor, owner).await?;
    let workspaces = access::workspaces(store.as_ref(), visitor).await?;
    if let Some(workspace) = workspaces.iter().find(|workspace| workspace.owner() == create.owner()) {
        document.name = free_name(&document.name, &store.list_pipelines(workspace).await?);
    }
    let saved = to_its_end(async move { store.create_pipeline(&create, &document).await }).await?;
    leptos_axum::redirect(&format!("/pipelines/{}/{step}", saved.id.0));
    Ok(())
}

/// The name, or the name with a number where it is taken.
fn free_name(name: &str, there: &[ports::PipelineSummary]) -> String {
    let taken = |wanted: &str| there.iter().any(|pipeline| pipeline.name == wanted);
    let numbered = (2..).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|wanted| !taken(wanted)).unwrap_or_default()
}

/// To whom a form wants a pipeline to belong: a team by its id, or the visitor.
pub(super) fn owner_named(team: Option<&str>, visitor: &Visitor) -> Result<Owner, AppError> {
    match team.unwrap_or_default() {
        "" => {
            visitor.person().map(|person| Owner::Person(person.id)).ok_or_else(|| access::Refused::NotSignedIn.into())
        }
        team => match Uuid::try_parse(team) {
            Ok(team) => Ok(Owner::Team(TeamId(team))),
            Err(_) => Err(StoreError::NotFound("team").into()),
        },
    }
}
