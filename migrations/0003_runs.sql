-- Why: a report that the server made for a version is shown to many and takes seconds to make, so it is kept. What it
-- was made of stands beside it in columns of its own, so that runs of an old engine can be found without reading them.

CREATE TABLE runs (
    pipeline_id     TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    document_digest TEXT    NOT NULL,
    -- Text: a seed has 64 bits without a sign, an INTEGER 63.
    seed            TEXT    NOT NULL,
    engine          TEXT    NOT NULL,
    report          TEXT    NOT NULL,
    kept_at         INTEGER NOT NULL,
    PRIMARY KEY (pipeline_id, version),
    FOREIGN KEY (pipeline_id, version) REFERENCES revisions (pipeline_id, version) ON DELETE CASCADE
) STRICT;
