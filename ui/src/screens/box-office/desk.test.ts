// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { WicketError } from "../../backend";
import { seatsOf, suggestedIn } from "./cart";
import { Desk } from "./desk.svelte";
import { renewAfter } from "./holds";
import { leftText } from "./left";
import { toastOf } from "./notices";
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
    expect(told).toEqual([{ kind: "taken", seats: [{ seatId: "A-3", label: "Stalls A-3", state: "sold" }], offline: false }]);
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

test("what paper cannot show of the event's names is said before the first sale", async () => {
  station.unprintable.mockResolvedValueOnce(["山"]);
  await desk.load();
  await settled();
  expect(station.unprintable.mock.calls.at(-1)?.[0]).toContain("Arena");
  expect(told).toEqual([{ kind: "unprintable", letters: ["山"] }]);
  expect(toastOf({ kind: "unprintable", letters: ["山"] }, "en").text).toContain("山");
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
    expect(told).toEqual([{ kind: "noneFree", count: 7, category: "Gold", offline: false }]);
  });

  test("that cannot be asked for say so until something works again", async () => {
    station.bestSeats.mockRejectedValueOnce(new WicketError("storage", ""));
    await desk.basket.best(2, 0);
    expect([kinds(told), isOver(told), seats()]).toEqual([["fault"], false, []]);
    await desk.basket.best(2, 0);
    expect([isOver(told), seats()]).toEqual([true, [0, 1]]);
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

describe("while the cloud does not answer", () => {
  const says = (): string[] => told.map((notice) => toastOf(notice, "en").text);

  beforeEach(async () => {
    desk.basket.stand("Floor", 2);
    await fill(0);
    station.offline = true;
    await desk.beat();
  });

  test("the cart keeps its places, standing ones too, and nothing is called sold out", () => {
    expect([seats(), desk.basket.cart.standing.get("Floor"), told]).toEqual([[0], 2, []]);
    expect(desk.basket.standingLeft("Floor")).toBe(0);
    expect(leftText(0, desk.basket.ownOnly, "en")).toBe("Offline: not this station’s");
  });

  test("standing places can be counted down, and not up", () => {
    desk.basket.stand("Floor", 3);
    expect(desk.basket.cart.standing.get("Floor")).toBe(2);
    desk.basket.stand("Floor", 1);
    expect(desk.basket.cart.standing.get("Floor")).toBe(1);
    expect(says()).toEqual(["The cloud does not answer, and this station has no more places in Floor. Try again when the bar says Online."]);
  });

  test("a seat that is not this station's is not called taken", async () => {
    await fill(4);
    expect(seats()).toEqual([0]);
    expect(says()).toEqual(["Stalls A-5: not this station’s, and the cloud does not answer. Choose others, or try again when the bar says Online."]);
  });

  test("nor is it when the window has not heard of the cloud yet", async () => {
    station.offline = false;
    await desk.beat();
    station.offline = true;
    await fill(4);
    expect(says()[0]).toContain("not this station’s");
  });

  test("seats together that are not this station's are not called sold", async () => {
    station.bestSeats.mockResolvedValueOnce(null);
    await desk.basket.best(4, undefined);
    expect(says()[0]).toContain("the cloud does not answer");
  });

  test("what was sold meanwhile leaves the cart when it answers again", async () => {
    station.floorLeft = 1;
    station.offline = false;
    await desk.beat();
    expect([desk.basket.cart.standing.get("Floor"), kinds(told)]).toEqual([1, ["areaFull"]]);
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

test("more than a hundred tickets do not fit one order", async () => {
  station.floorLeft = 500;
  station.other(11, "2");
  await desk.beat();
  desk.basket.stand("Floor", 100);
  desk.basket.pick(0);
  expect([desk.basket.tickets, kinds(told)]).toEqual([100, ["limit"]]);
});

test("a hall that cannot be loaded says why and loads later", async () => {
  const late = new Desk("event", { commands: station, slip: station.slip, tell: vi.fn(), ownsAll: () => true, now: () => 0 });
  station.hall.mockRejectedValueOnce(new WicketError("storage", "The file cannot be read."));
  await late.load();
  expect(late.trouble?.message).toBe("The file cannot be read.");
  await late.load();
  expect(late.trouble).toBeUndefined();
  expect(late.offer?.currency).toBe("USD");
});
