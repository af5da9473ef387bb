//! A pipeline in the workbench, for tests that go through its pages in a browser without JavaScript.

use model::{Document, EXAMPLES};
use ports::{PipelineId, SaveOutcome, fake::Desk};

use super::{
    page::Page,
    site::{Site, location, post},
};

/// The document of an example.
fn example(slug: &str) -> Document {
    EXAMPLES.iter().find(|example| example.slug == slug).expect("an example").document()
}

/// A pipeline, and a browser that may edit it.
pub(crate) struct Workbench {
    pub(crate) site: Site,
    pub(crate) desk: Desk,
    pub(crate) id: PipelineId,
}

impl Workbench {
    /// A copy of an example, made as a visitor makes it.
    pub(crate) async fn of(slug: &str) -> Self {
        let site = Site::new().await;
        let made = location(&post(&site, "/api/home/try-example", "/", &format!("slug={slug}")).await);
        let id = made.split('/').nth(2).and_then(|id| id.parse().ok()).expect("an id");
        Self { desk: site.desk().await, site, id: PipelineId(id) }
    }

    /// An example with five seconds of simulated arrivals. That is enough for tests that do not assert figures, and fast.
    pub(crate) async fn short(slug: &str) -> Self {
        let mut document = example(slug);
        document.workload.duration_s = 5.0;
        Self::with(&document).await
    }

    /// A pipeline with this document.
    pub(crate) async fn with(document: &Document) -> Self {
        let site = Site::new().await;
        let desk = site.desk().await;
        let id = desk.create_pipeline(document).await.expect("it is stored").id;
        Self { site, desk, id }
    }

    /// The address of one of its pages.
    pub(crate) fn address(&self, page: &str) -> String {
        format!("/pipelines/{}/{page}", self.id.0)
    }

    pub(crate) async fn open(&self, page: &str) -> Page {
        Page::open(&self.site, &self.address(page)).await
    }

    /// Simulates the latest version on the server.
    pub(crate) async fn simulate(&self) {
        let page = self.open("prototype").await;
        page.form("Simulate on the server and keep it").send(&self.site).await.expect(&["kept on the server"]);
    }

    /// The number of the latest version, and its document.
    pub(crate) async fn latest(&self) -> (u64, Document) {
        let saved = self.desk.get_pipeline(self.id).await.expect("the pipeline");
        (saved.version, saved.document)
    }

    /// Saves the next version, as another window would.
    pub(crate) async fn save(&self, change: impl FnOnce(&mut Document)) {
        let (version, mut document) = self.latest().await;
        change(&mut document);
        let saved = self.desk.save_pipeline(self.id, version, &document).await.expect("a save");
        assert!(matches!(saved, SaveOutcome::Saved { .. }), "{saved:?}");
    }
}
