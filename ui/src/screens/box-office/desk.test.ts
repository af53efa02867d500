// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import { seatsOf, suggestedIn } from "./cart";
import { Desk } from "./desk.svelte";
import { renewAfter } from "./holds";
import type { Notice } from "./ports";
import { FakeStation, kinds } from "./testing";

let station: FakeStation;
let told: Notice[];
let desk: Desk;

beforeEach(async () => {
  station = new FakeStation();
  told = [];
  desk = new Desk("event", { commands: station, tell: (notice) => told.push(notice), now: () => station.now });
  await desk.load();
});

/** Waits until everything asked of the station was answered. */
const settled = (): Promise<unknown> => desk.basket.serial.run(() => Promise.resolve());
const seats = (): number[] => seatsOf(desk.basket.cart);
const undo = (): void => {
  const last = told.at(-1);
  if (last?.kind === "removed" || last?.kind === "cleared") {
    last.undo();
  }
};

async function fill(...wanted: number[]): Promise<void> {
  wanted.forEach((seat) => {
    desk.basket.pick(seat);
  });
  await settled();
}

describe("picking", () => {
  test("opens a cart with the first seat alone, holds it, and shows it at once", async () => {
    expect(station.openCart).not.toHaveBeenCalled();
    desk.basket.pick(0);
    expect(desk.basket.states[0]).toBe(4);
    expect(desk.basket.total).toBe(2990);
    await fill(1);
    expect(station.openCart).toHaveBeenCalledTimes(1);
    expect([...station.held.keys()]).toEqual(["A-1", "A-2"]);
    expect(desk.availability.free).toEqual([4, 6, 0]);
  });

  test("again gives back", async () => {
    await fill(0, 0);
    expect(seats()).toEqual([]);
    expect(station.held.size).toBe(0);
  });

  test("quickly in, out and in ends in", async () => {
    await fill(0, 0, 0);
    expect(seats()).toEqual([0]);
    expect([...station.held.keys()]).toEqual(["A-1"]);
  });

  test("a seat that was just sold takes it out and says so", async () => {
    station.other(2, "2");
    await fill(1, 2);
    expect(seats()).toEqual([1]);
    expect(told).toEqual([{ kind: "taken", seats: [{ seatId: "A-3", label: "Stalls A-3", state: "sold" }] }]);
    expect(desk.basket.states[2]).toBe(2);
  });

  test("that the station could not answer leaves the cart as it was", async () => {
    station.holdSeats.mockRejectedValueOnce(new WicketError("storage", "The disk is full."));
    await fill(0);
    expect(seats()).toEqual([]);
    expect(kinds(told)).toEqual(["fault"]);
  });
});

describe("taking back", () => {
  test("a removed line is held again", async () => {
    await fill(0, 1);
    desk.basket.remove(0);
    await settled();
    expect([...station.held.keys()]).toEqual(["A-2"]);
    undo();
    await settled();
    expect(seats()).toEqual([1, 0]);
    expect(station.held.has("A-1")).toBe(true);
  });

  test("a removed line that somebody else has got stays out, and that is said", async () => {
    await fill(0, 1);
    desk.basket.remove(0);
    await settled();
    station.other(0, "2");
    undo();
    await settled();
    expect(seats()).toEqual([1]);
    expect(kinds(told)).toEqual(["removed", "goneMeanwhile"]);
  });

  test("a cleared cart comes back with seats, places and name, without what is gone", async () => {
    await fill(0, 1);
    desk.basket.stand("Floor", 2);
    desk.basket.name("Ada");
    desk.basket.clear();
    await settled();
    expect(station.held.size).toBe(0);
    expect(desk.basket.tickets).toBe(0);
    station.other(1, "1");
    undo();
    await settled();
    expect(seats()).toEqual([0]);
    expect(desk.basket.cart.standing.get("Floor")).toBe(2);
    expect(desk.basket.cart.holder).toBe("Ada");
    expect([...station.held.keys()]).toEqual(["A-1"]);
  });

  test("nothing comes back into a cart that is being paid for", async () => {
    desk.basket.stand("Floor", 2);
    await fill(0);
    desk.basket.clear();
    desk.basket.pick(5);
    desk.pay();
    undo();
    await settled();
    expect([seats(), desk.basket.tickets]).toEqual([[5], 1]);
  });

  test("a cart of standing places alone comes back too", async () => {
    desk.basket.stand("Floor", 2);
    desk.basket.clear();
    undo();
    await settled();
    expect(desk.basket.tickets).toBe(2);
  });
});

