-- Why: a decision rests on the document as it was when it was made, so a pipeline is the list of all its versions and
-- saving adds to it. `pipelines` repeats of the latest version what a list shows, so that listing reads no document;
-- its `version` is also what a save compares, so that nobody overwrites what they have not seen.

CREATE TABLE pipelines (
    id       TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- The name of the example that this is. An example is here at most once.
    example  TEXT             UNIQUE,
    name     TEXT    NOT NULL,
    steps    INTEGER NOT NULL CHECK (steps >= 0),
    version  INTEGER NOT NULL CHECK (version >= 1),
    saved_at INTEGER NOT NULL
) STRICT;

CREATE TABLE revisions (
    -- The order of all saves. Times would not do: two saves share a millisecond, and clocks are set back.
    sequence    INTEGER NOT NULL PRIMARY KEY,
    pipeline_id TEXT    NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    version     INTEGER NOT NULL CHECK (version >= 1),
    document    TEXT    NOT NULL,
    digest      TEXT    NOT NULL CHECK (length(digest) = 64),
    saved_at    INTEGER NOT NULL,
    UNIQUE (pipeline_id, version)
) STRICT;

-- Records and shared links name versions: what they name must stay what it was, whoever writes SQL here.
CREATE TRIGGER revisions_are_not_changed BEFORE UPDATE ON revisions
BEGIN
    SELECT RAISE(ABORT, 'a saved version is never changed');
END;

-- INSERT OR REPLACE fires no trigger for the row it removes.
CREATE TRIGGER revisions_are_not_replaced BEFORE INSERT ON revisions
WHEN EXISTS (
    SELECT 1 FROM revisions
    WHERE (pipeline_id = NEW.pipeline_id AND version = NEW.version) OR sequence = NEW.sequence
)
BEGIN
    SELECT RAISE(ABORT, 'a saved version is never changed');
END;

-- A version goes only together with its pipeline, whose row is gone when the cascade comes here.
CREATE TRIGGER revisions_are_not_picked_out BEFORE DELETE ON revisions
WHEN EXISTS (SELECT 1 FROM pipelines WHERE id = OLD.pipeline_id)
BEGIN
    SELECT RAISE(ABORT, 'a saved version goes only together with its pipeline');
END;
