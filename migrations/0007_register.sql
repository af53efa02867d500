-- What the station is for. One that was set up before it was asked did everything.
ALTER TABLE station ADD COLUMN kind TEXT NOT NULL DEFAULT 'desk' CHECK (kind IN ('till', 'kiosk', 'gate', 'desk'));
-- Counts requests at the cloud's doors: written before a request goes out, so that the cloud recognises a copied file.
ALTER TABLE station ADD COLUMN counter INTEGER NOT NULL DEFAULT 0 CHECK (counter >= 0);

-- What the register of stations said last. approval: none until it has said anything; standing: whether this file is the
-- station's one and newest.
ALTER TABLE cloud ADD COLUMN approval TEXT CHECK (approval IN ('pending', 'approved', 'revoked'));
ALTER TABLE cloud ADD COLUMN founded INTEGER NOT NULL DEFAULT 0 CHECK (founded IN (0, 1));
ALTER TABLE cloud ADD COLUMN standing TEXT NOT NULL DEFAULT 'known' CHECK (standing IN ('known', 'copy', 'old'));
