-- Why: input that does not make a document yet must survive a closed tab. It is kept as typed, one per page, apart from
-- the versions, because nothing may rest on it.

CREATE TABLE drafts (
    pipeline_id  TEXT    NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    page         TEXT    NOT NULL,
    base_version INTEGER NOT NULL,
    input        TEXT    NOT NULL,
    kept_at      INTEGER NOT NULL,
    PRIMARY KEY (pipeline_id, page)
) STRICT;
