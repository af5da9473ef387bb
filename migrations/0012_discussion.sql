-- Why: a decision is made by several people, who talk about it. What somebody said, and whether somebody who was asked
-- approves or objects, is evidence afterwards: it stands as it was said, with the version it was said of, and what is said
-- later stands beside it. Only whether a comment is settled changes.

CREATE TABLE comments (
    id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    -- The order in which they were said. Times would not do: two share a millisecond, and clocks are set back.
    place       INTEGER NOT NULL UNIQUE,
    pipeline_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('pipeline', 'record', 'step', 'finding')),
    -- Which step or rule; empty where the kind says it all.
    key         TEXT    NOT NULL CHECK ((key = '') = (kind IN ('pipeline', 'record'))),
    answers     TEXT             REFERENCES comments (id) ON DELETE CASCADE,
    said_by     TEXT    NOT NULL REFERENCES people (id),
    said_at     INTEGER NOT NULL,
    body        TEXT    NOT NULL CHECK (length(body) BETWEEN 1 AND 10000),
    settled_by  TEXT             REFERENCES people (id),
    settled_at  INTEGER,
    FOREIGN KEY (pipeline_id, version) REFERENCES revisions (pipeline_id, version) ON DELETE CASCADE,
    CHECK ((settled_by IS NULL) = (settled_at IS NULL)),
    -- An answer is settled with what it answers.
    CHECK (answers IS NULL OR settled_at IS NULL)
) STRICT;

CREATE INDEX comments_of_a_pipeline ON comments (pipeline_id, place);

CREATE TRIGGER comments_are_not_changed
BEFORE UPDATE OF id, place, pipeline_id, version, kind, key, answers, said_by, said_at, body ON comments
BEGIN
    SELECT RAISE(ABORT, 'what was said is never changed');
END;

-- INSERT OR REPLACE fires no trigger for the row it removes.
CREATE TRIGGER comments_are_not_replaced BEFORE INSERT ON comments
WHEN EXISTS (SELECT 1 FROM comments WHERE id = NEW.id OR place = NEW.place OR rowid = NEW.rowid)
BEGIN
    SELECT RAISE(ABORT, 'what was said is never changed');
END;

CREATE TRIGGER comments_are_not_deleted BEFORE DELETE ON comments
WHEN EXISTS (SELECT 1 FROM pipelines WHERE id = OLD.pipeline_id)
BEGIN
    SELECT RAISE(ABORT, 'what was said goes only together with its pipeline');
END;

CREATE TRIGGER answers_are_not_answered BEFORE INSERT ON comments
WHEN EXISTS (
    SELECT 1 FROM comments
    WHERE id = NEW.answers AND (answers IS NOT NULL OR pipeline_id <> NEW.pipeline_id OR kind <> NEW.kind OR key <> NEW.key)
)
BEGIN
    SELECT RAISE(ABORT, 'an answer is about what it answers, and answers no other answer');
END;

CREATE TABLE mentions (
    comment_id TEXT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    person_id  TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (comment_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX mentions_of_a_person ON mentions (person_id);

-- Who is asked to sign off.
CREATE TABLE deciders (
    pipeline_id TEXT    NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    person_id   TEXT    NOT NULL REFERENCES people (id),
    named_by    TEXT    NOT NULL REFERENCES people (id),
    named_at    INTEGER NOT NULL,
    PRIMARY KEY (pipeline_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_offs (
    place       INTEGER NOT NULL PRIMARY KEY,
    pipeline_id TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    person_id   TEXT    NOT NULL REFERENCES people (id),
    position    TEXT    NOT NULL CHECK (position IN ('approves', 'objects')),
    because     TEXT    NOT NULL CHECK (length(because) <= 2000),
    signed_at   INTEGER NOT NULL,
    FOREIGN KEY (pipeline_id, version) REFERENCES revisions (pipeline_id, version) ON DELETE CASCADE
) STRICT;

CREATE INDEX sign_offs_of_a_pipeline ON sign_offs (pipeline_id, place);

CREATE TRIGGER sign_offs_are_not_changed BEFORE UPDATE ON sign_offs
BEGIN
    SELECT RAISE(ABORT, 'a sign-off is never changed');
END;

CREATE TRIGGER sign_offs_are_not_replaced BEFORE INSERT ON sign_offs
WHEN EXISTS (SELECT 1 FROM sign_offs WHERE place = NEW.place)
BEGIN
    SELECT RAISE(ABORT, 'a sign-off is never changed');
END;

CREATE TRIGGER sign_offs_are_not_deleted BEFORE DELETE ON sign_offs
WHEN EXISTS (SELECT 1 FROM pipelines WHERE id = OLD.pipeline_id)
BEGIN
    SELECT RAISE(ABORT, 'a sign-off goes only together with its pipeline');
END;
