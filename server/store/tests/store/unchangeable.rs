//! What is issued or saved does not change, not even for somebody who writes SQL.

use ports::{NewRecord, Origin, RecordText, Store};
use sqlx::Executor;

use crate::{document, open, tool};

#[tokio::test]
async fn an_issued_record_is_neither_changed_nor_deleted_by_sql() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = open(data_dir.path()).await;
    let pipeline = store.create_pipeline(&document("?"), Origin::Made).await.unwrap().id;
    let record = NewRecord::new(pipeline, 1, "Fork", |_| RecordText {
        markdown: "# Fork\n".to_owned(),
        ..RecordText::default()
    });
    let issued = store.issue_record(record).await.unwrap();
    let before = store.get_record(issued.id).await.unwrap();
    let mut tool = tool(data_dir.path()).await;
    for sql in [
        "UPDATE records SET title = 'Join'",
        "UPDATE OR IGNORE records SET number = 2",
        "DELETE FROM records",
        "INSERT OR REPLACE INTO records SELECT id, 2, pipeline_id, version, 'Join', markdown, issued_at, evidence FROM records",
        "REPLACE INTO records SELECT hex(randomblob(18)), number, pipeline_id, version, 'Join', '', 0, '' FROM records",
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
    let store = open(data_dir.path()).await;
    let id = store.create_pipeline(&document("1"), Origin::Made).await.unwrap().id;
    store.save_pipeline(id, 1, &document("2")).await.unwrap();
    let before = store.get_revision(id, 1).await.unwrap();
    let mut tool = tool(data_dir.path()).await;
    for sql in [
        "UPDATE revisions SET document = '{}' WHERE version = 1",
        "DELETE FROM revisions WHERE version = 1",
        "REPLACE INTO revisions SELECT 9, pipeline_id, version, '{}', digest, saved_at FROM revisions WHERE version = 1",
        "REPLACE INTO revisions SELECT sequence, pipeline_id, 9, '{}', digest, saved_at FROM revisions WHERE version = 1",
    ] {
        let error = tool.execute(sql).await.expect_err(sql);
        assert!(error.to_string().contains("a saved version"), "{sql}: {error}");
    }
    assert_eq!(store.get_revision(id, 1).await.unwrap(), before);
    // The pipeline as a whole may still go.
    store.delete_pipeline(id).await.unwrap();
}
