// @vitest-environment happy-dom
/** The real screen: what a row says of when it was sold, and a holder let in from their order. */

import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { session } from "../../app/session.svelte";
import type { OrderLine, OrderView, TicketView, Verdict } from "../../backend/bindings";
import { toasts } from "../../components";
import { language, m } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import { admitted, refused } from "../gate/testing";
import Orders from "../Orders.svelte";

vi.mock("../../backend/commands", () => ({
  findOrders: () => Promise.resolve([order.line]),
  order: () => Promise.resolve(order),
  printers: () => Promise.resolve([]),
  admitByHand: (request: { ticketId: string }) => station.admitByHand(request),
  letIn: (scanId: string) => station.letIn(scanId),
  undoAdmission: (scanId: string) => station.undoAdmission(scanId),
}));

const dollars = (minor: number): TicketView["price"] => ({ minor, currency: "USD" });
const ticket = (id: string, label: string): TicketView => ({
  ticketId: id,
  seatId: label,
  label,
  place: { zone: "Stalls", row: null, number: null },
  category: "Stalls",
  price: dollars(2500),
  status: "valid",
  token: "WK1:",
  admission: null,
});
const line: OrderLine = {
  orderId: "o1",
  code: "F7KQ2MX",
  event: "Gala",
  timeZone: "America/Los_Angeles",
  // 8 in the morning of the next day at a station in Auckland.
  soldAt: "2025-11-20T19:00:00Z",
  holder: "Ada Okafor",
  labels: ["A-1", "A-2"],
  total: dollars(5000),
  printed: 1,
  admitted: 0,
};

let order: OrderView;
const station = {
  admitByHand: vi.fn<(request: { ticketId: string }) => Promise<Verdict>>(),
  letIn: vi.fn<(scanId: string) => Promise<Verdict>>(),
  undoAdmission: vi.fn<(scanId: string) => Promise<Verdict>>(),
};
let shown: Record<string, unknown> | undefined;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubEnv("TZ", "Pacific/Auckland");
  language.choose("en");
  session.signIn({ staffId: "s1", name: "Ada", role: "seller" });
  stop = startKeys();
  order = {
    line,
    event: { eventId: "e1", name: "Gala", kind: "Concert", venue: { name: "Odeon", address: null, timeZone: "America/Los_Angeles" }, startsAt: "2026-11-20T19:00:00Z", currency: "USD", sample: false },
    tickets: [ticket("t1", "A-1"), ticket("t2", "A-2")],
    method: "cash",
    received: dollars(5000),
    change: dollars(0),
    soldBy: "Ada",
  };
  Object.values(station).forEach((one) => {
    one.mockReset();
  });
});

afterEach(async () => {
  if (shown !== undefined) {
    await unmount(shown);
  }
  shown = undefined;
  stop();
  session.signOut();
  toasts.shown.forEach((toast) => {
    toasts.dismiss(toast.id);
  });
  document.body.replaceChildren();
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
  flushSync();
}

/** The screen with its order opened. */
async function open(): Promise<void> {
  shown = mount(Orders, { target: document.body });
  await settled();
  document.querySelector<HTMLElement>("[data-testid=order-row]")?.click();
  await settled();
}

const text = (testId: string): string => (document.querySelector(`[data-testid=${testId}]`)?.textContent ?? "").replace(/\s+/gu, " ");

async function press(css: string): Promise<void> {
  const button = document.querySelector<HTMLElement>(css);
  expect(button, css).not.toBeNull();
  button?.click();
  await settled();
}

test("an order says when it was sold by the station's clock, with the date and another year's year", async () => {
  await open();
  const soldAt = "Nov 21, 2025, 8:00 AM";
  expect(text("order-row")).toContain(soldAt);
  expect(text("order-detail")).toContain(soldAt);
});

test("a holder is let in from the order, and taken back out", async () => {
  const at = new Date().toISOString();
  station.admitByHand.mockImplementation(({ ticketId }) => {
    order = { ...order, tickets: order.tickets.map((one) => (one.ticketId === ticketId ? { ...one, admission: { at, gate: null, station: "Window 1" } } : one)) };
    return Promise.resolve(admitted("s1", at));
  });
  await open();
  expect(document.querySelectorAll("[data-testid=order-admit]")).toHaveLength(2);
  await press("[data-testid=order-ticket]:nth-child(2) [data-testid=order-admit] button");
  expect(station.admitByHand.mock.calls).toEqual([[{ ticketId: "t2", gate: null, eventId: "e1" }]]);
  expect(document.querySelectorAll("[data-testid=order-admit]")).toHaveLength(1);
  expect(text("order-detail")).toContain("Window 1");

  station.undoAdmission.mockImplementation(() => {
    order = { ...order, tickets: order.tickets.map((one) => ({ ...one, admission: null })) };
    return Promise.resolve(refused(null));
  });
  await press("[data-testid=undo-admission] button");
  expect(station.undoAdmission).toHaveBeenCalledWith("s1");
  expect(document.querySelectorAll("[data-testid=order-admit]")).toHaveLength(2);
});

test("whom the hour keeps out, a supervisor lets in all the same, and a seller is told whom to ask", async () => {
  station.admitByHand.mockResolvedValue(refused("not_yet_valid", { scanId: "early", validFrom: "2026-11-20T17:00:00Z" }));
  await open();
  await press("[data-testid=order-ticket] [data-testid=order-admit] button");
  expect(document.querySelector("[data-testid=order-ticket-refused]")?.getAttribute("data-reason")).toBe("not_yet_valid");
  expect(document.querySelector("[data-testid=order-let-in]")).toBeNull();

  session.signIn({ staffId: "s2", name: "Bea", role: "supervisor" });
  await settled();
  await press("[data-testid=order-let-in] button");
  expect(station.letIn).not.toHaveBeenCalled();
  station.letIn.mockResolvedValue(admitted("all the same"));
  const yes = [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === m.gate_let_in_yes());
  yes?.click();
  await settled();
  expect(station.letIn).toHaveBeenCalledWith("early");
});
