//! Simulating on the server: what a browser previews, the server certifies.

use leptos::prelude::*;
use uuid::Uuid;

use super::wire::Wire;
use crate::error::AppError;

/// Simulates a version on the server and keeps its report.
#[server(endpoint = "runs/simulate", output = Wire)]
pub async fn run_simulation(id: Uuid, version: u64) -> Result<(), AppError> {
    let id = super::open(id).await?.id;
    certified_run(id, version).await?;
    Ok(())
}

/// The report kept for a version; it is made and kept where there is none yet.
#[cfg(feature = "ssr")]
pub(super) async fn certified_run(
    id: ports::PipelineId,
    version: u64,
) -> Result<(ports::SavedPipeline, engine::Report), AppError> {
    let store = crate::context::store();
    let revision = store.get_revision(id, version).await?;
    let kept = store.get_run(id, version).await?;
    if let Some(report) = kept {
        return Ok((revision, report));
    }
    let simulator = crate::context::simulator();
    let report = simulator.simulate(revision.document.clone(), engine::Settings::default()).await?;
    let certified = report.clone();
    super::to_its_end(async move { store.keep_run(id, version, &certified).await }).await?;
    Ok((revision, report))
}
