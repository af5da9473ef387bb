//! Who looks after the accounts of this instance.

use std::sync::Arc;

use ports::{Person, PersonId, PersonState};
use sqlx::SqliteConnection;

use crate::{
    connections::{Connections, stored_person},
    error::Error,
    people,
};

/// Refuses what would leave the instance without an administrator who can come in: nobody could let one in.
pub(crate) async fn remain_without(connection: &mut SqliteConnection, person: &Person) -> Result<(), Error> {
    let others: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM people WHERE administrator = 1 AND state = 'active' AND id <> ?)",
    )
    .bind(stored_person(person.id))
    .fetch_one(connection)
    .await?;
    if person.administrator && !others { Err(Error::Overtaken("last administrator")) } else { Ok(()) }
}

/// Makes somebody an administrator who can come in, or takes that back from whoever is one.
pub(crate) async fn appoint(connections: Arc<Connections>, id: PersonId, administrator: bool) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let person = people::by_id(&mut *transaction, id).await?.person;
    if administrator && person.state != PersonState::Active {
        return Err(Error::Overtaken("person"));
    }
    if !administrator {
        remain_without(&mut transaction, &person).await?;
    }
    sqlx::query("UPDATE people SET administrator = ? WHERE id = ?")
        .bind(administrator)
        .bind(stored_person(id))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}
