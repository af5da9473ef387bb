-- Why: of many versions a few are talked about ("as reviewed", "what went live"), and must be found again by the name people
-- gave them. A version is never changed, so its name stands beside it; it has one at most, the latest.

CREATE TABLE milestones (
    pipeline_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL CHECK (name <> ''),
    named_by    TEXT    NOT NULL REFERENCES people (id),
    named_at    INTEGER NOT NULL,
    PRIMARY KEY (pipeline_id, version),
    FOREIGN KEY (pipeline_id, version) REFERENCES revisions (pipeline_id, version) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
