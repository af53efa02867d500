/** A small hall and a station that answers from memory, for the tests of this folder. Never part of the window. */

import { vi } from "vitest";
import type { Hall, HoldOutcome, Receipt, SaleOutcome, SaleRequest, SeatStates, Suggestion } from "../../backend/bindings";
import { seatFacts, offerOf } from "./offer";
import type { Commands, Notice, SaleInFlight, Slip } from "./ports";

const money = (minor: number): { minor: number; currency: string } => ({ minor, currency: "USD" });

/** Rows A and B of six seats each in "Stalls" (row A Gold at 29.90, row B Silver at 20.05), and a floor of 3 places. */
export function smallHall(): Hall {
  const seats = ["A", "B"].flatMap((row) => Array.from({ length: 6 }, (_, index) => ({ row, number: String(index + 1) })));
  return {
    event: {
      eventId: "event",
      name: "Concert",
      kind: "Music",
      venue: { name: "Arena", address: null, timeZone: "America/New_York" },
      startsAt: "2026-08-01T23:30:00Z",
      currency: "USD",
      sample: false,
    },
    hours: { doorsFrom: "2026-08-01T11:30:00Z", doorsUntil: "2026-08-02T11:30:00Z", sellsUntil: "2099-08-02T11:30:00Z" },
    plan: {
      name: "Plan",
      width: 100,
      height: 100,
      zones: [{ name: "Stalls", x: 0, y: 0 }],
      rowLabels: [],
      seats: {
        guid: seats.map(({ row, number }) => `${row}-${number}`),
        row: seats.map(({ row }) => row),
        number: seats.map(({ number }) => number),
        zone: seats.map(() => 0),
        category: seats.map(({ row }) => (row === "A" ? 0 : 1)),
        x: seats.map((_, index) => index),
        y: seats.map(() => 0),
        radius: seats.map(() => 1),
      },
      areas: [],
      categories: [
        { name: "Gold", color: null },
        { name: "Silver", color: null },
        { name: "Floor", color: null },
      ],
    },
    prices: [
      { category: "Gold", price: money(2990) },
      { category: "Silver", price: money(2005) },
      { category: "Floor", price: money(1000) },
    ],
    standing: [{ areaId: "Floor", price: money(1000), capacity: 3 }],
  };
}

/** What the other window does with a seat: nothing, holds it, sold it. */
type Other = "0" | "1" | "2";

/** No two orders of a test have one id, whichever station sold them. */
let orders = 0;

export class FakeStation implements Commands {
  readonly #hall = smallHall();
  readonly #offer = offerOf(this.#hall);
  readonly #others: Other[] = this.#hall.plan.seats.guid.map(() => "0");
  readonly held = new Map<string, string>();
  readonly sales = new Map<string, Receipt>();
  floorLeft = 3;
  /** What outlives the page. */
  noted: SaleInFlight | undefined;
  readonly slip: Slip = {
    read: () => this.noted,
    write: (sale) => {
      this.noted = sale;
    },
  };
  #offline = false;
  now = 0;
  #version = 1;
  #carts = 0;