describe("the best seats", () => {
  test("replace those suggested before, never those picked by hand", async () => {
    await fill(0);
    await desk.basket.best(2, undefined);
    expect(seats()).toEqual([0, 1, 2]);
    await desk.basket.best(3, undefined);
    expect(seats()).toEqual([0, 1, 2, 3]);
    expect(suggestedIn(desk.basket.cart)).toEqual([1, 2, 3]);
    expect([...station.held.keys()].sort()).toEqual(["A-1", "A-2", "A-3", "A-4"]);
  });

  test("keep to a category", async () => {
    await desk.basket.best(2, 1);
    expect(seats()).toEqual([6, 7]);
    expect(desk.basket.split).toBe(false);
  });

  test("say that they are not together for as long as all of them are in the cart", async () => {
    station.other(1, "2");
    await desk.basket.best(3, 0);
    expect(seats()).toEqual([0, 2, 3]);
    expect(desk.basket.split).toBe(true);
    desk.basket.remove(3);
    expect(desk.basket.split).toBe(false);
  });

  test("that do not exist leave the earlier suggestion held", async () => {
    await desk.basket.best(2, 0);
    await desk.basket.best(7, 0);
    expect(seats()).toEqual([0, 1]);
    expect([...station.held.keys()]).toEqual(["A-1", "A-2"]);
    expect(told).toEqual([{ kind: "noneFree", count: 7, category: "Gold" }]);
  });

  test("are asked for again when somebody else was quicker", async () => {
    station.bestSeats.mockImplementationOnce(() => {
      station.other(0, "1");
      return Promise.resolve({ seats: [0, 1], together: true });
    });
    await desk.basket.best(2, 0);
    expect(seats()).toEqual([1, 2]);
    expect(told).toEqual([]);
  });
});

describe("standing places", () => {
  test("stay within what is left", () => {
    desk.basket.stand("Floor", 5);
    expect(desk.basket.cart.standing.get("Floor")).toBe(3);
    desk.basket.stand("Floor", -1);
    expect(desk.basket.tickets).toBe(0);
    expect(kinds(told)).toEqual(["areaFull"]);
  });

  test("shrink when others took them, and that is said", async () => {
    desk.basket.stand("Floor", 3);
    station.floorLeft = 1;
    station.other(11, "2");
    await desk.beat();
    expect(desk.basket.cart.standing.get("Floor")).toBe(1);
    expect(kinds(told)).toEqual(["areaFull"]);
  });
});

