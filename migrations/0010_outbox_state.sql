-- What became of each message lies beside it from now on: noting it rewrites some twenty bytes, and not the message, which
-- has two kilobytes. Rows of one state lie together, so that what waits is found at once. state: 0 waits, 1 the cloud has it,
-- 2 the cloud will not take it as it is.
CREATE TABLE outbox_state (
    state      INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
    sequence   INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    words      TEXT,
    settled_at INTEGER,
    PRIMARY KEY (state, sequence)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_state (state, sequence, attempts, words, settled_at)
SELECT state, sequence, attempts, words, settled_at FROM outbox;

DROP INDEX outbox_waiting;
DROP INDEX outbox_dead;
ALTER TABLE outbox DROP COLUMN state;
ALTER TABLE outbox DROP COLUMN attempts;
ALTER TABLE outbox DROP COLUMN words;
ALTER TABLE outbox DROP COLUMN settled_at;
