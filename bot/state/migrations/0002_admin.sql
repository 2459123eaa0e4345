-- Who may use the screen, who is at it, and who guessed wrong. Times are seconds since 1970.

CREATE TABLE admins (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('编辑', '管理')),
    password TEXT NOT NULL,               -- argon2id with its salt and costs
    added_at INTEGER NOT NULL
) WITHOUT ROWID;

-- `token` is a hash of what the browser's cookie holds.
CREATE TABLE admin_sessions (
    token BLOB PRIMARY KEY,
    admin TEXT NOT NULL REFERENCES admins (name) ON DELETE CASCADE,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Wrong passwords by where they came from: `source` is a keyed hash of a client's address or of a known device.
CREATE TABLE admin_failures (
    source BLOB PRIMARY KEY,
    count INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What became of a message for the staff.
ALTER TABLE notes ADD COLUMN done_at INTEGER;
ALTER TABLE notes ADD COLUMN done_by TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN remark BLOB;   -- encrypted, as the body

-- How often what happened on a day: no person, no text. `name` is e.g. "intent claim_check".
CREATE TABLE figures (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) WITHOUT ROWID;
