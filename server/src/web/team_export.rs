//! Everything a team has, as one zip: pipelines with their versions, what was said and signed off, records, and what was done.
//!
//! It is made in memory, one at a time and in turn, one for each person, and refused where it would be more than [`LARGEST`]: a
//! team that has grown beyond it has its pipelines one by one, and whoever runs the instance has a copy of the database.

use std::{
    io::{Cursor, Write},
    sync::Arc,
    time::Duration,
};

use app::{
    context::AppContext,
    standing::{moment, standing},
};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use ports::{
    Activity, Comment, Member, Milestone, PersonId, SignOff, TeamId, TooMuch,
    access::{self, CanComment, InTeam, Refused, Visitor},
};
use report::{
    csv::row,
    record::{Format, dashed, restated},
};
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    exports::{file, refused},
    places::Places,
    request_id::RequestId,
    turns::come_back,
    visitor::secret,
};

/// All files together \[bytes\].
const LARGEST: usize = 200_000_000;
/// Whoever has one under way asks again after this long.
const COME_BACK: Duration = Duration::from_secs(5);

/// Whose turn it is. They come one after the other, and nobody stands in the line twice: so whoever asks again and again has
/// others wait for one of theirs at most.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    one: Arc<Semaphore>,
    of_person: Arc<Places<PersonId>>,
}

impl Default for Turns {
    fn default() -> Self {
        Turns { one: Arc::new(Semaphore::new(1)), of_person: Places::new(1, usize::MAX) }
    }
}

impl Turns {
    /// Waits for the turn; nothing once the server ends.
    pub(crate) async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.one).acquire_owned().await.ok()
    }
}

