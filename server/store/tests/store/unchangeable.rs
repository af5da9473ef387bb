//! What is issued or saved does not change, not even for somebody who writes SQL.

use ports::{
    CommentId, CommentOn, NewComment, NewRecord, Position, RecordText, Subject,
    access::{self, CanEdit},
};
use sqlx::Executor;

use crate::{desk, document, tool};

#[tokio::test]
async fn an_issued_record_is_neither_changed_nor_deleted_by_sql() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = desk(data_dir.path()).await;
    let pipeline = store.create_pipeline(&document("?")).await.unwrap().id;
    let record = NewRecord::new(1, "Fork", |_| RecordText { markdown: "# Fork\n".to_owned(), ..RecordText::default() });
    let issued = store.issue_record(pipeline, record).await.unwrap();
    let before = store.get_record(issued.id).await.unwrap();
    let mut tool = tool(data_dir.path()).await;
    for sql in [
        "UPDATE records SET title = 'Join'",
        "UPDATE OR IGNORE records SET number = 2",
        "DELETE FROM records",
        "INSERT OR REPLACE INTO records SELECT id, 2, pipeline_id, version, 'Join', markdown, issued_at, evidence, issued_by FROM records",
        "REPLACE INTO records SELECT hex(randomblob(18)), number, pipeline_id, version, 'Join', '', 0, '', NULL FROM records",
        "REPLACE INTO records (rowid, id, number, pipeline_id, version, title, markdown, issued_at)
         SELECT rowid, hex(randomblob(18)), 2, pipeline_id, version, 'Join', '', 0 FROM records",
    ] {
        let error = tool.execute(sql).await.expect_err(sql);
        assert!(error.to_string().contains("an issued record is never"), "{sql}: {error}");
    }
    assert_eq!(store.get_record(issued.id).await.unwrap(), before);
}

#[tokio::test]
async fn a_saved_version_is_neither_changed_nor_picked_out_by_sql() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = desk(data_dir.path()).await;
    let id = store.create_pipeline(&document("1")).await.unwrap().id;
    store.save_pipeline(id, 1, &document("2")).await.unwrap();
    let before = store.get_revision(id, 1).await.unwrap();
    let mut tool = tool(data_dir.path()).await;
    for sql in [
        "UPDATE revisions SET document = '{}' WHERE version = 1",
        "DELETE FROM revisions WHERE version = 1",
        "REPLACE INTO revisions SELECT 9, pipeline_id, version, '{}', digest, saved_at, saved_by FROM revisions WHERE version = 1",
        "REPLACE INTO revisions SELECT sequence, pipeline_id, 9, '{}', digest, saved_at, saved_by FROM revisions WHERE version = 1",
    ] {
        let error = tool.execute(sql).await.expect_err(sql);
        assert!(error.to_string().contains("a saved version"), "{sql}: {error}");
    }
    assert_eq!(store.get_revision(id, 1).await.unwrap(), before);
}

#[tokio::test]
async fn a_status_that_was_given_is_neither_changed_nor_deleted_by_sql() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = desk(data_dir.path()).await;
    let pipeline = store.create_pipeline(&document("?")).await.unwrap().id;
    let fork = || NewRecord::new(1, "Fork", |_| RecordText::default());
    let older = store.issue_record(pipeline, fork()).await.unwrap();
    let seen = store.get_record(older.id).await.unwrap().seen();
    store.change_status(seen, "accepted", "all agree").await.unwrap();
    let seen = store.get_record(older.id).await.unwrap().seen();
    let alone = store.issue_record(pipeline, fork()).await.unwrap();
    let newer = store.issue_record(pipeline, NewRecord { supersedes: Some(seen), ..fork() }).await.unwrap();
    store.change_status(store.get_record(alone.id).await.unwrap().seen(), "accepted", "").await.unwrap();
    let before = (store.get_record(older.id).await.unwrap(), store.get_record(newer.id).await.unwrap());
    let [older, newer, alone] = [older, newer, alone].map(|record| record.id.0.hyphenated().to_string());
    let insert = |record: &str, place: u32, status: &str, by: &str| {
        format!("INSERT INTO record_statuses VALUES ('{record}', {place}, '{status}', {by}, '', 0, NULL)")
    };
    let mut tool = tool(data_dir.path()).await;
    for (sql, refusal) in [
        ("UPDATE record_statuses SET status = 'rejected'".to_owned(), "never changed"),
        ("UPDATE OR REPLACE record_statuses SET place = 2 WHERE place = 1".to_owned(), "never changed"),
        ("DELETE FROM record_statuses".to_owned(), "never deleted"),
        ("REPLACE INTO record_statuses SELECT record_id, place, 'rejected', NULL, '', 0, NULL FROM record_statuses ORDER BY record_id DESC LIMIT 1".to_owned(), "a status "),
        (insert(&alone, 2, "superseded", &format!("'{newer}'")).replace("INSERT", "REPLACE"), "never changed"),
        (insert(&older, 3, "accepted", "NULL"), "a superseded record keeps its status"),
        (insert(&alone, 3, "rejected", "NULL"), "comes after all that were given before"),
        (insert(&newer, 1, "superseded", &format!("'{older}'")), "only a later record"),
        (insert(&newer, 1, "superseded", &format!("'{newer}'")), "only a later record"),
        (insert(&newer, 1, "superseded", "NULL"), "CHECK constraint failed"),
        (insert(&newer, 1, "accepted", &format!("'{alone}'")), "only a later record"),
        (insert("nothing", 1, "accepted", "NULL"), "FOREIGN KEY constraint failed"),
    ] {
        let error = tool.execute(sqlx::AssertSqlSafe(sql.clone())).await.expect_err(&sql);
        assert!(error.to_string().contains(refusal), "{sql}: {error}");
    }
    let [older, newer] = [&before.0, &before.1].map(|record| record.summary.id);
    assert_eq!((store.get_record(older).await.unwrap(), store.get_record(newer).await.unwrap()), before);
}

