import { describe, expect, test } from "vitest";
import { areaBox, areaContains, standingAreaAt } from "./areas";
import { arena } from "./bench/samples";
import { Camera } from "./camera";
import { Hall } from "./hall";
import { clearRowNames, Labels } from "./labels";
import { inside, miniPlace, miniToPlan } from "./minimap";
import { badgeText, clusters } from "./overlay";
import { PointerGestures } from "./pointers";
import { COMFORTABLE, seatUnder, tapTarget } from "./targets";
import { FREE, SOLD, type HallArea } from "./types";
import { centreOn, overlaps, toScreen, visibleRect } from "./viewport";

const window_ = { width: 900, height: 700 };
const sample = arena();
const hall = new Hall(sample.plan, sample.states);
const seatOf = (state: number) => [...sample.states].findIndex((digit) => digit === String(state));

function area(part: Partial<HallArea>): HallArea {
  return {
    shape: "rectangle", x: 0, y: 0, rotation: 0, color: null, borderColor: null, points: [], width: 0, height: 0,
    text: null, standingArea: null, ...part,
  };
}

describe("a tap", () => {
  const free = seatOf(FREE);
  const sold = seatOf(SOLD);
  const near = (seat: number, scale: number) => centreOn(hall.at(seat), scale, window_);
  const middle = { x: 450, y: 350 };

  test("on a free seat means it", () => {
    expect(tapTarget(hall, near(free, 1.5), middle, true)).toEqual({ kind: "seat", seat: free });
  });

  test("on a large taken seat does not jump to a neighbour", () => {
    expect(seatUnder(hall, near(sold, 2), middle, true)).toBe(sold);
  });

  test("of a finger beside a small free seat still means it, far from any seat means nothing", () => {
    const view = near(free, 0.6);
    const target = tapTarget(hall, view, { x: middle.x + 7, y: middle.y }, true);
    expect(target.kind).toBe("seat");
    expect(tapTarget(hall, view, toScreen(view, { x: 0, y: -300 }), true)).toEqual({ kind: "nothing" });
  });

  test("where seats cannot be told apart comes closer instead of picking", () => {
    expect(tapTarget(hall, near(free, 0.2), middle, true)).toEqual({ kind: "closer" });
  });

  test("on a standing area means it", () => {
    const view = near(free, 1);
    expect(tapTarget(hall, view, toScreen(view, { x: 0, y: 100 }), false)).toEqual({ kind: "area", area: 1 });
  });
});

describe("areas", () => {
  test("know their inside, rotated or not", () => {
    const turned = area({ width: 100, height: 10, rotation: 90 });
    expect(areaContains(turned, { x: -5, y: 50 })).toBe(true);
    expect(areaContains(turned, { x: 50, y: 5 })).toBe(false);
    expect(areaBox(turned).y1).toBeCloseTo(100, 6);
    const ellipse = area({ shape: "ellipse", x: 10, y: 10, width: 20, height: 8 });
    expect(areaContains(ellipse, { x: 19, y: 10 })).toBe(true);
    expect(areaContains(ellipse, { x: 18, y: 13 })).toBe(false);
    const arrow = area({ shape: "polygon", points: [{ x: 0, y: 0 }, { x: 10, y: 5 }, { x: 0, y: 10 }, { x: 4, y: 5 }] });
    expect(areaContains(arrow, { x: 6, y: 5 })).toBe(true);
    expect(areaContains(arrow, { x: 1, y: 5 })).toBe(false);
  });

  test("only sold ones answer, the topmost first", () => {
    const areas = [
      area({ width: 10, height: 10, standingArea: "a" }), area({ width: 10, height: 10, standingArea: "b" }),
      area({ width: 10, height: 10 }),
    ];
    expect(standingAreaAt(areas, { x: 5, y: 5 })).toBe(1);
    expect(standingAreaAt(areas, { x: 15, y: 5 })).toBeNull();
  });
});

