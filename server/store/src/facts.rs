//! What authorization decides by.

use ports::{Owner, PersonId, PipelineId, RecordId, TeamId, access::Standing};
use sqlx::SqlitePool;
use uuid::fmt::Hyphenated;

use crate::{connections::stored_id, error::Error, teams};

row! {
    struct OwnerRow {
        example: Option<String>,
        person_id: Option<Hyphenated>,
        team_id: Option<Hyphenated>,
    }
}

impl From<OwnerRow> for Owner {
    fn from(row: OwnerRow) -> Self {
        match (row.example, row.person_id, row.team_id) {
            (Some(_), _, _) => Owner::Program,
            (None, Some(person), _) => Owner::Person(PersonId(person.into_uuid())),
            (None, None, Some(team)) => Owner::Team(TeamId(team.into_uuid())),
            (None, None, None) => Owner::Nobody,
        }
    }
}

pub(crate) async fn standing(
    reader: &SqlitePool,
    pipeline: PipelineId,
    person: PersonId,
) -> Result<Option<Standing>, Error> {
    let row: Option<OwnerRow> = sqlx::query_as("SELECT example, person_id, team_id FROM pipelines WHERE id = ?")
        .bind(stored_id(pipeline))
        .fetch_optional(reader)
        .await?;
    let Some(owner) = row.map(Owner::from) else { return Ok(None) };
    let membership = match owner {
        Owner::Team(team) => teams::membership(reader, team, person).await?,
        Owner::Program | Owner::Nobody | Owner::Person(_) => None,
    };
    Ok(Some(Standing { owner, membership }))
}

pub(crate) async fn pipeline_of_record(reader: &SqlitePool, record: RecordId) -> Result<Option<PipelineId>, Error> {
    let id: Option<Hyphenated> = sqlx::query_scalar("SELECT pipeline_id FROM records WHERE id = ?")
        .bind(record.0.hyphenated())
        .fetch_optional(reader)
        .await?;
    Ok(id.map(|id| PipelineId(id.into_uuid())))
}
