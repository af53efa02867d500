-- The cloud: which one this station is paired with, what it has heard from there, and what waits to be told.

CREATE TABLE cloud (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    -- The pairing code; it holds no secret.
    pairing   TEXT    NOT NULL,
    paired_at INTEGER NOT NULL,
    -- How the last requests went: what the status is after a restart, and what the command line tells.
    online    INTEGER NOT NULL DEFAULT 0 CHECK (online IN (0, 1)),
    since     INTEGER,
    trouble   TEXT,
    words     TEXT,
    offset_ms INTEGER,
    synced_at INTEGER
) STRICT;

-- state: 0 waits, 1 the cloud has it, 2 the cloud will not take it as it is.
ALTER TABLE outbox ADD COLUMN state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2));
ALTER TABLE outbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN words TEXT;
ALTER TABLE outbox ADD COLUMN settled_at INTEGER;
CREATE INDEX outbox_waiting ON outbox (sequence) WHERE state = 0;
CREATE INDEX outbox_dead ON outbox (sequence) WHERE state = 2;

-- cloud_version: none while the event is this station's alone; 0 while it is being published.
ALTER TABLE event ADD COLUMN cloud_version INTEGER;
-- The first organizer's key met; manifests of another are not taken.
ALTER TABLE event ADD COLUMN organizer_key BLOB CHECK (organizer_key IS NULL OR length(organizer_key) = 32);
ALTER TABLE event ADD COLUMN edition INTEGER NOT NULL DEFAULT 0;

-- Tickets that other stations have sold; `sold` stays this station's own.
ALTER TABLE event_count ADD COLUMN sold_elsewhere INTEGER NOT NULL DEFAULT 0 CHECK (sold_elsewhere >= 0);

-- claim: who may sell the seat. 0 this station; 1 nobody yet; 2 in a cart elsewhere, until elsewhere_until; 3 another
-- station; 4 sold elsewhere; 5 kept out of sale by the cloud; 6 this station gives it back; 7 in a cart here, held in
-- the cloud; 8 being published. Only 0 may be sold from, and only what the cloud has granted becomes 0.
ALTER TABLE seat ADD COLUMN claim INTEGER NOT NULL DEFAULT 0 CHECK (claim BETWEEN 0 AND 8);
ALTER TABLE seat ADD COLUMN cloud_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE seat ADD COLUMN elsewhere_until INTEGER;
-- Owned ahead, for selling offline: not given back by itself.
ALTER TABLE seat ADD COLUMN allotted INTEGER NOT NULL DEFAULT 0 CHECK (allotted IN (0, 1));
CREATE INDEX seat_claimed ON seat (event_no, claim, allotted)
    WHERE cloud_version > 0 AND claim IN (0, 6, 7) AND state IN (0, 1);
CREATE INDEX seat_elsewhere ON seat (event_no, claim) WHERE claim IN (2, 3, 4, 5);

-- granted: places this station may sell, sold ones among them; none while all are its own.
ALTER TABLE standing_area ADD COLUMN granted INTEGER CHECK (granted >= 0);
ALTER TABLE standing_area ADD COLUMN grant_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE standing_area ADD COLUMN giving_back INTEGER NOT NULL DEFAULT 0 CHECK (giving_back >= 0);
ALTER TABLE standing_area ADD COLUMN allotted INTEGER NOT NULL DEFAULT 0 CHECK (allotted >= 0);
ALTER TABLE standing_area ADD COLUMN left_for_all INTEGER NOT NULL DEFAULT 0 CHECK (left_for_all >= 0);
ALTER TABLE standing_area ADD COLUMN counter_version INTEGER NOT NULL DEFAULT 0;

-- Standing places that a cart here is about to pay for.
CREATE TABLE standing_hold (
    cart_id    BLOB    NOT NULL CHECK (length(cart_id) = 16),
    event_no   INTEGER NOT NULL REFERENCES event (event_no),
    area_id    TEXT    NOT NULL,
    places     INTEGER NOT NULL CHECK (places > 0),
    hold_until INTEGER NOT NULL,
    PRIMARY KEY (cart_id, event_no, area_id)
) STRICT, WITHOUT ROWID;

-- What the cloud says of tickets, whoever sold them. Times as everywhere; updated_at is the cloud's.
CREATE TABLE cloud_ticket (
    ticket_id    BLOB    NOT NULL PRIMARY KEY CHECK (length(ticket_id) = 16),
    event_no     INTEGER NOT NULL REFERENCES event (event_no),
    order_code   TEXT,
    seat_id      TEXT,
    label        TEXT,
    category     TEXT,
    holder       TEXT,
    status       TEXT    NOT NULL,
    admission_id BLOB    CHECK (admission_id IS NULL OR length(admission_id) = 16),
    admitted_at  INTEGER,
    gate         TEXT,
    station      TEXT,
    updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far each feed of an event has been read. since: everything written before it is here; resume: where a reading
-- that was cut off goes on; reached: when that reading began; whole: the first reading has come to its end.
CREATE TABLE follow (
    event_no INTEGER NOT NULL REFERENCES event (event_no),
    feed     TEXT    NOT NULL,
    since    INTEGER NOT NULL DEFAULT 0,
    resume   TEXT,
    reached  INTEGER NOT NULL DEFAULT 0,
    whole    INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1)),
    PRIMARY KEY (event_no, feed)
) STRICT, WITHOUT ROWID;

-- What two places did that cannot both be right, as the cloud tells it.
CREATE TABLE conflict (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    conflict_id TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    settled_at  INTEGER,
    record      TEXT    NOT NULL,
    PRIMARY KEY (event_no, conflict_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_open ON conflict (at) WHERE settled_at IS NULL;

-- Somebody who signs in with the organizer's account, and has a PIN here for the next times.
ALTER TABLE staff ADD COLUMN subject TEXT;
