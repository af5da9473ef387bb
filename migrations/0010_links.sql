-- Why: people who have no account here are to see one pipeline, as it stands or as it was at one version, for as long as its
-- owners want that. A link is recognised by the digest of its secret: who reads this table cannot follow what it holds.

CREATE TABLE links (
    id          TEXT    NOT NULL PRIMARY KEY CHECK (length(id) = 36),
    pipeline_id TEXT    NOT NULL REFERENCES pipelines (id) ON DELETE CASCADE,
    digest      TEXT    NOT NULL UNIQUE CHECK (length(digest) = 64),
    label       TEXT             CHECK (label <> ''),
    -- The version it shows; none: whichever is the latest.
    version     INTEGER,
    downloads   INTEGER NOT NULL CHECK (downloads IN (0, 1)),
    -- A PHC string; none: it asks for no password.
    password    TEXT,
    ends_at     INTEGER,
    made_by     TEXT    NOT NULL REFERENCES people (id),
    made_at     INTEGER NOT NULL,
    revoked_at  INTEGER,
    FOREIGN KEY (pipeline_id, version) REFERENCES revisions (pipeline_id, version)
) STRICT;

CREATE INDEX links_of_a_pipeline ON links (pipeline_id);

-- Browsers whose owner has said the password of a link, each by the digest of what it was given for that.
CREATE TABLE link_unlocks (
    digest  TEXT    NOT NULL CHECK (length(digest) = 64),
    link_id TEXT    NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (digest, link_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX unlocks_of_a_link ON link_unlocks (link_id);
