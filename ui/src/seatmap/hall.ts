/**
 * One plan with the state of its seats, and what is derived from them once: bounds, looks, the grid.
 * Holds no view and draws nothing.
 */
import { areaBox, areaTextAt } from "./areas";
import { SeatGrid, seatBounds, type Places } from "./grid";
import { categoryLooks, type CategoryLook } from "./palette";
import { changedSeats, FREE, MINE, readStates, type HallPlan, type SeatStates } from "./types";
import type { Point, Rect } from "./viewport";

export interface ZoneBox extends Rect {
  /** Its index in the plan. */
  index: number;
  name: string;
  /** Where the seats' mean is. */
  centre: Point;
}

export interface RowNames extends Places {
  text: string[];
}

export class Hall {
  readonly plan: HallPlan;
  readonly looks: CategoryLook[];
  /** Everything drawn lies inside. */
  readonly bounds: Rect;
  /** The radius of the middle seat, in plan units. */
  readonly radius: number;
  readonly #seatBounds: Rect;
  #states: Uint8Array;
  #grid: SeatGrid | null = null;
  #spacing: number | null = null;
  #zones: ZoneBox[] | null = null;
  #kept: Rect[] | null = null;
  #rowNames: RowNames | null = null;
  #rowNameGrid: SeatGrid | null = null;

  constructor(plan: HallPlan, states: SeatStates) {
    this.plan = plan;
    this.looks = categoryLooks(plan.categories);
    this.radius = middleRadius(plan);
    this.#seatBounds = seatBounds(plan.seats);
    this.bounds = planBounds(plan, this.radius, this.#seatBounds);
    this.#states = readStates(states, this.seatCount);
  }

  get seatCount(): number {
    return this.plan.seats.x.length;
  }

  get grid(): SeatGrid {
    return (this.#grid ??= new SeatGrid(this.plan.seats, this.#seatBounds));
  }

  /** From the middle of a seat to that of the next one, in plan units: what most of them have. */
  get spacing(): number {
    return (this.#spacing ??= usualSpacing(this));
  }

  get rowNames(): RowNames {
    return (this.#rowNames ??= {
      text: this.plan.rowLabels.map((label) => label.text),
      x: this.plan.rowLabels.map((label) => label.x),
      y: this.plan.rowLabels.map((label) => label.y),
      radius: this.plan.rowLabels.map(() => this.radius),
    });
  }

  /** Finds row names by place; its indexes are those of {@link rowNames}. */
  get rowNameGrid(): SeatGrid {
    return (this.#rowNameGrid ??= new SeatGrid(this.rowNames));
  }

  /** Where no zone's name may stand: standing areas, and what is written in the other areas. */
  get kept(): Rect[] {
    return (this.#kept ??= this.plan.areas.flatMap((area) => {
      if (area.standingArea !== null) return [areaBox(area)];
      if (area.text === null) return [];
      const at = areaTextAt(area);
      const { text, size } = area.text;
      const half = { x: (text.length * size * 0.6) / 2, y: size / 2 };
      return [{ x0: at.x - half.x, y0: at.y - half.y, x1: at.x + half.x, y1: at.y + half.y }];
    }));
  }

  get zones(): ZoneBox[] {
    return (this.#zones ??= zoneBoxes(this.plan));
  }

  state(seat: number): number {
    return this.#states[seat]!;
  }

  /** Free, or already mine (picking gives it back). */
  pickable(seat: number): boolean {
    const state = this.#states[seat];
    return state === FREE || state === MINE;
  }

  look(seat: number): CategoryLook {
    return this.looks[this.plan.seats.category[seat]!] ?? { tint: 0, shape: "circle" };
  }

  at(seat: number): Point {
    return { x: this.plan.seats.x[seat]!, y: this.plan.seats.y[seat]! };
  }

  /** Takes new states over and returns the seats that changed. */
  update(states: SeatStates): number[] {
    const next = readStates(states, this.seatCount);
    const changed = changedSeats(this.#states, next);
    this.#states = next;
    return changed;
  }
}

/** Seats asked for their neighbour. */
const ASKED = 101;

function usualSpacing(hall: Hall): number {
  const found: number[] = [];
  const step = Math.max(1, Math.floor(hall.seatCount / ASKED));
  for (let seat = 0; seat < hall.seatCount; seat += step) {
    const here = hall.at(seat);
    const next = hall.grid.nearest(here, hall.radius * 6, (one) => one !== seat);
    if (next !== null) found.push(Math.hypot(hall.at(next).x - here.x, hall.at(next).y - here.y));
  }
  found.sort((a, b) => a - b);
  return found[found.length >> 1] ?? hall.radius * 2;
}

function middleRadius(plan: HallPlan): number {
  const { radius } = plan.seats;
  const some: number[] = [];
  const step = Math.max(1, Math.floor(radius.length / 1001));
  for (let seat = 0; seat < radius.length; seat += step) if (radius[seat]! > 0) some.push(radius[seat]!);
  some.sort((a, b) => a - b);
  return some[some.length >> 1] ?? Math.max(plan.width, plan.height, 1) / 100;
}

function planBounds(plan: HallPlan, radius: number, seats: Rect): Rect {
  const boxes = plan.areas.map(areaBox);
  if (plan.seats.x.length > 0) {
    const rim = radius * 1.5;
    boxes.push({ x0: seats.x0 - rim, y0: seats.y0 - rim, x1: seats.x1 + rim, y1: seats.y1 + rim });
  }
  if (boxes.length === 0) return { x0: 0, y0: 0, x1: Math.max(plan.width, 1), y1: Math.max(plan.height, 1) };
  const all = boxes.reduce((sum, box) => ({
    x0: Math.min(sum.x0, box.x0),
    y0: Math.min(sum.y0, box.y0),
    x1: Math.max(sum.x1, box.x1),
    y1: Math.max(sum.y1, box.y1),
  }));
  for (const { x, y } of plan.rowLabels) {
    all.x0 = Math.min(all.x0, x - radius);
    all.y0 = Math.min(all.y0, y - radius);
    all.x1 = Math.max(all.x1, x + radius);
    all.y1 = Math.max(all.y1, y + radius);
  }
  return all;
}

function zoneBoxes(plan: HallPlan): ZoneBox[] {
  const sums = plan.zones.map(() => ({ n: 0, x: 0, y: 0, x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity }));
  const { x, y, zone } = plan.seats;
  for (let seat = 0; seat < x.length; seat++) {
    const sum = sums[zone[seat]!];
    if (sum === undefined) continue;
    const sx = x[seat]!;
    const sy = y[seat]!;
    sum.n++;
    sum.x += sx;
    sum.y += sy;
    if (sx < sum.x0) sum.x0 = sx;
    if (sx > sum.x1) sum.x1 = sx;
    if (sy < sum.y0) sum.y0 = sy;
    if (sy > sum.y1) sum.y1 = sy;
  }
  return sums.flatMap(({ n, x0, y0, x1, y1, ...sum }, k) => {
    const name = plan.zones[k]!.name.trim();
    return n === 0 || name === "" ? [] : [{ index: k, name, x0, y0, x1, y1, centre: { x: sum.x / n, y: sum.y / n } }];
  });
}
