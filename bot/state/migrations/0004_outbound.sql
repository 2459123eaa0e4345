-- News that we tell without being asked, where the account may: claimed before it is sent, so that nobody hears it twice.

ALTER TABLE news ADD COLUMN claimed_at INTEGER;   -- NULL: not tried
ALTER TABLE news ADD COLUMN failed INTEGER;       -- WeChat's errcode: it waits for his next message

-- Who was reminded of the day.
ALTER TABLE signups ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;

-- One process at a time does what only one may do.
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID;

-- WeChat's access token, encrypted, shared by all processes.
CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    until INTEGER NOT NULL
) WITHOUT ROWID;
