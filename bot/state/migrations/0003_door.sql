-- Offers that a person who waits must accept in time, sign-up stopped by the staff, and who came.

-- So long a place that becomes free is held for the next in line; NULL: it is his at once.
ALTER TABLE events ADD COLUMN offer_minutes INTEGER;
-- The staff take no more sign-ups, whatever the times say.
ALTER TABLE events ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;

-- Until then a place is held for one who waits; NULL: none is.
ALTER TABLE signups ADD COLUMN offered_until INTEGER;
ALTER TABLE signups ADD COLUMN arrived_at INTEGER;

-- All counts of active sign-ups are read from this alone.
CREATE INDEX signups_active ON signups (event, status, offered_until) WHERE status <> 'cancelled';
