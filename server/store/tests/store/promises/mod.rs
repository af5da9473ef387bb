//! What the store promises about pipelines, as checks.
//!
//! Each promise is a function whose name says it; it is given the desk of somebody with an empty store, and panics where
//! the promise is broken.

mod accounts;
mod discussion;
mod history;
mod invitations;
mod links;
mod pipelines;
mod records;
mod statuses;
mod together;
mod work;

use std::sync::Arc;

use model::{Document, Latency, Step};
use ports::{PipelineId, SaveOutcome, SavedPipeline, StoreError, fake::Desk};
use uuid::Uuid;

/// Checks all promises, each on a store of its own that `make` makes.
///
/// To be run on a runtime with several threads: some promises are about saves at the same time.
///
/// # Panics
///
/// At the first promise that is broken.
pub(crate) async fn are_kept(make: impl AsyncFn() -> Desk) {
    pipelines::what_is_created_is_version_one(&make().await).await;
    pipelines::versions_count_from_one_without_gaps(&make().await).await;
    pipelines::every_saved_version_stays(&make().await).await;
    pipelines::a_conflict_answers_with_the_current_version_and_changes_nothing(&make().await).await;
    pipelines::saving_the_latest_document_again_makes_no_new_version(&make().await).await;
    pipelines::an_earlier_document_saved_again_is_a_new_version(&make().await).await;
    pipelines::the_pipeline_saved_last_is_listed_first(&make().await).await;
    pipelines::an_example_is_kept_once_and_is_nobodys(&make().await).await;
    pipelines::what_is_put_away_can_be_taken_back(&make().await).await;
    pipelines::a_missing_pipeline_is_not_found(&make().await).await;
    history::versions_are_listed_with_who_and_when_the_latest_first(&make().await).await;
    history::a_version_has_the_name_it_was_given_last(&make().await).await;
    history::restoring_is_a_new_version_and_overwrites_nothing_unseen(&make().await).await;
    work::a_draft_is_kept_as_typed_until_it_is_dropped(&make().await).await;
    work::unsaved_work_is_replaced_and_dropped_only_as_it_was_seen(&make().await).await;
    work::drafts_of_pages_and_pipelines_are_kept_apart(&make().await).await;
    work::a_run_is_kept_for_its_version_in_place_of_an_earlier_one(&make().await).await;
    work::the_latest_note_of_a_kind_stands_with_its_version(&make().await).await;
    discussion::comments_stand_as_they_were_said_with_their_version(&make().await).await;
    discussion::a_comment_that_was_sent_twice_is_said_once(&make().await).await;
    discussion::a_comment_is_settled_with_its_answers_and_opened_again(&make().await).await;
    discussion::later_sign_offs_stand_beside_earlier_ones(&make().await).await;
    discussion::deciders_are_named_and_released(&make().await).await;
    invitations::a_link_lets_into_its_team_once_and_ends_all_other_invitations(&make().await).await;
    invitations::an_invitation_is_accepted_by_its_own_link(&make().await).await;
    invitations::what_was_taken_back_makes_no_account_and_frees_the_address(&make().await).await;
    invitations::whoever_has_not_come_is_called_by_their_address(&make().await).await;
    invitations::links_for_a_new_password_end_with_the_password_and_the_account(&make().await).await;
    records::records_are_numbered_from_one_over_all_pipelines(&make().await).await;
    records::a_form_that_was_sent_twice_issues_one_record(&make().await).await;
    records::a_record_of_a_missing_version_is_not_issued(&make().await).await;
    statuses::a_status_that_is_given_later_stands_beside_the_record(&make().await).await;
    statuses::a_record_that_comes_in_the_place_of_another_supersedes_it(&make().await).await;
    statuses::a_superseded_record_keeps_its_status(&make().await).await;
    statuses::nobody_adds_to_statuses_they_have_not_seen(&make().await).await;
    statuses::a_record_supersedes_none_of_another_pipeline(&make().await).await;
    links::a_live_link_shows_the_latest_version_and_a_fixed_one_its_own(&make().await).await;
    links::links_are_listed_as_they_were_made_the_latest_first(&make().await).await;
    links::a_link_is_recognised_by_its_latest_secret_until_it_is_revoked(&make().await).await;
    links::a_password_is_said_once_by_a_browser_and_anew_after_a_rotation(&make().await).await;
    accounts::links_for_a_new_password_stand_beside_each_other_until_one_is_used(&make().await).await;
    accounts::a_session_begins_while_what_was_shown_still_holds(&make().await).await;
    accounts::a_password_is_changed_by_whoever_knows_the_present_one(&make().await).await;
    accounts::a_provider_is_disconnected_unless_it_is_the_last_way_in(&make().await).await;
    accounts::an_instance_keeps_an_administrator(&make().await).await;
    accounts::a_team_keeps_an_owner_who_can_act(&make().await).await;
    together::no_save_is_lost_among_many_at_the_same_time(Arc::new(make().await)).await;
    together::records_issued_at_the_same_time_get_different_numbers(Arc::new(make().await)).await;
    together::of_records_that_take_the_same_place_one_is_issued(Arc::new(make().await)).await;
    assert!(make().await.store.check().await.is_ok(), "a store at rest can read and write");
}

/// A small document that is told from others by its question.
fn document(question: &str) -> Document {
    let mut document = Document::new("Order intake");
    document.question = question.to_owned();
    document.steps.push(Step::new("charge", Latency::lognormal(20.0, 80.5)));
    document
}

async fn created(store: &Desk, question: &str) -> SavedPipeline {
    store.create_pipeline(&document(question)).await.expect("a pipeline is created")
}

/// Saves where nothing stands against it; answers the version.
async fn saved(store: &Desk, id: PipelineId, expected_version: u64, question: &str) -> u64 {
    match store.save_pipeline(id, expected_version, &document(question)).await {
        Ok(SaveOutcome::Saved { version, .. }) => version,
        other => panic!("{question:?} was not saved: {other:?}"),
    }
}

/// An id that no store has.
fn nobody() -> PipelineId {
    PipelineId(Uuid::now_v7())
}

fn is_overtaken<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::Overtaken(_)))
}

fn is_missing<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::NotFound(_)))
}