describe("pointers", () => {
  const record = () => {
    const said: string[] = [];
    const gestures = new PointerGestures({
      pan: (dx, dy) => said.push(`pan ${dx} ${dy}`),
      zoom: (factor, at) => said.push(`zoom ${factor.toFixed(2)} at ${at.x} ${at.y}`),
      tap: (at, touch) => said.push(`tap ${at.x} ${at.y} ${touch ? "finger" : "mouse"}`),
      release: (vx, vy) => said.push(`release ${vx.toFixed(2)} ${vy.toFixed(2)}`),
    });
    const at = (id: number, x: number, y: number, time = 0, touch = false) => ({ id, x, y, time, touch });
    return { said, gestures, at };
  };

  test("a trembling tap is a tap, and more so a finger's", () => {
    const { said, gestures, at } = record();
    gestures.down(at(1, 10, 10, 0, true));
    gestures.move(at(1, 17, 10, 5, true));
    gestures.up(at(1, 17, 10, 9, true));
    expect(said).toEqual(["tap 17 10 finger"]);
  });

  test("a drag pans by all of its way and is released at its last speed", () => {
    const { said, gestures, at } = record();
    gestures.down(at(1, 0, 0, 0));
    gestures.move(at(1, 3, 0, 10));
    gestures.move(at(1, 20, 0, 20));
    gestures.move(at(1, 40, 10, 40));
    gestures.up(at(1, 40, 10, 40));
    expect(said).toEqual(["pan 20 0", "pan 20 10", "release 1.00 0.25"]);
  });

  test("a drag that stopped before lifting does not throw", () => {
    const { said, gestures, at } = record();
    gestures.down(at(1, 0, 0, 0));
    gestures.move(at(1, 40, 0, 20));
    gestures.up(at(1, 40, 0, 500));
    expect(said).toEqual(["pan 40 0", "release 0.00 0.00"]);
  });

  test("two fingers apart zoom about their middle, and lifting one does not tap", () => {
    const { said, gestures, at } = record();
    gestures.down(at(1, 100, 100, 0, true));
    gestures.down(at(2, 200, 100, 0, true));
    gestures.move(at(2, 300, 100, 10, true));
    gestures.up(at(2, 300, 100, 20, true));
    gestures.up(at(1, 100, 100, 30, true));
    expect(said).toEqual(["pan 50 0", "zoom 2.00 at 200 100", "release 0.00 0.00"]);
  });

  test("a pointer that the system takes away neither taps nor throws", () => {
    const { said, gestures, at } = record();
    gestures.down(at(1, 0, 0));
    gestures.cancel(1);
    gestures.up(at(1, 0, 0));
    expect(said).toEqual([]);
  });
});

describe("the camera", () => {
  const camera = () => new Camera(hall.bounds, hall.radius, window_);

  test("begins with the whole hall and cannot be dragged out of it", () => {
    const it = camera();
    it.pan(5000, 5000);
    const sight = visibleRect(it.view, window_);
    expect(overlaps(sight, hall.bounds)).toBe(true);
    it.zoom(1e-9, { x: 0, y: 0 });
    expect(it.view.scale).toBeCloseTo(it.fit.scale, 9);
  });

  test("glides when it may, arrives at once when calm", () => {
    const it = camera();
    it.step(2, { x: 450, y: 350 });
    expect(it.moving).toBe(true);
    it.advance(1000);
    it.advance(1070);
    expect(it.view.scale > it.fit.scale && it.view.scale < it.fit.scale * 2).toBe(true);
    it.advance(1200);
    expect(it.moving).toBe(false);
    expect(it.view.scale).toBeCloseTo(it.fit.scale * 2, 9);
    it.calm = true;
    it.showAll();
    expect(it.moving).toBe(false);
    expect(it.view).toEqual(it.fit);
    it.throw(2, 2);
    expect(it.moving).toBe(false);
  });

  test("a throw comes to rest", () => {
    const it = camera();
    it.zoom(6, { x: 450, y: 350 });
    it.throw(1, 0);
    let time = 0;
    while (it.moving && time < 5000) it.advance((time += 16));
    expect(time).toBeLessThan(1000);
  });

  test("jumping shows a seat at a size that can be picked", () => {
    const it = camera();
    it.jump(hall.at(700), COMFORTABLE, 72);
    const at = toScreen(it.view, hall.at(700));
    expect(at.x > 0 && at.x < window_.width && at.y > 0 && at.y < window_.height).toBe(true);
    expect(hall.radius * 2 * it.view.scale).toBeGreaterThanOrEqual(COMFORTABLE - 1e-6);
  });

  test("a larger window shows the whole hall again if it did before", () => {
    const it = camera();
    it.resize({ width: 1800, height: 1400 });
    expect(it.view).toEqual(it.fit);
  });
});

