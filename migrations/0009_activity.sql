-- Why: a team must be able to see afterwards who shared, moved, revoked, accepted or restored something. What was done is
-- noted in the transaction that does it, so that there is no deed without its line and no line without its deed.

CREATE TABLE activity (
    place       INTEGER NOT NULL PRIMARY KEY,
    team_id     TEXT    NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    person_id   TEXT    NOT NULL REFERENCES people (id),
    -- What it was done to, where that is a pipeline.
    pipeline_id TEXT             REFERENCES pipelines (id) ON DELETE SET NULL,
    deed        TEXT    NOT NULL CHECK (deed <> ''),
    about       TEXT    NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX activity_of_a_team ON activity (team_id, place);
