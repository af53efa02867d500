import { describe, expect, test } from "vitest";
import { arena, bowl, draws } from "./bench/samples";
import { nextSeat, type Direction } from "./direction";
import { SeatGrid } from "./grid";
import type { HallSeats } from "./types";

function seatsAt(points: [number, number][], radius = 4): HallSeats {
  return {
    guid: points.map((_, k) => String(k)), row: points.map(() => "A"), number: points.map((_, k) => String(k + 1)),
    zone: points.map(() => 0), category: points.map(() => 0),
    x: points.map(([x]) => x), y: points.map(([, y]) => y), radius: points.map(() => radius),
  };
}

const any = () => true;

describe("finding by place", () => {
  const { seats } = bowl().plan;
  const grid = new SeatGrid(seats);

  test("finds exactly the seats that walking through all of them finds", () => {
    const draw = draws(3);
    for (let round = 0; round < 40; round++) {
      const x0 = -3000 + draw() * 6000;
      const y0 = -3000 + draw() * 6000;
      const rect = { x0, y0, x1: x0 + draw() * 900, y1: y0 + draw() * 900 };
      const slow = seats.x.flatMap((x, k) => {
        const y = seats.y[k]!;
        return x >= rect.x0 && x <= rect.x1 && y >= rect.y0 && y <= rect.y1 ? [k] : [];
      });
      expect(grid.within(rect).sort((a, b) => a - b)).toEqual(slow);
      expect(grid.any(rect)).toBe(slow.length > 0);
    }
  });

  test("every seat is hit at its own centre", () => {
    for (let seat = 0; seat < seats.x.length; seat += 997) {
      expect(grid.nearest({ x: seats.x[seat]!, y: seats.y[seat]! }, 0, any)).toBe(seat);
    }
  });
});

describe("hitting", () => {
  const grid = new SeatGrid(seatsAt([[0, 0], [10, 0], [30, 0]]));

  test("without tolerance only the seat itself is hit", () => {
    expect(grid.nearest({ x: 3.9, y: 0 }, 0, any)).toBe(0);
    expect(grid.nearest({ x: 5, y: 0 }, 0, any)).toBeNull();
  });

  test("with tolerance the nearest accepted seat is meant", () => {
    expect(grid.nearest({ x: 17, y: 0 }, 8, any)).toBe(1);
    expect(grid.nearest({ x: 12, y: 0 }, 20, (seat) => seat !== 1), "the nearer one is taken").toBe(0);
    expect(grid.nearest({ x: 200, y: 0 }, 8, any)).toBeNull();
  });

  test("a hall without seats hits nothing", () => {
    const empty = new SeatGrid(seatsAt([]));
    expect(empty.nearest({ x: 0, y: 0 }, 100, any)).toBeNull();
    expect(empty.within({ x0: -1, y0: -1, x1: 1, y1: 1 })).toEqual([]);
  });

  test("seats on one line make a grid too", () => {
    const line = new SeatGrid(seatsAt(Array.from({ length: 500 }, (_, k) => [k * 10, 7])));
    expect(line.nearest({ x: 2503, y: 7 }, 0, any)).toBe(250);
  });
});

describe("arrow keys", () => {
  // Two blocks of two rows, an aisle of 60 between them; the second row is shifted by half a seat.
  const seats = seatsAt([[0, 0], [10, 0], [70, 0], [80, 0], [5, 12], [15, 12], [75, 12]]);
  seats.row = ["A", "A", "A", "A", "B", "B", "B"];
  const grid = new SeatGrid(seats);
  test.each<[number, Direction, number | null]>([
    [0, "right", 1], [1, "right", 2], [2, "left", 1], [3, "right", null], [0, "left", null],
    [0, "down", 4], [4, "up", 0], [6, "down", null], [5, "right", 6], [6, "up", 2],
  ])("from %d %s is %s", (from, direction, to) => {
    expect(nextSeat(grid, seats, from, direction)).toBe(to);
  });

  test("a seat that does not exist leads nowhere", () => {
    expect(nextSeat(grid, seats, 99, "left")).toBeNull();
  });

  test("in a hall of curved rows, right and then left comes back, and every row is left upwards", () => {
    const { plan } = arena();
    const curved = new SeatGrid(plan.seats);
    for (let seat = 0; seat < plan.seats.x.length; seat += 37) {
      const right = nextSeat(curved, plan.seats, seat, "right");
      if (right !== null && plan.seats.row[right] === plan.seats.row[seat] && plan.seats.zone[right] === plan.seats.zone[seat]) {
        expect(nextSeat(curved, plan.seats, right, "left")).toBe(seat);
      }
      const up = nextSeat(curved, plan.seats, seat, "up");
      if (up !== null) expect(plan.seats.y[up]!).toBeLessThan(plan.seats.y[seat]!);
    }
  });
});
