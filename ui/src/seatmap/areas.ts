/** The geometry of drawn areas: outlines, boxes, what lies inside. Pure; drawing them is the painter's. */
import type { HallArea } from "./types";
import type { Point, Rect } from "./viewport";

/** Turns a point about the area's origin and makes it relative to it; `sign` -1 undoes the area's rotation. */
function turned(area: HallArea, x: number, y: number, sign: 1 | -1): Point {
  const angle = (area.rotation * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle) * sign;
  return { x: x * cos - y * sin, y: x * sin + y * cos };
}

/** The box before rotation, relative to the area's origin; null for a text without surface. */
function localBox(area: HallArea): Rect | null {
  switch (area.shape) {
    case "rectangle":
      return { x0: 0, y0: 0, x1: area.width, y1: area.height };
    case "circle":
    case "ellipse":
      return { x0: -area.width / 2, y0: -area.height / 2, x1: area.width / 2, y1: area.height / 2 };
    case "polygon":
      if (area.points.length === 0) return null;
      return {
        x0: Math.min(...area.points.map((point) => point.x)),
        y0: Math.min(...area.points.map((point) => point.y)),
        x1: Math.max(...area.points.map((point) => point.x)),
        y1: Math.max(...area.points.map((point) => point.y)),
      };
    case "text":
      return null;
  }
}

/** The box around the rotated area in plan units; a text is a point. */
export function areaBox(area: HallArea): Rect {
  const box = localBox(area);
  if (box === null) return { x0: area.x, y0: area.y, x1: area.x, y1: area.y };
  const corners = [
    turned(area, box.x0, box.y0, 1), turned(area, box.x1, box.y0, 1),
    turned(area, box.x1, box.y1, 1), turned(area, box.x0, box.y1, 1),
  ];
  return {
    x0: area.x + Math.min(...corners.map((corner) => corner.x)),
    y0: area.y + Math.min(...corners.map((corner) => corner.y)),
    x1: area.x + Math.max(...corners.map((corner) => corner.x)),
    y1: area.y + Math.max(...corners.map((corner) => corner.y)),
  };
}

function inPolygon(points: readonly Point[], at: Point): boolean {
  let inside = false;
  let before = points[points.length - 1];
  for (const point of points) {
    if (before !== undefined && point.y > at.y !== before.y > at.y) {
      const crossing = point.x + ((at.y - point.y) / (before.y - point.y)) * (before.x - point.x);
      if (at.x < crossing) inside = !inside;
    }
    before = point;
  }
  return inside;
}

export function areaContains(area: HallArea, at: Point): boolean {
  const box = localBox(area);
  if (box === null) return false;
  const local = turned(area, at.x - area.x, at.y - area.y, -1);
  if (local.x < box.x0 || local.x > box.x1 || local.y < box.y0 || local.y > box.y1) return false;
  if (area.shape === "polygon") return inPolygon(area.points, local);
  if (area.shape === "rectangle") return true;
  return Math.hypot(local.x / (area.width / 2), local.y / (area.height / 2)) <= 1;
}

/** The topmost (last drawn) area at a plan point whose places are sold; null when there is none. */
export function standingAreaAt(areas: readonly HallArea[], at: Point): number | null {
  for (let index = areas.length - 1; index >= 0; index--) {
    const area = areas[index]!;
    if (area.standingArea !== null && areaContains(area, at)) return index;
  }
  return null;
}

/** Where an area's text stands, in plan units: rotated with the area, itself always upright. */
export function areaTextAt(area: HallArea): Point {
  const at = turned(area, area.text?.x ?? 0, area.text?.y ?? 0, 1);
  return { x: area.x + at.x, y: area.y + at.y };
}

/** How wide the area is where its text stands, in plan units; infinite for a text without surface. */
export function areaTextRoom(area: HallArea): number {
  const box = areaBox(area);
  return area.shape === "text" ? Infinity : box.x1 - box.x0;
}

/** Adds the area's outline to a path: `pixel = plan * scale + (dx, dy)`. */
export function traceArea(pen: CanvasPath, area: HallArea, scale: number, dx: number, dy: number): void {
  const at = (x: number, y: number): Point => {
    const turn = turned(area, x, y, 1);
    return { x: (area.x + turn.x) * scale + dx, y: (area.y + turn.y) * scale + dy };
  };
  if (area.shape === "text") return;
  if (area.shape === "circle" || area.shape === "ellipse") {
    const centre = at(0, 0);
    const angle = (area.rotation * Math.PI) / 180;
    pen.ellipse(centre.x, centre.y, (area.width / 2) * scale, (area.height / 2) * scale, angle, 0, 2 * Math.PI);
    pen.closePath();
    return;
  }
  const { width, height } = area;
  const rectangle = [{ x: 0, y: 0 }, { x: width, y: 0 }, { x: width, y: height }, { x: 0, y: height }];
  (area.shape === "polygon" ? area.points : rectangle).forEach((corner, k) => {
    const point = at(corner.x, corner.y);
    if (k === 0) pen.moveTo(point.x, point.y);
    else pen.lineTo(point.x, point.y);
  });
  pen.closePath();
}
