/** A pretended station for looking at the window in a browser: the ten sample events, some orders, and wishes. */

import { pretendCloud } from "./cloud";
import { containsWords, fold } from "../../format";
import type { EventSummary, Notice, OrderLine, OrderView, StaffMember, TicketView } from "../../backend/bindings";

const zone = "America/Los_Angeles";
const day = 86_400_000;
const usd = (minor: number) => ({ minor, currency: "USD" });

const kinds: readonly (readonly [string, string, number])[] = [
  ["Tech Summit", "Conference", 299], ["Summer Music Festival", "Music", 199], ["Startup Pitch Night", "Business", 49],
  ["Food & Wine Tasting", "Food and drink", 175], ["Bay Area Marathon", "Sports", 85], ["Stand-Up Comedy Night", "Comedy", 45],
  ["Modern Art Exhibition", "Art", 35], ["Yoga Retreat", "Wellness", 450], ["Esports Championship", "Esports", 65], ["Charity Gala", "Charity", 500],
];

function sampleEvents(sold: boolean, offline = false): EventSummary[] {
  const tonight = new Date();
  tonight.setUTCHours(27, 30, 0, 0);
  return kinds.map(([name, kind, dollars], index) => {
    const gone = sold ? [268, 1291 + 2000, 0, 4, 1731, 0, 88, 0, 2, 640][index] ?? 0 : 0;
    const seats = Math.min(1291, gone);
    const starts = tonight.getTime() + index * 3 * day - (sold && index === 9 ? 28 * day : 0);
    const at = (hours: number): string => new Date(starts + hours * 3_600_000).toISOString();
    return {
      eventId: `01980000-0000-7000-8000-00000000000${index}`,
      name,
      kind,
      venue: { name: "Harbor Arena", address: "1 Pier Street, San Francisco", timeZone: zone },
      startsAt: at(0),
      hours: { doorsFrom: at(-12), doorsUntil: at(12), sellsUntil: at(12) },
      currency: "USD",
      sample: true,
      seatsFree: offline ? index % 3 * 20 : 1291 - seats,
      seatsTotal: 1291,
      standingFree: offline ? 0 : 2000 - (gone - seats),
      standingTotal: 2000,
      ownOnly: offline,
      sold: gone,
      admitted: 0,
      priceFrom: usd(dollars * 50),
      priceTo: usd(dollars * 160),
    };
  });
}

const people: StaffMember[] = [
  { staffId: "s1", name: "Ada Okafor", role: "supervisor" },
  { staffId: "s2", name: "Ben Lindqvist", role: "seller" },
  { staffId: "s3", name: "Chiara Maria von Hohenstein-Wittgenstein", role: "steward" },
];

function tickets(count: number, admitted: number, price: number): TicketView[] {
  return Array.from({ length: count }, (_, index) => ({
    ticketId: `t${index}`,
    seatId: `s${index}`,
    label: `Front Stalls A-${12 + index}`,
    place: { zone: "Front Stalls", row: "A", number: String(12 + index) },
    category: "Front Stalls",
    price: usd(price),
    status: index === 3 ? "refunded" : "valid",
    token: "WK1:…",
    admission: index < admitted ? { at: new Date(Date.now() - 600_000 * index).toISOString(), gate: index === 0 ? "North gate" : null, station: "Window 1" } : null,
  }));
}

function makeOrders(events: readonly EventSummary[]): OrderView[] {
  const holders = ["Maria Lindqvist", null, "Team Alpha", "Jörg Müller-Lüdenscheidt", null, "王小明", null, null, "Ολυμπία Παπαδοπούλου", null, null, null, null];
  return holders.map((holder, index) => {
    const event = events[index % 3] ?? events[0];
    if (event === undefined) {
      throw new Error("no events");
    }
    const count = [2, 1, 8, 4, 1, 2, 3, 2, 1, 2, 5, 1, 2][index] ?? 1;
    const admitted = [2, 0, 3, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0][index] ?? 0;
    const list = tickets(count, admitted, 31_840);
    const line: OrderLine = {
      orderId: `o${index}`,
      code: ["K7QX2M", "B3HN8P", "ZW4T9C", "M5DKR2", "X8PLV6", "C2FJ7N", "QH9RT3", "V6MBW4", "D8KXN5", "R3TPL7", "W9CHJ2", "N4VQD6", "F7ZMK3"][index] ?? "AAAAAA",
      event: event.name,
      timeZone: zone,
      soldAt: new Date(Date.now() - index * index * 1_700_000 - 120_000).toISOString(),
      holder,
      labels: list.map((ticket) => ticket.label),
      total: usd(31_840 * count),
      printed: [1, 0, 2, 1, 1, 1, 0, 1, 1, 3, 1, 1, 1][index] ?? 1,
      admitted,
    };
    return { line, event, tickets: list, method: "cash", received: usd(Math.ceil((31_840 * count) / 10_000) * 10_000), change: usd(Math.ceil((31_840 * count) / 10_000) * 10_000 - 31_840 * count), soldBy: "Ada Okafor" };
  });
}

const fault = (code: string, message: string): never => {
  throw { code, message };
};

