-- Why: some people sign in elsewhere, with a provider that vouches for them. They are known by the provider and its own name
-- for them, never by an address, which can be given to somebody else. Between the two halves of such a sign-in what was asked
-- must wait here, for the browser that asked and for a few minutes only.

CREATE TABLE identities (
    issuer    TEXT    NOT NULL CHECK (issuer <> ''),
    subject   TEXT    NOT NULL CHECK (subject <> ''),
    person_id TEXT    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    since     INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX identities_of_a_person ON identities (person_id);

CREATE TABLE pending_sign_ins (
    digest  TEXT    NOT NULL PRIMARY KEY CHECK (length(digest) = 64),
    pending TEXT    NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
