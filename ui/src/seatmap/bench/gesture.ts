/** What the measured hand does, and whether it went over seats. Pure: no clock, no document. */
import type { HallSeats } from "../types";
import { toScreen, type Size, type View } from "../viewport";

export const GESTURES = ["pan", "panFar", "zoom", "panZoom"] as const;
export type Gesture = (typeof GESTURES)[number];

/** Seconds. Short turns, many of them: what else the machine does then falls on both alike. */
export const SECONDS = 0.8;

/** Every other round goes the other way, so that what the rounds leave behind adds up to nothing. */
export type Sign = 1 | -1;

export function signOf(round: number): Sign {
  return round % 2 === 0 ? 1 : -1;
}

export interface Move {
  dx: number;
  dy: number;
  factor: number;
}

export function zooms(gesture: Gesture): boolean {
  return gesture === "zoom" || gesture === "panZoom";
}

/** What the hand does between two frames, `elapsed` seconds apart: the same for bitmap and map. */
export function moveAt(gesture: Gesture, sign: Sign, seconds: number, elapsed: number): Move {
  const turn = seconds * 2.2;
  const speed = sign * (gesture === "panFar" ? 1400 : 600);
  const pans = gesture !== "zoom";
  return {
    dx: pans ? Math.cos(turn) * speed * elapsed : 0,
    dy: pans ? Math.sin(turn * 1.3) * speed * elapsed : 0,
    factor: zooms(gesture) ? Math.exp(sign * Math.cos(turn) * 1.5 * elapsed) : 1,
  };
}

/** Whether the middle of any seat is in the window. */
export function showsSeats(view: View, size: Size, seats: Pick<HallSeats, "x" | "y">): boolean {
  return seats.x.some((x, seat) => {
    const at = toScreen(view, { x, y: seats.y[seat]! });
    return at.x >= 0 && at.x <= size.width && at.y >= 0 && at.y <= size.height;
  });
}

/**
 * Why a turn measured something else than the hall, if it did. `views` are those of its frames; one whose scale stood
 * still while the hand zoomed had reached a limit.
 */
export function whyUseless(gesture: Gesture, views: readonly View[], size: Size, seats: Pick<HallSeats, "x" | "y">): string | null {
  if (views.length < 2) return `${gesture}: the map was not drawn.`;
  if (views.some((view) => !showsSeats(view, size, seats))) return `${gesture}: no seat was in view.`;
  const stood = views.filter((view, frame) => frame > 0 && view.scale === views[frame - 1]!.scale).length;
  // A frame or two may come without any time before them, and so without a move.
  if (zooms(gesture) && stood * 4 > views.length) return `${gesture}: the zoom stood at its limit in ${stood} frames of ${views.length}.`;
  return null;
}
