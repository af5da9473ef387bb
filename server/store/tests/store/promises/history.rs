//! Promises about the history of pipelines.

use super::{created, document, is_missing, is_overtaken, saved};
use ports::{
    Name, PipelineId, Revision, SaveOutcome,
    access::{CanEdit, to_pipeline},
    fake::Desk,
};

async fn edit(desk: &Desk, id: PipelineId) -> CanEdit {
    to_pipeline(desk.store.as_ref(), desk.visitor(), id).await.expect("it is theirs")
}

fn versions(revisions: &[Revision]) -> Vec<u64> {
    revisions.iter().map(|revision| revision.version).collect()
}

pub(super) async fn versions_are_listed_with_who_and_when_the_latest_first(desk: &Desk) {
    let (first, other) = (created(desk, "1").await, created(desk, "other").await);
    for version in 2..=5 {
        saved(desk, first.id, version - 1, &version.to_string()).await;
    }
    saved(desk, other.id, 1, "other again").await;
    let edit = edit(desk, first.id).await;
    let all = desk.store.list_revisions(&edit, None, 50).await.expect("they are listed");
    assert_eq!(versions(&all), [5, 4, 3, 2, 1]);
    for revision in &all {
        let whole = desk.get_revision(first.id, revision.version).await.expect("it is there");
        assert_eq!((revision.saved_at, &revision.saved_by), (whole.saved_at, &whole.saved_by));
        assert_eq!(revision.saved_by.as_ref().map(Name::as_str), Some("Guest"));
        assert_eq!((&revision.digest, &revision.milestone), (&whole.document.digest(), &None));
    }
    let page = desk.store.list_revisions(&edit, Some(4), 2).await.expect("they are listed");
    assert_eq!(versions(&page), [3, 2]);
    assert_eq!(desk.store.list_revisions(&edit, Some(1), 2).await.expect("nothing is before the first"), []);
}

async fn listed(desk: &Desk, edit: &CanEdit) -> Vec<Revision> {
    desk.store.list_revisions(edit, None, 50).await.expect("they are listed")
}

pub(super) async fn a_version_has_the_name_it_was_given_last(desk: &Desk) {
    let id = created(desk, "1").await.id;
    saved(desk, id, 1, "2").await;
    let edit = edit(desk, id).await;
    let named = async |name: Option<&str>| {
        let name: Option<Name> = name.map(|name| name.parse().expect("a name"));
        let seen = listed(desk, &edit).await.pop().and_then(|first| first.milestone).map(|milestone| milestone.name);
        let unseen = desk.store.name_milestone(&edit, 1, "Unseen".parse().ok(), name.clone()).await;
        assert_eq!(is_overtaken(&unseen), seen != name, "a name that was not seen is not overwritten");
        desk.store.name_milestone(&edit, 1, seen, name).await.expect("it is named");
        let all = listed(desk, &edit).await;
        let name = |revision: &Revision| revision.milestone.as_ref().map(|milestone| milestone.name.to_string());
        assert_eq!(all.first().and_then(name), None, "the other version stays without");
        all.last().and_then(name)
    };
    assert_eq!(named(Some("As reviewed")).await.as_deref(), Some("As reviewed"));
    assert_eq!(named(Some("What went live")).await.as_deref(), Some("What went live"));
    assert_eq!(named(None).await, None);
    assert_eq!(named(None).await, None);
    let missing = desk.store.name_milestone(&edit, 3, None, "Nothing".parse().ok()).await;
    assert!(is_missing(&missing));
}

pub(super) async fn restoring_is_a_new_version_and_overwrites_nothing_unseen(desk: &Desk) {
    let id = created(desk, "1").await.id;
    saved(desk, id, 1, "2").await;
    saved(desk, id, 2, "3").await;
    let edit = edit(desk, id).await;
    let late = desk.store.restore(&edit, 1, 2).await.expect("a conflict is no failure");
    assert!(matches!(late, SaveOutcome::Conflict(latest) if latest.version == 3));
    let restored = desk.store.restore(&edit, 1, 3).await.expect("it is restored");
    assert!(matches!(restored, SaveOutcome::Saved { version: 4, .. }), "{restored:?}");
    assert_eq!(desk.get_pipeline(id).await.expect("it is there").document, document("1"));
    let again = desk.store.restore(&edit, 1, 4).await.expect("it is there already");
    assert!(matches!(again, SaveOutcome::Saved { version: 4, .. }), "{again:?}");
    for version in 1..=3 {
        let kept = desk.get_revision(id, version).await.expect("every version stays");
        assert_eq!(kept.document, document(&version.to_string()));
    }
    for missing in [0, 5, u64::MAX] {
        assert!(is_missing(&desk.store.restore(&edit, missing, 4).await), "version {missing} must not exist");
    }
}
