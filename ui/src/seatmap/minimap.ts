/** The small whole hall in the corner of a large one, with the window's place in it. */
import { IN_MEMORY, type Picture } from "./picture";
import type { Pen } from "./paint";
import type { MapTheme } from "./theme";
import { clamp, grow, visibleRect, type Point, type Rect, type Size, type View } from "./viewport";

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
  readonly #bitmap = document.createElement("canvas");
  #drawn = "";

  draw(pen: Pen, picture: Picture, theme: MapTheme, place: MiniPlace, bounds: Rect, view: View, size: Size, ratio: number): void {
    const width = Math.round((place.x1 - place.x0) * ratio);
    const height = Math.round((place.y1 - place.y0) * ratio);
    const key = `${width},${height},${picture.baseVersion}`;
    if (key !== this.#drawn) {
      this.#render(picture, theme, place, bounds, width, height, ratio);
      this.#drawn = key;
    }
    const x = Math.round(place.x0 * ratio);
    const y = Math.round(place.y0 * ratio);
    pen.drawImage(this.#bitmap, x, y);
    const sight = visibleRect(view, size);
    const px = (plan: number) => clamp(x + (PADDING + (plan - bounds.x0) * place.scale) * ratio, x + 2, x + width - 2);
    const py = (plan: number) => clamp(y + (PADDING + (plan - bounds.y0) * place.scale) * ratio, y + 2, y + height - 2);
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 2 * ratio;
    pen.strokeRect(px(sight.x0), py(sight.y0), px(sight.x1) - px(sight.x0), py(sight.y1) - py(sight.y0));
  }

  #render(picture: Picture, theme: MapTheme, place: MiniPlace, bounds: Rect, width: number, height: number, ratio: number): void {
    this.#bitmap.width = width;
    this.#bitmap.height = height;
    const pen = this.#bitmap.getContext("2d", IN_MEMORY);
    if (pen === null) return;
    pen.fillStyle = theme.ground;
    pen.fillRect(0, 0, width, height);
    pen.imageSmoothingQuality = "high";
    const around = grow(bounds, PADDING / place.scale);
    picture.drawSmall(pen, place.scale * ratio, around);
    pen.strokeStyle = theme.lineStrong;
    pen.lineWidth = ratio;
    pen.strokeRect(ratio / 2, ratio / 2, width - ratio, height - ratio);
  }

  /** Forgets what was drawn: other colours, another plan. */
  reset(): void {
    this.#drawn = "";
  }
}
