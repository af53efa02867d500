-- What changed is followed by numbered pages from now on, not by time. number: every page up to it is here; whole: the
-- feed's end has been reached once. No station is in the field, so what was read by time is forgotten.
DROP TABLE follow;
CREATE TABLE follow (
    event_no INTEGER NOT NULL PRIMARY KEY REFERENCES event (event_no),
    number   INTEGER NOT NULL DEFAULT 0 CHECK (number >= 0),
    whole    INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1))
) STRICT;
