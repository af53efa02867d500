import { describe, expect, test } from "vitest";
import { bowl } from "./bench/samples";
import { Level, spanOf, TILE, tileRect } from "./tiles";
import { changedSeats, readStates } from "./types";

function paintedLevel(scale: number, tiles: [number, number][]): Level<string> {
  const level = new Level<string>(scale);
  for (const [i, j] of tiles) Object.assign(level.take(i, j), { bitmap: `${i},${j}`, state: "ready" });
  return level;
}

function staleTiles(level: Level<string>): string[] {
  return [...level.tiles].filter((tile) => tile.state === "stale").map((tile) => tile.bitmap ?? "").sort();
}

const square: [number, number][] = [[0, 0], [1, 0], [0, 1], [1, 1]];
const seatAt = (x: number, y: number, radius = 5) => ({
  guid: ["a"], row: ["A"], number: ["1"], zone: [0], category: [0], x: [x], y: [y], radius: [radius],
});

describe("which tiles", () => {
  test("a rectangle touches, also left of and above the origin", () => {
    expect(spanOf({ x0: -1, y0: -1, x1: TILE / 2 + 1, y1: 10 }, 2)).toEqual({ i0: -1, j0: -1, i1: 1, j1: 0 });
    expect(tileRect(1, -1, 2)).toEqual({ x0: TILE / 2, y0: -TILE / 2, x1: TILE, y1: 0 });
  });

  test("are painted next: missing before stale, the middle first", () => {
    const level = paintedLevel(1, square);
    level.invalidateAll();
    expect(level.next({ i0: 0, j0: 0, i1: 2, j1: 0 })).toMatchObject({ i: 2, j: 0, state: "missing" });
    Object.assign(level.take(2, 0), { state: "ready" });
    expect(level.next({ i0: 0, j0: 0, i1: 2, j1: 0 })).toMatchObject({ i: 1, j: 0, state: "stale" });
  });

  test("are nothing to do once all are ready", () => {
    expect(paintedLevel(1, square).next({ i0: 0, j0: 0, i1: 1, j1: 1 })).toBeNull();
  });
});

describe("a seat's change", () => {
  test("makes its own tile stale and no other", () => {
    const level = paintedLevel(1, square);
    expect(level.invalidate(seatAt(100, 100), [0])).toBe(1);
    expect(staleTiles(level)).toEqual(["0,0"]);
  });

  test("on a seam makes every tile stale that shows a part of it", () => {
    const level = paintedLevel(1, square);
    level.invalidate(seatAt(TILE - 3, TILE + 3), [0]);
    expect(staleTiles(level)).toEqual(["0,0", "0,1", "1,0", "1,1"]);
  });

  test("leaves what is shown in place until it is painted again", () => {
    const level = paintedLevel(1, square);
    level.invalidateAll();
    expect(level.covers({ x0: 1, y0: 1, x1: TILE + 1, y1: TILE + 1 })).toBe(true);
  });

  test("is noticed by a painting that began before it", () => {
    const level = paintedLevel(1, square);
    const tile = level.take(0, 0);
    const begun = tile.change;
    level.invalidate(seatAt(10, 10), [0]);
    expect(tile.change).not.toBe(begun);
  });

  test("in a stadium of 70,000 concerns few of its tiles", () => {
    const { plan, states } = bowl();
    const before = readStates(states, 70_000);
    const after = before.slice();
    for (const seat of [40_000, 40_001, 40_002, 40_003]) after[seat] = after[seat] === 4 ? 0 : 4;
    const level = new Level<string>(2);
    for (let i = -16; i <= 16; i++) for (let j = -16; j <= 16; j++) level.take(i, j).state = "ready";
    expect(changedSeats(before, after)).toEqual([40_000, 40_001, 40_002, 40_003]);
    expect(level.invalidate(plan.seats, changedSeats(before, after))).toBeLessThanOrEqual(4);
  });
});

test("eviction gives up the furthest tiles and keeps those in sight", () => {
  const level = paintedLevel(1, [[0, 0], [1, 0], [2, 0], [9, 9], [5, 0]]);
  expect(level.evict({ i0: 0, j0: 0, i1: 1, j1: 0 }, 3).sort()).toEqual(["5,0", "9,9"]);
  expect(level.get(2, 0)?.state).toBe("ready");
  expect(level.evict({ i0: 0, j0: 0, i1: 1, j1: 0 }, 0)).toEqual(["2,0"]);
  expect(level.covers({ x0: 1, y0: 1, x1: 2 * TILE - 1, y1: 2 })).toBe(true);
});

test("states that are missing or unknown are not for sale", () => {
  expect([...readStates("01234x", 8)]).toEqual([0, 1, 2, 3, 4, 3, 3, 3]);
  expect([...readStates(new Uint8Array([4, 9]), 2)]).toEqual([4, 3]);
});
