/** A pretended station for looking at the box office in a browser: one event, one memory, the commands' own answers. */

import type { Hall, HoldOutcome, Money, Receipt, SaleOutcome, SaleRequest, SeatStates, Suggestion, TakenSeat, TicketView } from "../../backend/bindings";
import { arena, bowl } from "../../seatmap/bench/samples";
import { bytesOf, overlaid } from "../../screens/box-office/states";
import { offerOf, seatFacts } from "../../screens/box-office/offer";
import { MINE, SOLD } from "../../seatmap/types";

const currencyOf = (wished: string | null): string => wished ?? "USD";

/** Query of the page: `currency`, `hall=bowl` (70,000 seats), `sold=lost|fails|short`, `print=off|none`, `taken=SEAT` (the next hold of it is refused),
 * `claim=owned|taken|full|offline|slow` (a connected station), `sold=offline`. */
export function pretendStation(wished: URLSearchParams) {
  const { plan, states } = wished.get("hall") === "bowl" ? bowl() : arena();
  // As many categories as the sample event has, so that the legend is seen full.
  plan.categories = ["Front Stalls", "Stalls", "Balcony", "Boxes", "Wheelchair places", "Wings"].map((name) => ({ name, color: null }));
  plan.seats.category = plan.seats.category.map((category, seat) => {
    const zone = plan.zones[plan.seats.zone[seat] ?? 0]?.name ?? "";
    return /^Balcony (left|right)/.test(zone) ? 5 : plan.seats.row[seat] === "I" && zone === "Parquet centre" ? 4 : category;
  });
  const currency = currencyOf(wished.get("currency"));
  const money = (minor: number): Money => ({ minor, currency });
  const areas = plan.areas.flatMap((area) => (area.standingArea === null ? [] : [area.standingArea]));
  const prices = plan.categories.map((category, index) => ({ category: category.name, price: money([29_900, 47_840, 38_870, 23_920, 19_435, 14_950, 9_900][index % 7] ?? 5000) }));
  const hall: Hall = {
    event: {
      eventId: "01980000-0000-7000-8000-000000000001",
      name: "Summer Music Festival",
      kind: "Music",
      venue: { name: "Bay Arena", address: null, timeZone: "America/Los_Angeles" },
      startsAt: "2026-08-22T22:00:00Z",
      currency,
      sample: true,
    },
    hours: { doorsFrom: "2026-08-22T10:00:00Z", doorsUntil: "2026-08-23T10:00:00Z", sellsUntil: "2100-08-23T10:00:00Z" },
    plan,
    prices: [...prices, ...areas.filter((area) => !plan.categories.some(({ name }) => name === area)).map((category) => ({ category, price: money(9950) }))],
    standing: areas.map((areaId) => ({ areaId, price: money(9950), capacity: 2000 })),
  };
  const offer = offerOf(hall);
  const base = bytesOf(states);
  const held = new Set<number>();
  let last: Receipt | null = null;
  let version = 1;
  let left = areas.map(() => 1860);
  let lost = wished.get("sold") === "lost" || wished.get("sold") === "unknown";

  const label = (seat: number): TakenSeat => ({ seatId: seatFacts(offer, seat).seatId, label: seatFacts(offer, seat).label, state: "sold" });
  const index = (id: string): number => offer.seatIndex.get(id) ?? -1;

  function seatStates(): SeatStates {
    const all = wished.has("offline") ? base.map((state) => (state === 0 ? 3 : state)) : base;
    const now = overlaid(all, [...held]);
    return {
      version,
      states: Array.from(now, String).join(""),
      freeByCategory: plan.categories.map((_, category) => now.reduce((sum, state, seat) => sum + Number(state === 0 && plan.seats.category[seat] === category), 0)),
      standingLeft: wished.has("offline") ? left.map(() => 0) : left,
      ownOnly: wished.has("offline"),
    };
  }

  function hold(seats: string[]): HoldOutcome {
    const taken = seats.map(index).filter((seat) => base[seat] !== 0 && base[seat] !== MINE);
    const refused = wished.get("taken");
    if (refused !== null && seats.includes(refused)) {
      base[index(refused)] = SOLD;
      version += 1;
      taken.push(index(refused));
    }
    if (taken.length > 0) {
      return { outcome: "taken", seats: taken.map(label) };
    }
    seats.forEach((id) => held.add(index(id)));
    version += 1;
    return { outcome: "held", until: "2030-01-01T00:00:00Z" };
  }

  function best(count: number, category: number | null): Suggestion | null {
    const { row, zone, category: of } = plan.seats;
    const free = (seat: number): boolean => base[seat] === 0 && !held.has(seat) && (category === null || of[seat] === category);
    for (let from = 0; from + count <= base.length; from += 1) {
      const seats = Array.from({ length: count }, (_, step) => from + step);
      if (seats.every((seat) => free(seat) && row[seat] === row[from] && zone[seat] === zone[from] && of[seat] === of[from])) {
        return { seats, together: true };
      }
    }
    const some = Array.from(base.keys()).filter(free).slice(0, count);
    return some.length === count ? { seats: some, together: false } : null;
  }

  function sell(request: SaleRequest): SaleOutcome {
    const total = request.seats.reduce((sum, id) => sum + seatFacts(offer, index(id)).price, 0) + request.standing.reduce((sum, line) => sum + line.count * 9950, 0);
    const tickets: TicketView[] = [...request.seats.map(index).map((seat) => seatFacts(offer, seat)), ...request.standing.flatMap(({ areaId, count }) => Array.from({ length: count }, () => ({ seatId: `ga#${areaId}`, label: areaId, category: areaId, price: 9950 })))].map((facts, at) => ({
      ticketId: `01980000-0000-7000-8000-${String(version * 100 + at).padStart(12, "0")}`,
      seatId: facts.seatId,
      label: facts.label,
      place: { zone: facts.label, row: null, number: null },
      category: facts.category,
      price: money(facts.price),
      status: "valid",
      token: "WK1:PRETENDED",
      admission: null,
    }));
    const receipt: Receipt = { orderId: `order-${version}`, code: "7KQ2FM", total: money(total), received: request.cash, change: money(request.cash.minor - total), holder: request.holder, finished: false, tickets };
    request.seats.map(index).forEach((seat) => {
      held.delete(seat);
      base[seat] = SOLD;
    });
    left = left.map((places, area) => places - (request.standing.find(({ areaId }) => areaId === areas[area])?.count ?? 0));
    version += 1;
    last = receipt;
    return { outcome: "sold", receipt };
  }

  type Args = Record<string, never> & { seats: string[]; seat: string; known: number | null; count: number; category: number | null; request: SaleRequest; orderId: string };

  const answers: Record<string, (args: Args) => unknown> = {
    hall: () => hall,
    seat_states: ({ known }) => (known === version ? null : seatStates()),
    open_cart: () => "cart",
    finish_sale: () => null,
    till_settings: () => ({ printer: null, paper: null, autoPrint: wished.has("auto"), quickSale: false }),
    set_till_settings: () => null,
    hold_seats: ({ seats }) => hold(seats),
    release_seat: ({ seat }) => {
      held.delete(index(seat));
      version += 1;
    },
    release_cart: () => {
      held.clear();
      version += 1;
    },
    best_seats: ({ count, category }) => best(count, category),
    cloud_status: () => ({
      mode: wished.has("claim") ? "connected" : "standalone", online: wished.get("claim") !== "offline", since: "2026-08-22T20:04:00Z", waiting: 0, oldestSeconds: null, deadLetters: 0,
      conflicts: 0, clockOffsetMs: 0, trouble: null, words: null, environment: "prod", syncedAt: null, delivering: null, following: null, catchingUp: [],
    }),
    claim_places: async ({ request }) => {
      switch (wished.get("claim")) {
        case "taken":
          base[index(request.seats[0] ?? "")] = SOLD;
          return { outcome: "taken", seats: request.seats.slice(0, 1).map((id) => label(index(id))) };
        case "full":
          return { outcome: "full", areaId: areas[0], left: 1 };
        case "offline":
          return { outcome: "offline", places: request.seats.map((id) => label(index(id)).label) };
        case "slow":
          await new Promise((resolve) => setTimeout(resolve, 4000));
      }
      return { outcome: "owned" };
    },
    check_buyer: () => ({ wrong: [], contact: null, unprintable: [] }),
    unprintable: () => [],
    sell: ({ request }) => {
      if (wished.get("sold") === "offline") {
        return { outcome: "offline", places: request.seats.map((id) => label(index(id)).label) };
      }
      if (wished.get("sold") === "fails") {
        throw { code: "bad_input", message: "The holder's name is longer than 120 characters or not on one line. Shorten it." };
      }
      const outcome = sell(request);
      if (lost) {
        throw { code: "unknown", message: "" };
      }
      return outcome;
    },
    sale_of: () => {
      if (lost && wished.get("sold") === "unknown") {
        lost = false;
        throw { code: "storage", message: "The file cannot be read." };
      }
      return last;
    },
    printers: () => (wished.get("print") === "none" ? [] : [{ name: "Boca Lemur", isDefault: true, hold: wished.get("print") === "held" ? { cause: "noPaper", stopped: false, words: "" } : null }]),
    print_tickets: () =>
      wished.get("print") === "off" ? { outcome: "notPrinted", message: "The printer Boca Lemur is out of paper. Put a new roll in and print again." } : { outcome: "sent", printer: "Boca Lemur" },
    save_tickets: () => ({ path: "/home/window-2/Tickets/Summer Music Festival/7KQ2FM.pdf" }),
    find: () => undefined,
  };

  return (command: string, args: unknown): unknown => {
    const answer = answers[command];
    if (answer === undefined) {
      throw { code: "not_found", message: `The pretended station does not know ${command}.` };
    }
    return answer(args as Args);
  };
}
