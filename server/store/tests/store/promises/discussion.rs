//! Promises about what people say about a pipeline, and what they sign off.

use ports::{
    Comment, CommentId, CommentOn, NewComment, PipelineId, Position, StoreError, Subject,
    access::{self, CanComment, CanEdit},
    fake::Desk,
};
use uuid::Uuid;

use super::{created, saved};

async fn may(desk: &Desk, id: PipelineId) -> CanEdit {
    access::to_pipeline(desk.store.as_ref(), desk.visitor(), id).await.expect("it is theirs")
}

fn new(to: CommentOn, version: u64, text: &str) -> NewComment {
    NewComment { id: CommentId(Uuid::now_v7()), to, version, said: text.parse().expect("a text"), mentions: Vec::new() }
}

fn about(subject: Subject) -> CommentOn {
    CommentOn::Subject(subject)
}

async fn comments(desk: &Desk, may: &CanComment) -> Vec<Comment> {
    desk.store.list_comments(may).await.expect("a list")
}

pub(super) async fn comments_stand_as_they_were_said_with_their_version(desk: &Desk) {
    let id = created(desk, "1").await.id;
    saved(desk, id, 1, "2").await;
    let may = may(desk, id).await;
    let odd = "=1+1 <b>\u{202e}\n\n  @x \u{1F374}";
    let step = Subject::Step("charge".to_owned());
    let first = desk.store.comment(&may, new(about(step.clone()), 1, odd)).await.expect("it is said");
    let answer = desk.store.comment(&may, new(CommentOn::Comment(first), 2, "No")).await.expect("it is said");
    desk.store.comment(&may, new(about(Subject::Record), 2, "Later")).await.expect("it is said");
    let all = comments(desk, &may).await;
    let said: Vec<_> = all.iter().map(|comment| (comment.version, comment.said.as_str(), comment.answers)).collect();
    assert_eq!(said, [(1, odd, None), (2, "No", Some(first)), (2, "Later", None)]);
    assert_eq!(all.iter().map(|comment| &comment.about).collect::<Vec<_>>(), [&step, &step, &Subject::Record]);
    assert_eq!(desk.store.count_open_comments(&may).await.expect("a count"), 2, "answers are not counted");
    // Answers are not answered, and there is nothing to answer elsewhere.
    let other = created(desk, "other").await.id;
    let of_other = self::may(desk, other).await;
    for (right, to) in [(&may, answer), (&of_other, first), (&may, CommentId(Uuid::now_v7()))] {
        let refused = desk.store.comment(right, new(CommentOn::Comment(to), 1, "x")).await;
        assert!(matches!(refused, Err(StoreError::NotFound("comment"))), "{refused:?}");
    }
    let refused = desk.store.comment(&may, new(about(Subject::Pipeline), 3, "x")).await;
    assert!(matches!(refused, Err(StoreError::NotFound("version"))), "{refused:?}");
    assert_eq!(comments(desk, &may).await, all);
    assert_eq!(comments(desk, &of_other).await, []);
}

pub(super) async fn a_comment_that_was_sent_twice_is_said_once(desk: &Desk) {
    let id = created(desk, "1").await.id;
    let (may, of_other) = (may(desk, id).await, self::may(desk, created(desk, "2").await.id).await);
    let sent = new(about(Subject::Pipeline), 1, "Why?");
    let first = desk.store.comment(&may, sent.clone()).await.expect("it is said");
    assert_eq!(desk.store.comment(&may, sent.clone()).await.expect("it was said"), first);
    let other = desk.store.comment(&may, NewComment { said: "So".parse().expect("a text"), ..sent.clone() }).await;
    assert_ne!(other.expect("something else is said"), first);
    assert_ne!(desk.store.comment(&of_other, sent).await.expect("said elsewhere"), first);
    assert_eq!((comments(desk, &may).await.len(), comments(desk, &of_other).await.len()), (2, 1));
}

pub(super) async fn a_comment_is_settled_with_its_answers_and_opened_again(desk: &Desk) {
    let id = created(desk, "1").await.id;
    let may = may(desk, id).await;
    let first = desk.store.comment(&may, new(about(Subject::Pipeline), 1, "Why?")).await.expect("it is said");
    let answer = desk.store.comment(&may, new(CommentOn::Comment(first), 1, "So")).await.expect("it is said");
    for resolved in [true, true, false, false, true] {
        desk.store.resolve(&may, first, resolved).await.expect("it is settled");
        assert_eq!(comments(desk, &may).await[0].settled.is_some(), resolved);
        assert_eq!(desk.store.count_open_comments(&may).await.expect("a count"), u32::from(!resolved));
    }
    let of_other = self::may(desk, created(desk, "other").await.id).await;
    for (right, comment) in [(&may, answer), (&of_other, first)] {
        let refused = desk.store.resolve(right, comment, false).await;
        assert!(matches!(refused, Err(StoreError::NotFound("comment"))), "{refused:?}");
    }
    assert!(comments(desk, &may).await[0].settled.is_some());
}

pub(super) async fn later_sign_offs_stand_beside_earlier_ones(desk: &Desk) {
    let id = created(desk, "1").await.id;
    let may = may(desk, id).await;
    let signs = access::to_sign_off(desk.store.as_ref(), &may).await.expect("it is theirs alone");
    let because = |text: &str| text.parse().expect("a reason");
    desk.store.sign_off(&signs, 1, Position::Objects, &because("Too dear")).await.expect("it is signed");
    saved(desk, id, 1, "2").await;
    desk.store.sign_off(&signs, 2, Position::Approves, &because("")).await.expect("it is signed");
    let refused = desk.store.sign_off(&signs, 3, Position::Approves, &because("")).await;
    assert!(matches!(refused, Err(StoreError::NotFound("version"))), "{refused:?}");
    let all = desk.store.list_sign_offs(&may).await.expect("a list");
    let said: Vec<_> = all.iter().map(|answer| (answer.version, answer.position, answer.because.as_str())).collect();
    assert_eq!(said, [(1, Position::Objects, "Too dear"), (2, Position::Approves, "")]);
    assert_eq!(ports::latest_of_each(&all), [&all[1]]);
}

pub(super) async fn deciders_are_named_and_released(desk: &Desk) {
    let (id, other) = (created(desk, "1").await.id, created(desk, "2").await.id);
    let (may, of_other) = (may(desk, id).await, self::may(desk, other).await);
    let me = may.by();
    let asked = access::to_ask(desk.store.as_ref(), &may, me).await.expect("it is theirs");
    for _ in 0..2 {
        desk.store.name_decider(&may, &asked).await.expect("they are asked");
    }
    let elsewhere = desk.store.name_decider(&of_other, &asked).await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound("person"))), "{elsewhere:?}");
    let deciders = async |right: &CanEdit| -> Vec<_> {
        let deciders = desk.store.list_deciders(right).await.expect("a list");
        deciders.into_iter().map(|person| person.id).collect()
    };
    assert_eq!((deciders(&may).await, deciders(&of_other).await), (vec![me], vec![]));
    assert!(desk.store.is_decider(id, me).await.expect("it is known"));
    let stranger = desk.store.create_guest().await.expect("a guest");
    assert!(access::to_ask(desk.store.as_ref(), &may, stranger).await.is_err(), "they may not see it");
    for _ in 0..2 {
        desk.store.release_decider(&may, me).await.expect("they are asked no more");
    }
    assert_eq!(deciders(&may).await, []);
}
