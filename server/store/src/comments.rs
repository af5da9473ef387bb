//! What people say about pipelines. The schema sees to it that nothing of it changes but whether it is settled.

use std::{collections::BTreeMap, sync::Arc};

use ports::{
    Comment, CommentId, CommentOn, Deed, Name, NewComment, PersonId, PipelineId, Subject, TeamId, UnixMillis, Waiting,
};
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    activity,
    connections::{Connections, stored_id, stored_person, stored_team, stored_version},
    error::Error,
    people::{readable, unreadable},
    sign_offs::WaitingRow,
};

row! {
    struct CommentRow {
        id: Hyphenated,
        kind: String,
        key: String,
        answers: Option<Hyphenated>,
        version: u64,
        said_by: String,
        said_at: i64,
        body: String,
        settled_by: Option<String>,
        settled_at: Option<i64>,
    }
}

impl CommentRow {
    fn comment(self, mentions: Vec<Name>) -> Result<Comment, Error> {
        let settled_by = self.settled_by.as_deref().map(|name| readable("name", name)).transpose()?;
        Ok(Comment {
            id: CommentId(self.id.into_uuid()),
            about: subject(&self.kind, &self.key)?,
            answers: self.answers.map(|id| CommentId(id.into_uuid())),
            version: self.version,
            by: readable("name", &self.said_by)?,
            at: UnixMillis(self.said_at),
            said: readable("comment", &self.body)?,
            mentions,
            settled: settled_by.zip(self.settled_at.map(UnixMillis)),
        })
    }
}

fn subject(kind: &str, key: &str) -> Result<Subject, Error> {
    Subject::new(kind, key).ok_or_else(|| unreadable("comment", "a subject that this program does not know"))
}

/// All comments on a pipeline in their order.
pub(crate) async fn list(reader: &SqlitePool, pipeline: PipelineId) -> Result<Vec<Comment>, Error> {
    let rows: Vec<CommentRow> = sqlx::query_as(
        "SELECT comments.id, kind, key, answers, version, author.name AS said_by, said_at, body,
                settler.name AS settled_by, settled_at
         FROM comments JOIN people AS author ON author.id = said_by
         LEFT JOIN people AS settler ON settler.id = settled_by
         WHERE pipeline_id = ? ORDER BY place",
    )
    .bind(stored_id(pipeline))
    .fetch_all(reader)
    .await?;
    let mentioned: Vec<(Hyphenated, String)> = sqlx::query_as(
        "SELECT comment_id, name FROM mentions
         JOIN comments ON comments.id = comment_id JOIN people ON people.id = person_id
         WHERE pipeline_id = ? ORDER BY lower(name)",
    )
    .bind(stored_id(pipeline))
    .fetch_all(reader)
    .await?;
    let mut names: BTreeMap<Hyphenated, Vec<Name>> = BTreeMap::new();
    for (comment, name) in mentioned {
        names.entry(comment).or_default().push(readable("name", &name)?);
    }
    rows.into_iter()
        .map(|row| {
            let mentions = names.remove(&row.id).unwrap_or_default();
            row.comment(mentions)
        })
        .collect()
}

pub(crate) async fn count_open(executor: impl SqliteExecutor<'_>, pipeline: PipelineId) -> Result<u32, Error> {
    let open = sqlx::query_scalar(
        "SELECT count(*) FROM comments WHERE pipeline_id = ? AND answers IS NULL AND settled_at IS NULL",
    );
    Ok(open.bind(stored_id(pipeline)).fetch_one(executor).await?)
}

pub(crate) async fn mentioned_in(
    executor: impl SqliteExecutor<'_>,
    person: PersonId,
    team: Option<TeamId>,
) -> Result<Vec<Waiting>, Error> {
    let rows: Vec<WaitingRow> = sqlx::query_as(
        "SELECT pipelines.id, pipelines.name, pipelines.version
         FROM mentions JOIN comments ON comments.id = comment_id
         JOIN comments AS first ON first.id = coalesce(comments.answers, comments.id)
         JOIN pipelines ON pipelines.id = comments.pipeline_id
         WHERE mentions.person_id = ?1 AND first.settled_at IS NULL
           AND archived_at IS NULL AND (?2 IS NULL OR team_id = ?2)
         GROUP BY pipelines.id ORDER BY max(comments.place) DESC",
    )
    .bind(stored_person(person))
    .bind(team.map(stored_team))
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Waiting::from).collect())
}

