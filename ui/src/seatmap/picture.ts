/**
 * The picture of the hall as bitmaps. A frame only moves and scales bitmaps that are ready; painting happens
 * between frames, in slices that the caller bounds.
 * Three levels: `base` (the whole hall, painted first and never given up), `shown` (what the last gesture
 * began with) and `sharp` (the present scale, begun when a gesture has come to rest).
 */
import type { Hall } from "./hall";
import { Labels, type PlacedLabel } from "./labels";
import { paintDraft, paintSheet, type Pen, type Sheet } from "./paint";
import type { MapTheme } from "./theme";
import { Level, spanOf, TILE, tileRect, type Span, type Tile } from "./tiles";
import { grow, overlaps, visibleRect, type Rect, type Size, type View } from "./viewport";

export type Bitmap = HTMLCanvasElement;

/** How the canvases are kept: in plain memory, where every step of drawing takes the time it seems to take. */
export const IN_MEMORY: CanvasRenderingContext2DSettings = { willReadFrequently: true };

/** Tiles are kept until they are this many times those in sight. */
const KEEP = 2.5;
/** Painted ahead of a pan, in device pixels around the window. */
const AHEAD = 256;
/** Below this share of its own scale a level is not worth scaling down again. */
const TOO_SMALL = 0.34;

/** Bitmaps kept for reuse. */
const SPARE = 16;

/** Names may stand this far outside the hall's bounds, in device pixels. */
const MARGIN = 48;

interface Part {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Work {
  tile: Tile<Bitmap>;
  level: Level<Bitmap>;
  bitmap: Bitmap;
  change: number;
  steps: Generator<void>;
}

export class Picture {
  readonly #hall: Hall;
  readonly #areaNote: (area: number) => string | null;
  readonly #theme: MapTheme;
  /** What stands for the base until it is painted. */
  #draft: { bitmap: Bitmap; left: number; top: number } | null = null;
  #base: Level<Bitmap> | null = null;
  #shown: Level<Bitmap> | null = null;
  #sharp: Level<Bitmap> | null = null;
  readonly #labels = new Map<Level<Bitmap>, Labels>();
  #work: Work | null = null;
  readonly #spare: Bitmap[] = [];

  constructor(hall: Hall, theme: MapTheme, areaNote: (area: number) => string | null) {
    this.#hall = hall;
    this.#theme = theme;
    this.#areaNote = areaNote;
  }

