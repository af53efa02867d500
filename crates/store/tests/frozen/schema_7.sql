-- A file of schema 7 with a row of everything: the file of schema 3 (schema_3.sql), as migrations 4 to 7 leave it, with a
-- sale to be finished, a setting, and a second key that was revoked from a time on. It stays as it is for good.
PRAGMA foreign_keys = OFF;
BEGIN TRANSACTION;
CREATE TABLE admission (
    ticket_id BLOB    NOT NULL PRIMARY KEY CHECK (length(ticket_id) = 16),
    scan_no   INTEGER NOT NULL REFERENCES scan (scan_no)
) STRICT, WITHOUT ROWID;
INSERT INTO "admission" VALUES(X'01A2D11F0200725181535B92250B6FD6',1);
CREATE TABLE audit (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    at    INTEGER NOT NULL,
    actor TEXT    NOT NULL,
    kind  TEXT    NOT NULL,
    body  TEXT    NOT NULL,
    seal  BLOB    NOT NULL CHECK (length(seal) = 32)
) STRICT;
INSERT INTO "audit" VALUES(1,1798804800000,'01a2d11f-0200-73b2-8138-5e96737a74e5','set_up','{"name":"Window A","stationId":"01a2d11f-0200-7d1c-970c-f5c1183c8607"}',X'B4DA80DACD3BDD6727C79A08D8B0EC7FC1D3EF1904E196DBFC2D56AD992EA399');
INSERT INTO "audit" VALUES(2,1798804800000,'command line','event_added','{"eventId":"01a2d11f-0200-79bb-a187-75730e4353be","name":"Evening"}',X'FE9AAD862FF131209EEA8A9AF9139142BE165CCD600B101F37E78E8A92A99B3A');
INSERT INTO "audit" VALUES(3,1798804800000,'command line','sale','{"code":"43576NN","currency":"USD","method":"cash","orderId":"01a2d11f-0200-7c7b-9a26-5ea217122fc4","received":"200.00","tickets":[{"price":"50.00","seatId":"A-1","ticketId":"01a2d11f-0200-7251-8153-5b92250b6fd6"},{"price":"50.00","seatId":"A-2","ticketId":"01a2d11f-0200-759d-b9e1-d7f209b1796e"},{"price":"20.00","seatId":"ga#Floor","ticketId":"01a2d11f-0200-7c40-a83e-c24baef88190"}],"total":"120.00"}',X'89EAA37D9A4C9902B32C988A959A45270A93E6B2AA7EBD0730F716318D2BB2E6');
INSERT INTO "audit" VALUES(4,1798804860000,'command line','sale','{"code":"GTBBVYY","currency":"USD","method":"cash","orderId":"01a2d11f-ec60-764f-a6db-5b63dafc5b6d","received":"1000.00","tickets":[{"price":"30.00","seatId":"B-3","ticketId":"01a2d11f-ec60-7bcf-9aa7-25f345b5f99c"}],"total":"30.00"}',X'9A450977DAD236D7137037AEFA7A36815D218E7C8E810E4B83420E13BFBDC5F9');
INSERT INTO "audit" VALUES(5,1798804920000,'command line','admission','{"scanId":"01a2d120-d6c0-7e18-8ade-20c437e1c3b3","eventId":"01a2d11f-0200-79bb-a187-75730e4353be","ticketId":"01a2d11f-0200-7251-8153-5b92250b6fd6","outcome":"entry","gate":"North","scannedAt":"2027-01-01T12:02:00Z"}',X'9F978D2AC8CC42E49A4595DF8AC11401E0575C934AE6A868EB48A8C8D0384FB1');
INSERT INTO "audit" VALUES(6,1798804920000,'command line','refusal','{"scanId":"01a2d120-d6c0-73f9-b370-de08080967ba","eventId":"01a2d11f-0200-79bb-a187-75730e4353be","ticketId":"01a2d11f-0200-7251-8153-5b92250b6fd6","outcome":"refusal","reason":"already_admitted","gate":"North","scannedAt":"2027-01-01T12:02:00Z"}',X'5669A1344759B223B1EC18FE35F161ADEBB41E3EFC77EFA5DD293CAE09FB37CB');
INSERT INTO "audit" VALUES(7,1798804920000,'command line','refusal','{"scanId":"01a2d120-d6c0-7a81-acd7-139260b27e78","outcome":"refusal","reason":"not_a_ticket","gate":"North","scannedAt":"2027-01-01T12:02:00Z"}',X'11CC4C22CE96B5B3C1DEC32D6F9FE9014A383896463DCA10412807480BCF4459');
INSERT INTO "audit" VALUES(8,1798804920000,'command line','print','{"format":"a4","orderId":"01a2d11f-0200-7c7b-9a26-5ea217122fc4","times":1}',X'47680ECB5EC495A2D851F69AFB9441C62641754E50522247CB2C249779F6D8EE');
INSERT INTO "audit" VALUES(9,1798804920000,'command line','print','{"format":"a4","orderId":"01a2d11f-0200-7c7b-9a26-5ea217122fc4","times":2}',X'5176774B227E9E046C9A9B6EADACC0155098AE6CE13A9AA73AC7EDB28865B2A3');
INSERT INTO "audit" VALUES(10,1798804920000,'01a2d11f-0200-73b2-8138-5e96737a74e5','sign_in','{}',X'49043CEFA254B66866E654A75813C45AA1825AC445329454FEBBA963B18E4DF6');
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
INSERT INTO "category" VALUES(1,0,'Near',5000,NULL,NULL,'[]');
INSERT INTO "category" VALUES(1,1,'Far',3000,1798804800000,1798891200000,'["North"]');
INSERT INTO "category" VALUES(1,2,'Floor',2000,NULL,NULL,'[]');
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
, approval TEXT CHECK (approval IN ('pending', 'approved', 'revoked')), founded INTEGER NOT NULL DEFAULT 0 CHECK (founded IN (0, 1)), standing TEXT NOT NULL DEFAULT 'known' CHECK (standing IN ('known', 'copy', 'old'))) STRICT;
INSERT INTO "cloud" VALUES(1,'WKP1.frozen',1798804800000,1,1798804800000,NULL,NULL,-250,1798804860000,'approved',1,'known');
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
, order_id TEXT, annulled TEXT NOT NULL DEFAULT '[]') STRICT, WITHOUT ROWID;
INSERT INTO "cloud_ticket" VALUES(X'01A2D11FEC6070000000000000000001',1,'K7QF2M9','A-4','Stalls A-4','Near','Edith Clarke','used',X'01A2D11FEC6080008000000000000001',1798804900000,'South','Window B',1798804901000,NULL,'[]');
INSERT INTO "cloud_ticket" VALUES(X'01A2D11FEC6070000000000000000002',1,'K7QF2M9','A-5','Stalls A-5','Near','Edith Clarke','valid',NULL,NULL,NULL,NULL,1798804902000,NULL,'[]');
CREATE TABLE conflict (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    conflict_id TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    settled_at  INTEGER,
    record      TEXT    NOT NULL,
    PRIMARY KEY (event_no, conflict_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "conflict" VALUES(1,'ticket#1',1798804900000,NULL,'{}');
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
, cloud_version INTEGER, organizer_key BLOB CHECK (organizer_key IS NULL OR length(organizer_key) = 32), edition INTEGER NOT NULL DEFAULT 0, doors_from INTEGER, doors_until INTEGER, sells_until INTEGER) STRICT;
INSERT INTO "event" VALUES(1,X'01A2D11F020079BBA18775730E4353BE','Evening','Music','Harbor Arena','500 Harbor Way','America/Los_Angeles',1798830000000,'USD',0,1,NULL,3,X'BCC3832FD5BCBE95B33D01B181A52EE4E3BA90A4D270BB4B75D59BFFDA44495F',2,NULL,NULL,NULL);
CREATE TABLE event_count (
    event_no INTEGER PRIMARY KEY REFERENCES event (event_no),
    seats    INTEGER NOT NULL CHECK (seats >= 0),
    sold     INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
    admitted INTEGER NOT NULL DEFAULT 0 CHECK (admitted >= 0)
, sold_elsewhere INTEGER NOT NULL DEFAULT 0 CHECK (sold_elsewhere >= 0)) STRICT;
INSERT INTO "event_count" VALUES(1,10,4,2,2);
CREATE TABLE follow (
    event_no INTEGER NOT NULL REFERENCES event (event_no),
    feed     TEXT    NOT NULL,
    since    INTEGER NOT NULL DEFAULT 0,
    resume   TEXT,
    reached  INTEGER NOT NULL DEFAULT 0,
    whole    INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1)),
    PRIMARY KEY (event_no, feed)
) STRICT, WITHOUT ROWID;
INSERT INTO "follow" VALUES(1,'tickets',1798804800000,NULL,0,1);
CREATE TABLE issuer_key (
    event_no     INTEGER NOT NULL REFERENCES event (event_no),
    key_id       INTEGER NOT NULL,
    public_key   BLOB    NOT NULL CHECK (length(public_key) = 32),
    revoked_from INTEGER,
    PRIMARY KEY (event_no, key_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "issuer_key" VALUES(1,7,X'1111111111111111111111111111111111111111111111111111111111111111',1798804800000);
INSERT INTO "issuer_key" VALUES(1,2671457097,X'BCC3832FD5BCBE95B33D01B181A52EE4E3BA90A4D270BB4B75D59BFFDA44495F',NULL);
CREATE TABLE notice (
    notice_no INTEGER PRIMARY KEY,
    code      TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    read_at   INTEGER
) STRICT;
INSERT INTO "notice" VALUES(1,'damaged_file_set_aside','/somewhere/wicket.damaged.sqlite',1798804800000,NULL);
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
INSERT INTO "orders" VALUES(X'01A2D11F02007C7B9A265EA217122FC4','43576NN',1,1798804800000,'command line','command_line','Grace Hopper','grace hopper',12000,2,NULL);
INSERT INTO "orders" VALUES(X'01A2D11FEC60764FA6DB5B63DAFC5B6D','GTBBVYY',1,1798804860000,'command line','command_line',NULL,NULL,3000,0,NULL);
CREATE TABLE outbox (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  BLOB    NOT NULL CHECK (length(message_id) = 16),
    epoch       INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    occurred_at INTEGER NOT NULL,
    body        TEXT    NOT NULL
, state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)), attempts INTEGER NOT NULL DEFAULT 0, words TEXT, settled_at INTEGER) STRICT;
INSERT INTO "outbox" VALUES(1,X'01A2D11F020076ECA8964DA9F424D040',1,'purchase',1798804800000,'{"orderId":"01a2d11f-0200-7c7b-9a26-5ea217122fc4","orderCode":"43576NN","concertId":"01a2d11f-0200-79bb-a187-75730e4353be","concertName":"Evening","concertDate":"2027-01-01T19:00:00Z","tickets":[{"ticketId":"01a2d11f-0200-7251-8153-5b92250b6fd6","seatId":"A-1","row":"A","seatNumber":"1","section":"Stalls","seatClass":"Near","price":50.00,"isFanClubMember":false},{"ticketId":"01a2d11f-0200-759d-b9e1-d7f209b1796e","seatId":"A-2","row":"A","seatNumber":"2","section":"Stalls","seatClass":"Near","price":50.00,"isFanClubMember":false},{"ticketId":"01a2d11f-0200-7c40-a83e-c24baef88190","seatId":"ga#Floor","section":"Floor","seatClass":"Floor","price":20.00,"isFanClubMember":false}],"totalAmount":120.00,"currency":"USD","paymentStatus":"Completed","purchaseTimestamp":"2027-01-01T12:00:00Z","channel":"command_line","stationId":"01a2d11f-0200-7d1c-970c-f5c1183c8607","holder":"Grace Hopper","payment":{"method":"cash","received":200.00,"change":80.00}}',1,1,NULL,1798804921000);
INSERT INTO "outbox" VALUES(2,X'01A2D11FEC60738DB9111E91476B6BB5',1,'purchase',1798804860000,'{"orderId":"01a2d11f-ec60-764f-a6db-5b63dafc5b6d","orderCode":"GTBBVYY","concertId":"01a2d11f-0200-79bb-a187-75730e4353be","concertName":"Evening","concertDate":"2027-01-01T19:00:00Z","tickets":[{"ticketId":"01a2d11f-ec60-7bcf-9aa7-25f345b5f99c","seatId":"B-3","row":"B","seatNumber":"3","section":"Stalls","seatClass":"Far","price":30.00,"isFanClubMember":false}],"totalAmount":30.00,"currency":"USD","paymentStatus":"Completed","purchaseTimestamp":"2027-01-01T12:01:00Z","channel":"command_line","stationId":"01a2d11f-0200-7d1c-970c-f5c1183c8607","payment":{"method":"cash","received":1000.00,"change":970.00}}',1,1,NULL,1798804921000);
INSERT INTO "outbox" VALUES(3,X'01A2D120D6C0746A9EAC1BA177C5F62A',1,'admission',1798804920000,'{"scanId":"01a2d120-d6c0-7e18-8ade-20c437e1c3b3","eventId":"01a2d11f-0200-79bb-a187-75730e4353be","ticketId":"01a2d11f-0200-7251-8153-5b92250b6fd6","outcome":"entry","gate":"North","scannedAt":"2027-01-01T12:02:00Z"}',0,0,NULL,NULL);
INSERT INTO "outbox" VALUES(4,X'01A2D120D6C0752A99453DC5AEB00955',1,'admission',1798804920000,'{"scanId":"01a2d120-d6c0-73f9-b370-de08080967ba","eventId":"01a2d11f-0200-79bb-a187-75730e4353be","ticketId":"01a2d11f-0200-7251-8153-5b92250b6fd6","outcome":"refusal","reason":"already_admitted","gate":"North","scannedAt":"2027-01-01T12:02:00Z"}',0,0,NULL,NULL);
INSERT INTO "outbox" VALUES(5,X'01A2D120D6C07CEE9ECC0ABC5C03D978',1,'admission',1798804920000,'{"scanId":"01a2d120-d6c0-7a81-acd7-139260b27e78","outcome":"refusal","reason":"not_a_ticket","gate":"North","scannedAt":"2027-01-01T12:02:00Z"}',0,0,NULL,NULL);
INSERT INTO "outbox" VALUES(6,X'01A2D120D6C073419FA9A80574B29140',1,'reprint',1798804920000,'{"orderId":"01a2d11f-0200-7c7b-9a26-5ea217122fc4","times":2}',0,0,NULL,NULL);
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
INSERT INTO "payment" VALUES(X'01A2D11F02007C7B9A265EA217122FC4',X'01A2D11F020073158DE4BD7F04969FB1','cash',12000,20000,8000,1798804800000);
INSERT INTO "payment" VALUES(X'01A2D11FEC60764FA6DB5B63DAFC5B6D',X'01A2D11FEC607BE584D90BE18DD86D24','cash',3000,100000,97000,1798804860000);
CREATE TABLE plan (
    plan_no  INTEGER PRIMARY KEY AUTOINCREMENT,
    digest   BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    name     TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
INSERT INTO "plan" VALUES(1,X'34A924B0FA45AA2EE129D40C6DAA866178913311D8E7892E141D2E947F8A34B0','Hall','{"name":"Hall","width":400.0,"height":300.0,"categories":[{"name":"Near","color":"#f00"},{"name":"Far","color":"#00f"},{"name":"Floor","color":"#ddd"}],"zones":[{"name":"Stalls","x":50.0,"y":50.0}],"rows":[{"zone":0,"name":"A","label":null,"seatLabel":null,"shown":"start"},{"zone":0,"name":"B","label":null,"seatLabel":null,"shown":"start"}],"seats":[{"id":"A-1","row":0,"number":"1","category":0,"x":75.0,"y":50.0,"radius":10.0},{"id":"A-2","row":0,"number":"2","category":0,"x":100.0,"y":50.0,"radius":10.0},{"id":"A-3","row":0,"number":"3","category":0,"x":125.0,"y":50.0,"radius":10.0},{"id":"A-4","row":0,"number":"4","category":0,"x":150.0,"y":50.0,"radius":10.0},{"id":"A-5","row":0,"number":"5","category":0,"x":175.0,"y":50.0,"radius":10.0},{"id":"B-1","row":1,"number":"1","category":1,"x":75.0,"y":80.0,"radius":10.0},{"id":"B-2","row":1,"number":"2","category":1,"x":100.0,"y":80.0,"radius":10.0},{"id":"B-3","row":1,"number":"3","category":1,"x":125.0,"y":80.0,"radius":10.0},{"id":"B-4","row":1,"number":"4","category":1,"x":150.0,"y":80.0,"radius":10.0},{"id":"B-5","row":1,"number":"5","category":1,"x":175.0,"y":80.0,"radius":10.0}],"areas":[{"shape":"rectangle","x":50.0,"y":150.0,"rotation":0.0,"color":"#ddd","borderColor":"#999","points":[],"width":200.0,"height":80.0,"text":{"text":"Floor","x":100.0,"y":40.0,"size":16.0,"color":"#000"},"standingArea":"Floor"}]}');
CREATE TABLE scan (
    scan_no   INTEGER PRIMARY KEY,
    scan_id   BLOB    NOT NULL CHECK (length(scan_id) = 16),
    event_no  INTEGER REFERENCES event (event_no),
    ticket_id BLOB,
    at        INTEGER NOT NULL,
    gate      TEXT,
    reason    TEXT,
    actor     TEXT    NOT NULL
, by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1)), out_of_hours TEXT, annuls BLOB CHECK (annuls IS NULL OR length(annuls) = 16)) STRICT;
INSERT INTO "scan" VALUES(1,X'01A2D120D6C07E188ADE20C437E1C3B3',1,X'01A2D11F0200725181535B92250B6FD6',1798804920000,'North',NULL,'command line',0,NULL,NULL);
INSERT INTO "scan" VALUES(2,X'01A2D120D6C073F9B370DE08080967BA',1,X'01A2D11F0200725181535B92250B6FD6',1798804920000,'North','already_admitted','command line',0,NULL,NULL);
INSERT INTO "scan" VALUES(3,X'01A2D120D6C07A81ACD7139260B27E78',NULL,NULL,1798804920000,'North','not_a_ticket','command line',0,NULL,NULL);
CREATE TABLE seat (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    seat_id     TEXT    NOT NULL,
    seat_no     INTEGER NOT NULL,
    category_no INTEGER NOT NULL,
    state       INTEGER NOT NULL DEFAULT 0,
    cart_id     BLOB,
    hold_until  INTEGER,
    ticket_id   BLOB, claim INTEGER NOT NULL DEFAULT 0 CHECK (claim BETWEEN 0 AND 8), cloud_version INTEGER NOT NULL DEFAULT 0, elsewhere_until INTEGER, allotted INTEGER NOT NULL DEFAULT 0 CHECK (allotted IN (0, 1)),
    PRIMARY KEY (event_no, seat_id),
    CONSTRAINT state_is_whole CHECK (
        (state IN (0, 3) AND cart_id IS NULL AND hold_until IS NULL AND ticket_id IS NULL)
        OR (state = 1 AND cart_id IS NOT NULL AND hold_until IS NOT NULL AND ticket_id IS NULL)
        OR (state = 2 AND cart_id IS NULL AND hold_until IS NULL AND ticket_id IS NOT NULL)
    )
) STRICT, WITHOUT ROWID;
INSERT INTO "seat" VALUES(1,'A-1',0,0,2,NULL,NULL,X'01A2D11F0200725181535B92250B6FD6',0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'A-2',1,0,2,NULL,NULL,X'01A2D11F0200759DB9E1D7F209B1796E',0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'A-3',2,0,0,NULL,NULL,NULL,0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'A-4',3,0,0,NULL,NULL,NULL,4,5,NULL,0);
INSERT INTO "seat" VALUES(1,'A-5',4,0,0,NULL,NULL,NULL,4,5,NULL,0);
INSERT INTO "seat" VALUES(1,'B-1',5,1,3,NULL,NULL,NULL,0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'B-2',6,1,0,NULL,NULL,NULL,0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'B-3',7,1,2,NULL,NULL,X'01A2D11FEC607BCF9AA725F345B5F99C',0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'B-4',8,1,0,NULL,NULL,NULL,0,2,NULL,0);
INSERT INTO "seat" VALUES(1,'B-5',9,1,1,X'01A2D11FEC607179AF51C7AAD01CC0EB',1798805460000,NULL,0,2,NULL,0);
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "setting" VALUES('paper','{}');
CREATE TABLE staff (
    staff_id        BLOB    NOT NULL PRIMARY KEY CHECK (length(staff_id) = 16),
    name            TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    pin_hash        TEXT    NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0,
    last_failure_at INTEGER
, subject TEXT) STRICT, WITHOUT ROWID;
INSERT INTO "staff" VALUES(X'01A2D11F020073B281385E96737A74E5','Ada','supervisor','$argon2id$v=19$m=8,t=1,p=1$+JCPr6/MUlIUf7xbYqzzaw$3YvxkROFDbv9mtyc6aVWRel3BqOC4egbEhTc4joFA84',1,1798804920000,NULL);
CREATE TABLE standing_area (
    event_no    INTEGER NOT NULL REFERENCES event (event_no),
    area_id     TEXT    NOT NULL,
    category_no INTEGER NOT NULL,
    capacity    INTEGER NOT NULL CHECK (capacity >= 0),
    sold        INTEGER NOT NULL DEFAULT 0, granted INTEGER CHECK (granted >= 0), grant_version INTEGER NOT NULL DEFAULT 0, giving_back INTEGER NOT NULL DEFAULT 0 CHECK (giving_back >= 0), allotted INTEGER NOT NULL DEFAULT 0 CHECK (allotted >= 0), left_for_all INTEGER NOT NULL DEFAULT 0 CHECK (left_for_all >= 0), counter_version INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (event_no, area_id),
    FOREIGN KEY (event_no, category_no) REFERENCES category (event_no, category_no),
    CONSTRAINT not_oversold CHECK (sold BETWEEN 0 AND capacity)
) STRICT, WITHOUT ROWID;
INSERT INTO "standing_area" VALUES(1,'Floor',2,5,1,3,2,0,0,2,4);
CREATE TABLE standing_hold (
    cart_id    BLOB    NOT NULL CHECK (length(cart_id) = 16),
    event_no   INTEGER NOT NULL REFERENCES event (event_no),
    area_id    TEXT    NOT NULL,
    places     INTEGER NOT NULL CHECK (places > 0),
    hold_until INTEGER NOT NULL,
    PRIMARY KEY (cart_id, event_no, area_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "standing_hold" VALUES(X'01A2D11FEC607179AF51C7AAD01CC0EB',1,'Floor',1,1798805460000);
CREATE TABLE station (
    singleton   INTEGER PRIMARY KEY CHECK (singleton = 1),
    station_id  BLOB    NOT NULL CHECK (length(station_id) = 16),
    name        TEXT    NOT NULL,
    public_key  BLOB    NOT NULL CHECK (length(public_key) = 32),
    secret_key  BLOB    NOT NULL CHECK (length(secret_key) = 32),
    epoch       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
, kind TEXT NOT NULL DEFAULT 'desk' CHECK (kind IN ('till', 'kiosk', 'gate', 'desk')), counter INTEGER NOT NULL DEFAULT 0 CHECK (counter >= 0)) STRICT;
INSERT INTO "station" VALUES(1,X'01A2D11F02007D1C970CF5C1183C8607','Window A',X'BCC3832FD5BCBE95B33D01B181A52EE4E3BA90A4D270BB4B75D59BFFDA44495F',X'C1675E0BB980A575A89661FEC08AA83B63F1EE08469CCDAC9FF735AB278A84BA',1,1798804800000,'desk',0);
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
INSERT INTO "ticket" VALUES(X'01A2D11F0200725181535B92250B6FD6',X'01A2D11F02007C7B9A265EA217122FC4',1,'A-1','Stalls','A','1',0,5000,'valid');
INSERT INTO "ticket" VALUES(X'01A2D11F0200759DB9E1D7F209B1796E',X'01A2D11F02007C7B9A265EA217122FC4',1,'A-2','Stalls','A','2',0,5000,'valid');
INSERT INTO "ticket" VALUES(X'01A2D11F02007C40A83EC24BAEF88190',X'01A2D11F02007C7B9A265EA217122FC4',1,'ga#Floor','Floor',NULL,NULL,2,2000,'valid');
INSERT INTO "ticket" VALUES(X'01A2D11FEC607BCF9AA725F345B5F99C',X'01A2D11FEC60764FA6DB5B63DAFC5B6D',1,'B-3','Stalls','B','3',1,3000,'valid');
CREATE TABLE unfinished_sale (
    sale_no  INTEGER PRIMARY KEY,
    order_id BLOB    NOT NULL REFERENCES orders (order_id)
, run_no INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "unfinished_sale" VALUES(1,X'01A2D11FEC60764FA6DB5B63DAFC5B6D',0);
CREATE INDEX conflict_open ON conflict (at) WHERE settled_at IS NULL;
CREATE UNIQUE INDEX orders_by_cart ON orders (cart_id) WHERE cart_id IS NOT NULL;
CREATE INDEX orders_by_holder ON orders (holder_key) WHERE holder_key IS NOT NULL;
CREATE INDEX outbox_dead ON outbox (sequence) WHERE state = 2;
CREATE INDEX outbox_waiting ON outbox (sequence) WHERE state = 0;
CREATE INDEX seat_blocked ON seat (event_no) WHERE state = 3;
CREATE INDEX seat_claimed ON seat (event_no, claim, allotted)
    WHERE cloud_version > 0 AND claim IN (0, 6, 7) AND state IN (0, 1);
CREATE INDEX seat_elsewhere ON seat (event_no, claim) WHERE claim IN (2, 3, 4, 5);
CREATE INDEX seat_held ON seat (cart_id, hold_until) WHERE state = 1;
CREATE INDEX ticket_by_order ON ticket (order_id);
CREATE UNIQUE INDEX scan_annuls ON scan (annuls) WHERE annuls IS NOT NULL;
CREATE INDEX scan_annulled_ticket ON scan (ticket_id) WHERE annuls IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('audit',10);
INSERT INTO "sqlite_sequence" VALUES('plan',1);
INSERT INTO "sqlite_sequence" VALUES('event',1);
INSERT INTO "sqlite_sequence" VALUES('outbox',6);
COMMIT;
PRAGMA user_version = 7;
