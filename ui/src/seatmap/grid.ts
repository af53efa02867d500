/**
 * Finds seats by place. A uniform grid in two flat arrays: built in a few milliseconds for 70,000 seats,
 * and built only when first asked. It knows positions alone, never states.
 */
import type { Point, Rect } from "./viewport";

/** Round things by index, column by column; a hall's seats are such. */
export interface Places {
  x: number[];
  y: number[];
  radius: number[];
}

const SEATS_PER_CELL = 6;

export class SeatGrid {
  readonly #seats: Places;
  readonly #x0: number;
  readonly #y0: number;
  readonly #cell: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #start: Uint32Array;
  readonly #order: Uint32Array;
  readonly maxRadius: number;

  /** `bounds` is the box around all centres, when it is known already. */
  constructor(seats: Places, bounds: Rect = seatBounds(seats)) {
    const count = seats.x.length;
    const width = bounds.x1 - bounds.x0;
    const height = bounds.y1 - bounds.y0;
    const area = Math.max(width, 1e-6) * Math.max(height, 1e-6);
    this.#seats = seats;
    this.#x0 = bounds.x0;
    this.#y0 = bounds.y0;
    this.#cell = Math.max(Math.sqrt((area * SEATS_PER_CELL) / Math.max(count, 1)), Math.max(width, height, 1e-6) / 1024);
    this.#columns = Math.floor(width / this.#cell) + 1;
    this.#rows = Math.floor(height / this.#cell) + 1;
    this.#start = new Uint32Array(this.#columns * this.#rows + 1);
    this.#order = new Uint32Array(count);
    this.maxRadius = this.#sort();
  }

  #sort(): number {
    const { x, y, radius } = this.#seats;
    const [x0, y0, cell, columns, rows, start, order] = [this.#x0, this.#y0, this.#cell, this.#columns, this.#rows, this.#start, this.#order];
    const cells = new Uint32Array(x.length);
    let maxRadius = 0;
    for (let seat = 0; seat < x.length; seat++) {
      const row = Math.min(Math.floor((y[seat]! - y0) / cell), rows - 1);
      const at = row * columns + Math.min(Math.floor((x[seat]! - x0) / cell), columns - 1);
      cells[seat] = at;
      start[at + 1]!++;
      if (radius[seat]! > maxRadius) maxRadius = radius[seat]!;
    }
    for (let at = 1; at < start.length; at++) start[at]! += start[at - 1]!;
    const next = start.slice();
    for (let seat = 0; seat < x.length; seat++) order[next[cells[seat]!]!++] = seat;
    return maxRadius;
  }

  #column(x: number): number {
    return Math.min(Math.max(Math.floor((x - this.#x0) / this.#cell), 0), this.#columns - 1);
  }

  #row(y: number): number {
    return Math.min(Math.max(Math.floor((y - this.#y0) / this.#cell), 0), this.#rows - 1);
  }

  /** Lists the seats whose centre lies in `rect`. */
  within(rect: Rect): number[] {
    const found: number[] = [];
    const { x, y } = this.#seats;
    if (x.length === 0) return found;
    const lastColumn = this.#column(rect.x1);
    const lastRow = this.#row(rect.y1);
    for (let row = this.#row(rect.y0); row <= lastRow; row++) {
      const base = row * this.#columns;
      const end = this.#start[base + lastColumn + 1]!;
      for (let at = this.#start[base + this.#column(rect.x0)]!; at < end; at++) {
        const seat = this.#order[at]!;
        const sx = x[seat]!;
        const sy = y[seat]!;
        if (sx >= rect.x0 && sx <= rect.x1 && sy >= rect.y0 && sy <= rect.y1) found.push(seat);
      }
    }
    return found;
  }

  /** Whether any seat's centre lies in `rect`. */
  any(rect: Rect): boolean {
    const { x, y } = this.#seats;
    if (x.length === 0) return false;
    const lastRow = this.#row(rect.y1);
    for (let row = this.#row(rect.y0); row <= lastRow; row++) {
      const base = row * this.#columns;
      const end = this.#start[base + this.#column(rect.x1) + 1]!;
      for (let at = this.#start[base + this.#column(rect.x0)]!; at < end; at++) {
        const sx = x[this.#order[at]!]!;
        const sy = y[this.#order[at]!]!;
        if (sx >= rect.x0 && sx <= rect.x1 && sy >= rect.y0 && sy <= rect.y1) return true;
      }
    }
    return false;
  }

  /** The accepted seat nearest to `point` whose rim is at most `tolerance` plan units away; null when there is none. */
  nearest(point: Point, tolerance: number, accept: (seat: number) => boolean): number | null {
    const { x, y, radius } = this.#seats;
    const reach = tolerance + this.maxRadius;
    const rect = { x0: point.x - reach, y0: point.y - reach, x1: point.x + reach, y1: point.y + reach };
    let best: number | null = null;
    let bestDistance = Infinity;
    for (const seat of this.within(rect)) {
      const distance = Math.hypot(x[seat]! - point.x, y[seat]! - point.y);
      if (distance - radius[seat]! > tolerance || distance >= bestDistance || !accept(seat)) continue;
      best = seat;
      bestDistance = distance;
    }
    return best;
  }

  /** The longest way that a search for any seat can be worth. */
  get span(): number {
    return Math.max(this.#columns, this.#rows) * this.#cell * 2;
  }
}

/** The box around all seat centres; a unit box when there is no seat. */
export function seatBounds(seats: Places): Rect {
  if (seats.x.length === 0) return { x0: 0, y0: 0, x1: 1, y1: 1 };
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (let seat = 0; seat < seats.x.length; seat++) {
    const x = seats.x[seat]!;
    const y = seats.y[seat]!;
    if (x < box.x0) box.x0 = x;
    if (x > box.x1) box.x1 = x;
    if (y < box.y0) box.y0 = y;
    if (y > box.y1) box.y1 = y;
  }
  return box;
}
