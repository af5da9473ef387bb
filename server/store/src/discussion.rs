//! The store as the rest of the program sees what people say about pipelines.

use async_trait::async_trait;
use ports::{
    Because, Comment, CommentId, Discussion, NewComment, Person, PersonId, Position, SignOff, StoreError, TeamId,
    Waiting,
    access::{CanComment, CanEdit, MayBeAsked, Myself, SignsOff},
};

use crate::{SqliteStore, comments, sign_offs};

#[async_trait]
impl Discussion for SqliteStore {
    async fn comment(&self, by: &CanComment, comment: NewComment) -> Result<CommentId, StoreError> {
        let (pipeline, by) = (by.pipeline(), by.by());
        self.write(move |connections| comments::say(connections, pipeline, by, comment)).await
    }

    async fn resolve(&self, by: &CanComment, comment: CommentId, resolved: bool) -> Result<(), StoreError> {
        let (pipeline, by) = (by.pipeline(), by.by());
        self.write(move |connections| comments::resolve(connections, pipeline, by, comment, resolved)).await
    }

    async fn list_comments(&self, of: &CanComment) -> Result<Vec<Comment>, StoreError> {
        Ok(comments::list(self.0.reader(), of.pipeline()).await?)
    }

    async fn count_open_comments(&self, of: &CanComment) -> Result<u32, StoreError> {
        Ok(comments::count_open(self.0.reader(), of.pipeline()).await?)
    }

    async fn mentioned_in(&self, myself: &Myself, team: Option<TeamId>) -> Result<Vec<Waiting>, StoreError> {
        Ok(comments::mentioned_in(self.0.reader(), myself.id(), team).await?)
    }

    async fn unsigned_by(&self, myself: &Myself, team: Option<TeamId>) -> Result<Vec<Waiting>, StoreError> {
        Ok(sign_offs::unsigned_by(self.0.reader(), myself.id(), team).await?)
    }

    async fn mentions(&self, of: &CanComment) -> Result<Vec<Comment>, StoreError> {
        Ok(comments::mentions(self.0.reader(), of.pipeline(), of.by()).await?)
    }

    async fn list_colleagues(&self, of: &CanComment) -> Result<Vec<Person>, StoreError> {
        Ok(sign_offs::colleagues(self.0.reader(), of.pipeline()).await?)
    }

    async fn name_decider(&self, by: &CanEdit, person: &MayBeAsked) -> Result<(), StoreError> {
        if person.pipeline() != by.pipeline() {
            return Err(StoreError::NotFound("person"));
        }
        let (pipeline, by, person) = (by.pipeline(), by.by(), person.person());
        self.write(move |connections| sign_offs::name(connections, pipeline, by, person)).await
    }

    async fn release_decider(&self, by: &CanEdit, person: PersonId) -> Result<(), StoreError> {
        let (pipeline, by) = (by.pipeline(), by.by());
        self.write(move |connections| sign_offs::release(connections, pipeline, by, person)).await
    }

    async fn list_deciders(&self, of: &CanComment) -> Result<Vec<Person>, StoreError> {
        Ok(sign_offs::deciders(self.0.reader(), of.pipeline()).await?)
    }

    async fn sign_off(
        &self,
        by: &SignsOff,
        version: u64,
        position: Position,
        because: &Because,
    ) -> Result<(), StoreError> {
        let (pipeline, by, because) = (by.pipeline(), by.by(), because.clone());
        self.write(move |connections| sign_offs::sign(connections, pipeline, by, version, position, because)).await
    }

    async fn list_sign_offs(&self, of: &CanComment) -> Result<Vec<SignOff>, StoreError> {
        Ok(sign_offs::list(self.0.reader(), of.pipeline()).await?)
    }
}
