// Answers some of the page's commands in the station's place, as one in a cloud would: "online", "conflicts", "offline",
// "waiting" (to be let in) or "copied".
const [how] = arguments;
const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const name = "The Hundred and Twenty-Fifth Annual Midwinter Charity Concert of the United Harbor Orchestras and Choirs of Greater Bay";
const zone = "Europe/Berlin";
const offline = how === "offline";
const words = "dispatch failure: io error: connection refused by sqs.us-west-2.amazonaws.com";

const message = (sequence, state, more) => ({
  sequence, messageId: `m${sequence}`, kind: "purchase", occurredAt: ago(5000 - sequence), state, attempts: 0, words: null, ...more,
});
const conflict = (conflictId, kind, more) => ({
  conflictId, kind, at: ago(600), eventId: "e", event: name, timeZone: zone, seat: null, orderId: null, ticketId: null, settledAt: null, settledBy: null, ...more,
});
const event = (eventId, more) => ({
  eventId, name, startsAt: "2031-12-04T18:30:00Z", timeZone: zone, published: true, owned: 1234, allotted: 1200, granted: 250, caughtUp: true, ...more,
});
const station = (stationId, stationName, approval, more) => ({
  stationId, name: stationName, kind: "till", approval, decidedBy: approval === "pending" ? null : "Ada Okafor", epoch: 1, lastSeen: ago(40),
  software: "0.1.0", fingerprint: "0A5C D2E7 8B16", thisOne: false, ...more,
});
const register = { stationId: "s1", venue: "harbor", kind: "desk", approval: "approved", founded: true, copied: false, fingerprint: "4F2A 91C0 77B1" };
const side = 29;

Object.assign(window.pretended, {
  cloud_status: {
    mode: "connected", online: !offline, since: ago(9000), waiting: offline ? 3712 : 0, oldestSeconds: offline ? 90_000 : null, deadLetters: 1,
    conflicts: how === "online" ? 0 : 5, clockOffsetMs: 120, trouble: offline ? "unreachable" : null, words: offline ? words : null,
    environment: "united-harbor-production", syncedAt: ago(20), catchingUp: [],
  },
  outbox_view: {
    waiting: 2, dead: 1,
    lines: [message(1201, "dead", { attempts: 5, words }), message(1290, "waiting", { attempts: 14, words }), message(1291, "waiting"), message(1289, "sent")],
  },
  conflicts: [
    conflict("c1", "ticket_admitted_twice", {
      at: ago(400), seat: "Parkett Mitte vorn A-103",
      first: { station: "Kasse am Haupteingang Nord", gate: "North gate", at: ago(900), holder: "Wilhelmina Alexandra Charlotte von und zu Hohenstein" },
      second: { station: "Gate laptop 3", gate: "South gate", at: ago(520), holder: "Wilhelmina Alexandra Charlotte von und zu Hohenstein" },
    }),
    conflict("c2", "seat_sold_twice", {
      seat: "Parkett Mitte vorn A-14", first: { station: "Window 1", orderCode: "7KQ2FM", at: ago(1500) },
      second: { station: "Window 2", orderCode: "P9RX4T", at: ago(1300), reason: "Window 2 was shut out at 20:41 and came back" },
    }),
    conflict("c3", "unknown_fan_club_member", { settledAt: ago(300), settledBy: "Ada Okafor", first: { fanClubId: "FC-99121" }, second: { orderCode: "A1B2C3", at: ago(3100) } }),
  ],
  register: how === "copied" ? { ...register, copied: true } : how === "waiting" ? { ...register, kind: "till", approval: "pending" } : register,
  stations: [
    station("s1", "Window 1", "approved", { kind: "desk", thisOne: true }),
    station("s2", "Gate laptop of the youth theater, east entrance", "pending", { kind: "gate" }),
    station("s3", "Window 3", "approved"),
    station("s4", "Window 4", "revoked", { epoch: 2 }),
  ],
  cloud_events: [event("e1"), event("e2", { caughtUp: false }), event("e3", { published: false, owned: 0, allotted: 0, granted: 0 })],
  pairing_view: {
    environment: "united-harbor-production", venue: "harbor", code: "WKP2:K3J8VQ2M1X.EXECUTE-API.US-WEST-2.AMAZONAWS.COM/HARBOR",
    modules: Array.from({ length: side }, (_, y) => Array.from({ length: side }, (__, x) => ((x * 7919 + y * 104_729 + x * y * 31) % 7 < 3 ? "1" : "0")).join("")),
  },
});
