// @vitest-environment happy-dom
/** The real screen, mounted, unmounted and mounted: what it shows is what the desk holds, however often it was left. */

import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { navigation } from "../../app/navigation.svelte";
import { session } from "../../app/session.svelte";
import { underway } from "../../app/underway.svelte";
import { toasts } from "../../components";
import { language } from "../../i18n/index.svelte";
import { startKeys } from "../../keys/index.svelte";
import BoxOffice from "../BoxOffice.svelte";
import { FakeStation } from "./testing";

vi.mock("../../seatmap/SeatMap.svelte", () => import("./NoMap.test.svelte"));
vi.mock("../../backend/commands", () => {
  const names = ["hall", "seatStates", "bestSeats", "openCart", "holdSeats", "releaseSeat", "releaseCart", "claimPlaces", "sell", "saleOf", "finishSale", "unprintable"] as const;
  const asked = names.map((name) => [name, (...given: unknown[]) => (station[name] as (...given: unknown[]) => unknown)(...given)]);
  return { ...Object.fromEntries(asked), printers: () => Promise.resolve([]) };
});
vi.mock("../../app/cloud.svelte", () => ({ cloud: { mayBeConnected: false, connected: false } }));

const gala = { id: "event", name: "Gala", startsAt: "2026-11-20T19:00:00Z", zone: "UTC", currency: "USD" };

// The whole screen is mounted several times: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

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

test("a toast about a seat ends when somebody else has the seat, and when it is in the cart again", async () => {
  await open();
  await best(1);
  await click("cart-remove");
  expect(toasts.shown.map((toast) => [toast.text, toast.over?.()])).toEqual([["Stalls A-1 taken out.", false]]);
  await best(1);
  expect(toasts.shown.map((toast) => toast.over?.())).toEqual([true]);
  await click("cart-clear");
  expect(toasts.shown.map((toast) => toast.over?.())).toEqual([false, false]);
  station.other(0, "2");
  await vi.advanceTimersByTimeAsync(2_500);
  expect(toasts.shown.map((toast) => toast.over?.())).toEqual([true, true]);
});

test("the way back to another event's cart ends when its seats are sold there", async () => {
  await open();
  await best(1);
  await close();
  session.choose({ ...gala, id: "other", name: "Fair" });
  flushSync();
  await settled();
  expect(toasts.shown.map((toast) => [toast.text, toast.over?.()])).toEqual([["One ticket for Gala went back on sale.", false]]);
  session.choose(gala);
  await open();
  expect(toasts.shown[0]?.over?.()).toBe(false);
  await best(1);
  expect(toasts.shown[0]?.over?.()).toBe(true);
  await click("pay");
  await click("cash-exact");
  await click("confirm-sale");
  await vi.advanceTimersByTimeAsync(2_500);
  expect(toasts.shown[0]?.over?.()).toBe(true);
});

test("where nothing can be had, that stands in place of the invitation to choose", async () => {
  await open();
  const said = (): string => find("cart-empty").textContent.trim().replace(/\s+/g, " ");
  expect(said()).toBe("Choose seats on the map, or take the best ones together.");
  for (let seat = 0; seat < 12; seat += 1) {
    station.other(seat, seat === 3 ? "1" : "2");
  }
  await vi.advanceTimersByTimeAsync(2_500);
  flushSync();
  expect(said()).toBe("Choose seats on the map, or take the best ones together.");
  station.floorLeft = 0;
  station.other(5, "2");
  await vi.advanceTimersByTimeAsync(2_500);
  flushSync();
  expect(said()).toBe("Nothing free now What is left is in other carts. A seat that comes free shows on the map.");
  station.other(3, "2");
  await vi.advanceTimersByTimeAsync(2_500);
  flushSync();
  expect(said()).toBe("Sold out Every place of this event is sold. A seat that comes free shows on the map.");
  station.other(3, "0");
  await vi.advanceTimersByTimeAsync(2_500);
  flushSync();
  expect(said()).toBe("Choose seats on the map, or take the best ones together.");
});

test("a sale that the next customer has followed is finished at the station", async () => {
  await open();
  await best(1);
  await click("pay");
  await click("cash-exact");
  await click("confirm-sale");
  expect(station.finishSale).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(700);
  await click("next-customer");
  expect(station.finishSale).toHaveBeenCalledTimes(1);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("Control+%i takes that many of the best seats", async (count) => {
  const stop = startKeys();
  await open();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: String(count), ctrlKey: true, bubbles: true, cancelable: true }));
  await settled();
  expect(cart().lines).toBe(count);
  stop();
});

test("who comes back while the hall is still loading for another event takes no cart that is not theirs", async () => {
  await open();
  await best(1);
  await close();
  session.choose({ ...gala, id: "other", name: "Fair" });
  flushSync();
  await settled();
  const undo = toasts.shown[0]?.action?.run;
  let answer = (): void => undefined;
  station.hall.mockImplementationOnce(() => new Promise((resolve) => (answer = () => void station.hall("event").then(resolve))));
  await open();
  await close();
  undo?.();
  answer();
  await settled();
  await open();
  expect([session.event?.id, cart().lines]).toEqual(["event", 1]);
});
