/** What a tap or a pointer means at a place and a zoom. Pure. */
import { standingAreaAt } from "./areas";
import type { Hall } from "./hall";
import { toPlan, type Point, type View } from "./viewport";

export type Target =
  | { kind: "seat"; seat: number }
  | { kind: "area"; area: number }
  /** Seats are too small to be told apart: come closer first. */
  | { kind: "closer" }
  | { kind: "nothing" };

/** How far (CSS pixels) a finger or a mouse may miss a seat. */
const MISS = { touch: 24, mouse: 12 };
/** Seats narrower than this (CSS pixels) are not picked. */
const TELL_APART = { touch: 9, mouse: 5 };
/** A taken seat at least this wide (CSS pixels) was meant when it was hit, not a free one next to it. */
const MEANT = 16;
/** What a tap or the keyboard zooms to: seats so wide (CSS pixels) are picked with ease. */
export const COMFORTABLE = 24;

export function seatWidth(hall: Hall, view: View): number {
  return hall.radius * 2 * view.scale;
}

/** The seat that a pointer at `at` (CSS pixels) means, whatever its state; null when it means none. */
export function seatUnder(hall: Hall, view: View, at: Point, touch: boolean): number | null {
  const point = toPlan(view, at);
  const hit = hall.grid.nearest(point, 0, () => true);
  if (hit !== null && (hall.pickable(hit) || seatWidth(hall, view) >= MEANT)) return hit;
  // The gap between seats belongs to the nearest one; in the middle of four that is less than a spacing away.
  const gap = Math.max(hall.spacing - hall.radius, 0);
  if (seatWidth(hall, view) >= MEANT) {
    const nearest = hall.grid.nearest(point, gap, () => true);
    if (nearest !== null) return nearest;
  }
  const miss = Math.max(MISS[touch ? "touch" : "mouse"] / view.scale - hall.radius, gap);
  return hall.grid.nearest(point, miss, (seat) => hall.pickable(seat)) ?? hit;
}

/** What a tap means. A taken seat is a target too: the owner says what became of it. */
export function tapTarget(hall: Hall, view: View, at: Point, touch: boolean): Target {
  const point = toPlan(view, at);
  const hit = hall.grid.nearest(point, 0, () => true);
  const area = hit === null ? standingAreaAt(hall.plan.areas, point) : null;
  if (area !== null) return { kind: "area", area };
  if (seatWidth(hall, view) < TELL_APART[touch ? "touch" : "mouse"]) {
    const near = hall.grid.nearest(point, 40 / view.scale, () => true);
    return near === null ? { kind: "nothing" } : { kind: "closer" };
  }
  const seat = seatUnder(hall, view, at, touch);
  return seat === null ? { kind: "nothing" } : { kind: "seat", seat };
}
