/** The small whole hall in the corner of a large one, with the window's place in it. */
import type { Hall } from "./hall";
import { paintSheet, type Pen } from "./paint";
import { IN_MEMORY, newBitmap } from "./picture";
import type { MapTheme } from "./theme";
import { clamp, visibleRect, type Point, type Rect, type Size, type View } from "./viewport";

const LARGEST: Size = { width: 184, height: 132 };
const MARGIN = 16;
const PADDING = 8;
/** Shown once the hall is this many times larger than the window. */
const WORTH_IT = 1.25;

export interface MiniPlace extends Rect {
  /** CSS pixels per plan unit. */
  scale: number;
}

/** Where the minimap lies, in CSS pixels; null when the hall is (nearly) all in sight or the window too small. */
export function miniPlace(bounds: Rect, view: View, size: Size, fitScale: number): MiniPlace | null {
  if (view.scale < fitScale * WORTH_IT || size.width < 3 * LARGEST.width || size.height < 2.5 * LARGEST.height) return null;
  const width = bounds.x1 - bounds.x0;
  const height = bounds.y1 - bounds.y0;
  const scale = Math.min((LARGEST.width - 2 * PADDING) / width, (LARGEST.height - 2 * PADDING) / height);
  const x0 = MARGIN;
  const y1 = size.height - MARGIN;
  return { x0, y0: y1 - height * scale - 2 * PADDING, x1: x0 + width * scale + 2 * PADDING, y1, scale };
}

export function inside(place: Rect, at: Point): boolean {
  return at.x >= place.x0 && at.x <= place.x1 && at.y >= place.y0 && at.y <= place.y1;
}

/** The plan point that a point of the minimap stands for. */
export function miniToPlan(place: MiniPlace, bounds: Rect, at: Point): Point {
  return {
    x: clamp(bounds.x0 + (at.x - place.x0 - PADDING) / place.scale, bounds.x0, bounds.x1),
    y: clamp(bounds.y0 + (at.y - place.y0 - PADDING) / place.scale, bounds.y0, bounds.y1),
  };
}

export class Minimap {
  #ready: HTMLCanvasElement | null = null;
  #begun: { bitmap: HTMLCanvasElement; steps: Generator<void> } | null = null;
  #stale = true;
  #wanted: MiniPlace | null = null;

  /** Says that seats changed: it is painted again once it is asked for. */
  invalidate(): void {
    this.#stale = true;
  }

  /** Paints until done or `late` says stop. Returns whether work is left, and whether a new picture became ready. */
  paint(hall: Hall, theme: MapTheme, ratio: number, late: () => boolean): { more: boolean; fresh: boolean } {
    if (this.#begun === null && (!this.#stale || this.#wanted === null)) return { more: false, fresh: false };
    this.#begun ??= this.#begin(hall, theme, this.#wanted, ratio);
    if (this.#begun === null) return { more: false, fresh: false };
    while (this.#begun.steps.next().done !== true) if (late()) return { more: true, fresh: false };
    this.#ready = this.#begun.bitmap;
    this.#begun = null;
    return { more: this.#stale, fresh: true };
  }

  #begin(hall: Hall, theme: MapTheme, place: MiniPlace | null, ratio: number) {
    if (place === null) return null;
    const width = Math.ceil((place.x1 - place.x0) * ratio);
    const height = Math.ceil((place.y1 - place.y0) * ratio);
    const bitmap = newBitmap(width, height);
    const pen = bitmap.getContext("2d", IN_MEMORY);
    if (pen === null) return null;
    this.#stale = false;
    const scale = place.scale * ratio;
    const left = hall.bounds.x0 * scale - PADDING * ratio;
    const top = hall.bounds.y0 * scale - PADDING * ratio;
    const sheet = { pen, hall, theme, labels: null, areaNote: () => null, scale, ratio, left, top, width, height };
    return { bitmap, steps: paintSheet(sheet) };
  }

  draw(pen: Pen, theme: MapTheme, place: MiniPlace, hall: Hall, mine: readonly number[], view: View, size: Size, ratio: number): void {
    this.#wanted = place;
    if (this.#ready === null) return;
    const { bounds } = hall;
    const [width, height] = [place.x1 - place.x0, place.y1 - place.y0];
    pen.save();
    pen.setTransform(ratio, 0, 0, ratio, Math.round(place.x0 * ratio), Math.round(place.y0 * ratio));
    pen.drawImage(this.#ready, 0, 0, this.#ready.width / ratio, this.#ready.height / ratio);
    pen.strokeStyle = theme.lineStrong;
    pen.lineWidth = 1;
    pen.strokeRect(0, 0, width, height);
    const px = (x: number) => clamp(PADDING + (x - bounds.x0) * place.scale, 1, width - 1);
    const py = (y: number) => clamp(PADDING + (y - bounds.y0) * place.scale, 1, height - 1);
    pen.fillStyle = theme.mark;
    for (const seat of mine) pen.fillRect(px(hall.at(seat).x) - 2, py(hall.at(seat).y) - 2, 4, 4);
    const sight = visibleRect(view, size);
    pen.strokeStyle = theme.mark;
    pen.lineWidth = 2;
    pen.strokeRect(px(sight.x0), py(sight.y0), px(sight.x1) - px(sight.x0), py(sight.y1) - py(sight.y0));
    pen.restore();
  }
}