#[tokio::test]
async fn what_was_said_and_signed_off_is_neither_changed_nor_deleted_by_sql() {
    let data_dir = tempfile::tempdir().unwrap();
    let desk = desk(data_dir.path()).await;
    let pipeline = desk.create_pipeline(&document("?")).await.unwrap().id;
    let edit: CanEdit = access::to_pipeline(desk.store.as_ref(), desk.visitor(), pipeline).await.unwrap();
    let new = |to| NewComment {
        id: CommentId(uuid::Uuid::now_v7()),
        to,
        version: 1,
        said: "Why?".parse().unwrap(),
        mentions: Vec::new(),
    };
    let first = desk.store.comment(&edit, new(CommentOn::Subject(Subject::Pipeline))).await.unwrap();
    desk.store.comment(&edit, new(CommentOn::Comment(first))).await.unwrap();
    let signs = access::to_sign_off(desk.store.as_ref(), &edit).await.unwrap();
    desk.store.sign_off(&signs, 1, Position::Objects, &"So".parse().unwrap()).await.unwrap();
    let before = (desk.store.list_comments(&edit).await.unwrap(), desk.store.list_sign_offs(&edit).await.unwrap());
    let mut tool = tool(data_dir.path()).await;
    let other = "(id, place, pipeline_id, version, kind, key, answers, said_by, said_at, body)
                 SELECT hex(randomblob(18)), place + 9, pipeline_id, version";
    for (sql, refusal) in [
        ("UPDATE comments SET body = 'x'".to_owned(), "never changed"),
        ("UPDATE comments SET version = 2, kind = 'record'".to_owned(), "never changed"),
        ("DELETE FROM comments".to_owned(), "only together with its pipeline"),
        ("REPLACE INTO comments SELECT id, 9, pipeline_id, version, kind, key, answers, said_by, said_at, 'x', NULL, NULL FROM comments".to_owned(), "never changed"),
        (format!("INSERT INTO comments {other}, kind, key, id, said_by, said_at, body FROM comments WHERE answers IS NOT NULL"), "answers no other answer"),
        (format!("INSERT INTO comments {other}, 'record', '', id, said_by, said_at, body FROM comments WHERE answers IS NULL"), "answers no other answer"),
        ("UPDATE comments SET settled_by = said_by, settled_at = 1 WHERE answers IS NOT NULL".to_owned(), "CHECK constraint failed"),
        ("UPDATE sign_offs SET position = 'approves'".to_owned(), "never changed"),
        ("DELETE FROM sign_offs".to_owned(), "only together with its pipeline"),
        ("REPLACE INTO sign_offs SELECT place, pipeline_id, version, person_id, 'approves', '', 0 FROM sign_offs".to_owned(), "never changed"),
    ] {
        let error = tool.execute(sqlx::AssertSqlSafe(sql.clone())).await.expect_err(&sql);
        assert!(error.to_string().contains(refusal), "{sql}: {error}");
    }
    let after = (desk.store.list_comments(&edit).await.unwrap(), desk.store.list_sign_offs(&edit).await.unwrap());
    assert_eq!(after, before);
}
