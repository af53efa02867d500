import { describe, expect, test } from "vitest";
import { bowl } from "./bench/samples";
import { Hall } from "./hall";
import { pinnedNames } from "./pinned";
import { seatUnder } from "./targets";
import { centreOn, toScreen } from "./viewport";

const window_ = { width: 900, height: 700 };
const sample = bowl();
const hall = new Hall(sample.plan, sample.states);
const middle = hall.seatCount >> 1;
const { zone, row } = hall.plan.seats;

describe("close to the seats of a stadium", () => {
  const view = centreOn(hall.at(middle), 24 / (2 * hall.radius), window_);
  const names = pinnedNames(hall, view, window_, []);

  test("the block is named", () => {
    const name = hall.plan.zones[zone[middle]!]!.name;
    expect(names.filter(({ kind }) => kind === "zone").map(({ text }) => text)).toContain(name);
  });

  test("the row in the middle is named at the window's edge, or by its own name", () => {
    const rows = names.filter(({ kind }) => kind === "row");
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.every(({ x, y }) => x >= 0 && y >= 0 && x <= window_.width && y <= window_.height)).toBe(true);
    expect(rows.map(({ text }) => text)).toContain(row[middle]);
  });

  test("a block whose own name is in sight is not named twice", () => {
    const own = hall.plan.zones[zone[middle]!]!.name;
    const label = { ...hall.at(middle), text: own, halfWidth: 1, halfHeight: 1, plate: false };
    expect(pinnedNames(hall, view, window_, [label]).filter(({ text, kind }) => kind === "zone" && text === own)).toEqual([]);
  });

  test("the gap between two seats belongs to the nearer one", () => {
    for (const scale of [24, 40, 80].map((width) => width / (2 * hall.radius))) {
      const seat = middle;
      const next = hall.grid.nearest(hall.at(seat), hall.radius * 6, (one) => one !== seat && row[one] === row[seat]) ?? seat;
      const close = centreOn(hall.at(seat), scale, window_);
      const between = (share: number) => ({
        x: hall.at(seat).x + (hall.at(next).x - hall.at(seat).x) * share,
        y: hall.at(seat).y + (hall.at(next).y - hall.at(seat).y) * share,
      });
      expect(seatUnder(hall, close, toScreen(close, between(0.48)), false)).toBe(seat);
      expect(seatUnder(hall, close, toScreen(close, between(0.52)), false)).toBe(next);
    }
  });
});

test("from afar nothing is pinned", () => {
  expect(pinnedNames(hall, centreOn(hall.at(middle), 4 / (2 * hall.radius), window_), window_, [])).toEqual([]);
});
