//! Share links, recognised by the digests of their secrets.

use std::sync::Arc;

use async_trait::async_trait;
use ports::{
    Deed, Digest, LinkFacts, LinkId, Links, Name, NewLink, PasswordHash, PersonId, PipelineId, ShareLink, Shared,
    StoreError, UnixMillis,
    access::{CanFollow, CanManage, CanUnlock},
};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    SqliteStore, activity,
    connections::{Connections, stored_id, stored_person, stored_version},
    error::Error,
    people::readable,
    pipelines, runs,
};

#[async_trait]
impl Links for SqliteStore {
    async fn make_link(&self, to: &CanManage, link: NewLink) -> Result<LinkId, StoreError> {
        let (pipeline, by) = (to.pipeline(), to.by());
        self.write(move |connections| make(connections, pipeline, by, link)).await
    }

    async fn list_links(&self, of: &CanManage) -> Result<Vec<ShareLink>, StoreError> {
        Ok(of_pipeline(self.0.reader(), of.pipeline()).await?)
    }

    async fn rotate_link(&self, of: &CanManage, link: LinkId, digest: Digest) -> Result<(), StoreError> {
        let (pipeline, by) = (of.pipeline(), of.by());
        self.write(move |connections| rotate(connections, pipeline, by, link, digest)).await
    }

    async fn revoke_link(&self, of: &CanManage, link: LinkId) -> Result<(), StoreError> {
        let (pipeline, by) = (of.pipeline(), of.by());
        self.write(move |connections| revoke(connections, pipeline, by, link)).await
    }

    async fn unlock_link(
        &self,
        link: &CanUnlock,
        browser: Digest,
        before: Option<Digest>,
        until: UnixMillis,
    ) -> Result<(), StoreError> {
        let link = link.link();
        self.write(move |connections| unlock(connections, link, browser, before, until)).await
    }

    async fn get_shared(&self, by: &CanFollow) -> Result<Shared, StoreError> {
        let (reader, pipeline) = (self.0.reader(), by.pipeline());
        let mut saved = match by.version() {
            Some(version) => pipelines::revision(reader, pipeline, version).await?,
            None => pipelines::latest(reader, pipeline).await?,
        };
        (saved.saved_by, saved.document.owners) = (None, model::Owners::default());
        let run = runs::get(reader, pipeline, saved.version).await?;
        Ok(Shared { saved, run })
    }
}

row! {
    struct LinkRow {
        id: Hyphenated,
        label: Option<String>,
        version: Option<u64>,
        downloads: bool,
        has_password: bool,
        ends_at: Option<i64>,
        made_by: String,
        made_at: i64,
        revoked_at: Option<i64>,
    }
}

impl TryFrom<LinkRow> for ShareLink {
    type Error = Error;

    fn try_from(row: LinkRow) -> Result<Self, Error> {
        Ok(ShareLink {
            id: LinkId(row.id.into_uuid()),
            label: row.label.as_deref().map(|label| readable("label", label)).transpose()?,
            version: row.version,
            downloads: row.downloads,
            has_password: row.has_password,
            ends_at: row.ends_at.map(UnixMillis),
            made_by: readable("name", &row.made_by)?,
            made_at: UnixMillis(row.made_at),
            revoked_at: row.revoked_at.map(UnixMillis),
        })
    }
}

async fn of_pipeline(executor: impl SqliteExecutor<'_>, pipeline: PipelineId) -> Result<Vec<ShareLink>, Error> {
    let rows: Vec<LinkRow> = sqlx::query_as(
        "SELECT links.id, label, version, downloads, links.password IS NOT NULL AS has_password, ends_at,
                people.name AS made_by, made_at, revoked_at
         FROM links JOIN people ON people.id = made_by WHERE pipeline_id = ? ORDER BY made_at DESC, links.id DESC",
    )
    .bind(stored_id(pipeline))
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(ShareLink::try_from).collect()
}

row! {
    struct FactsRow {
        id: Hyphenated,
        pipeline_id: Hyphenated,
        version: Option<u64>,
        downloads: bool,
        ends_at: Option<i64>,
        revoked_at: Option<i64>,
        password: Option<String>,
        unlocked_until: Option<i64>,
    }
}

/// The link that is recognised by a digest, whether or not it is good.
pub(crate) async fn facts(
    executor: impl SqliteExecutor<'_>,
    digest: &Digest,
    unlocked: Option<&Digest>,
) -> Result<Option<LinkFacts>, Error> {
    let row: Option<FactsRow> = sqlx::query_as(
        "SELECT id, pipeline_id, version, downloads, links.ends_at, revoked_at, password,
                link_unlocks.ends_at AS unlocked_until
         FROM links LEFT JOIN link_unlocks ON link_id = id AND link_unlocks.digest = ?
         WHERE links.digest = ?",
    )
    .bind(unlocked.map(Digest::as_str))
    .bind(digest.as_str())
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| LinkFacts {
        id: LinkId(row.id.into_uuid()),
        pipeline: PipelineId(row.pipeline_id.into_uuid()),
        version: row.version,
        downloads: row.downloads,
        ends_at: row.ends_at.map(UnixMillis),
        revoked_at: row.revoked_at.map(UnixMillis),
        password: row.password.map(PasswordHash),
        unlocked_until: row.unlocked_until.map(UnixMillis),
    }))
}