/**
 * Wishes: `as` new (not set up), out, staff (three people), seller, steward, in (the default); `events` none, sold, offline;
 * `fault` a code that `start` meets; `notice` (clock, copied, shut_out); `pin` wait, wrong; `print` off, held, none; `unfinished` how many sales were left by a restart; `orders` none; `broken` a command that faults; those of the cloud stand in `cloud.ts`.
 */
export function pretendStation(wished: URLSearchParams) {
  const as = wished.get("as") ?? "in";
  let station = as === "new" ? null : { stationId: "st", name: "Window 1", kind: "desk" };
  let staff = as === "new" ? [] : as === "staff" ? people : people.slice(0, 1);
  let signedIn = as === "in" ? people[0] : as === "seller" ? people[1] : as === "steward" ? people[2] : undefined;
  let events = wished.get("events") === "none" ? [] : sampleEvents(wished.get("events") === "sold", wished.get("events") === "offline");
  const orders = wished.get("orders") === "none" ? [] : makeOrders(sampleEvents(true));
  let notices: Notice[] = wished.get("notice") === "clock"
    ? [{ noticeNo: 1, code: "clock_behind", detail: new Date().toISOString(), at: "1970-01-01T00:03:00Z" }]
    : wished.get("notice") === "copied" || wished.get("notice") === "shut_out"
    ? [{ noticeNo: 1, code: wished.get("notice") ?? "", detail: "", at: new Date().toISOString() }]
    : wished.has("notice")
    ? [{ noticeNo: 1, code: "damaged_file_set_aside", detail: "/home/till/.local/share/wicket/station.damaged-2026-11-20T06-12-44.db", at: new Date().toISOString() }]
    : [];
  let wrong = 0;
  let broken = wished.get("fault");

  const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
    start: () => {
      if (broken !== null) {
        const code = broken;
        broken = wished.has("stays") ? broken : null;
        return fault(code, "/home/till/.local/share/wicket/station.db was last used by Wicket 2.3 (schema 14). This is Wicket 0.1 (schema 3).");
      }
      return { station, staff, signedIn: signedIn ?? null, notices };
    },
    read_notice: () => (notices = []),
    set_up: (args) => {
      station = { stationId: "st", name: String(args["station"]), kind: String(args["kind"]) };
      signedIn = { staffId: "s1", name: String(args["supervisor"]), role: "supervisor" };
      staff = [signedIn];
      events = args["sample"] === true ? sampleEvents(false) : [];
      return signedIn;
    },
    unprintable: () => [],
    sign_in: (args) => {
      wrong += 1;
      if (wished.get("pin") === "wait") {
        return { outcome: "wait", until: new Date(Date.now() + 8_000).toISOString() };
      }
      if (wished.get("pin") === "wrong") {
        return { outcome: "wrongPin", left: 5 - wrong };
      }
      return { outcome: "signedIn", staff: people.find((one) => one.staffId === args["staffId"]) };
    },
    sign_out: () => null,
    events: () => events,
    add_sample: () => ((events = sampleEvents(false)), events.length),
    remove_sample: () => {
      const count = events.length;
      events = [];
      return count;
    },
    find_orders: (args) => {
      const query = fold(String(args["query"]));
      return orders.map((one) => one.line).filter((line) => containsWords(fold([line.code, line.holder ?? "", ...line.labels].join(" ")), query));
    },
    order: (args) => orders.find((one) => one.line.orderId === args["orderId"]),
    printers: () => (wished.get("print") === "none" ? [] : [{ name: "Epson TM-T88VI", isDefault: true, hold: wished.get("print") === "held" ? { cause: "noPaper", stopped: false, words: "" } : null }]),
    print_tickets: (args) => {
      if (wished.get("print") === "off") {
        return { outcome: "notPrinted", message: "The printer “Epson TM-T88VI” is paused. Start it, then print again." };
      }
      const found = orders.find((one) => one.line.orderId === args["orderId"]);
      if (found !== undefined) {
        found.line = { ...found.line, printed: found.line.printed + 1 };
      }
      return { outcome: "sent", printer: "Epson TM-T88VI" };
    },
    till_settings: () => ({ printer: null, paper: null, autoPrint: false, quickSale: false }),
    set_till_settings: () => null,
    finish_sale: () => null,
    unfinished_sales: () =>
      orders.slice(0, Number(wished.get("unfinished") ?? 0)).map((one) => ({
        event: one.event.name,
        timeZone: zone,
        soldAt: one.line.soldAt,
        soldBy: one.soldBy,
        receipt: { orderId: one.line.orderId, code: one.line.code, total: one.line.total, received: one.received, change: one.change, holder: one.line.holder, finished: false, tickets: one.tickets },
      })),
    save_tickets: (args) => {
      const found = orders.find((one) => one.line.orderId === args["orderId"]);
      if (found !== undefined) {
        found.line = { ...found.line, printed: found.line.printed + 1 };
      }
      return { path: `/home/till/Documents/Wicket tickets/tickets-${found?.line.code ?? ""}.pdf` };
    },
  };

  const cloud = pretendCloud(wished, () => events);

  return (command: string, args: Record<string, unknown>): unknown => {
    if (wished.get("broken") === command) {
      return fault("storage", "The disk of this station is full. Make room, then try again.");
    }
    return (answers[command] ?? cloud[command])?.(args);
  };
}
