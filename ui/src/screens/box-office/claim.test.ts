// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { WicketError } from "../../backend";
import type { ClaimOutcome } from "../../backend/bindings";
import { seatsOf } from "./cart";
import { Desk } from "./desk.svelte";
import type { Notice } from "./ports";
import { FakeStation, kinds } from "./testing";

let station: FakeStation;
let told: Notice[];
let desk: Desk;
let alone: boolean;

beforeEach(async () => {
  station = new FakeStation();
  told = [];
  alone = false;
  desk = new Desk("event", { commands: station, slip: station.slip, tell: (notice) => told.push(notice), ownsAll: () => alone, now: () => station.now });
  await desk.load();
  desk.basket.pick(0);
  desk.basket.pick(1);
  desk.basket.stand("Floor", 2);
  await settled();
});

/** Waits until everything asked of the station was answered, and what comes of it. */
async function settled(): Promise<void> {
  await desk.basket.serial.run(() => Promise.resolve());
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
}

const settledSoon = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, 0));

const answers = (outcome: ClaimOutcome): void => void station.claimPlaces.mockResolvedValueOnce(outcome);

test("a station that stands alone takes money at once and asks nobody", () => {
  alone = true;
  desk.pay();
  expect([desk.step, station.claimPlaces.mock.calls.length]).toEqual(["payment", 0]);
});

test("a connected one takes money only when the places are its own", async () => {
  desk.pay();
  expect([desk.step, desk.claiming]).toEqual(["cart", true]);
  await settled();
  expect([desk.step, desk.claiming]).toEqual(["payment", false]);
  expect(station.claimPlaces.mock.calls[0]?.[0]).toMatchObject({ cartId: "cart-1", seats: ["A-1", "A-2"], standing: [{ areaId: "Floor", count: 2 }], cash: { minor: 0, currency: "USD" } });
});

test("pressed again while it asks, nothing more happens, and the cart stays as it is", async () => {
  desk.pay();
  desk.pay();
  desk.basket.pick(3);
  desk.basket.stand("Floor", 1);
  await settled();
  expect([station.claimPlaces.mock.calls.length, seatsOf(desk.basket.cart), desk.basket.tickets]).toEqual([1, [0, 1], 4]);
});

test("a seat that somebody else got leaves the cart, and no payment opens for the rest", async () => {
  answers({ outcome: "taken", seats: [{ seatId: "A-2", label: "Stalls A-2", state: "sold" }] });
  desk.pay();
  await settled();
  expect([desk.step, seatsOf(desk.basket.cart), kinds(told)]).toEqual(["cart", [0], ["taken"]]);
  desk.basket.pick(4);
  await settled();
  desk.pay();
  await settled();
  expect(desk.step).toBe("payment");
});

test("an area with fewer places left keeps what can be had", async () => {
  answers({ outcome: "full", areaId: "Floor", left: 1 });
  desk.pay();
  await settled();
  expect([desk.step, desk.basket.cart.standing.get("Floor"), kinds(told)]).toEqual(["cart", 1, ["areaFull"]]);
});

test("without the cloud it says which places are not its own, and keeps the cart", async () => {
  answers({ outcome: "offline", places: ["Stalls A-1", "Floor"] });
  desk.pay();
  await settled();
  expect([desk.step, desk.basket.tickets, told]).toMatchObject(["cart", 4, [{ kind: "notOurs", places: ["Stalls A-1", "Floor"] }]]);
  const over = (): boolean | undefined => (told[0]?.kind === "notOurs" ? told[0].over() : undefined);
  expect(over()).toBe(false);
  for (const offline of [true, false]) {
    station.offline = offline;
    await desk.beat();
    expect(over(), "it ends when the cloud is back").toBe(!offline);
  }
  desk.pay();
  await settled();
  expect(desk.step).toBe("payment");
});

test("a seller who does not want to wait goes back: no payment opens, and the cart can be changed", async () => {
  let answer = (_: ClaimOutcome): void => undefined;
  station.claimPlaces.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  desk.pay();
  await settledSoon();
  desk.stopClaiming();
  expect([desk.step, desk.claiming]).toEqual(["cart", false]);
  desk.basket.pick(3);
  expect(seatsOf(desk.basket.cart)).toEqual([0, 1, 3]);
  answer({ outcome: "offline", places: ["Floor"] });
  await settled();
  expect([desk.step, told]).toEqual(["cart", []]);
  desk.pay();
  await settled();
  expect(desk.step).toBe("payment");
});

test.each(["failed", "was stopped"])("an event that is over is asked about again after a claim that %s", async (how) => {
  station.now = Date.parse("2099-08-02T11:30:00Z");
  let answer = (_: ClaimOutcome): void => undefined;
  station.claimPlaces.mockImplementationOnce(() => (how === "failed" ? Promise.reject(new WicketError("storage", "The disk is full.")) : new Promise((resolve) => (answer = resolve))));
  desk.pay();
  expect(desk.askedOver).toBe(true);
  await desk.sellAllTheSame();
  await settledSoon();
  desk.stopClaiming();
  answer({ outcome: "owned" });
  await settled();
  desk.basket.clear();
  desk.basket.pick(3);
  await settled();
  expect([desk.step, desk.askedOver, seatsOf(desk.basket.cart)]).toEqual(["cart", false, [3]]);
  desk.pay();
  expect([desk.askedOver, desk.claiming]).toEqual([true, false]);
});

test("a station that could not ask opens no payment and says why", async () => {
  station.claimPlaces.mockRejectedValueOnce(new WicketError("storage", "The disk is full."));
  desk.pay();
  await settled();
  expect([desk.step, desk.claiming, kinds(told)]).toEqual(["cart", false, ["fault"]]);
  desk.basket.pick(3);
  expect(seatsOf(desk.basket.cart)).toEqual([0, 1, 3]);
});

test("a hold that is lost on the way keeps the payment shut: the seller looks first", async () => {
  station.other(2, "2");
  desk.basket.pick(2);
  desk.pay();
  await settled();
  expect([desk.step, seatsOf(desk.basket.cart), kinds(told)]).toEqual(["cart", [0, 1], ["taken"]]);
});

test("a seller who left meanwhile finds no payment", async () => {
  desk.pay();
  void desk.leave();
  await settled();
  expect(desk.step).toBe("cart");
});

test("a sale that breaks off for want of the cloud says so, sells nothing, and can be repeated", async () => {
  desk.pay();
  await settled();
  desk.received = 10_000;
  station.sell.mockResolvedValueOnce({ outcome: "offline", places: ["Stalls A-1"] });
  await desk.sell();
  expect([desk.step, desk.notOurs, desk.refusal, station.sales.size]).toEqual(["payment", ["Stalls A-1"], undefined, 0]);
  await desk.sell();
  expect([desk.step, desk.notOurs]).toEqual(["done", []]);
});

test("what the buyer left goes with the sale, and not into the next one", async () => {
  desk.basket.buyer({ contact: "0049 151 1234567", fanClubId: " FC-1 " });
  desk.pay();
  await settled();
  desk.received = 10_000;
  await desk.sell();
  expect(station.sell.mock.calls[0]?.[0]).toMatchObject({ contact: { phone: "+491511234567" }, fanClubId: "FC-1" });
  desk.next();
  expect([desk.basket.cart.contact, desk.basket.cart.fanClubId]).toEqual(["", ""]);
});
