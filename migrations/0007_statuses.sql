-- Why: an issued record never changes, but what a team makes of it does: it accepts what was proposed, turns it down, gives
-- it up, or issues another in its place. Each of these is a row of its own beside the record, and none is ever changed
-- either, so that who reads a status can see how it came about. The status a record was issued with is in its text.

CREATE TABLE record_statuses (
    record_id     TEXT    NOT NULL REFERENCES records (id),
    -- Counted from 1 for each record. Who adds a row says by its place which ones were seen before.
    place         INTEGER NOT NULL,
    status        TEXT    NOT NULL CHECK (status <> ''),
    -- A record comes in the place of one other at most.
    superseded_by TEXT             UNIQUE REFERENCES records (id),
    because       TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL,
    PRIMARY KEY (record_id, place),
    CHECK ((status = 'superseded') = (superseded_by IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER record_statuses_are_not_changed BEFORE UPDATE ON record_statuses
BEGIN
    SELECT RAISE(ABORT, 'a status that was given is never changed');
END;

CREATE TRIGGER record_statuses_are_not_deleted BEFORE DELETE ON record_statuses
BEGIN
    SELECT RAISE(ABORT, 'a status that was given is never deleted');
END;

-- INSERT OR REPLACE fires no trigger for the row it removes.
CREATE TRIGGER record_statuses_are_not_replaced BEFORE INSERT ON record_statuses
WHEN EXISTS (
    SELECT 1 FROM record_statuses
    WHERE (record_id = NEW.record_id AND place = NEW.place) OR superseded_by = NEW.superseded_by
)
BEGIN
    SELECT RAISE(ABORT, 'a status that was given is never changed');
END;

CREATE TRIGGER record_statuses_count_without_gaps BEFORE INSERT ON record_statuses
WHEN NEW.place <> (SELECT count(*) + 1 FROM record_statuses WHERE record_id = NEW.record_id)
BEGIN
    SELECT RAISE(ABORT, 'a status comes after all that were given before');
END;

CREATE TRIGGER superseded_is_the_last_status BEFORE INSERT ON record_statuses
WHEN EXISTS (SELECT 1 FROM record_statuses WHERE record_id = NEW.record_id AND superseded_by IS NOT NULL)
BEGIN
    SELECT RAISE(ABORT, 'a superseded record keeps its status');
END;

-- Links that lead in a circle would leave no record that stands.
CREATE TRIGGER only_later_records_supersede BEFORE INSERT ON record_statuses
WHEN EXISTS (
    SELECT 1 FROM records AS older JOIN records AS newer
    WHERE older.id = NEW.record_id AND newer.id = NEW.superseded_by AND newer.number <= older.number
)
BEGIN
    SELECT RAISE(ABORT, 'only a later record takes the place of another');
END;
