-- When an event's doors are open and until when it is sold; none where what follows from its start holds.
ALTER TABLE event ADD COLUMN doors_from INTEGER;
ALTER TABLE event ADD COLUMN doors_until INTEGER;
ALTER TABLE event ADD COLUMN sells_until INTEGER;

-- by_hand: the ticket was chosen from its order, not read from a code. out_of_hours: the reason of the hour against
-- which somebody was let in all the same.
ALTER TABLE scan ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));
ALTER TABLE scan ADD COLUMN out_of_hours TEXT;
-- The scan whose admission this row undoes: an annulment admits nobody and refuses nobody.
ALTER TABLE scan ADD COLUMN annuls BLOB CHECK (annuls IS NULL OR length(annuls) = 16);
-- Few admissions are undone. Each is undone once.
CREATE UNIQUE INDEX scan_annuls ON scan (annuls) WHERE annuls IS NOT NULL;
CREATE INDEX scan_annulled_ticket ON scan (ticket_id) WHERE annuls IS NOT NULL;

-- The order, by which a gate finds tickets that others have sold; and the admissions that were undone, as a JSON list.
ALTER TABLE cloud_ticket ADD COLUMN order_id TEXT;
ALTER TABLE cloud_ticket ADD COLUMN annulled TEXT NOT NULL DEFAULT '[]';
