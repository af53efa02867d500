// @vitest-environment happy-dom
import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import { navigation } from "../../app/navigation.svelte";
import { session } from "../../app/session.svelte";
import { underway } from "../../app/underway.svelte";
import { toasts } from "../../components";
import { seatsOf } from "./cart";
import type { Desk } from "./desk.svelte";
import { cartWantedBack, openDesk } from "./kept.svelte";
import { FakeStation } from "./testing";

const gala = { id: "event", name: "Gala", startsAt: "2026-11-20T19:00:00Z", zone: "UTC", currency: "USD" };
const other = { ...gala, id: "other", name: "Fair" };
const ada = { staffId: "s1", name: "Ada", role: "seller" } as const;

let station: FakeStation;

beforeEach(() => {
  station = new FakeStation();
  session.signIn(ada);
  session.choose(gala);
});

afterEach(async () => {
  await underway.letGo();
  toasts.shown.forEach((toast) => {
    toasts.dismiss(toast.id);
  });
});

function open(event = gala): { readonly desk: Desk; readonly close: () => void } {
  return openDesk(event, { commands: station, slip: station.slip, ownsAll: () => true, now: () => station.now }, () => undefined);
}

async function filled(): Promise<ReturnType<typeof open>> {
  const screen = open();
  await screen.desk.load();
  screen.desk.basket.pick(0);
  screen.desk.basket.stand("Floor", 1);
  await settled(screen.desk);
  return screen;
}

const settled = (desk: Desk): Promise<unknown> => desk.basket.serial.run(() => Promise.resolve());

test("who looks at something else for a while finds the cart and its holds again", async () => {
  const { desk, close } = await filled();
  close();
  expect(station.held.size).toBe(1);
  const again = open();
  expect(again.desk).toBe(desk);
  expect([seatsOf(again.desk.basket.cart), again.desk.basket.tickets]).toEqual([[0], 2]);
});

test("while somebody pays, the window is to stay", async () => {
  const { desk } = await filled();
  expect(underway.pinned).toBe(false);
  desk.pay();
  expect(underway.pinned).toBe(true);
  desk.back();
  expect(underway.pinned).toBe(false);
});

test("signing out waits until the station has the seats back", async () => {
  const { desk, close } = await filled();
  void desk.beat();
  close();
  await underway.letGo();
  expect([station.held.size, station.releaseCart.mock.calls.length]).toEqual([0, 1]);
  expect(open().desk).not.toBe(desk);
});

test("the next person finds no cart", async () => {
  const { desk, close } = await filled();
  close();
  session.signIn({ ...ada, staffId: "s2" });
  flushSync();
  await settled(desk);
  expect(station.held.size).toBe(0);
  expect(toasts.shown).toEqual([]);
  expect(open().desk).not.toBe(desk);
});

test("choosing another event gives the cart back, says so, and Undo goes back to it", async () => {
  const { desk, close } = await filled();
  close();
  session.choose(other);
  navigation.go("gate");
  flushSync();
  await settled(desk);
  expect(station.held.size).toBe(0);
  expect(toasts.shown.map((toast) => toast.text)).toEqual(["2 tickets for Gala went back on sale."]);
  toasts.shown[0]?.action?.run();
  expect([session.event?.id, navigation.screen]).toEqual(["event", "boxOffice"]);
  const cart = cartWantedBack("event");
  expect([cart?.seats.map((one) => one.seat), cart?.standing.get("Floor")]).toEqual([[0], 1]);
  expect(cartWantedBack("event")).toBeUndefined();
});

test("Undo fills the cart that is on screen when the event was chosen again by hand, and no other person's", async () => {
  const { close } = await filled();
  close();
  session.choose(other);
  flushSync();
  const undo = toasts.shown[0]?.action?.run;
  session.choose(gala);
  const again = open();
  await again.desk.load();
  undo?.();
  await settled(again.desk);
  expect([again.desk.basket.tickets, cartWantedBack("event")]).toEqual([2, undefined]);
  session.signIn({ ...ada, staffId: "s2" });
  flushSync();
  undo?.();
  expect(cartWantedBack("event")).toBeUndefined();
});

test("a customer who is done does not wait for the seller", async () => {
  const { desk, close } = await filled();
  desk.pay();
  desk.received = 10_000;
  await desk.sell();
  expect(desk.step).toBe("done");
  close();
  expect(open().desk.step).toBe("cart");
});
