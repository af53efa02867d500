-- Sales that somebody has still to finish: their tickets were neither printed nor saved, and nobody has dismissed them.
-- Every sale begins here, in its own transaction, and usually stays for seconds. What older files sold counts as
-- finished. The numbers say which sale is newer, whatever the clock said.
CREATE TABLE unfinished_sale (
    sale_no  INTEGER PRIMARY KEY,
    order_id BLOB    NOT NULL REFERENCES orders (order_id)
) STRICT;

-- How people have set this station up: one JSON document under each name.
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