async fn make(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    link: NewLink,
) -> Result<LinkId, Error> {
    let mut transaction = connections.begin().await?;
    let (id, now) = (LinkId(Uuid::now_v7()), connections.now());
    if let Some(version) = link.version {
        pipelines::revision(&mut *transaction, pipeline, version).await?;
    }
    sqlx::query(
        "INSERT INTO links (id, pipeline_id, digest, label, version, downloads, password, ends_at, made_by, made_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(stored(id))
    .bind(stored_id(pipeline))
    .bind(link.digest.as_str())
    .bind(link.label.as_ref().map(Name::as_str))
    .bind(link.version.map(stored_version))
    .bind(link.downloads)
    .bind(link.password.as_ref().map(|hash| &hash.0))
    .bind(link.ends_at.map(|end| end.0))
    .bind(stored_person(by))
    .bind(now.0)
    .execute(&mut *transaction)
    .await?;
    let label = link.label.as_ref().map_or("", Name::as_str);
    activity::to_pipeline(&mut transaction, pipeline, by, Deed::MadeLink, label, now).await?;
    transaction.commit().await?;
    Ok(id)
}

async fn rotate(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    link: LinkId,
    digest: Digest,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let label = label_of(&mut transaction, pipeline, link).await?;
    sqlx::query("UPDATE links SET digest = ? WHERE id = ?")
        .bind(digest.as_str())
        .bind(stored(link))
        .execute(&mut *transaction)
        .await?;
    lock(&mut transaction, link).await?;
    activity::to_pipeline(&mut transaction, pipeline, by, Deed::RotatedLink, &label, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

async fn revoke(connections: Arc<Connections>, pipeline: PipelineId, by: PersonId, link: LinkId) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let (label, now) = (label_of(&mut transaction, pipeline, link).await?, connections.now());
    sqlx::query("UPDATE links SET revoked_at = ? WHERE id = ?")
        .bind(now.0)
        .bind(stored(link))
        .execute(&mut *transaction)
        .await?;
    lock(&mut transaction, link).await?;
    activity::to_pipeline(&mut transaction, pipeline, by, Deed::RevokedLink, &label, now).await?;
    transaction.commit().await?;
    Ok(())
}

/// The label of a link to a pipeline; it may be empty. A link that was revoked stays so.
async fn label_of(connection: &mut SqliteConnection, pipeline: PipelineId, link: LinkId) -> Result<String, Error> {
    let found: Option<(Option<String>, Option<i64>)> =
        sqlx::query_as("SELECT label, revoked_at FROM links WHERE id = ? AND pipeline_id = ?")
            .bind(stored(link))
            .bind(stored_id(pipeline))
            .fetch_optional(connection)
            .await?;
    match found.ok_or(Error::Missing("link"))? {
        (_, Some(_)) => Err(Error::Overtaken("link")),
        (label, None) => Ok(label.unwrap_or_default()),
    }
}

/// Has everybody say the password of a link anew.
async fn lock(connection: &mut SqliteConnection, link: LinkId) -> Result<(), Error> {
    sqlx::query("DELETE FROM link_unlocks WHERE link_id = ?").bind(stored(link)).execute(connection).await?;
    Ok(())
}

/// What the browser has unlocked before stays unlocked. What is over is swept out on the way.
async fn unlock(
    connections: Arc<Connections>,
    link: LinkId,
    browser: Digest,
    before: Option<Digest>,
    until: UnixMillis,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query("DELETE FROM link_unlocks WHERE ends_at <= ? OR (digest = ? AND link_id = ?)")
        .bind(connections.now().0)
        .bind(before.as_ref().map(Digest::as_str))
        .bind(stored(link))
        .execute(&mut *transaction)
        .await?;
    sqlx::query("UPDATE link_unlocks SET digest = ? WHERE digest = ?")
        .bind(browser.as_str())
        .bind(before.as_ref().map(Digest::as_str))
        .execute(&mut *transaction)
        .await?;
    sqlx::query("INSERT INTO link_unlocks (digest, link_id, ends_at) VALUES (?, ?, ?)")
        .bind(browser.as_str())
        .bind(stored(link))
        .bind(until.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

fn stored(id: LinkId) -> Hyphenated {
    id.0.hyphenated()
}
