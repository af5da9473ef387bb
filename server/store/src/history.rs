//! What became of a pipeline: its versions in a list, the names of some, and the way back to one.

use std::sync::Arc;

use async_trait::async_trait;
use ports::{
    Deed, History, Milestone, Name, PersonId, PipelineId, Revision, SaveOutcome, StoreError, UnixMillis,
    access::{CanEdit, CanRead},
};
use sqlx::SqliteExecutor;

use crate::{
    SqliteStore, activity,
    connections::{Connections, stored_id, stored_person, stored_version},
    error::Error,
    people::readable,
    pipelines,
    save::{self, Stored},
};

#[async_trait]
impl History for SqliteStore {
    async fn list_revisions(
        &self,
        of: &CanRead,
        before: Option<u64>,
        at_most: u32,
    ) -> Result<Vec<Revision>, StoreError> {
        Ok(list(self.0.reader(), of.pipeline(), before, at_most).await?)
    }

    async fn name_milestone(
        &self,
        to: &CanEdit,
        version: u64,
        seen: Option<Name>,
        name: Option<Name>,
    ) -> Result<(), StoreError> {
        let (id, by) = (to.pipeline(), to.by());
        self.write(move |connections| name_version(connections, id, version, by, seen, name)).await
    }

    async fn restore(&self, to: &CanEdit, version: u64, expected_version: u64) -> Result<SaveOutcome, StoreError> {
        let (id, by) = (to.pipeline(), to.by());
        self.write(move |connections| restore(connections, id, version, expected_version, by)).await
    }
}

row! {
    struct RevisionRow {
        version: u64,
        saved_at: i64,
        saved_by: Option<String>,
        digest: String,
        milestone: Option<String>,
        named_by: Option<String>,
        named_at: Option<i64>,
    }
}

impl TryFrom<RevisionRow> for Revision {
    type Error = Error;

    fn try_from(row: RevisionRow) -> Result<Self, Error> {
        let name = |name: Option<String>| name.as_deref().map(|name| readable("name", name)).transpose();
        let named = name(row.milestone)?.zip(name(row.named_by)?).zip(row.named_at);
        Ok(Revision {
            version: row.version,
            saved_at: UnixMillis(row.saved_at),
            saved_by: name(row.saved_by)?,
            digest: row.digest,
            milestone: named.map(|((name, by), at)| Milestone { name, by, at: UnixMillis(at) }),
        })
    }
}

async fn list(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
    before: Option<u64>,
    at_most: u32,
) -> Result<Vec<Revision>, Error> {
    let rows: Vec<RevisionRow> = sqlx::query_as(
        "SELECT revisions.version, saved_at, savers.name AS saved_by, digest,
                milestones.name AS milestone, namers.name AS named_by, named_at
         FROM revisions
         LEFT JOIN people AS savers ON savers.id = saved_by
         LEFT JOIN milestones ON milestones.pipeline_id = revisions.pipeline_id AND milestones.version = revisions.version
         LEFT JOIN people AS namers ON namers.id = named_by
         WHERE revisions.pipeline_id = ? AND revisions.version < ?
         ORDER BY revisions.version DESC LIMIT ?",
    )
    .bind(stored_id(id))
    .bind(before.map_or(i64::MAX, stored_version))
    .bind(at_most)
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Revision::try_from).collect()
}

async fn name_version(
    connections: Arc<Connections>,
    id: PipelineId,
    version: u64,
    by: PersonId,
    seen: Option<Name>,
    name: Option<Name>,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let known: Option<Option<String>> = sqlx::query_scalar(
        "SELECT name FROM revisions LEFT JOIN milestones USING (pipeline_id, version)
         WHERE pipeline_id = ? AND version = ?",
    )
    .bind(stored_id(id))
    .bind(stored_version(version))
    .fetch_optional(&mut *transaction)
    .await?;
    let present = known.ok_or(Error::Missing("version"))?;
    let called = |name: &Option<Name>| name.as_ref().map(|name| name.as_str().to_owned());
    if present == called(&name) {
        return Ok(());
    }
    if present != called(&seen) {
        return Err(Error::Overtaken("name"));
    }
    sqlx::query("DELETE FROM milestones WHERE pipeline_id = ? AND version = ?")
        .bind(stored_id(id))
        .bind(stored_version(version))
        .execute(&mut *transaction)
        .await?;
    if let Some(name) = name {
        sqlx::query("INSERT INTO milestones (pipeline_id, version, name, named_by, named_at) VALUES (?, ?, ?, ?, ?)")
            .bind(stored_id(id))
            .bind(stored_version(version))
            .bind(name.as_str())
            .bind(stored_person(by))
            .bind(connections.now().0)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

async fn restore(
    connections: Arc<Connections>,
    id: PipelineId,
    version: u64,
    expected_version: u64,
    by: PersonId,
) -> Result<SaveOutcome, Error> {
    let mut transaction = connections.begin().await?;
    let latest = pipelines::latest(&mut *transaction, id).await?;
    let wanted = pipelines::revision(&mut *transaction, id, version).await?;
    if latest.version != expected_version {
        return Ok(SaveOutcome::Conflict(Box::new(latest)));
    }
    let (stored, now) = (Stored::of(&wanted.document), connections.now());
    match save::save_in(&mut transaction, id, expected_version, &stored, Some(by), now).await? {
        Some((saved, saved_at)) => {
            if saved != expected_version {
                activity::to_pipeline(&mut transaction, id, by, Deed::Restored, &format!("version {version}"), now)
                    .await?;
            }
            transaction.commit().await?;
            Ok(SaveOutcome::Saved { version: saved, saved_at })
        }
        // The writer is alone, so nobody saves in between.
        None => Ok(SaveOutcome::Conflict(Box::new(latest))),
    }
}
