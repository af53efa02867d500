// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from "vitest";
import { WicketError } from "../../backend";
import { seatsOf } from "./cart";
import { Desk } from "./desk.svelte";
import type { Notice } from "./ports";
import { FakeStation, isOver, kinds } from "./testing";

let station: FakeStation;
let told: Notice[];
let desk: Desk;

beforeEach(async () => {
  station = new FakeStation();
  told = [];
  desk = new Desk("event", { commands: station, slip: station.slip, tell: (notice) => told.push(notice), ownsAll: () => true, now: () => station.now });
  await desk.load();
});

/** Waits until everything asked of the station was answered. */
const settled = (): Promise<unknown> => desk.basket.serial.run(() => Promise.resolve());
const seats = (): number[] => seatsOf(desk.basket.cart);

async function fill(...wanted: number[]): Promise<void> {
  wanted.forEach((seat) => {
    desk.basket.pick(seat);
  });
  await settled();
}

describe("paying", () => {
  beforeEach(async () => {
    await fill(0, 1);
    desk.pay();
  });

  test("closes the cart until somebody goes back", () => {
    desk.basket.pick(3);
    desk.basket.stand("Floor", 1);
    expect(seats()).toEqual([0, 1]);
    desk.back();
    desk.basket.pick(3);
    expect(seats()).toEqual([0, 1, 3]);
  });

  test("too little cash sells nothing", async () => {
    desk.received = 5979;
    await desk.sell();
    expect(desk.tender).toEqual({ kind: "short", missing: 1 });
    expect(station.sell).not.toHaveBeenCalled();
  });

  test("sells once however often it is pressed", async () => {
    desk.received = 6000;
    await Promise.all([desk.sell(), desk.sell(), desk.sell()]);
    await desk.sell();
    expect(station.sell).toHaveBeenCalledTimes(1);
    expect(station.sell.mock.calls[0]?.[0]).toEqual({ eventId: "event", cartId: "cart-1", seats: ["A-1", "A-2"], standing: [], cash: { minor: 6000, currency: "USD" }, holder: null, contact: null, fanClubId: null });
    expect(desk.step).toBe("done");
    expect(desk.receipt?.change.minor).toBe(20);
  });

  test("the next customer starts empty, with a cart of their own", async () => {
    desk.received = 6000;
    await desk.sell();
    desk.next();
    expect([desk.step, desk.basket.tickets, desk.received]).toEqual(["cart", 0, 0]);
    await fill(5);
    expect(station.openCart).toHaveBeenCalledTimes(2);
    expect(station.held.get("A-6")).toBe("cart-2");
  });

  test("a seat lost meanwhile sells nothing and leads back to the cart", async () => {
    station.other(1, "2");
    desk.received = 6000;
    await desk.sell();
    expect([desk.step, seats(), kinds(told)]).toEqual(["cart", [0], ["taken"]]);
    expect(station.sales.size).toBe(0);
  });

  test("a seat found lost while counting money leads back to the cart", async () => {
    station.other(0, "1");
    await desk.beat();
    expect([desk.step, seats()]).toEqual(["cart", [1]]);
  });

  test("a full area leads back to the cart with what is left", async () => {
    desk.back();
    desk.basket.stand("Floor", 3);
    desk.pay();
    station.floorLeft = 2;
    desk.received = 20_000;
    await desk.sell();
    expect(desk.step).toBe("cart");
    expect(desk.basket.cart.standing.get("Floor")).toBe(2);
  });

  test("a changed price is loaded and has to be paid anew", async () => {
    station.sell.mockResolvedValueOnce({ outcome: "short", total: { minor: 7000, currency: "USD" }, missing: { minor: 1000, currency: "USD" } });
    desk.received = 6000;
    await desk.sell();
    await settled();
    expect(station.hall).toHaveBeenCalledTimes(2);
    expect([desk.step, kinds(told)]).toEqual(["payment", ["priceChanged"]]);
  });

  test("a refusal keeps everything and may be tried again", async () => {
    station.sell.mockRejectedValueOnce(new WicketError("not_signed_in", "Sign in again."));
    desk.received = 6000;
    await desk.sell();
    expect([desk.step, seats(), desk.received, desk.refusal?.message]).toEqual(["payment", [0, 1], 6000, "Sign in again."]);
    expect(station.saleOf).not.toHaveBeenCalled();
    await desk.sell();
    expect(desk.step).toBe("done");
    expect(desk.refusal).toBeUndefined();
  });
});

