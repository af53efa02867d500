/**
 * Which tiles a picture of the plan is cut into, and which of them a change concerns. Pure: what a tile's
 * bitmap is, is the caller's.
 * A level is the plan at one scale (device pixels per plan unit), cut into squares from the plan's origin.
 */
import { REACH } from "./shapes";
import type { HallSeats } from "./types";
import type { Rect } from "./viewport";

/** Edge of a tile in device pixels. */
export const TILE = 512;

export interface Tile<Bitmap> {
  readonly i: number;
  readonly j: number;
  /** Null until first painted, and for ever where the plan is empty. */
  bitmap: Bitmap | null;
  /** `ready` shows the present; `stale` shows something older until repainted; `missing` shows nothing. */
  state: "missing" | "stale" | "ready";
  /** Grows with each change, so that a painting begun before it is known to be old. */
  change: number;
}

export interface Span {
  i0: number;
  j0: number;
  i1: number;
  j1: number;
}

/** The tiles that `rect` (plan units) touches at `scale`. */
export function spanOf(rect: Rect, scale: number): Span {
  return {
    i0: Math.floor((rect.x0 * scale) / TILE),
    j0: Math.floor((rect.y0 * scale) / TILE),
    i1: Math.floor((rect.x1 * scale) / TILE),
    j1: Math.floor((rect.y1 * scale) / TILE),
  };
}

/** The part of the plan that a tile shows. */
export function tileRect(i: number, j: number, scale: number): Rect {
  const edge = TILE / scale;
  return { x0: i * edge, y0: j * edge, x1: (i + 1) * edge, y1: (j + 1) * edge };
}

export class Level<Bitmap> {
  readonly scale: number;
  readonly #tiles = new Map<string, Tile<Bitmap>>();

  constructor(scale: number) {
    this.scale = scale;
  }

  get tiles(): IterableIterator<Tile<Bitmap>> {
    return this.#tiles.values();
  }

  get size(): number {
    return this.#tiles.size;
  }

  get(i: number, j: number): Tile<Bitmap> | undefined {
    return this.#tiles.get(`${i},${j}`);
  }

  /** The tile, begun as missing when it was not known. */
  take(i: number, j: number): Tile<Bitmap> {
    const key = `${i},${j}`;
    let tile = this.#tiles.get(key);
    if (tile === undefined) {
      tile = { i, j, bitmap: null, state: "missing", change: 0 };
      this.#tiles.set(key, tile);
    }
    return tile;
  }

  drop(tile: Tile<Bitmap>): void {
    this.#tiles.delete(`${tile.i},${tile.j}`);
  }

  /** Whether every tile that `rect` touches can be shown. */
  covers(rect: Rect): boolean {
    const span = spanOf(rect, this.scale);
    for (let j = span.j0; j <= span.j1; j++) {
      for (let i = span.i0; i <= span.i1; i++) {
        const tile = this.get(i, j);
        if (tile === undefined || tile.state === "missing") return false;
      }
    }
    return true;
  }

  /** Marks the tiles that show any of these seats; the others stay as they are. Returns how many it marked. */
  invalidate(seats: HallSeats, changed: readonly number[]): number {
    const touched = new Set<Tile<Bitmap>>();
    for (const seat of changed) {
      const x = seats.x[seat]!;
      const y = seats.y[seat]!;
      const reach = seats.radius[seat]! * REACH + 2 / this.scale;
      const span = spanOf({ x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach }, this.scale);
      for (let j = span.j0; j <= span.j1; j++) {
        for (let i = span.i0; i <= span.i1; i++) {
          const tile = this.get(i, j);
          if (tile !== undefined) touched.add(tile);
        }
      }
    }
    for (const tile of touched) mark(tile);
    return touched.size;
  }

  invalidateAll(): void {
    for (const tile of this.tiles) mark(tile);
  }

  /** The tile of `span` that needs painting and lies nearest to its middle; missing ones before stale ones. */
  next(span: Span): Tile<Bitmap> | null {
    const ci = (span.i0 + span.i1) / 2;
    const cj = (span.j0 + span.j1) / 2;
    let best: Tile<Bitmap> | null = null;
    let bestRank = Infinity;
    for (let j = span.j0; j <= span.j1; j++) {
      for (let i = span.i0; i <= span.i1; i++) {
        const tile = this.take(i, j);
        if (tile.state === "ready") continue;
        const rank = Math.hypot(i - ci, j - cj) + (tile.state === "stale" ? 1e6 : 0);
        if (rank < bestRank) {
          best = tile;
          bestRank = rank;
        }
      }
    }
    return best;
  }

  /** Gives up the tiles outside `span`, furthest first, until at most `keep` are left. Returns their bitmaps. */
  evict(span: Span, keep: number): Bitmap[] {
    const ci = (span.i0 + span.i1) / 2;
    const cj = (span.j0 + span.j1) / 2;
    const outside = [...this.tiles].filter((t) => t.i < span.i0 || t.i > span.i1 || t.j < span.j0 || t.j > span.j1);
    outside.sort((a, b) => Math.hypot(b.i - ci, b.j - cj) - Math.hypot(a.i - ci, a.j - cj));
    const freed: Bitmap[] = [];
    for (const tile of outside.slice(0, Math.max(0, this.size - keep))) {
      this.drop(tile);
      if (tile.bitmap !== null) freed.push(tile.bitmap);
    }
    return freed;
  }
}

function mark<Bitmap>(tile: Tile<Bitmap>): void {
  tile.change++;
  if (tile.state === "ready") tile.state = "stale";
}