describe("every two seconds", () => {
  test("asks with what it knows, and for everything every half minute", async () => {
    const known = (): unknown => station.seatStates.mock.calls.at(-1)?.[2];
    await desk.beat();
    expect(known()).toBe(1);
    station.now += 31_000;
    await desk.beat();
    expect(known()).toBeNull();
    await desk.beat();
    expect(known()).toBe(1);
  });

  test("never overlaps itself", async () => {
    const before = station.seatStates.mock.calls.length;
    await Promise.all([desk.beat(), desk.beat(), desk.beat()]);
    expect(station.seatStates.mock.calls.length).toBe(before + 1);
  });

  test("renews the holds of a seller at work, not of one who went away", async () => {
    await fill(0);
    station.now += renewAfter + 1;
    await desk.beat();
    expect(station.holdSeats).toHaveBeenCalledTimes(1);
    desk.basket.touch();
    await desk.beat();
    expect(station.holdSeats).toHaveBeenCalledTimes(2);
  });

  test("a hold that ran out costs nothing until somebody else has the seat", async () => {
    await fill(0);
    station.expire();
    await desk.beat();
    expect(seats()).toEqual([0]);
    station.other(0, "2");
    await desk.beat();
    expect(seats()).toEqual([]);
    expect(kinds(told)).toEqual(["taken"]);
  });

  test("says since when it could not refresh, and stops saying so", async () => {
    station.now = 5000;
    station.seatStates.mockRejectedValueOnce(new WicketError("storage", ""));
    await desk.beat();
    expect(desk.staleSince).toBe(5000);
    await desk.beat();
    expect(desk.staleSince).toBeUndefined();
  });

  test("notices that the event was removed", async () => {
    station.seatStates.mockRejectedValueOnce(new WicketError("not_found", "This event was removed."));
    await desk.beat();
    expect(desk.trouble?.code).toBe("not_found");
  });
});

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
    expect(station.sell.mock.calls[0]?.[0]).toEqual({ eventId: "event", cartId: "cart-1", seats: ["A-1", "A-2"], standing: [], cash: { minor: 6000, currency: "USD" }, holder: null });
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
    expect(station.orders).toEqual([]);
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
    expect(station.findOrders).not.toHaveBeenCalled();
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
    expect(station.orders.length).toBe(1);
  });

  test("and the sale does not exist, nothing was sold and it may be tried again", async () => {
    station.sell.mockRejectedValueOnce(new WicketError("storage", "The disk is full."));
    await desk.sell();
    expect([desk.step, desk.refusal?.code]).toEqual(["payment", "storage"]);
    await desk.sell();
    expect(station.orders.length).toBe(1);
  });

  test("and nobody can look, selling and going back wait until somebody could", async () => {
    lost();
    station.findOrders.mockRejectedValueOnce(new WicketError("storage", ""));
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
    station.findOrders.mockRejectedValueOnce(new WicketError("storage", ""));
    await desk.sell();
    desk.leave();
    expect(kinds(told)).toEqual(["unsettled"]);
  });

  test("an earlier order of the same places by this desk is not taken for it", async () => {
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

describe("leaving", () => {
  test("gives the seats back", async () => {
    await fill(0, 1);
    desk.leave();
    await settled();
    expect(station.held.size).toBe(0);
    expect(station.releaseCart).toHaveBeenCalledWith("cart-1");
  });

  test("before anything was chosen asks nothing of the station", async () => {
    desk.leave();
    await settled();
    expect(station.releaseCart).not.toHaveBeenCalled();
  });

  test("while a sale is under way lets it end, and says that it was made", async () => {
    await fill(0);
    desk.pay();
    desk.received = 2990;
    const sale = desk.sell();
    desk.leave();
    await sale;
    await settled();
    expect(told).toEqual([{ kind: "soldAway", code: "CODE0" }]);
    expect(station.orders.length).toBe(1);
  });
});

test("more than a hundred tickets do not fit one order", async () => {
  station.floorLeft = 500;
  station.other(11, "2");
  await desk.beat();
  desk.basket.stand("Floor", 100);
  desk.basket.pick(0);
  expect([desk.basket.tickets, kinds(told)]).toEqual([100, ["limit"]]);
});

test("a hall that cannot be loaded says why and loads later", async () => {
  const late = new Desk("event", { commands: station, tell: vi.fn(), now: () => 0 });
  station.hall.mockRejectedValueOnce(new WicketError("storage", "The file cannot be read."));
  await late.load();
  expect(late.trouble?.message).toBe("The file cannot be read.");
  await late.load();
  expect(late.trouble).toBeUndefined();
  expect(late.offer?.currency).toBe("USD");
});
