-- The first schema: one station, its events and seats, what it sold and whom it admitted.
-- Times are milliseconds since 1970 UTC. Money is in minor units of the event's currency. Ids are 16 bytes.

CREATE TABLE station (
    singleton   INTEGER PRIMARY KEY CHECK (singleton = 1),
    station_id  BLOB    NOT NULL CHECK (length(station_id) = 16),
    name        TEXT    NOT NULL,
    public_key  BLOB    NOT NULL CHECK (length(public_key) = 32),
    secret_key  BLOB    NOT NULL CHECK (length(secret_key) = 32),
    epoch       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE staff (
    staff_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(staff_id) = 16),
    name            TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    pin_hash        TEXT    NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0,
    last_failure_at INTEGER
) STRICT, WITHOUT ROWID;

-- What the people at this station have to be told once, until somebody has read it.
CREATE TABLE notice (
    notice_no INTEGER PRIMARY KEY,
    code      TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    read_at   INTEGER
) STRICT;

-- A seating plan never changes: another drawing is another plan. Numbers of plans and events are never used again,
-- since every open window remembers what it has read under them.
CREATE TABLE plan (
    plan_no  INTEGER PRIMARY KEY AUTOINCREMENT,
    digest   BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    name     TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE event (
    event_no      INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id      BLOB    NOT NULL UNIQUE CHECK (length(event_id) = 16),
    name          TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    venue_name    TEXT    NOT NULL,
    venue_address TEXT,
    time_zone     TEXT    NOT NULL,
    starts_at     INTEGER NOT NULL,
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    sample        INTEGER NOT NULL CHECK (sample IN (0, 1)),
    plan_no       INTEGER NOT NULL REFERENCES plan (plan_no),
    -- A removed event that has sold something stays, so that its orders and audit entries stay true.
    removed_at    INTEGER
) STRICT;

-- Counts that the gate and the lists show after every sale and scan, kept so that they need not be counted.
CREATE TABLE event_count (
    event_no INTEGER PRIMARY KEY REFERENCES event (event_no),
    seats    INTEGER NOT NULL CHECK (seats >= 0),
    sold     INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
    admitted INTEGER NOT NULL DEFAULT 0 CHECK (admitted >= 0)
) STRICT;

-- The manifest's lines: which keys may issue tickets for an event.
CREATE TABLE issuer_key (
    event_no     INTEGER NOT NULL REFERENCES event (event_no),
    key_id       INTEGER NOT NULL,
    public_key   BLOB    NOT NULL CHECK (length(public_key) = 32),
    revoked_from INTEGER,
    PRIMARY KEY (event_no, key_id)
) STRICT, WITHOUT ROWID;

-- A category is the price list's line and the ticket class that stands in the token.
CREATE TABLE category (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    category_no INTEGER NOT NULL CHECK (category_no BETWEEN 0 AND 65535),
    name        TEXT    NOT NULL,
    price       INTEGER NOT NULL CHECK (price >= 0),
    valid_from  INTEGER,
    valid_until INTEGER,
    gates       TEXT    NOT NULL DEFAULT '[]',
    PRIMARY KEY (event_no, category_no),
    UNIQUE (event_no, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing_area (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    area_id     TEXT    NOT NULL,
    category_no INTEGER NOT NULL,
    capacity    INTEGER NOT NULL CHECK (capacity >= 0),
    sold        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (event_no, area_id),
    FOREIGN KEY (event_no, category_no) REFERENCES category (event_no, category_no),
    CONSTRAINT not_oversold CHECK (sold BETWEEN 0 AND capacity)
) STRICT, WITHOUT ROWID;

-- state: 0 free, 1 held (by cart_id until hold_until), 2 sold (to ticket_id), 3 blocked.
CREATE TABLE seat (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    seat_id     TEXT    NOT NULL,
    seat_no     INTEGER NOT NULL,
    category_no INTEGER NOT NULL,
    state       INTEGER NOT NULL DEFAULT 0,
    cart_id     BLOB,
    hold_until  INTEGER,
    ticket_id   BLOB,
    PRIMARY KEY (event_no, seat_id),
    CONSTRAINT state_is_whole CHECK (
        (state IN (0, 3) AND cart_id IS NULL AND hold_until IS NULL AND ticket_id IS NULL)
        OR (state = 1 AND cart_id IS NOT NULL AND hold_until IS NOT NULL AND ticket_id IS NULL)
        OR (state = 2 AND cart_id IS NULL AND hold_until IS NULL AND ticket_id IS NOT NULL)
    )
) STRICT, WITHOUT ROWID;

-- Few seats are held at a time; what is asked of them is answered from here.
CREATE INDEX seat_held ON seat (cart_id, hold_until) WHERE state = 1;
CREATE INDEX seat_blocked ON seat (event_no) WHERE state = 3;

CREATE TABLE orders (
    order_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(order_id) = 16),
    code       TEXT    NOT NULL UNIQUE,
    event_no   INTEGER NOT NULL REFERENCES event (event_no),
    sold_at    INTEGER NOT NULL,
    actor      TEXT    NOT NULL,
    channel    TEXT    NOT NULL,
    holder     TEXT,
    -- The name in small letters, which SQLite itself knows of ASCII alone.
    holder_key TEXT    CHECK ((holder_key IS NULL) = (holder IS NULL)),
    total      INTEGER NOT NULL CHECK (total >= 0),
    printed    INTEGER NOT NULL DEFAULT 0,
    -- The cart that became this order: asked to sell it again, the station answers with this order.
    cart_id    BLOB    CHECK (cart_id IS NULL OR length(cart_id) = 16)
) STRICT, WITHOUT ROWID;

-- Most walk-up orders carry no name, so the index of names stays small.
CREATE INDEX orders_by_holder ON orders (holder_key) WHERE holder_key IS NOT NULL;
CREATE UNIQUE INDEX orders_by_cart ON orders (cart_id) WHERE cart_id IS NOT NULL;

CREATE TABLE ticket (
    ticket_id   BLOB    NOT NULL PRIMARY KEY CHECK (length(ticket_id) = 16),
    order_id    BLOB    NOT NULL REFERENCES orders (order_id),
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    seat_id     TEXT    NOT NULL,
    zone        TEXT    NOT NULL,
    row_name    TEXT,
    seat_number TEXT,
    category_no INTEGER NOT NULL,
    price       INTEGER NOT NULL CHECK (price >= 0),
    status      TEXT    NOT NULL DEFAULT 'valid'
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_by_order ON ticket (order_id);

CREATE TABLE payment (
    order_id     BLOB    NOT NULL REFERENCES orders (order_id),
    payment_id   BLOB    NOT NULL CHECK (length(payment_id) = 16),
    method       TEXT    NOT NULL,
    amount       INTEGER NOT NULL,
    received     INTEGER NOT NULL,
    change_given INTEGER NOT NULL CHECK (change_given = received - amount),
    paid_at      INTEGER NOT NULL,
    PRIMARY KEY (order_id, payment_id)
) STRICT, WITHOUT ROWID;

-- One row a ticket: the key is what makes a second admission impossible. It does not refer to the ticket's row,
-- since a genuine ticket may have been sold by a station this one has not heard from.
CREATE TABLE admission (
    ticket_id BLOB    NOT NULL PRIMARY KEY CHECK (length(ticket_id) = 16),
    scan_no   INTEGER NOT NULL REFERENCES scan (scan_no)
) STRICT, WITHOUT ROWID;

-- Every scan, refused ones too.
CREATE TABLE scan (
    scan_no   INTEGER PRIMARY KEY,
    scan_id   BLOB    NOT NULL CHECK (length(scan_id) = 16),
    event_no  INTEGER REFERENCES event (event_no),
    ticket_id BLOB,
    at        INTEGER NOT NULL,
    gate      TEXT,
    reason    TEXT,
    actor     TEXT    NOT NULL
) STRICT;

-- SQLite keeps the highest number ever given beside the table, so that a tail that was cut off is missed.
CREATE TABLE audit (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    at    INTEGER NOT NULL,
    actor TEXT    NOT NULL,
    kind  TEXT    NOT NULL,
    body  TEXT    NOT NULL,
    seal  BLOB    NOT NULL CHECK (length(seal) = 32)
) STRICT;

-- What the cloud has to hear. A standalone station keeps it for the day it is connected. A number is given once, even
-- when what was delivered is cleared away.
CREATE TABLE outbox (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  BLOB    NOT NULL CHECK (length(message_id) = 16),
    epoch       INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    body        TEXT    NOT NULL
) STRICT;
