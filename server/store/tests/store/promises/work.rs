//! Promises about what goes with a pipeline: drafts, runs and notes.

use decide::{Decision, Purchase};
use engine::{Report, Settings};

use super::{created, document, is_missing, is_overtaken, nobody, saved};
use ports::{
    Draft, NoteKind, Run, UnixMillis,
    access::{self, CanEdit},
    fake::Desk,
};

/// A real report, because every digit of every figure must come back.
fn report(seed: u64) -> Report {
    let mut document = document("Fork?");
    document.workload.duration_s = 1.0;
    engine::compare(&document, Settings { seed, replications: engine::FEWEST_REPLICATIONS, ..Settings::default() })
        .expect("it has a step")
}

fn typed(draft: Option<Draft>) -> Option<(u64, String)> {
    draft.map(|draft| (draft.base_version, draft.input))
}

pub(super) async fn a_draft_is_kept_as_typed_until_it_is_dropped(store: &Desk) {
    let id = created(store, "1").await.id;
    assert_eq!(store.get_draft(id, "steps").await.expect("there is none"), None);
    let odd = "p99=12O&name=\u{0}\r\n%C3%A9 \u{1F374}";
    for (base, input) in [(1, "first"), (1, ""), (2, odd)] {
        store.keep_draft(id, "steps", base, input).await.expect("it is kept");
        let draft = store.get_draft(id, "steps").await.expect("it is read");
        assert_eq!(typed(draft), Some((base, input.to_owned())));
    }
    // A save does not drop it: only the page knows whether the save was made of it.
    saved(store, id, 1, "2").await;
    assert!(store.get_draft(id, "steps").await.expect("it is read").is_some());
    store.drop_draft(id, "steps").await.expect("it is dropped");
    store.drop_draft(id, "steps").await.expect("dropping nothing is no failure");
    assert_eq!(store.get_draft(id, "steps").await.expect("there is none"), None);
}

pub(super) async fn unsaved_work_is_replaced_and_dropped_only_as_it_was_seen(desk: &Desk) {
    let id = created(desk, "1").await.id;
    let may: CanEdit = access::to_pipeline(desk.store.as_ref(), desk.visitor(), id).await.expect("it is theirs");
    let keep = async |input: &str, seen| desk.store.keep_unsaved(&may, "conflict", 1, input, seen).await;
    let kept = async || typed(desk.get_draft(id, "conflict").await.expect("it is read")).map(|(_, input)| input);
    let first = keep("first", None).await.expect("nothing is kept yet");
    // Another window of theirs, which has not seen it.
    assert!(is_overtaken(&keep("other", None).await) && is_overtaken(&keep("other", Some(UnixMillis(0))).await));
    let again = keep("first", None).await.expect("it is the same");
    let second = keep("second", Some(again)).await.expect("it was seen");
    assert!(first < again && again < second, "each is told from the one before");
    desk.store.drop_draft(&may, "conflict", Some(again)).await.expect("something else is kept");
    assert_eq!(kept().await.as_deref(), Some("second"));
    let drafts = desk.store.list_drafts(&may).await.expect("a list");
    assert_eq!(drafts.keys().collect::<Vec<_>>(), ["conflict"]);
    desk.store.drop_draft(&may, "conflict", Some(second)).await.expect("it is dropped");
    assert_eq!(kept().await, None);
    keep("third", Some(second)).await.expect("nothing is in its place");
    assert!(is_missing(&desk.keep_draft(nobody(), "conflict", 1, "?").await));
}

pub(super) async fn drafts_of_pages_and_pipelines_are_kept_apart(store: &Desk) {
    let (a, b) = (created(store, "a").await.id, created(store, "b").await.id);
    for (id, page) in [(a, "steps"), (a, "budget"), (b, "steps")] {
        store.keep_draft(id, page, 1, &format!("{page} of {id:?}")).await.expect("it is kept");
    }
    store.drop_draft(a, "budget").await.expect("it is dropped");
    for (id, page, left) in [(a, "steps", true), (a, "budget", false), (b, "steps", true), (b, "budget", false)] {
        let draft = store.get_draft(id, page).await.expect("it is read");
        assert_eq!(typed(draft), left.then(|| (1, format!("{page} of {id:?}"))));
    }
    assert!(is_missing(&store.keep_draft(nobody(), "steps", 1, "?").await));
    assert!(is_missing(&store.get_draft(nobody(), "steps").await));
}

pub(super) async fn a_run_is_kept_for_its_version_in_place_of_an_earlier_one(store: &Desk) {
    let id = created(store, "1").await.id;
    saved(store, id, 1, "2").await;
    assert_eq!(store.get_run(id, 1).await.expect("there is none"), None);
    // The largest seed, because a store may be tempted to keep it with a sign.
    let purchase = Purchase {
        rule: None,
        figure: "duplicates per 1,000 requests".to_owned(),
        before: "94.1".to_owned(),
        after: "0".to_owned(),
        buys: true,
        guards: false,
        harms: false,
        worsens: String::new(),
        decision: Decision::NotReady,
    };
    let late = Run { report: report(u64::MAX), bought: vec![purchase] };
    let (early, other) = (Run::of(report(1)), Run::of(report(3)));
    store.keep_run(id, 1, &early).await.expect("it is kept");
    store.keep_run(id, 2, &other).await.expect("it is kept");
    store.keep_run(id, 1, &late).await.expect("it is kept in place of the first");
    assert_eq!(store.get_run(id, 1).await.expect("it is read").as_ref(), Some(&late));
    assert_eq!(store.get_run(id, 2).await.expect("it is read").as_ref(), Some(&other));
    assert!(is_missing(&store.keep_run(id, 3, &late).await));
    assert!(is_missing(&store.keep_run(nobody(), 1, &late).await));
    assert!(is_missing(&store.get_run(nobody(), 1).await));
}

pub(super) async fn the_latest_note_of_a_kind_stands_with_its_version(store: &Desk) {
    let id = created(store, "1").await.id;
    saved(store, id, 1, "2").await;
    assert_eq!(store.get_note(id, NoteKind::Decision).await.expect("there is none"), None);
    for (version, body) in [(1, "accepted"), (2, ""), (1, "overruled: \u{1F374}\r\n")] {
        store.note(id, NoteKind::Decision, version, body).await.expect("it is noted");
        let note = store.get_note(id, NoteKind::Decision).await.expect("it is read").expect("it is there");
        assert_eq!((note.version, note.body.as_str()), (version, body));
    }
    assert_eq!(store.get_note(id, NoteKind::Expectation).await.expect("there is none"), None, "kinds are kept apart");
    let latest = store.get_note(id, NoteKind::Decision).await.expect("it is read");
    for unseen in [None, Some(0), latest.as_ref().map(|note| note.place - 1)] {
        let said = store.note_after(id, NoteKind::Decision, 1, unseen, "unheard").await;
        assert!(is_overtaken(&said), "{unseen:?}");
    }
    assert_eq!(store.get_note(id, NoteKind::Decision).await.expect("it is read"), latest, "nobody is spoken over");
    assert!(is_missing(&store.note(id, NoteKind::Decision, 3, "?").await), "nothing is said of a missing version");
    assert!(is_missing(&store.note(nobody(), NoteKind::Decision, 1, "?").await));
}