describe("when the answer to a sale is lost", () => {
  const lost = (): void => {
    station.sell.mockImplementationOnce((request) => {
      station.sold(request);
      return Promise.reject(new WicketError("unknown", ""));
    });
  };

  beforeEach(async () => {
    await fill(0, 1);
    desk.basket.name("Ada");
    desk.pay();
    desk.received = 6000;
  });

  test("and the sale exists, it is found and not made again", async () => {
    lost();
    await desk.sell();
    expect([desk.step, desk.found, desk.receipt?.code, desk.receipt?.change.minor]).toEqual(["done", true, "CODE0", 20]);
    expect(station.sales.size).toBe(1);
  });

  test("and the sale does not exist, nothing was sold and it may be tried again", async () => {
    station.sell.mockRejectedValueOnce(new WicketError("storage", "The disk is full."));
    await desk.sell();
    expect([desk.step, desk.refusal?.code]).toEqual(["payment", "storage"]);
    await desk.sell();
    expect(station.sales.size).toBe(1);
  });

  test("and nobody can look, selling and going back wait until somebody could", async () => {
    lost();
    station.saleOf.mockRejectedValueOnce(new WicketError("storage", ""));
    await desk.sell();
    expect(desk.unknown).toBe(true);
    await desk.sell();
    desk.back();
    await desk.beat();
    expect([desk.step, seats(), kinds(told)]).toEqual(["payment", [0, 1], []]);
    expect(station.sell).toHaveBeenCalledTimes(1);
    await desk.lookAgain();
    expect([desk.step, desk.found, desk.unknown]).toEqual(["done", true, false]);
  });

  test("and the seller leaves meanwhile, that is said", async () => {
    lost();
    station.saleOf.mockRejectedValueOnce(new WicketError("storage", ""));
    await desk.sell();
    void desk.leave();
    expect([kinds(told), isOver(told)]).toEqual([["unsettled"], false]);
    station.noted = undefined;
    expect(isOver(told), "another desk has found out").toBe(true);
  });

  test("an earlier sale of the same places by this desk is not taken for it", async () => {
    desk.back();
    desk.basket.clear();
    const floor = async (): Promise<void> => {
      desk.basket.stand("Floor", 1);
      desk.pay();
      desk.received = 1000;
      await desk.sell();
    };
    await settled();
    await floor();
    expect(desk.receipt?.code).toBe("CODE0");
    desk.next();
    station.sell.mockRejectedValueOnce(new WicketError("unknown", ""));
    await floor();
    expect([desk.step, desk.refusal?.code]).toEqual(["payment", "unknown"]);
  });
});

describe("when the page went away during a sale", () => {
  /** The page asks for a sale and is gone; `makes` says whether the station made it. Gives the desk of the next page. */
  async function reloaded(makes: boolean, event = "event"): Promise<Desk> {
    await fill(0, 1);
    desk.pay();
    desk.received = 6000;
    station.sell.mockImplementationOnce((request) => {
      if (makes) {
        station.sold(request);
      }
      return new Promise(() => undefined);
    });
    void desk.sell();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(station.noted).toMatchObject({ cartId: "cart-1", eventId: "event" });
    return new Desk(event, { commands: station, slip: station.slip, tell: (notice) => told.push(notice), ownsAll: () => true, now: () => station.now });
  }

  test("a sale that was made is found and shown before anything else", async () => {
    const next = await reloaded(true);
    await next.load();
    expect([next.step, next.found, next.receipt?.code, station.noted]).toEqual(["done", true, "CODE0", undefined]);
    next.next();
    expect(next.step).toBe("cart");
  });

  test("one that was not made gives its seats back and says so, once the station cannot be at it any more", async () => {
    const next = await reloaded(false);
    await next.load();
    expect([next.step, next.unknown, next.before, next.pinned]).toEqual(["payment", true, true, true]);
    station.now += 31_000;
    await next.beat();
    expect([next.step, next.unknown, kinds(told), station.noted]).toEqual(["cart", false, ["notSoldBefore"], undefined]);
    expect(station.releaseCart).toHaveBeenCalledWith("cart-1");
    expect(isOver(told)).toBe(false);
    next.basket.stand("Floor", 1);
    next.pay();
    next.received = 1000;
    await next.sell();
    expect([next.step, isOver(told)]).toEqual(["done", true]);
  });

  test("a clock that was set back meanwhile does not keep it unknown for as long", async () => {
    const next = await reloaded(false);
    station.now -= 7_200_000;
    await next.load();
    expect(next.unknown).toBe(true);
    station.now += 31_000;
    await next.beat();
    expect([next.step, next.unknown, station.noted]).toEqual(["cart", false, undefined]);
  });

  test("it becomes known although the hall cannot be loaded, and the window is free again", async () => {
    const next = await reloaded(false);
    station.hall.mockRejectedValueOnce(new WicketError("storage", ""));
    await next.load();
    expect([next.offer, next.pinned]).toEqual([undefined, true]);
    station.now += 31_000;
    await next.beat();
    expect([next.unknown, next.pinned, station.noted]).toEqual([false, false, undefined]);
  });

  test("one that the station makes late is found, and not made again", async () => {
    const next = await reloaded(false);
    await next.load();
    station.sold({ eventId: "event", cartId: "cart-1", seats: ["A-1", "A-2"], standing: [], cash: { minor: 6000, currency: "USD" }, holder: null, contact: null, fanClubId: null });
    await next.beat();
    expect([next.step, next.receipt?.code, station.sales.size]).toEqual(["done", "CODE0", 1]);
  });

  test("while nobody can look, it is not known, and nothing else is sold", async () => {
    const next = await reloaded(true);
    station.saleOf.mockRejectedValueOnce(new WicketError("storage", ""));
    await next.load();
    expect([next.step, next.unknown]).toEqual(["payment", true]);
    await next.sell();
    expect(station.sell).toHaveBeenCalledTimes(1);
    await next.lookAgain();
    expect([next.step, next.found]).toEqual(["done", true]);
  });

  test("at another event it is said, and that event goes on selling", async () => {
    const next = await reloaded(true, "other");
    await next.load();
    expect([next.step, told]).toMatchObject(["cart", [{ kind: "soldAway", code: "CODE0" }]]);
  });

  test("one that somebody has finished is not shown once more", async () => {
    const next = await reloaded(true);
    await station.finishSale(station.sales.get("cart-1")?.orderId ?? "");
    await next.load();
    expect([next.step, told, station.noted]).toEqual(["cart", [], undefined]);
  });

  test("nothing is remembered of sales that were answered", async () => {
    await fill(0);
    desk.pay();
    desk.received = 2990;
    station.sell.mockResolvedValueOnce({ outcome: "offline", places: [] });
    await desk.sell();
    expect(station.noted).toBeUndefined();
    await desk.sell();
    expect([desk.step, station.noted]).toEqual(["done", undefined]);
  });
});