/// Everything a team has, for its members: they may read all of it one by one.
pub(super) async fn team(
    State(app): State<AppContext>,
    State(turns): State<Turns>,
    request_id: RequestId,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = Uuid::try_parse(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let member: InTeam = match access::to_team(app.store.as_ref(), &visitor, TeamId(id)).await {
        Ok(member) => member,
        Err(refusal) => return refused(&refusal, &request_id),
    };
    let Some(place) = turns.of_person.take(member.by()) else { return come_back(TooMuch(COME_BACK)) };
    let Some(turn) = turns.wait().await else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let (name, files) = match collect(&app, &visitor, &member).await {
        Ok(collected) => collected,
        Err(NotExported::TooLarge) => {
            return (StatusCode::PAYLOAD_TOO_LARGE, "The team has more than fits into one file.").into_response();
        }
        Err(NotExported::Refused(refusal)) => return refused(&refusal, &request_id),
        Err(NotExported::Failed(error)) => return request_id.failed(error.as_ref(), "export"),
    };
    let work = move || {
        let zipped = zipped(&files);
        // It goes on when nobody waits for it any more, so it is what the turn and the place last as long as.
        drop((turn, place));
        zipped
    };
    let zip = tokio::task::spawn_blocking(work).await;
    // It took its time: whoever is not in the team any more, or not signed in, gets nothing of it.
    if let Err(refusal) = is_still_in(&app, &headers, TeamId(id)).await {
        return refused(&refusal, &request_id);
    }
    match zip {
        Ok(Ok(bytes)) => file(&format!("{}.zip", dashed(&name, "team")), "application/zip", bytes),
        Ok(Err(error)) => request_id.failed(&error, "export"),
        Err(error) => request_id.failed(&error, "export"),
    }
}

/// Whether whoever asked is in the team now.
async fn is_still_in(app: &AppContext, headers: &HeaderMap, team: TeamId) -> Result<InTeam, Refused> {
    let (store, secret) = (app.store.as_ref(), secret(headers, app.instance.cookie()));
    let visitor = Visitor::recognise(store, app.instance.sandbox, secret.as_ref(), app.clock.now()).await?;
    access::to_team(store, &visitor, team).await
}

enum NotExported {
    TooLarge,
    Refused(Refused),
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl<R: Into<Refused>> From<R> for NotExported {
    fn from(refused: R) -> Self {
        NotExported::Refused(refused.into())
    }
}

/// Files by their names, as long as they are not too much.
#[derive(Default)]
struct Files {
    all: Vec<(String, String)>,
    size: usize,
}

impl Files {
    fn add(&mut self, name: String, text: String) -> Result<(), NotExported> {
        self.size += text.len();
        if self.size > LARGEST {
            return Err(NotExported::TooLarge);
        }
        self.all.push((name, text));
        Ok(())
    }
}

/// Every name of a file is made of ids, numbers, and letters, digits and dashes of what people called it: none leads elsewhere,
/// and what is called alike has other ids and numbers.
async fn collect(app: &AppContext, visitor: &Visitor, member: &InTeam) -> Result<(String, Files), NotExported> {
    let store = app.store.as_ref();
    let name = store.get_team(member).await?.name.to_string();
    let workspace = access::workspace_of(store, visitor, member).await?;
    let mut files = Files::default();
    for pipeline in store.list_pipelines(&workspace).await? {
        // Moved elsewhere in this moment, it is the team's no more.
        let may: CanComment = match access::to_pipeline(store, visitor, pipeline.id).await {
            Err(Refused::Missing(_)) => continue,
            may => may?,
        };
        let folder = format!("pipelines/{}-{}", dashed(&pipeline.name, "pipeline"), pipeline.id.0);
        let latest = store.get_pipeline(&may).await?;
        files.add(format!("{folder}/document.json"), latest.document.to_pretty_json())?;
        for listed in store.list_revisions(&may, None, u32::MAX).await?.into_iter().rev() {
            let version = listed.version;
            let kept = json!({
                "version": version,
                "saved_at": moment(listed.saved_at),
                "saved_by": listed.saved_by.map(|name| name.to_string()),
                "milestone": listed.milestone.as_ref().map(milestone),
                "document": store.get_revision(&may, version).await?.document,
            });
            files.add(format!("{folder}/revisions/{version}.json"), pretty(&kept))?;
        }
        let (comments, sign_offs) = (store.list_comments(&may).await?, store.list_sign_offs(&may).await?);
        let asked = store.list_deciders(&may).await?;
        let said = json!({
            "comments": comments.iter().map(comment).collect::<Vec<_>>(),
            "sign_offs": sign_offs.iter().map(sign_off).collect::<Vec<_>>(),
            "asked_to_sign_off": asked.iter().map(|person| person.name.to_string()).collect::<Vec<_>>(),
        });
        files.add(format!("{folder}/discussion.json"), pretty(&said))?;
        for summary in store.list_records(&may).await? {
            let record = store.get_record(&may, summary.id).await?;
            let stands = standing(&record).map_err(|error| NotExported::Failed(error.into()))?;
            let name = Format::Madr.file_name(summary.number, &summary.title);
            files.add(format!("docs/decisions/{name}"), restated(&record.text.markdown, &stands))?;
        }
    }
    files.add("members.csv".to_owned(), members(&store.list_members(member).await?))?;
    files.add("activity.csv".to_owned(), activity(&store.list_activity(member, u32::MAX).await?))?;
    Ok((name, files))
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn milestone(milestone: &Milestone) -> serde_json::Value {
    json!({ "name": milestone.name.to_string(), "by": milestone.by.to_string(), "at": moment(milestone.at) })
}

fn members(members: &[Member]) -> String {
    let rows = members.iter().map(|Member { person, membership }| {
        let email = person.email.as_ref().map(ToString::to_string).unwrap_or_default();
        row([person.name.as_str(), &email, membership.role.word(), membership.state.word()])
    });
    row(["name", "email", "role", "state"]) + &rows.collect::<String>()
}

fn comment(comment: &Comment) -> serde_json::Value {
    json!({
        "id": comment.id.0.to_string(),
        "about": comment.about.to_string(),
        "answers": comment.answers.map(|first| first.0.to_string()),
        "version": comment.version,
        "by": comment.by.as_str(),
        "at": moment(comment.at),
        "text": comment.said.as_str(),
        "tells": comment.mentions.iter().map(|name| name.as_str()).collect::<Vec<_>>(),
        "resolved_by": comment.settled.as_ref().map(|(by, _)| by.as_str()),
        "resolved_at": comment.settled.as_ref().map(|(_, at)| moment(*at)),
    })
}

fn sign_off(answer: &SignOff) -> serde_json::Value {
    json!({
        "by": answer.by.1.as_str(),
        "version": answer.version,
        "answer": answer.position.word(),
        "because": answer.because,
        "at": moment(answer.at),
    })
}

/// What was done, the latest first, as a table in which nothing is a formula.
fn activity(deeds: &[Activity]) -> String {
    let head = row(["at_utc", "by", "deed", "pipeline", "pipeline_id", "about"]);
    let rows = deeds.iter().map(|deed| {
        let (id, name) = deed
            .pipeline
            .as_ref()
            .map_or_else(Default::default, |(id, name)| (id.0.to_string(), name.as_deref().unwrap_or_default()));
        row([moment(deed.at).as_str(), deed.by.as_str(), deed.deed.word(), name, &id, &deed.about])
    });
    head + &rows.collect::<String>()
}

/// The same files give the same bytes: none carries the time at which it was put in.
fn zipped(files: &Files) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    for (name, text) in &files.all {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
