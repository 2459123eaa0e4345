-- Times are seconds since 1970. `sender`, `person` and `message` are keyed hashes; every `body` is JSON under AES-GCM,
-- bound to its table and row (keys.py).

CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Every message writes one row here and one below: few indexes, and rows that grow at the end, keep a commit at three
-- pages. The time stands before the body, so that looking for old rows reads no bodies.
CREATE TABLE sessions (
    sender BLOB NOT NULL UNIQUE,
    updated_at INTEGER NOT NULL,
    sensitive INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX sessions_sensitive ON sessions (updated_at) WHERE sensitive;

CREATE TABLE replies (
    id INTEGER PRIMARY KEY,
    message BLOB NOT NULL UNIQUE,         -- covers the sender too
    sender BLOB NOT NULL,
    answered_at INTEGER NOT NULL,
    body BLOB NOT NULL
);

-- What was promised about an event: the row that counting uses, written when knowledge is published.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    starts_at INTEGER,
    ends_at INTEGER,
    quota INTEGER,                        -- NULL: no limit
    taken_elsewhere INTEGER NOT NULL,
    waiting_list INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    erase_at INTEGER,                     -- the end of its retention
    last_number INTEGER NOT NULL DEFAULT 0  -- the last number told at the door; numbers are never used again
) WITHOUT ROWID;

-- The id is the order of joining, whatever the clock does: a new row's is above all others'.
CREATE TABLE signups (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL REFERENCES events (id),
    sender BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('confirmed', 'waiting', 'cancelled')),
    person BLOB,                          -- NULL once cancelled, as the body
    body BLOB,                            -- name, phone, and the openid for messages that we begin
    number INTEGER NOT NULL DEFAULT 0,    -- 0 until confirmed
    joined_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX signups_one_place_a_person ON signups (event, person) WHERE status <> 'cancelled';
CREATE INDEX signups_waiting ON signups (event, id) WHERE status = 'waiting';
CREATE INDEX signups_sender ON signups (sender);

CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender BLOB NOT NULL,
    purpose TEXT NOT NULL,
    version TEXT NOT NULL,
    given INTEGER NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX consents_sender ON consents (sender, purpose);

CREATE TABLE kept (
    sender BLOB NOT NULL,
    purpose TEXT NOT NULL,
    body BLOB NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (sender, purpose)
) WITHOUT ROWID;

CREATE TABLE notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender BLOB NOT NULL,
    body BLOB NOT NULL,
    left_at INTEGER NOT NULL
);
CREATE INDEX notes_sender ON notes (sender);

-- News that waits for a worker's next message; telling it deletes it.
CREATE TABLE news (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender BLOB NOT NULL,
    event TEXT NOT NULL REFERENCES events (id),
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX news_sender ON news (sender);

CREATE TABLE unmatched (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    text TEXT NOT NULL,
    at INTEGER NOT NULL
);

-- Who was erased, under a hash of its own, so that a restored backup forgets him again.
CREATE TABLE erasures (
    mark BLOB PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;

-- Each row's seal covers the row and the seal before it.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    act TEXT NOT NULL,
    about TEXT NOT NULL,
    seal BLOB NOT NULL
);
