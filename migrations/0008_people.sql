-- Why: who may see a pipeline, and who said or saved something, must be known of everything that is kept. People are those
-- with an account, those who were asked to come, and guests, who only try things: a guest is somebody too, so that signing up
-- changes nothing about what they made. What was made before there were people belongs to nobody until the first
-- administrator comes, who gets it.

CREATE TABLE people (
    id            TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name          TEXT    NOT NULL CHECK (name <> ''),
    email         TEXT             UNIQUE CHECK (email = lower(email)),
    -- A PHC string; none: they cannot sign in by a password.
    password      TEXT,
    state         TEXT    NOT NULL CHECK (state IN ('guest', 'invited', 'active', 'disabled')),
    administrator INTEGER NOT NULL DEFAULT 0 CHECK (administrator IN (0, 1)),
    since         INTEGER NOT NULL,
    CHECK ((state = 'guest') = (email IS NULL))
) STRICT;

-- A session is recognised by the digest of its secret: who reads this table cannot come in with what it holds.
CREATE TABLE sessions (
    id        TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    digest    TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    person_id TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    agent     TEXT    NOT NULL,
    begun_at  INTEGER NOT NULL,
    seen_at   INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL,
    idle_ms   INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_of_a_person ON sessions (person_id);

CREATE TABLE teams (
    id    TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    name  TEXT    NOT NULL CHECK (name <> ''),
    since INTEGER NOT NULL
) STRICT;

-- A membership has a state beside its role: an invitation that was not accepted must count for nothing.
CREATE TABLE memberships (
    team_id       TEXT    NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    person_id     TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'editor', 'owner')),
    state         TEXT    NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    invited_until INTEGER,
    PRIMARY KEY (team_id, person_id),
    CHECK ((state = 'invited') = (invited_until IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX memberships_of_a_person ON memberships (person_id);

-- One-time links. Each is used once, which removes it.
CREATE TABLE tickets (
    digest    TEXT    NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    purpose   TEXT    NOT NULL CHECK (purpose IN ('set-up', 'join', 'reset')),
    person_id TEXT             REFERENCES people (id) ON DELETE CASCADE,
    team_id   TEXT             REFERENCES teams (id) ON DELETE CASCADE,
    ends_at   INTEGER NOT NULL,
    CHECK ((purpose = 'set-up') = (person_id IS NULL))
) STRICT;

ALTER TABLE pipelines ADD COLUMN person_id TEXT REFERENCES people (id)
    CHECK (person_id IS NULL OR example IS NULL);
ALTER TABLE pipelines ADD COLUMN team_id TEXT REFERENCES teams (id)
    CHECK (team_id IS NULL OR (example IS NULL AND person_id IS NULL));
ALTER TABLE pipelines ADD COLUMN archived_at INTEGER;

CREATE INDEX pipelines_of_a_person ON pipelines (person_id);
CREATE INDEX pipelines_of_a_team ON pipelines (team_id);

ALTER TABLE revisions ADD COLUMN saved_by TEXT REFERENCES people (id);
ALTER TABLE notes ADD COLUMN noted_by TEXT REFERENCES people (id);
ALTER TABLE records ADD COLUMN issued_by TEXT REFERENCES people (id);
ALTER TABLE record_statuses ADD COLUMN changed_by TEXT REFERENCES people (id);

-- What somebody typed and could not save is theirs alone, even where they share the pipeline.
CREATE TABLE drafts_of_people (
    pipeline_id  TEXT    NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    page         TEXT    NOT NULL,
    person_id    TEXT             REFERENCES people (id) ON DELETE CASCADE,
    base_version INTEGER NOT NULL,
    input        TEXT    NOT NULL,
    kept_at      INTEGER NOT NULL,
    UNIQUE (pipeline_id, page, person_id)
) STRICT;

INSERT INTO drafts_of_people SELECT pipeline_id, page, NULL, base_version, input, kept_at FROM drafts;
DROP TABLE drafts;
ALTER TABLE drafts_of_people RENAME TO drafts;