/// The open comments that mention somebody, the latest first.
pub(crate) async fn mentions(
    executor: impl SqliteExecutor<'_>,
    pipeline: PipelineId,
    person: PersonId,
) -> Result<Vec<Comment>, Error> {
    let rows: Vec<CommentRow> = sqlx::query_as(
        "SELECT comments.id, comments.kind, comments.key, comments.answers, comments.version, name AS said_by,
                comments.said_at, comments.body, NULL AS settled_by, NULL AS settled_at
         FROM mentions JOIN comments ON comments.id = comment_id
         JOIN comments AS first ON first.id = coalesce(comments.answers, comments.id)
         JOIN people ON people.id = comments.said_by
         WHERE person_id = ? AND comments.pipeline_id = ? AND first.settled_at IS NULL ORDER BY comments.place DESC",
    )
    .bind(stored_person(person))
    .bind(stored_id(pipeline))
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| row.comment(Vec::new())).collect()
}

pub(crate) async fn say(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    comment: NewComment,
) -> Result<CommentId, Error> {
    let NewComment { id, to, version, said, mentions } = comment;
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    let sent: Option<(Hyphenated, Hyphenated, String)> =
        sqlx::query_as("SELECT pipeline_id, said_by, body FROM comments WHERE id = ?")
            .bind(id.0.hyphenated())
            .fetch_optional(&mut *transaction)
            .await?;
    let id = match sent {
        None => id,
        Some((of, author, body))
            if (of, author, body.as_str()) == (stored_id(pipeline), stored_person(by), said.as_str()) =>
        {
            return Ok(id);
        }
        // Something else from a page that was sent before.
        Some(_) => CommentId(Uuid::now_v7()),
    };
    let (about, answers) = match to {
        CommentOn::Subject(subject) => (subject, None),
        CommentOn::Comment(first) => (about(&mut transaction, pipeline, first).await?, Some(first)),
    };
    // Selects no row, and so inserts none, where there is no such version.
    let inserted = sqlx::query(
        "INSERT INTO comments (id, place, pipeline_id, version, kind, key, answers, said_by, said_at, body)
         SELECT ?, (SELECT coalesce(max(place), 0) + 1 FROM comments), pipeline_id, version, ?, ?, ?, ?, ?, ?
         FROM revisions WHERE pipeline_id = ? AND version = ?",
    )
    .bind(id.0.hyphenated())
    .bind(about.kind())
    .bind(about.key())
    .bind(answers.map(|first| first.0.hyphenated()))
    .bind(stored_person(by))
    .bind(now.0)
    .bind(said.as_str())
    .bind(stored_id(pipeline))
    .bind(stored_version(version))
    .execute(&mut *transaction)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Error::Missing("version"));
    }
    for asked in mentions {
        if asked.pipeline() != pipeline {
            return Err(Error::Missing("person"));
        }
        sqlx::query("INSERT OR IGNORE INTO mentions (comment_id, person_id) VALUES (?, ?)")
            .bind(id.0.hyphenated())
            .bind(stored_person(asked.person()))
            .execute(&mut *transaction)
            .await?;
    }
    activity::to_pipeline(&mut transaction, pipeline, by, Deed::Commented, &told(&about), now).await?;
    transaction.commit().await?;
    Ok(id)
}

/// What the log says that a comment is about, where it is not the pipeline as such.
fn told(about: &Subject) -> String {
    if *about == Subject::Pipeline { String::new() } else { format!("({about})") }
}

/// What a comment of a pipeline is about that answers no other.
async fn about(connection: &mut SqliteConnection, pipeline: PipelineId, first: CommentId) -> Result<Subject, Error> {
    let row: Option<(String, String)> =
        sqlx::query_as("SELECT kind, key FROM comments WHERE id = ? AND pipeline_id = ? AND answers IS NULL")
            .bind(first.0.hyphenated())
            .bind(stored_id(pipeline))
            .fetch_optional(connection)
            .await?;
    let (kind, key) = row.ok_or(Error::Missing("comment"))?;
    subject(&kind, &key)
}

pub(crate) async fn resolve(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    comment: CommentId,
    resolved: bool,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    let about = about(&mut transaction, pipeline, comment).await?;
    let changed = sqlx::query(
        "UPDATE comments SET settled_by = iif(?1, ?2, NULL), settled_at = iif(?1, ?3, NULL)
         WHERE id = ?4 AND (settled_at IS NOT NULL) <> ?1",
    )
    .bind(resolved)
    .bind(stored_person(by))
    .bind(now.0)
    .bind(comment.0.hyphenated())
    .execute(&mut *transaction)
    .await?;
    if changed.rows_affected() > 0 {
        let deed = if resolved { Deed::Resolved } else { Deed::Reopened };
        activity::to_pipeline(&mut transaction, pipeline, by, deed, &told(&about), now).await?;
    }
    transaction.commit().await?;
    Ok(())
}
