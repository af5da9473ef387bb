-- Why: an issued record is what a team decided and why. It is copied into repositories under its number, so it never
-- changes, its number is never given again, and it outlives the pipeline it decides on: `pipeline_id` refers to nothing.

CREATE TABLE records (
    id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    number      INTEGER NOT NULL UNIQUE CHECK (number BETWEEN 1 AND 4294967295),
    pipeline_id TEXT    NOT NULL,
    version     INTEGER NOT NULL CHECK (version >= 1),
    title       TEXT    NOT NULL,
    markdown    TEXT    NOT NULL,
    issued_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX records_of_a_pipeline ON records (pipeline_id, number);

CREATE TRIGGER records_are_not_changed BEFORE UPDATE ON records
BEGIN
    SELECT RAISE(ABORT, 'an issued record is never changed');
END;

CREATE TRIGGER records_are_not_deleted BEFORE DELETE ON records
BEGIN
    SELECT RAISE(ABORT, 'an issued record is never deleted');
END;

-- INSERT OR REPLACE fires no trigger for the row it removes.
CREATE TRIGGER records_are_not_replaced BEFORE INSERT ON records
WHEN EXISTS (SELECT 1 FROM records WHERE id = NEW.id OR number = NEW.number OR rowid = NEW.rowid)
BEGIN
    SELECT RAISE(ABORT, 'an issued record is never changed');
END;
