-- Why: what a team says about results is no part of the model, and must not be lost or changed behind its back: that it
-- accepts a verdict or overrules it and why, and which failure it expects before it looks. What is said later stands beside
-- what was said before, each with the version it was said of.

CREATE TABLE notes (
    place       INTEGER NOT NULL PRIMARY KEY,
    pipeline_id TEXT    NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    version     INTEGER NOT NULL CHECK (version >= 1),
    body        TEXT    NOT NULL,
    noted_at    INTEGER NOT NULL
) STRICT;

CREATE INDEX notes_of_a_pipeline ON notes (pipeline_id, kind, place);
