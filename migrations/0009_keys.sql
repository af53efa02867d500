-- Which keys may issue an event's tickets is what its manifest lists, not what a time in a ticket says: whoever holds a key
-- writes that time. revoked: the manifest lists the key as revoked, or lists it no longer. station_id: whose key it is. desk:
-- whether it may sign the next edition.
ALTER TABLE issuer_key ADD COLUMN revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1));
ALTER TABLE issuer_key ADD COLUMN desk INTEGER NOT NULL DEFAULT 0 CHECK (desk IN (0, 1));
ALTER TABLE issuer_key ADD COLUMN station_id BLOB CHECK (station_id IS NULL OR length(station_id) = 16);
UPDATE issuer_key SET revoked = 1 WHERE revoked_from IS NOT NULL;
UPDATE issuer_key SET station_id = (SELECT station_id FROM station WHERE station.public_key = issuer_key.public_key);
UPDATE issuer_key SET desk = 1
WHERE public_key = (SELECT organizer_key FROM event WHERE event.event_no = issuer_key.event_no);
ALTER TABLE issuer_key DROP COLUMN revoked_from;

-- The station that sold a ticket: a ticket of a revoked key needs that station's own sale.
ALTER TABLE cloud_ticket ADD COLUMN sold_by BLOB CHECK (sold_by IS NULL OR length(sold_by) = 16);