  /** Paints the whole hall as `view` shows it, at once and without words: the first paint. */
  begin(view: View, size: Size, ratio: number): void {
    this.#base = this.#sharp = new Level(view.scale * ratio);
    this.#shown = this.#work = null;
    this.#labels.clear();
    const bitmap = newBitmap(Math.round(size.width * ratio), Math.round(size.height * ratio));
    const pen = bitmap.getContext("2d", IN_MEMORY);
    if (pen === null) return;
    const [left, top] = [-Math.round(view.x * ratio), -Math.round(view.y * ratio)];
    paintDraft(this.#sheet(pen, null, this.#base.scale, ratio, { left, top, width: bitmap.width, height: bitmap.height }));
    this.#draft = { bitmap, left, top };
  }

  #sheet(pen: Pen, labels: Labels | null, scale: number, ratio: number, part: Part): Sheet {
    return { pen, labels, hall: this.#hall, theme: this.#theme, areaNote: this.#areaNote, scale, ratio, ...part };
  }

  invalidateAll(): void {
    this.#labels.clear();
    for (const level of this.#levels()) level.invalidateAll();
  }

  invalidate(seats: readonly number[]): void {
    for (const level of this.#levels()) level.invalidate(this.#hall.plan.seats, seats);
  }

  #levels(): Set<Level<Bitmap>> {
    return new Set([this.#base, this.#shown, this.#sharp].filter((level) => level !== null));
  }

  /** Takes the view's scale as the one to be sharp at: called when a gesture has come to rest. */
  rest(view: View, size: Size, ratio: number): void {
    const scale = view.scale * ratio;
    if (this.#sharp !== null && Math.abs(this.#sharp.scale / scale - 1) < 1e-6) return;
    if (this.#base !== null && Math.abs(this.#base.scale / scale - 1) < 1e-6) {
      this.#replaceSharp(this.#base, view, size);
      return;
    }
    this.#replaceSharp(new Level(scale), view, size);
  }

  #replaceSharp(level: Level<Bitmap>, view: View, size: Size): void {
    const useful = this.#sharp?.covers(visibleRect(view, size)) === true || this.#shown === null;
    const left = useful ? this.#shown : this.#sharp;
    if (useful) this.#shown = this.#sharp;
    if (left !== null && left !== this.#base && left !== this.#shown) this.#free(left);
    this.#sharp = level;
  }

  #free(level: Level<Bitmap>): void {
    this.#labels.delete(level);
    for (const { bitmap } of level.tiles) this.#recycle(bitmap);
    if (this.#work?.level === level) this.#work = null;
  }

  #recycle(bitmap: Bitmap | null): void {
    if (bitmap !== null && this.#spare.length < SPARE) this.#spare.push(bitmap);
  }

  /** Draws the present view from what is ready. Never paints a seat. */
  draw(pen: Pen, view: View, size: Size, ratio: number): void {
    const rect = visibleRect(view, size);
    const levels = [...this.#levels()].filter((level) => level === this.#base || view.scale * ratio > level.scale * TOO_SMALL);
    const covering = levels.findLastIndex((level) => level.covers(rect));
    if (covering < 0) {
      pen.fillStyle = this.#theme.ground;
      pen.fillRect(0, 0, Math.ceil(size.width * ratio), Math.ceil(size.height * ratio));
      this.#drawDraft(pen, view, ratio);
    }
    for (const level of levels.slice(Math.max(covering, 0))) this.#drawLevel(pen, level, view, rect, size, ratio);
  }

  #drawDraft(pen: Pen, view: View, ratio: number): void {
    if (this.#draft === null || this.#base === null) return;
    const { bitmap, left, top } = this.#draft;
    const zoom = (view.scale * ratio) / this.#base.scale;
    const [x, y] = [Math.round(view.x * ratio), Math.round(view.y * ratio)];
    pen.drawImage(bitmap, x + left * zoom, y + top * zoom, bitmap.width * zoom, bitmap.height * zoom);
  }

  #drawLevel(pen: Pen, level: Level<Bitmap>, view: View, rect: Rect, size: Size, ratio: number): void {
    const zoom = (view.scale * ratio) / level.scale;
    const exact = Math.abs(zoom - 1) < 1e-6;
    const left = Math.round(view.x * ratio);
    const top = Math.round(view.y * ratio);
    const edge = (k: number) => (exact ? k * TILE : Math.round(k * TILE * zoom));
    const span = spanOf(rect, level.scale);
    pen.fillStyle = this.#theme.ground;
    for (let j = span.j0; j <= span.j1; j++) {
      for (let i = span.i0; i <= span.i1; i++) {
        const tile = level.get(i, j);
        if (tile === undefined || tile.state === "missing") continue;
        const x = left + edge(i);
        const y = top + edge(j);
        const w = edge(i + 1) - edge(i);
        const h = edge(j + 1) - edge(j);
        if (tile.bitmap === null) pen.fillRect(x, y, w, h);
        else if (exact) pen.drawImage(tile.bitmap, x, y);
        else drawPart(pen, tile.bitmap, { x, y, w, h, zoom }, size.width * ratio, size.height * ratio);
      }
    }
  }

  /**
   * Paints until all that is in sight (and a little around it) is sharp or `late` says stop.
   * Returns `more` while work is left, and whether a tile became ready that a frame should show.
   */
  paint(view: View, size: Size, ratio: number, late: () => boolean): { more: boolean; fresh: boolean } {
    let fresh = false;
    do {
      if (this.#work === null && !this.#startNext(view, size, ratio)) return { more: false, fresh };
      fresh = this.#run(late) || fresh;
    } while (!late());
    return { more: true, fresh };
  }

  #startNext(view: View, size: Size, ratio: number): boolean {
    const sharp = this.#sharp;
    if (sharp === null) return false;
    const rect = visibleRect(view, size);
    const scale = view.scale * ratio;
    if (Math.abs(sharp.scale / scale - 1) < 1e-6) {
      const inSight = spanOf(rect, sharp.scale);
      const ahead = spanOf(grow(rect, AHEAD / sharp.scale), sharp.scale);
      this.#trim(sharp, ahead);
      const tile = sharp.next(inSight) ?? sharp.next(ahead);
      if (tile !== null) return this.#start(sharp, tile, ratio);
    }
    const base = this.#base;
    const tile = base?.next(spanOf(this.#hall.bounds, base.scale)) ?? null;
    if (tile === null) this.#draft = null;
    return base !== null && tile !== null && this.#start(base, tile, ratio);
  }

  #trim(level: Level<Bitmap>, span: Span): void {
    if (level === this.#base) return;
    const inSight = (span.i1 - span.i0 + 1) * (span.j1 - span.j0 + 1);
    if (level.size <= inSight * KEEP) return;
    for (const bitmap of level.evict(span, Math.ceil(inSight * (KEEP - 0.5)))) this.#recycle(bitmap);
  }

  #start(level: Level<Bitmap>, tile: Tile<Bitmap>, ratio: number): boolean {
    const { i, j } = tile;
    if (!overlaps(grow(tileRect(i, j, level.scale), MARGIN / level.scale), this.#hall.bounds)) {
      tile.state = "ready";
      return true;
    }
    const bitmap = this.#spare.pop() ?? newBitmap(TILE, TILE);
    const pen = bitmap.getContext("2d", IN_MEMORY);
    if (pen === null) return false;
    const part = { left: i * TILE, top: j * TILE, width: TILE, height: TILE };
    const steps = paintSheet(this.#sheet(pen, this.#labelsOf(level, pen, ratio), level.scale, ratio, part));
    this.#work = { tile, level, bitmap, change: tile.change, steps };
    return true;
  }

  /** The blocks' own names in the picture that is sharp now. */
  zoneNames(): PlacedLabel[] {
    return (this.#sharp === null ? undefined : this.#labels.get(this.#sharp))?.placed() ?? [];
  }

  #labelsOf(level: Level<Bitmap>, pen: Pen, ratio: number): Labels {
    let labels = this.#labels.get(level);
    if (labels === undefined) {
      const font = `650 13px ${this.#theme.font}`;
      labels = new Labels(this.#hall, level.scale / ratio, (text) => {
        pen.font = font;
        return pen.measureText(text).width;
      });
      this.#labels.set(level, labels);
    }
    return labels;
  }

  /** Goes on with the begun tile. Returns whether it became ready. */
  #run(late: () => boolean): boolean {
    const work = this.#work;
    if (work === null) return false;
    if (work.change !== work.tile.change) {
      this.#recycle(work.bitmap);
      this.#work = null;
      return false;
    }
    while (work.steps.next().done !== true) if (late()) return false;
    this.#recycle(work.tile.bitmap);
    work.tile.bitmap = work.bitmap;
    work.tile.state = "ready";
    this.#work = null;
    return true;
  }
}

export function newBitmap(width: number, height: number): Bitmap {
  const bitmap = document.createElement("canvas");
  bitmap.width = width;
  bitmap.height = height;
  return bitmap;
}

/** Draws the visible part of an enlarged tile, so that the rest costs nothing. */
function drawPart(
  pen: Pen, bitmap: Bitmap, at: { x: number; y: number; w: number; h: number; zoom: number }, width: number, height: number,
): void {
  const { x, y, w, h, zoom } = at;
  if (zoom < 1.5) {
    pen.drawImage(bitmap, x, y, w, h);
    return;
  }
  const sx0 = Math.max(0, Math.floor(-x / zoom) - 1);
  const sy0 = Math.max(0, Math.floor(-y / zoom) - 1);
  const sx1 = Math.min(TILE, Math.ceil((width - x) / zoom) + 1);
  const sy1 = Math.min(TILE, Math.ceil((height - y) / zoom) + 1);
  if (sx1 <= sx0 || sy1 <= sy0) return;
  const kx = w / TILE;
  const ky = h / TILE;
  pen.drawImage(bitmap, sx0, sy0, sx1 - sx0, sy1 - sy0, x + sx0 * kx, y + sy0 * ky, (sx1 - sx0) * kx, (sy1 - sy0) * ky);
}
