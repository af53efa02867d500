/**
 * Decides where zone names and row names stand at a zoom, so that they can always be read and never hide seats
 * that can be told apart. Pure but for a measure of text, which is passed in.
 */
import type { Hall, RowNames, ZoneBox } from "./hall";
import { overlaps, type Point, type Rect } from "./viewport";

/** Seats narrower than this (CSS pixels) are a texture: the zone's name may stand on them. */
const TEXTURE = 8;
/** Seats at least this wide (CSS pixels) leave room for row names. */
const ROWS_FROM = 9;

export const ZONE_TEXT = 13;
const PAD_X = 5;
const PAD_Y = 2;

export interface PlacedLabel extends Point {
  text: string;
  /** Half its size in plan units at the zoom it was placed for. */
  halfWidth: number;
  halfHeight: number;
  /** Stands on seats, so it needs a ground of its own. */
  plate: boolean;
}

function box(label: PlacedLabel): Rect {
  return {
    x0: label.x - label.halfWidth,
    y0: label.y - label.halfHeight,
    x1: label.x + label.halfWidth,
    y1: label.y + label.halfHeight,
  };
}

/** The size of row names in CSS pixels at a zoom; null where there is no room. */
export function rowTextSize(seatWidth: number): number | null {
  return seatWidth < ROWS_FROM ? null : Math.min(Math.max(seatWidth * 0.62, 10), 15);
}

/** Which row names can be shown at a zoom without one running into another; the first of two that would stays. */
export function clearRowNames(names: RowNames, scale: number, size: number): Uint8Array {
  const shown = new Uint8Array(names.x.length);
  const cell = size * 2;
  const taken = new Map<string, number[]>();
  for (let k = 0; k < names.x.length; k++) {
    const x = names.x[k]! * scale;
    const y = names.y[k]! * scale;
    const column = Math.floor(x / cell);
    const row = Math.floor(y / cell);
    let free = true;
    for (let near = 0; near < 9 && free; near++) {
      for (const other of taken.get(`${column + (near % 3) - 1},${row + Math.floor(near / 3) - 1}`) ?? []) {
        const width = ((names.text[k]!.length + names.text[other]!.length) / 2) * size * 0.66 + 3;
        if (Math.abs(names.x[other]! * scale - x) < width && Math.abs(names.y[other]! * scale - y) < size) free = false;
      }
    }
    if (!free) continue;
    shown[k] = 1;
    const key = `${column},${row}`;
    const here = taken.get(key);
    if (here === undefined) taken.set(key, [k]);
    else here.push(k);
  }
  return shown;
}

/** The names of one zoom: rows' and zones'. Zones' are placed when first asked for and then kept, so that all tiles agree. */
export class Labels {
  readonly #hall: Hall;
  readonly #scale: number;
  readonly #measure: (text: string) => number;
  #rows: Uint8Array | null = null;
  readonly #placed = new Map<ZoneBox, PlacedLabel | null>();

  /** `scale` is in CSS pixels per plan unit, `measure` gives a text's width in CSS pixels. */
  constructor(hall: Hall, scale: number, measure: (text: string) => number) {
    this.#hall = hall;
    this.#scale = scale;
    this.#measure = measure;
  }

  /** Whether a row's name is shown. */
  showsRow(name: number): boolean {
    const size = rowTextSize(this.#hall.radius * 2 * this.#scale);
    if (size === null) return false;
    this.#rows ??= clearRowNames(this.#hall.rowNames, this.#scale, size);
    return this.#rows[name] === 1;
  }

  /** The names that reach into `rect` (plan units). */
  near(rect: Rect): PlacedLabel[] {
    const found: PlacedLabel[] = [];
    // A name stands at most its zone's size away from it.
    for (const zone of this.#hall.zones) {
      const reach = Math.max(zone.x1 - zone.x0, zone.y1 - zone.y0) + 200 / this.#scale;
      if (!overlaps({ x0: zone.x0 - reach, y0: zone.y0 - reach, x1: zone.x1 + reach, y1: zone.y1 + reach }, rect)) continue;
      const label = this.#label(zone);
      if (label !== null && overlaps(box(label), rect)) found.push(label);
    }
    return found;
  }

  /** The blocks' names that were placed until now: asking places none. */
  placed(): PlacedLabel[] {
    return [...this.#placed.values()].filter((label) => label !== null);
  }

  #label(zone: ZoneBox): PlacedLabel | null {
    const known = this.#placed.get(zone);
    if (known !== undefined) return known;
    const label = this.#place(zone);
    this.#placed.set(zone, label);
    return label;
  }

  #place(zone: ZoneBox): PlacedLabel | null {
    const plate = this.#hall.radius * 2 * this.#scale < TEXTURE;
    const label: PlacedLabel = {
      text: zone.name,
      x: zone.centre.x,
      y: zone.centre.y,
      halfWidth: (this.#measure(zone.name) / 2 + PAD_X) / this.#scale,
      halfHeight: (ZONE_TEXT / 2 + PAD_Y) / this.#scale,
      plate,
    };
    if (plate) return this.#collides(label) ? null : label;
    return this.#beside(zone, label);
  }

  #collides(label: PlacedLabel): boolean {
    const mine = box(label);
    if (this.#hall.kept.some((kept) => overlaps(kept, mine))) return true;
    for (const other of this.#placed.values()) {
      if (other !== null && overlaps(box(other), mine)) return true;
    }
    return false;
  }

  /** A name that stands nearer to another zone's seats would be read as theirs. */
  #isNearest(zone: ZoneBox, label: PlacedLabel): boolean {
    const { grid, plan } = this.#hall;
    const seat = grid.nearest(label, Math.max(zone.x1 - zone.x0, zone.y1 - zone.y0), () => true);
    return seat !== null && plan.seats.zone[seat] === zone.index;
  }

  /** Moves a name out of its seats: up, down, away from the hall's middle or towards it, whichever is shortest. */
  #beside(zone: ZoneBox, label: PlacedLabel): PlacedLabel | null {
    const { bounds, grid, rowNameGrid, radius } = this.#hall;
    const rows = rowTextSize(radius * 2 * this.#scale) === null ? null : rowNameGrid;
    const away = { x: zone.centre.x - (bounds.x0 + bounds.x1) / 2, y: zone.centre.y - (bounds.y0 + bounds.y1) / 2 };
    const length = Math.hypot(away.x, away.y);
    const ways = [{ x: 0, y: -1 }, { x: 0, y: 1 }];
    if (length > radius) ways.push({ x: away.x / length, y: away.y / length }, { x: -away.x / length, y: -away.y / length });
    const furthest = Math.max(zone.x1 - zone.x0, zone.y1 - zone.y0) / 2 + label.halfHeight * 6;
    const step = Math.max(label.halfHeight, furthest / 60);
    for (let distance = 0; distance <= furthest; distance += step) {
      for (const way of ways) {
        const moved = { ...label, x: zone.centre.x + way.x * distance, y: zone.centre.y + way.y * distance };
        const room = box(moved);
        const clear = { x0: room.x0 - radius, y0: room.y0 - radius, x1: room.x1 + radius, y1: room.y1 + radius };
        if (!grid.any(clear) && rows?.any(clear) !== true && !this.#collides(moved) && this.#isNearest(zone, moved)) return moved;
      }
    }
    return null;
  }
}