describe("leaving", () => {
  test("gives the seats back, also while a look at what is free is under way, and says when that has happened", async () => {
    await fill(0, 1);
    void desk.beat();
    await desk.leave();
    expect(station.held.size).toBe(0);
    expect(station.releaseCart).toHaveBeenCalledWith("cart-1");
  });

  test("before anything was chosen asks nothing of the station", async () => {
    void desk.leave();
    await settled();
    expect(station.releaseCart).not.toHaveBeenCalled();
  });

  test("while a sale is under way lets it end, and says that it was made", async () => {
    await fill(0);
    desk.pay();
    desk.received = 2990;
    const sale = desk.sell();
    void desk.leave();
    await sale;
    await settled();
    expect(told).toMatchObject([{ kind: "soldAway", code: "CODE0" }]);
    expect(station.sales.size).toBe(1);
  });
});

describe("an event that is over", () => {
  const over = Date.parse("2099-08-02T11:30:00Z");
  const sales = (): (boolean | undefined)[] => station.sell.mock.calls.map(([request]) => request.anyTime);

  beforeEach(async () => {
    await fill(0);
  });

  test("is sold up to its last moment without a question", () => {
    station.now = over - 1;
    desk.pay();
    expect([desk.step, desk.askedOver]).toEqual(["payment", false]);
  });

  test("asks before money is taken, and leaves the cart when the answer is no", () => {
    station.now = over;
    desk.pay();
    expect([desk.step, desk.askedOver]).toEqual(["cart", true]);
    desk.doNotSell();
    expect([desk.step, desk.askedOver, seats()]).toEqual(["cart", false, [0]]);
  });

  test("is sold when the answer is yes, and asks again for the next customer", async () => {
    station.now = over;
    desk.pay();
    await desk.sellAllTheSame();
    expect(desk.step).toBe("payment");
    desk.received = 10_000;
    await desk.sell();
    expect([desk.step, sales()]).toEqual(["done", [true]]);
    desk.next();
    await fill(1);
    desk.pay();
    expect(desk.askedOver).toBe(true);
  });

  test("asks also when the station alone finds that it is over", async () => {
    desk.pay();
    desk.received = 10_000;
    station.sell.mockRejectedValueOnce(new WicketError("event_over", "over"));
    await desk.sell();
    expect([desk.step, desk.askedOver, desk.refusal]).toEqual(["payment", true, undefined]);
    await desk.sellAllTheSame();
    expect([desk.step, sales()]).toEqual(["done", [undefined, true]]);
  });
});