describe("the minimap", () => {
  const view = centreOn({ x: 0, y: 300 }, 3, window_);

  test("appears only when the hall is larger than the window, and says where a point of it lies", () => {
    expect(miniPlace(hall.bounds, { scale: 0.6, x: 0, y: 0 }, window_, 0.6)).toBeNull();
    const place = miniPlace(hall.bounds, view, window_, 0.6)!;
    const centre = { x: (place.x0 + place.x1) / 2, y: (place.y0 + place.y1) / 2 };
    expect(inside(place, centre)).toBe(true);
    const plan = miniToPlan(place, hall.bounds, centre);
    expect(plan.x).toBeCloseTo((hall.bounds.x0 + hall.bounds.x1) / 2, 6);
    expect(plan.y).toBeCloseTo((hall.bounds.y0 + hall.bounds.y1) / 2, 6);
  });
});

describe("names", () => {
  const measure = (text: string) => text.length * 7.5;

  test("of zones stand clear of seats and of one another once seats can be told apart", () => {
    const labels = new Labels(hall, 1, measure).near(hall.bounds);
    expect(labels.length).toBeGreaterThan(hall.zones.length / 2);
    const boxes = labels.map(({ x, y, halfWidth, halfHeight }) => ({ x0: x - halfWidth, y0: y - halfHeight, x1: x + halfWidth, y1: y + halfHeight }));
    for (const [k, one] of boxes.entries()) {
      expect(labels[k]!.plate).toBe(false);
      expect(hall.grid.any(one)).toBe(false);
      expect(hall.kept.some((area) => overlaps(area, one))).toBe(false);
      expect(boxes.some((other, l) => l < k && overlaps(one, other))).toBe(false);
    }
  });

  test("of zones stand on their seats, on a plate, from far away", () => {
    const [first] = new Labels(hall, 0.3, measure).near(hall.bounds);
    expect(first!.plate).toBe(true);
  });

  test("of rows do not run into one another", () => {
    const names = { text: ["AA", "AB", "AC", "AD"], x: [0, 12, 24, 36], y: [0, 0, 0, 0], radius: [1, 1, 1, 1] };
    expect([...clearRowNames(names, 1, 12)]).toEqual([1, 0, 1, 0]);
    expect([...clearRowNames(names, 3, 12)]).toEqual([1, 1, 1, 1]);
  });
});

describe("badges", () => {
  test("seats near one another share one", () => {
    const points = [{ x: 0, y: 0 }, { x: 20, y: 0 }, { x: 40, y: 0 }, { x: 200, y: 0 }];
    expect(clusters(points, 25)).toEqual([[0, 1, 2], [3]]);
  });

  test("say the number, the run, or how many", () => {
    const { row, zone, number } = hall.plan.seats;
    const inRow = number.flatMap((_, seat) => (zone[seat] === 0 && row[seat] === "A" ? [seat] : []));
    expect(badgeText(hall, inRow.slice(0, 1))).toBe(number[inRow[0]!]);
    const three = inRow.slice(0, 3);
    expect(badgeText(hall, three)).toBe(`${number[three[2]!]}–${number[three[0]!]}`);
    expect(badgeText(hall, [inRow[0]!, number.length - 1])).toBe("×2");
  });
});
