// @vitest-environment happy-dom
/** The real screen, mounted, unmounted and mounted: what it shows is what the desk holds, however often it was left. */

import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { navigation } from "../../app/navigation.svelte";
import { session } from "../../app/session.svelte";
import { underway } from "../../app/underway.svelte";
import { toasts } from "../../components";
import { language } from "../../i18n/index.svelte";
import BoxOffice from "../BoxOffice.svelte";
import { FakeStation } from "./testing";

vi.mock("../../seatmap/SeatMap.svelte", () => import("./NoMap.test.svelte"));
vi.mock("../../backend/commands", () => {
  const names = ["hall", "seatStates", "bestSeats", "openCart", "holdSeats", "releaseSeat", "releaseCart", "claimPlaces", "sell", "saleOf"] as const;
  const asked = names.map((name) => [name, (...given: unknown[]) => (station[name] as (...given: unknown[]) => unknown)(...given)]);
  return { ...Object.fromEntries(asked), printers: () => Promise.resolve([]) };
});
vi.mock("../../app/cloud.svelte", () => ({ cloud: { mayBeConnected: false, connected: false } }));

const gala = { id: "event", name: "Gala", startsAt: "2026-11-20T19:00:00Z", zone: "UTC", currency: "USD" };

let station: FakeStation;
let shown: Record<string, unknown> | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  language.choose("en");
  station = new FakeStation();
  session.signIn({ staffId: "s1", name: "Ada", role: "seller" });
  session.choose(gala);
  navigation.go("boxOffice");
});

afterEach(async () => {
  await close();
  await underway.letGo();
  session.signOut();
  toasts.shown.forEach((toast) => {
    toasts.dismiss(toast.id);
  });
  document.body.replaceChildren();
  vi.useRealTimers();
});

/** Lets everything happen that the next tenth of a second brings. */
async function settled(): Promise<void> {
  await vi.advanceTimersByTimeAsync(100);
  flushSync();
}

async function open(): Promise<void> {
  shown = mount(BoxOffice, { target: document.body });
  await settled();
}

async function close(): Promise<void> {
  if (shown !== undefined) {
    await unmount(shown);
  }
  shown = undefined;
  await settled();
}

async function comeBack(): Promise<void> {
  await close();
  await open();
}

function find(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (found === null) {
    throw new Error(`nothing is called ${id}`);
  }
  return found;
}

async function click(id: string): Promise<void> {
  find(id).click();
  await settled();
}

/** What the cart says: its title, its lines, and what the button takes. */
function cart(): { title: string; lines: number; total: string; pay: string } {
  return {
    title: document.querySelector(".cart h2")?.textContent.trim() ?? "",
    lines: document.querySelectorAll('[data-testid="cart-line"]').length,
    total: find("cart-total").textContent.trim(),
    pay: find("pay").textContent.trim(),
  };
}

async function best(count: 1 | 2 | 3 | 4): Promise<void> {
  await click(`best-${count}`);
}

const empty = { title: "Cart", lines: 0, total: "$0.00", pay: "Take $0.00" };

test("a sold cart is gone when the seller comes back, and nothing of it goes into the next payment", async () => {
  await open();
  await best(2);
  expect(cart()).toEqual({ title: "2 tickets", lines: 2, total: "$59.80", pay: "Take $59.80" });
  await comeBack();
  expect(cart().pay).toBe("Take $59.80");
  await click("pay");
  await click("cash-exact");
  await click("confirm-sale");
  expect(find("order-code").textContent).toBe("CODE0");
  await comeBack();
  expect(cart()).toEqual(empty);
  await best(1);
  expect(cart()).toEqual({ title: "1 ticket", lines: 1, total: "$29.90", pay: "Take $29.90" });
});

test("seats chosen after the return are in the cart", async () => {
  await open();
  await comeBack();
  await best(2);
  expect(station.held.size).toBe(2);
  expect(cart()).toEqual({ title: "2 tickets", lines: 2, total: "$59.80", pay: "Take $59.80" });
});

test("a cart that grew after the return says how many tickets it holds and what they cost", async () => {
  await open();
  await best(2);
  await comeBack();
  await best(4);
  expect(cart()).toEqual({ title: "4 tickets", lines: 4, total: "$119.60", pay: "Take $119.60" });
  expect(find("mine").textContent.split(" ").length).toBe(4);
});

test("after a sale another event is chosen, and nothing is said to be on sale again", async () => {
  await open();
  await best(2);
  await comeBack();
  await click("pay");
  await click("cash-exact");
  await click("confirm-sale");
  await close();
  session.choose({ ...gala, id: "other", name: "Fair" });
  flushSync();
  await settled();
  expect(toasts.shown.map((toast) => toast.text)).toEqual([]);
});