  /** Another window acts. */
  other(seat: number, does: Other): void {
    this.#others[seat] = does;
    this.held.delete(this.#hall.plan.seats.guid[seat] ?? "");
    this.#version += 1;
  }

  get offline(): boolean {
    return this.#offline;
  }
  /** The cloud stops answering, or answers again. The station has no places of its own. */
  set offline(offline: boolean) {
    this.#offline = offline;
    this.#version += 1;
  }

  /** Every hold runs out. */
  expire(): void {
    this.held.clear();
    this.#version += 1;
  }

  hall = vi.fn<Commands["hall"]>(() => Promise.resolve(this.#hall));

  seatStates = vi.fn<Commands["seatStates"]>((_, cartId, known) => {
    if (known === this.#version) {
      return Promise.resolve(null);
    }
    const states = this.#hall.plan.seats.guid.map((guid, seat) => (this.#others[seat] !== "0" ? this.#others[seat] : this.held.has(guid) ? (this.held.get(guid) === cartId ? "4" : "1") : this.#offline ? "3" : "0"));
    const free = (category: number): number => states.filter((state, seat) => state === "0" && this.#hall.plan.seats.category[seat] === category).length;
    const said: SeatStates = { version: this.#version, states: states.join(""), freeByCategory: [free(0), free(1), 0], standingLeft: [this.offline ? 0 : this.floorLeft], ownOnly: this.offline };
    return Promise.resolve(said);
  });

  openCart = vi.fn<Commands["openCart"]>(() => Promise.resolve(`cart-${(this.#carts += 1)}`));

  holdSeats = vi.fn<Commands["holdSeats"]>((_, cartId, seats) => {
    const notOurs = this.#offline ? seats.filter((guid) => !this.held.has(guid)) : [];
    if (notOurs.length > 0) {
      return Promise.resolve<HoldOutcome>({ outcome: "taken", seats: notOurs.map((seatId) => ({ seatId, label: `Stalls ${seatId}`, state: "blocked" })) });
    }
    const taken = seats.filter((guid) => this.#others[this.#index(guid)] !== "0");
    if (taken.length > 0) {
      const lines = taken.map((seatId) => ({ seatId, label: `Stalls ${seatId}`, state: this.#others[this.#index(seatId)] === "2" ? ("sold" as const) : ("held" as const) }));
      return Promise.resolve<HoldOutcome>({ outcome: "taken", seats: lines });
    }
    seats.forEach((guid) => this.held.set(guid, cartId));
    this.#version += 1;
    return Promise.resolve<HoldOutcome>({ outcome: "held", until: "2026-08-01T00:10:00Z" });
  });

  releaseSeat = vi.fn<Commands["releaseSeat"]>((_, __, seat) => {
    this.held.delete(seat);
    this.#version += 1;
    return Promise.resolve();
  });

  releaseCart = vi.fn<Commands["releaseCart"]>(() => {
    this.expire();
    return Promise.resolve();
  });

  bestSeats = vi.fn<Commands["bestSeats"]>((_, __, count, category) => {
    const { guid, category: of } = this.#hall.plan.seats;
    const free = guid.flatMap((id, seat) => (this.#others[seat] === "0" && !this.held.has(id) && (category === null || of[seat] === category) ? [seat] : []));
    const seats = free.slice(0, count);
    const together = seats.every((seat, at) => seat === (seats[0] ?? 0) + at && of[seat] === of[seats[0] ?? 0]);
    return Promise.resolve<Suggestion | null>(seats.length < count ? null : { seats, together });
  });

  claimPlaces = vi.fn<Commands["claimPlaces"]>(() => Promise.resolve({ outcome: "owned" }));

  unprintable = vi.fn<Commands["unprintable"]>(() => Promise.resolve([]));

  checkBuyer = vi.fn<Commands["checkBuyer"]>(() => Promise.resolve({ wrong: [], contact: null, unprintable: [] }));

  sell = vi.fn<Commands["sell"]>((request) => Promise.resolve(this.sold(request)));

  finishSale = vi.fn<Commands["finishSale"]>((orderId) => {
    for (const [cart, receipt] of this.sales) {
      if (receipt.orderId === orderId) {
        this.sales.set(cart, { ...receipt, finished: true });
      }
    }
    return Promise.resolve();
  });

  saleOf = vi.fn<Commands["saleOf"]>((cartId) => Promise.resolve(this.sales.get(cartId) ?? null));

  /** Makes the sale, as the station does. */
  sold(request: SaleRequest): SaleOutcome {
    const before = this.sales.get(request.cartId ?? "");
    if (before !== undefined) {
      return { outcome: "sold", receipt: before };
    }
    const gone = request.seats.filter((guid) => this.#others[this.#index(guid)] !== "0");
    if (gone.length > 0) {
      return { outcome: "taken", seats: gone.map((seatId) => ({ seatId, label: `Stalls ${seatId}`, state: "sold" as const })) };
    }
    const places = request.standing.reduce((sum, line) => sum + line.count, 0);
    if (places > this.floorLeft) {
      return { outcome: "full", areaId: "Floor", left: this.floorLeft };
    }
    const standing = Array.from({ length: places }, () => ({ seatId: "ga#Floor", label: "Floor", category: "Floor", price: 1000 }));
    const tickets = [...request.seats.map((guid) => seatFacts(this.#offer, this.#index(guid))), ...standing].map((facts, index) => ({
      ticketId: `ticket-${this.sales.size}-${index}`,
      seatId: facts.seatId,
      label: facts.label,
      place: { zone: "Stalls", row: null, number: null },
      category: facts.category,
      price: money(facts.price),
      status: "valid" as const,
      token: "WK1:",
      admission: null,
    }));
    const total = tickets.reduce((sum, ticket) => sum + ticket.price.minor, 0);
    const receipt: Receipt = { orderId: `order-${(orders += 1)}`, code: `CODE${this.sales.size}`, total: money(total), received: request.cash, change: money(request.cash.minor - total), holder: request.holder, finished: false, tickets };
    request.seats.forEach((guid) => {
      this.other(this.#index(guid), "2");
    });
    this.floorLeft -= places;
    this.sales.set(request.cartId ?? "", receipt);
    return { outcome: "sold", receipt };
  }

  #index(guid: string): number {
    return this.#hall.plan.seats.guid.indexOf(guid);
  }
}

/** Whether what the last notice was about is over. */
export function isOver(told: readonly Notice[]): boolean {
  const last = told.at(-1);
  return last !== undefined && "over" in last && last.over?.() === true;
}

/** The notices told so far, as their kinds. */
export function kinds(told: readonly Notice[]): string[] {
  return told.map((notice) => notice.kind);
}
