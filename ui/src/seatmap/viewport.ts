/**
 * The arithmetic of looking at a plan through a window. Pure: values in, values out.
 * A view maps plan units to CSS pixels of the canvas: `screen = plan * scale + (x, y)`.
 */

export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Rect {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export interface ScaleLimits {
  min: number;
  max: number;
}

export function toScreen(view: View, point: Point): Point {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

export function toPlan(view: View, point: Point): Point {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

/** The part of the plan that the window shows. */
export function visibleRect(view: View, size: Size): Rect {
  const from = toPlan(view, { x: 0, y: 0 });
  const to = toPlan(view, { x: size.width, y: size.height });
  return { x0: from.x, y0: from.y, x1: to.x, y1: to.y };
}

export function grow(rect: Rect, by: number): Rect {
  return { x0: rect.x0 - by, y0: rect.y0 - by, x1: rect.x1 + by, y1: rect.y1 + by };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}

/** Shows all of `bounds`, centred, with `padding` CSS pixels around it. */
export function fitView(bounds: Rect, size: Size, padding: number): View {
  const width = Math.max(bounds.x1 - bounds.x0, 1e-6);
  const height = Math.max(bounds.y1 - bounds.y0, 1e-6);
  const room = { width: Math.max(size.width - 2 * padding, 1), height: Math.max(size.height - 2 * padding, 1) };
  const scale = Math.min(room.width / width, room.height / height);
  return {
    scale,
    x: (size.width - width * scale) / 2 - bounds.x0 * scale,
    y: (size.height - height * scale) / 2 - bounds.y0 * scale,
  };
}

/** Zooms so that the plan point under `at` (CSS pixels) stays under it. */
export function zoomAbout(view: View, factor: number, at: Point, limits: ScaleLimits): View {
  const scale = clamp(view.scale * factor, limits.min, limits.max);
  const applied = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * applied, y: at.y - (at.y - view.y) * applied };
}

function clampAxis(offset: number, low: number, high: number, room: number, margin: number): number {
  const length = high - low;
  if (length + 2 * margin <= room) return (room - length) / 2 - low;
  return clamp(offset, room - margin - high, margin - low);
}

/** Keeps the plan in the window: centred where it is smaller, never further than `margin` from an edge where larger. */
export function keepInside(view: View, bounds: Rect, size: Size, margin: number): View {
  const s = view.scale;
  return {
    scale: s,
    x: clampAxis(view.x, bounds.x0 * s, bounds.x1 * s, size.width, margin),
    y: clampAxis(view.y, bounds.y0 * s, bounds.y1 * s, size.height, margin),
  };
}

/** Moves the view by the least that brings `point` (plan units) at least `margin` CSS pixels inside the window. */
export function reveal(view: View, point: Point, size: Size, margin: number): View {
  const at = toScreen(view, point);
  const marginX = Math.min(margin, size.width / 2);
  const marginY = Math.min(margin, size.height / 2);
  return {
    scale: view.scale,
    x: view.x + clamp(at.x, marginX, size.width - marginX) - at.x,
    y: view.y + clamp(at.y, marginY, size.height - marginY) - at.y,
  };
}

/** Centres `point` (plan units) at the given scale. */
export function centreOn(point: Point, scale: number, size: Size): View {
  return { scale, x: size.width / 2 - point.x * scale, y: size.height / 2 - point.y * scale };
}

/** In between two views, `t` from 0 to 1: the scale grows evenly to the eye, the window's centre moves with it. */
export function between(from: View, to: View, t: number, size: Size): View {
  if (t <= 0) return from;
  if (t >= 1) return to;
  const scale = from.scale * Math.pow(to.scale / from.scale, t);
  const middle = { x: size.width / 2, y: size.height / 2 };
  const a = toPlan(from, middle);
  const b = toPlan(to, middle);
  const spread = 1 / from.scale - 1 / to.scale;
  const share = Math.abs(spread) * from.scale < 1e-6 ? t : (1 / from.scale - 1 / scale) / spread;
  return centreOn({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }, scale, size);
}

/** Keeps the plan point at the window's centre where it is when the window changes its size. */
export function resized(view: View, before: Size, after: Size): View {
  return {
    scale: view.scale,
    x: view.x + (after.width - before.width) / 2,
    y: view.y + (after.height - before.height) / 2,
  };
}
